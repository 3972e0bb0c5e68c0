import DataFiles
import TensorKernels

extension Checkpoint {
  /// Opens a folder for passes that only read the weights, as strictly as `load`.
  ///
  /// Matrices that the files hold in bfloat16 or float16 stay so and stay where they are: products read
  /// the mapped pages, which several processes share and which the system may give up and read again.
  ///
  /// - Parameter weights: how matrices are to be kept; nil leaves each as it is in its file, `.float32`
  ///   widens all, and another precision must be the file's own.
  /// - Throws: `CheckpointError`, `SafetensorsError`, `JSONError` or `FileSystemError`.
  public static func open(
    _ folder: String, weights: StoragePrecision? = nil
  ) throws -> Transformer {
    let configuration = try configuration(folder)
    let files = try checkedFiles(folder, configuration)
    var places: [String: (file: SafetensorsFile, entry: SafetensorsFile.Entry)] = [:]
    for file in files {
      for entry in file.entries { places[entry.name] = (file, entry) }
    }
    let matrices = ParameterLayout(configuration).entries.filter { $0.shape.count == 2 }
    if let weights, weights != .float32 {
      for matrix in matrices {
        guard let place = places[matrix.name], place.entry.type.precision != weights else {
          continue
        }
        throw CheckpointError.otherPrecision(
          file: place.file.path, name: matrix.name, type: place.entry.type.rawValue,
          wanted: weights.rawValue)
      }
    }
    let keepsHalves = matrices.contains { places[$0.name]?.entry.type.precision != .float32 }
    guard weights != .float32 && keepsHalves else {
      return Transformer(try widened(files, configuration))
    }
    var views: [String: WeightView] = [:]
    for (name, place) in places {
      let isMatrix = place.entry.shape.count == 2
      // Gate and up are one matrix, and so of one precision.
      let twin = twinName(name).flatMap { places[$0]?.entry.type } ?? place.entry.type
      let precision = twin == place.entry.type ? twin.precision : .float32
      if isMatrix && precision != .float32 {
        views[name] = WeightView(try halves(name, precision, of: place.file))
      } else {
        let view = FloatStorage(count: place.entry.count).view
        try read(name, of: place.file, into: view)
        views[name] = WeightView(view)
      }
    }
    joinFloats(&views, configuration)
    return Transformer(
      configuration,
      weights: ModelTensors(configuration) { name in
        guard let view = views[name] else { preconditionFailure("no tensor \(name)") }
        return view
      })
  }

  /// How a folder's files hold the weight matrices: what most of the numbers are. Nil where the folder has
  /// no weights.
  ///
  /// - Throws: `CheckpointError`, `SafetensorsError`, `JSONError` or `FileSystemError`.
  public static func storedPrecision(_ folder: String) throws -> StoragePrecision? {
    var counts: [StoragePrecision: Int] = [:]
    do {
      for path in try weightFiles(folder) {
        for entry in try SafetensorsFile.open(path).entries where entry.shape.count == 2 {
          counts[entry.type.precision, default: 0] += entry.count
        }
      }
    } catch CheckpointError.noWeights {
      return nil
    }
    return StoragePrecision.allCases.max { counts[$0, default: 0] < counts[$1, default: 0] }
  }

  /// The other half of what is one matrix here and two tensors in a file.
  private static func twinName(_ name: String) -> String? {
    let (gate, up) = ("mlp.gate_proj.weight", "mlp.up_proj.weight")
    if name.hasSuffix(gate) { return name.dropLast(gate.count) + up }
    if name.hasSuffix(up) { return name.dropLast(up.count) + gate }
    return nil
  }

  /// Puts gates and ups that are floats side by side, as floats have to lie to be one matrix.
  private static func joinFloats(
    _ views: inout [String: WeightView], _ configuration: ModelConfiguration
  ) {
    for layer in 0..<configuration.layers {
      let gate = "model.layers.\(layer).mlp.gate_proj.weight"
      guard let up = twinName(gate), let first = views[gate], let second = views[up],
        first.precision == .float32
      else { continue }
      let both = FloatStorage(count: first.count + second.count).view
      both.slice(0, first.count).copy(from: first)
      both.slice(first.count, second.count).copy(from: second)
      views[gate] = WeightView(both.slice(0, first.count))
      views[up] = WeightView(both.slice(first.count, second.count))
    }
  }

  private static func halves(
    _ name: String, _ precision: StoragePrecision, of file: SafetensorsFile
  ) throws -> HalfView {
    let view = HalfStorage(
      reading: try file.mappedBytes(name), precision: precision, of: file
    ).view
    if let index = view.firstNotFinite {
      throw CheckpointError.notFinite(file: file.path, name: name, index: index)
    }
    return view
  }
}

extension TensorType {
  /// How numbers of this type are kept in memory: halves as they are, everything else as floats.
  var precision: StoragePrecision {
    switch self {
    case .bfloat16: .bfloat16
    case .float16: .float16
    default: .float32
    }
  }
}
