/// Collects named tensors and writes them as one safetensors file, in the order given.
///
/// Arrays are kept, not copied, until the file is written.
public struct SafetensorsWriter: Sendable {
  private enum Elements: Sendable {
    case floats([Float])
    /// Made when they are written, and let go again.
    case madeFloats(count: Int, @Sendable () -> [Float])
    case int32s([Int32])

    var type: TensorType {
      switch self {
      case .floats, .madeFloats: .float32
      case .int32s: .int32
      }
    }

    func withBytes(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
      switch self {
      case .floats(let floats): try floats.withUnsafeBytes(body)
      case .madeFloats(let count, let make):
        let floats = make()
        precondition(floats.count == count, "a tensor of another size than was announced")
        try floats.withUnsafeBytes(body)
      case .int32s(let int32s): try int32s.withUnsafeBytes(body)
      }
    }
  }

  private var tensors: [(name: String, shape: [Int], elements: Elements)] = []
  private var names: Set<String> = []
  private let metadata: [(key: String, value: String)]

  /// - Parameter metadata: free-form strings for the header, with distinct keys.
  public init(metadata: [(key: String, value: String)] = []) {
    precondition(
      Set(metadata.map(\.key)).count == metadata.count, "Metadata keys must be distinct.")
    self.metadata = metadata
  }

  /// Adds a float32 tensor; `floats` holds it row by row.
  public mutating func add(_ name: String, shape: [Int], floats: [Float]) {
    add(name, shape, count: floats.count, .floats(floats))
  }

  /// Adds a float32 tensor of which `make` gives the elements when the file is written, so that no
  /// more than one such tensor is held at a time.
  public mutating func add(
    _ name: String, shape: [Int], floatsFrom make: @escaping @Sendable () -> [Float]
  ) {
    let count = shape.reduce(1, *)
    add(name, shape, count: count, .madeFloats(count: count, make))
  }

  /// Adds an int32 tensor; `int32s` holds it row by row.
  public mutating func add(_ name: String, shape: [Int], int32s: [Int32]) {
    add(name, shape, count: int32s.count, .int32s(int32s))
  }

  private mutating func add(_ name: String, _ shape: [Int], count: Int, _ elements: Elements) {
    precondition(
      shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == count,
      "The shape \(shape) of \(name) needs another count than \(count).")
    precondition(
      name != "__metadata__" && names.insert(name).inserted, "The name \(name) cannot be used.")
    tensors.append((name, shape, elements))
  }

  /// Writes the file, at once or not at all.
  ///
  /// - Throws: `FileSystemError`.
  public func write(to path: String) throws {
    var file = try AtomicFileWriter(path)
    try file.write(header())
    for tensor in tensors {
      try tensor.elements.withBytes { try file.write(raw: $0) }
    }
    try file.commit()
  }

  /// Length and text of the header, filled up with spaces so that the data starts at a multiple of 8.
  private func header() -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      if !metadata.isEmpty {
        json.object("__metadata__") { json in
          for (key, value) in metadata { json.member(key, value) }
        }
      }
      var offset = 0
      for tensor in tensors {
        let end = offset + tensor.elements.type.size * tensor.shape.reduce(1, *)
        json.object(tensor.name) { json in
          json.member("dtype", tensor.elements.type.rawValue)
          json.member("shape", integers: tensor.shape)
          json.member("data_offsets", integers: [offset, end])
        }
        offset = end
      }
    }
    var text = json.bytes
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
  }
}
