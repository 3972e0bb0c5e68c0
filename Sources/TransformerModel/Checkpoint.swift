import DataFiles
import Foundation
import TensorKernels

/// A checkpoint folder in the Hugging Face layout: `config.json` and `model.safetensors`, or several
/// shards with `model.safetensors.index.json`.
public enum Checkpoint {
  /// Opens a folder strictly: every tensor that the configuration calls for is there once, in its
  /// shape, finite, and none is left over.
  ///
  /// float16 and bfloat16 tensors are widened to float32. A tied checkpoint may hold `lm_head.weight`
  /// all the same, as some published ones do, and any checkpoint `rotary_emb.inv_freq`; both are passed
  /// over.
  ///
  /// - Throws: `CheckpointError`, `SafetensorsError`, `JSONError` or `FileSystemError`.
  public static func load(_ folder: String) throws -> Parameters {
    let configuration = try configuration(folder)
    return try widened(checkedFiles(folder, configuration), configuration)
  }

  /// The files of a folder, which hold all that `configuration` calls for.
  ///
  /// Names and shapes are checked before anything else: only once the files are known to hold all
  /// weights is there any reason to believe the configuration that they need so much memory.
  static func checkedFiles(
    _ folder: String, _ configuration: ModelConfiguration
  ) throws -> [SafetensorsFile] {
    let files = try weightFiles(folder).map(SafetensorsFile.open)
    try check(files, hold: configuration, in: folder)
    return files
  }

  /// All weights in float32.
  static func widened(
    _ files: [SafetensorsFile], _ configuration: ModelConfiguration
  ) throws -> Parameters {
    let parameters = Parameters(configuration)
    for file in files {
      for name in file.names where parameters.layout.entry(name) != nil {
        try read(name, of: file, into: parameters.view(name))
      }
    }
    return parameters
  }

  /// Reads a tensor, widened to floats that are all finite.
  static func read(_ name: String, of file: SafetensorsFile, into view: FloatView) throws {
    try view.withUnsafeMutableBuffer { buffer in
      try file.readFloats(name, into: buffer)
      if let index = buffer.firstIndex(where: { !$0.isFinite }) {
        throw CheckpointError.notFinite(file: file.path, name: name, index: index)
      }
    }
    // The file's pages have been copied, and would count twice.
    try file.release(name)
  }

  /// The configuration of a checkpoint folder.
  ///
  /// - Throws: `CheckpointError`, `JSONError` or `FileSystemError`.
  public static func configuration(_ folder: String) throws -> ModelConfiguration {
    do {
      return try ConfigurationFile.read(path(folder, "config.json"))
    } catch FileSystemError.refused(.open, _, let code) where [ENOENT, ENOTDIR].contains(code) {
      throw CheckpointError.noConfiguration(folder: folder)
    }
  }

  private static func check(
    _ files: [SafetensorsFile], hold configuration: ModelConfiguration, in folder: String
  ) throws {
    let layout = ParameterLayout(configuration)
    var left = Set(layout.entries.map(\.name))
    for file in files {
      for tensor in file.entries {
        if isPassedOver(tensor.name, configuration) { continue }
        guard let entry = layout.entry(tensor.name), left.remove(tensor.name) != nil else {
          throw CheckpointError.extraTensor(file: file.path, name: tensor.name)
        }
        guard tensor.shape == entry.shape else {
          throw CheckpointError.misshapen(
            file: file.path, name: tensor.name, shape: tensor.shape, expected: entry.shape)
        }
      }
    }
    if let missing = layout.entries.first(where: { left.contains($0.name) }) {
      throw CheckpointError.missingTensor(file: files.last?.path ?? folder, name: missing.name)
    }
  }

  /// Whether a tensor that the layout does not have may be there: a tied head once more, and the rotary
  /// frequencies that earlier releases of transformers saved, which `config.json` says.
  private static func isPassedOver(_ name: String, _ configuration: ModelConfiguration) -> Bool {
    name.hasSuffix(".rotary_emb.inv_freq")
      || (configuration.hasTiedHead && name == "lm_head.weight")
  }

  /// Writes `config.json` and `model.safetensors` (float32), each under a temporary name first.
  ///
  /// - Throws: `FileSystemError`.
  public static func save(_ parameters: Parameters, to folder: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    var writer = SafetensorsWriter(metadata: [("format", "pt")])
    writer.add(parameters)
    try writer.write(to: path(folder, "model.safetensors"))
    try AtomicFile.write(
      ConfigurationFile.text(parameters.configuration), to: path(folder, "config.json"))
  }

  private static func path(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// The files that hold the weights, each once, in the order of their names.
  static func weightFiles(_ folder: String) throws -> [String] {
    let single = path(folder, "model.safetensors")
    if FileManager.default.fileExists(atPath: single) { return [single] }
    let index = path(folder, "model.safetensors.index.json")
    guard FileManager.default.fileExists(atPath: index) else {
      throw CheckpointError.noWeights(folder: folder)
    }
    var reader = try JSONObjectReader(JSONValue.read(index), file: index)
    var shards: Set<String> = []
    var map = try reader.object("weight_map")
    for name in map.keys {
      let shard = try map.string(name)
      if shard.isEmpty || shard.contains("/") || shard.hasPrefix(".") || shard.utf8.count > 255 {
        throw CheckpointError.strayShard(file: index, name: name, shard: shard)
      }
      shards.insert(shard)
    }
    if shards.isEmpty { throw reader.invalid("weight_map", "names no shard") }
    return shards.sorted().map { path(folder, $0) }
  }
}

extension SafetensorsWriter {
  /// Adds every tensor of `parameters`, its name behind `prefix`.
  public mutating func add(_ parameters: Parameters, prefix: String = "") {
    for entry in parameters.layout.entries {
      let view = parameters.flat.slice(entry.offset, entry.count)
      add(prefix + entry.name, shape: entry.shape, floatsFrom: { view.array })
    }
  }
}
