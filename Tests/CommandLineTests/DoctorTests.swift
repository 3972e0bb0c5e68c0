import Foundation
import TestSupport
import TestTags
import Testing

@Suite(.tags(.process, .slow)) struct DoctorTests {
  struct Report: Decodable {
    struct Processor: Decodable {
      var cores: Int
    }
    struct Memory: Decodable {
      var totalBytes: Int
      var freeBytes: Int
    }
    struct MatrixLibrary: Decodable {
      var core: String
      var gigaflopsOneThread: Double
      var gigaflopsTwoThreads: Double
    }
    struct Tool: Decodable {
      var name: String
      var version: String?
    }
    var labVersion: String
    var processor: Processor
    var memory: Memory
    var openblas: MatrixLibrary
    var cairo: String
    var tools: [Tool]
  }

  @Test func theReportIsJSONWhenAskedFor() throws {
    let outcome = try BuiltBinary.run("doctor --json --quiet")
    #expect(outcome.exitCode == 0)
    #expect(outcome.errors.isEmpty)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let report = try decoder.decode(Report.self, from: Data(outcome.output.utf8))
    #expect(report.processor.cores >= 1)
    #expect(report.memory.freeBytes > 0 && report.memory.freeBytes <= report.memory.totalBytes)
    #expect(!report.openblas.core.isEmpty)
    #expect(report.openblas.gigaflopsOneThread > 0 && report.openblas.gigaflopsTwoThreads > 0)
    #expect(report.cairo.split(separator: ".").count == 3)
    // The compiler runs these tests and the libraries are linked, so these at least are there.
    #expect(report.tools.map(\.name).contains("libopenblas-dev"))
    #expect(try BuiltBinary.run("--version").output == "dilution \(report.labVersion)\n")
  }

  @Test func whatIsMissingIsNamedWithTheCommandThatInstallsIt() throws {
    // With an empty search path no tool is found.
    let folder = try TemporaryFolder()
    let outcome = try BuiltBinary.run(["doctor"], environment: ["PATH": folder.url.path])
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.contains("  swift           missing (builds the lab)\n"))
    let missing = outcome.output.split(separator: "\nMissing\n").last ?? ""
    #expect(missing.contains("libcairo2-dev   sudo apt-get install -y libcairo2-dev"))
    #expect(missing.contains("pkg-config      sudo apt-get install -y pkg-config"))
  }

  @Test func otherKernelsThatTheProcessorCouldRunAreMeasured() throws {
    let cpuinfo = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
    guard cpuinfo.contains(" avx2") else { return }
    let environment = ["OPENBLAS_CORETYPE": "Nehalem"]
    let outcome = try BuiltBinary.run(["doctor"], environment: environment)
    #expect(outcome.output.contains("  OpenBLAS core   Nehalem\n"))
    let better = cpuinfo.contains(" avx512vl") ? "SkylakeX" : "Haswell"
    #expect(
      try outcome.output.contains(Regex("  with \(better) +[0-9.]+ GFLOP/s on one thread, ")))
    // Nothing is left to propose once those kernels run.
    let best = try BuiltBinary.run(["doctor"], environment: ["OPENBLAS_CORETYPE": better])
    #expect(best.output.contains("  OpenBLAS core   \(better)\n"))
    #expect(!best.output.contains("  with "))
  }
}
