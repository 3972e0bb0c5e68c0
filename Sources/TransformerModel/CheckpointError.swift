import DataFiles

/// Why a checkpoint folder cannot be read.
public enum CheckpointError: Error, Equatable {
  /// The configuration asks for something that the model does not do.
  case unsupported(file: String, key: String, value: String, supported: String)
  /// The configuration describes an impossible model.
  case impossible(file: String, defect: String)
  case missingTensor(file: String, name: String)
  case extraTensor(file: String, name: String)
  case misshapen(file: String, name: String, shape: [Int], expected: [Int])
  case notFinite(file: String, name: String, index: Int)
  /// The weights are not kept in the precision that was asked for.
  case otherPrecision(file: String, name: String, type: String, wanted: String)
  /// The folder holds no `config.json`, or is none.
  case noConfiguration(folder: String)
  case noWeights(folder: String)
  case strayShard(file: String, name: String, shard: String)
}

extension CheckpointError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unsupported(let file, let key, let value, let supported):
      "\(file): \(key) is \(legible(value)), but only \(supported) is supported"
    case .impossible(let file, let defect):
      "\(file): \(defect)"
    case .missingTensor(let file, let name):
      "\(file): the tensor \(name), which config.json calls for, is missing"
    case .extraTensor(let file, let name):
      "\(file): the tensor \(legible(name)) has no place in the model that config.json describes"
    case .misshapen(let file, let name, let shape, let expected):
      "\(file): the tensor \(name) has the shape \(shape), but config.json calls for \(expected)"
    case .notFinite(let file, let name, let index):
      "\(file): the tensor \(name) has a value that is not finite, at index \(index)"
    case .otherPrecision(let file, let name, let type, let wanted):
      "\(file): the tensor \(name) is \(type), which only rounding would turn into \(wanted); ask for "
        + "float32, or for nothing to have the weights as they are"
    case .noConfiguration(let folder):
      "\(folder): there is no config.json; name a checkpoint folder in the Hugging Face layout"
    case .noWeights(let folder):
      "\(folder): there is neither a model.safetensors nor a model.safetensors.index.json"
    case .strayShard(let file, let name, let shard):
      "\(file): the shard of \(legible(name)) must be the name of a file within the folder, not "
        + "\"\(legible(shard))\""
    }
  }
}
