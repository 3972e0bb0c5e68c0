import ArgumentParsing
import DataFiles
import Experiments
import MachineInspection
import TensorKernels
import TransformerModel

/// The arguments with which a command is pointed at a model and at tokens to run it on.
enum ModelArguments {
  static let model = Option.required(
    "model", .directory, help: "The checkpoint folder: config.json and model.safetensors.")
  static let weights = Option.optional(
    "weights", .choice as ValueKind<StoragePrecision>,
    help:
      "How weights are kept in memory: float32, or the files' own bfloat16 or float16, which take "
      + "half the memory; as the files have them unless given.")
  static let keyValuePrecision = Option.defaulted(
    "kv-precision", .choice.shown(as: "PRECISION"), to: StoragePrecision.float32,
    help:
      "How the key-value cache is stored. float16 and bfloat16 take half the memory and round each "
      + "number by at most 2^-11 and 2^-8 of itself.")
  static let tokens = Option.required(
    "tokens", .text("TOKENS"),
    help: "Token ids separated by commas, or @FILE for a JSON file that holds an array of them.")
  /// The most tokens that can be given.
  static let tokenLimit = 1 << 28
  static let out = Option.required(
    "out", .file("safetensors").shown(as: "FILE"), help: "The safetensors file to write.")

  /// The model of a folder, its weights kept as `--weights` says.
  static func open(_ folder: String, _ arguments: Arguments) throws -> Transformer {
    try Checkpoint.open(folder, weights: arguments[weights])
  }

  /// The token ids of `--tokens`, each of which is below `vocabulary`.
  ///
  /// - Throws: `ArgumentError.rule` for what is no list of at least `least` such ids, and what
  ///   reading a file throws.
  static func readTokens(
    _ arguments: Arguments, vocabulary: Int, least: Int = 1
  ) throws -> [Int32] {
    let text = arguments[tokens]
    if text == "@" {
      throw ArgumentError.rule("--tokens @ needs the name of a file behind the @.")
    }
    let ids = text.hasPrefix("@") ? try idsOfFile(String(text.dropFirst())) : try ids(text)
    guard ids.count >= least else {
      throw ArgumentError.rule(
        "--tokens must hold at least \(least == 1 ? "one token" : "\(least) tokens"), not \(ids.count)."
      )
    }
    for (place, id) in ids.enumerated() where !(0..<vocabulary ~= id) {
      throw ArgumentError.rule(
        "--tokens holds the token \(id) in place \(place), but the model's tokens are 0 to "
          + "\(vocabulary - 1).")
    }
    return ids.map(Int32.init)
  }

  /// Refuses work that needs more memory than there is, before it is begun.
  static func checkMemory(_ neededBytes: Int, tokens: Int) throws {
    try MemoryShortage.check(
      neededBytes, free: SystemFiles.memory?.freeBytes, "\(tokens) tokens need",
      remedy: "give fewer --tokens")
  }

  private static func ids(_ text: String) throws -> [Int] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let id = Int(part.filter { $0 != " " }) else {
        throw ArgumentError.rule(
          "--tokens must be whole numbers separated by commas, or @FILE, but holds '\(part)'.")
      }
      return id
    }
  }

  private static func idsOfFile(_ path: String) throws -> [Int] {
    guard let ids = try JSONValue.read(path).ints else {
      throw ArgumentError.rule("--tokens: \(path) must hold one JSON array of whole numbers.")
    }
    return ids
  }
}
