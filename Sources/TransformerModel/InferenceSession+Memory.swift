import TensorKernels

extension InferenceSession {
  /// Bytes that a session takes once it is full, its weights aside: the cache, and buffers that do not
  /// grow with its capacity but for the list of its tokens.
  ///
  /// - Parameters:
  ///   - capacity, workers, chunk, precision: as the session is made with.
  public static func bytes(
    _ c: ModelConfiguration, capacity: Int, workers: Workers = .one,
    chunk: Int? = nil, precision: StoragePrecision = .float32
  ) -> Int {
    let rows = max(1, min(chunk ?? chunkLength(for: workers), capacity))
    let attention = Attention(
      queryHeads: c.queryHeads, keyValueHeads: c.keyValueHeads, headWidth: c.headWidth)
    let floats =
      rows * (PassActivations.floatsPerRow(c, layers: 1) + c.headWidth)
      + workers.count * attention.scratchCount
    return KeyValueCache.bytes(c, capacity: capacity, precision: precision)
      + floats * MemoryLayout<Float>.stride + 2 * capacity * MemoryLayout<Int32>.stride
  }
}
