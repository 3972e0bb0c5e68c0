/// What a processor can do, read from the text of `/proc/cpuinfo`.
public struct ProcessorFeatures: Sendable, Equatable {
  /// The name that the maker gives the processor; nil where the system does not say.
  public let modelName: String?
  /// The feature words, as the system spells them.
  public let flags: Set<String>

  public init(cpuinfo: String) {
    var modelName: String?
    var flags: Set<String> = []
    for line in cpuinfo.split(whereSeparator: \.isNewline) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop(while: \.isWhitespace)
      switch line[..<colon].split(whereSeparator: \.isWhitespace).joined(separator: " ") {
      case "model name": modelName = modelName ?? String(value)
      case "flags", "Features":
        flags.formUnion(value.split(whereSeparator: \.isWhitespace).map(String.init))
      default: continue
      }
    }
    self.modelName = modelName
    self.flags = flags
  }

  /// The widest vector register in bits; nil when no known feature word is present.
  public var vectorBits: Int? {
    if flags.contains("avx512f") { return 512 }
    if flags.contains("avx") { return 256 }
    if flags.contains("sse2") || flags.contains("asimd") { return 128 }
    return nil
  }

  /// Whether the processor has all that the kernels for 512 bits are compiled for.
  var hasWideVectors: Bool {
    #if arch(x86_64)
      let needed = ["f", "bw", "cd", "dq", "vl"].map { "avx512" + $0 }
      return missingForKernels.isEmpty && flags.isSuperset(of: needed + ["bmi1", "bmi2", "f16c"])
    #else
      return false
    #endif
  }

  /// The feature words that the kernels are compiled for and this processor lacks.
  ///
  /// Empty on other architectures than x86-64, where the compiler's baseline is used.
  public var missingForKernels: [String] {
    #if arch(x86_64)
      return ["avx2", "f16c", "fma"].filter { !flags.contains($0) }
    #else
      return []
    #endif
  }
}
