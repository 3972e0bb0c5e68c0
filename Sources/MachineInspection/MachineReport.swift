import Foundation
import Plotting
import TensorKernels

/// What was found on the machine.
public struct MachineReport: Encodable, Sendable {
  struct Processor: Encodable, Sendable {
    var name: String?
    var cores: Int
    var vectorBits: Int?
    var features: [String]
  }

  /// Memory in bytes.
  public struct Memory: Encodable, Sendable {
    /// All that there is.
    public var totalBytes: Int
    /// What new work can have.
    public var freeBytes: Int
  }

  /// The library of matrix products, and how fast it is here.
  public struct MatrixLibrary: Codable, Sendable {
    var core: String
    var configuration: String
    /// Measured rates of float32 products, in 1e9 floating-point operations a second.
    var gigaflopsOneThread: Double
    var gigaflopsTwoThreads: Double
  }

  struct Tool: Encodable, Sendable {
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
  /// The same with other kernels that the processor could run and OpenBLAS did not choose.
  var alternative: MatrixLibrary?
  var cairo: String
  var tools: [Tool]
  /// What makes the lab slow here, or keeps it from running, a sentence each.
  public var warnings: [String]

  /// Looks the machine over; takes a second or two, most of it in products.
  ///
  /// - Parameters:
  ///   - version: of the lab.
  ///   - productsCommand: words behind the program's name that have it print a `MatrixLibrary` as JSON.
  public static func measured(version: String, productsCommand: [String]) -> MachineReport {
    let features = ProcessorFeatures(cpuinfo: SystemFiles.text("/proc/cpuinfo") ?? "")
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let openblas = MatrixLibrary.measured()
    let alternative = openblas.alternative(
      on: features, productsCommand: productsCommand)
    return MachineReport(
      labVersion: version, system: SystemFiles.systemName,
      processor: Processor(
        name: features.modelName, cores: cores, vectorBits: features.vectorBits,
        features: ["avx", "avx2", "fma", "f16c", "avx512f", "avx512_bf16", "asimd"]
          .filter(features.flags.contains)),
      memory: SystemFiles.memory, openblas: openblas, alternative: alternative,
      cairo: CairoInformation.version, tools: ToolInspection.all(),
      warnings: warnings(
        features: features, openblas: openblas, alternative: alternative, cores: cores))
  }

  private static func warnings(
    features: ProcessorFeatures, openblas: MatrixLibrary, alternative: MatrixLibrary?, cores: Int
  ) -> [String] {
    var warnings: [String] = []
    let missing = features.missingForKernels
    if !missing.isEmpty {
      warnings.append(
        "This processor lacks \(missing.joined(separator: " and ")), which the kernels are compiled "
          + "for: remove '-march=x86-64-v3' from Package.swift and build again.")
    }
    if let alternative {
      let gain = alternative.gigaflopsOneThread / openblas.gigaflopsOneThread
      if gain > 1.1 {
        warnings.append(
          "OpenBLAS chose its \(openblas.core) kernels; with "
            + "OPENBLAS_CORETYPE=\(alternative.core) in the environment, products run "
            + "\((gain * 10).rounded() / 10) times as fast here.")
      }
    }
    if cores == 1 {
      warnings.append("Only one core is available, so work that could run side by side waits.")
    }
    return warnings
  }
}
