import TensorKernels

extension Transformer {
  /// A model all of whose weights are the same number, to measure what its shape costs.
  ///
  /// What kernels cost does not depend on what they multiply.
  public static func uniform(
    _ configuration: ModelConfiguration, weights: StoragePrecision, value: Float = 0.01
  ) -> Transformer {
    guard weights != .float32 else {
      let parameters = Parameters(configuration)
      parameters.flat.fill(value)
      return Transformer(parameters)
    }
    let layout = ParameterLayout(configuration)
    return Transformer(
      configuration,
      weights: ModelTensors(configuration) { name in
        guard let entry = layout.entry(name) else { preconditionFailure("no parameter \(name)") }
        let rows = FloatStorage(count: entry.shape[entry.shape.count - 1])
        rows.view.fill(value)
        guard entry.shape.count == 2 else { return WeightView(rows.view) }
        let halves = HalfStorage(count: entry.count, precision: weights)
        for row in 0..<entry.shape[0] {
          halves.view.slice(row * rows.count, rows.count).store(rows.view)
        }
        return WeightView(halves.view)
      })
  }
}

extension InferenceSession {
  /// Bytes of the buffers that a session needs beside its cache.
  public static func bufferBytes(
    _ c: ModelConfiguration, chunk: Int = InferenceSession.chunkLength
  ) -> Int {
    PassActivations.floatsPerRow(c, layers: 1) * chunk * MemoryLayout<Float>.stride
  }
}
