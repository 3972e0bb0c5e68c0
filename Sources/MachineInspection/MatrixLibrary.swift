import Foundation
import TensorKernels

extension MachineReport.MatrixLibrary {
  /// What this process runs, and how fast.
  public static func measured() -> Self {
    Self(
      core: BLASInformation.core, configuration: BLASInformation.configuration,
      gigaflopsOneThread: rounded(BLASInformation.peakRate(workers: 1) / 1e9),
      gigaflopsTwoThreads: rounded(BLASInformation.peakRate(workers: 2) / 1e9))
  }

  /// The kernels that suit the processor better by its features, measured in a process of their own
  /// because OpenBLAS chooses when it is loaded; nil when there are none.
  ///
  /// An OpenBLAS older than the processor falls back on kernels of an earlier family, sometimes at
  /// half the speed or less, and says nothing.
  func alternative(
    on features: ProcessorFeatures, productsCommand: [String], measure: Measurement? = nil
  ) -> Self? {
    let wide = ["avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"]
    let better: String
    if wide.allSatisfy(features.flags.contains) {
      guard !runs("SkylakeX", "Cooperlake", "Sapphirerapids") else { return nil }
      better = "SkylakeX"
    } else if features.flags.isSuperset(of: ["avx2", "fma"]) {
      guard !runs("Haswell", "Zen") else { return nil }
      better = "Haswell"
    } else {
      return nil
    }
    guard
      let text = (measure ?? Self.ownProgram)(productsCommand, ["OPENBLAS_CORETYPE": better]),
      let library = try? Self.decoder.decode(Self.self, from: Data(text.utf8)),
      library.core != core
    else { return nil }
    return library
  }

  /// Runs a command with additions to the environment, and returns what it prints.
  typealias Measurement = (_ words: [String], _ environment: [String: String]) -> String?

  /// A command of this program, in a process of its own.
  private static func ownProgram(_ words: [String], _ environment: [String: String]) -> String? {
    let program = "/proc/\(ProcessInfo.processInfo.processIdentifier)/exe"
    return ToolInspection.output([program] + words, environment: environment)
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }

  private func runs(_ cores: String...) -> Bool {
    cores.contains { $0.lowercased() == core.lowercased() }
  }

  private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
