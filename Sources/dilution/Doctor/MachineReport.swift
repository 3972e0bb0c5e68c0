import Foundation
import Plotting
import TensorKernels

/// What was found on the machine.
struct MachineReport: Encodable {
  struct Processor: Encodable {
    var name: String?
    var cores: Int
    var vectorBits: Int?
    var features: [String]
  }

  struct Memory: Encodable {
    var totalBytes: Int
    var freeBytes: Int
  }

  struct MatrixLibrary: Encodable {
    var core: String
    var configuration: String
    /// Measured rates of float32 products, in 1e9 floating-point operations a second.
    var gigaflopsOneThread: Double
    var gigaflopsTwoThreads: Double
  }

  struct Tool: Encodable {
    var name: String
    /// What it is needed for.
    var purpose: String
    /// Nil when it is missing.
    var version: String?
    /// The command that installs it.
    var installation: String
  }

  var labVersion: String
  var system: String
  var processor: Processor
  var memory: Memory?
  var openblas: MatrixLibrary
  var cairo: String
  var tools: [Tool]
  var warnings: [String]

  /// Looks the machine over; takes about a second, most of it in products.
  static func measured() -> MachineReport {
    let features = ProcessorFeatures(cpuinfo: SystemFiles.text("/proc/cpuinfo") ?? "")
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let openblas = MatrixLibrary(
      core: BLASInformation.core, configuration: BLASInformation.configuration,
      gigaflopsOneThread: rounded(BLASInformation.peakRate(workers: 1) / 1e9),
      gigaflopsTwoThreads: rounded(BLASInformation.peakRate(workers: 2) / 1e9))
    return MachineReport(
      labVersion: dilution.labVersion, system: SystemFiles.systemName,
      processor: Processor(
        name: features.modelName, cores: cores, vectorBits: features.vectorBits,
        features: ["avx", "avx2", "fma", "f16c", "avx512f", "avx512_bf16", "asimd"]
          .filter(features.flags.contains)),
      memory: SystemFiles.memory, openblas: openblas, cairo: CairoInformation.version,
      tools: ToolInspection.all(),
      warnings: warnings(features: features, core: openblas.core, cores: cores))
  }

  private static func warnings(
    features: ProcessorFeatures, core: String, cores: Int
  ) -> [String] {
    var warnings: [String] = []
    let missing = features.missingForKernels
    if !missing.isEmpty {
      warnings.append(
        "this processor lacks \(missing.joined(separator: " and ")), which the kernels are compiled "
          + "for: remove '-march=x86-64-v3' from Package.swift and build again")
    }
    // A family that OpenBLAS is too old to know gets kernels of the oldest one, at a fourth of the
    // speed, and nothing says so.
    let modern = ["Haswell", "Zen", "SkylakeX", "Cooperlake", "Sapphirerapids"]
    if features.flags.contains("avx2")
      && !modern.contains(where: { $0.lowercased() == core.lowercased() })
    {
      warnings.append(
        "OpenBLAS runs its '\(core)' kernels, which leave AVX2 unused: set "
          + "OPENBLAS_CORETYPE=Haswell in the environment")
    }
    if cores == 1 {
      warnings.append("only one core is available, so work that could run side by side waits")
    }
    return warnings
  }

  private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
