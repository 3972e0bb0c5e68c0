import TensorKernels
import Testing

@testable import MachineInspection

@Suite struct MachineReportTests {
  private let report = MachineReport(
    labVersion: "1.2.3", system: "Debian, Linux 6.1",
    processor: .init(name: "A processor", cores: 1, vectorBits: 256, features: ["avx2", "fma"]),
    memory: .init(totalBytes: 8 << 30, freeBytes: 3 << 29),
    openblas: .init(
      core: "Haswell", configuration: "OpenBLAS 0.3", gigaflopsOneThread: 50.5,
      gigaflopsTwoThreads: 99),
    alternative: nil, cairo: "1.18.0",
    tools: [
      .init(name: "make", purpose: "runs commands", version: "4.4", installation: "apt make"),
      .init(
        name: "libopenblas-dev", purpose: "headers", version: nil, installation: "apt openblas"),
    ], warnings: [])

  @Test func whatIsFoundStandsUnderEachOther() {
    #expect(
      report.lines == [
        "Machine", "  system          Debian, Linux 6.1", "  processor       A processor, 1 core",
        "  SIMD            256 bits (avx2, fma)", "  memory          1.5 free of 8.0 GiB",
        "Libraries", "  OpenBLAS        OpenBLAS 0.3", "  OpenBLAS core   Haswell",
        "  sgemm peak      50.5 GFLOP/s on one thread, 99.0 on two", "  Cairo           1.18.0",
        "Tools", "  make            4.4", "  libopenblas-dev missing (headers)", "Missing",
        "  libopenblas-dev apt openblas",
      ])
  }

  @Test func nothingMissingIsSaid() {
    var report = report
    report.tools = []
    #expect(report.lines.suffix(2) == ["Missing", "  nothing"])
  }

  @Test func kernelsThatSuitBetterAreMeasuredInAProcessOfTheirOwn() {
    let features = ProcessorFeatures(cpuinfo: "flags : avx2 fma")
    var old = report.openblas
    old.core = "Nehalem"
    var asked: [String: String] = [:]
    let found = old.alternative(on: features, productsCommand: ["doctor"]) { words, environment in
      asked = environment
      return """
        {"core": "Haswell", "configuration": "c", "gigaflops_one_thread": 2,
         "gigaflops_two_threads": 4}
        """
    }
    #expect(asked == ["OPENBLAS_CORETYPE": "Haswell"] && found?.gigaflopsTwoThreads == 4)
    // What is not found, not understood or the same again is no alternative.
    for text in [nil, "no JSON", #"{"core": "Nehalem"}"#] {
      let other = old.alternative(on: features, productsCommand: []) { _, _ in text }
      #expect(other == nil)
    }
    let same = report.openblas.alternative(on: features, productsCommand: []) { _, _ in "" }
    #expect(same == nil)
  }

  @Test func thisMachineHasMemory() {
    #expect(SystemFiles.ownMemory.map { $0.present > 0 && $0.peak >= $0.present } == true)
    #expect(SystemFiles.memory.map { $0.freeBytes <= $0.totalBytes } == true)
    #expect(SystemFiles.text("/nonexistent") == nil)
  }
}
