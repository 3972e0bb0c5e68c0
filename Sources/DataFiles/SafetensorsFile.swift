#if _endian(big)
  #error("Tensor data is little-endian and is read in place.")
#endif

/// A safetensors file, mapped into memory and checked as a whole before anything is read from it.
///
/// The file must not be shortened while it is open, as for every mapping; replacing it by rename,
/// as `SafetensorsWriter` does, is harmless.
public final class SafetensorsFile: Sendable {
  /// One tensor: its name, element type, shape and place in the data.
  public struct Entry: Sendable, Equatable {
    public let name: String
    public let type: TensorType
    public let shape: [Int]
    /// Bytes in the data section.
    let range: Range<Int>

    /// Elements in all.
    public var count: Int { range.count / type.size }
  }

  public let path: String
  /// All tensors, in the header's order.
  public let entries: [Entry]
  /// The free-form strings of the header.
  public let metadata: [String: String]
  /// The names of all tensors, in the header's order.
  public var names: [String] { entries.map(\.name) }

  private let mapping: MappedFile
  private let dataStart: Int
  private let index: [String: Int]

  /// Opens and checks a file.
  ///
  /// - Throws: `FileSystemError`, `SafetensorsError`.
  public static func open(_ path: String) throws -> SafetensorsFile {
    try SafetensorsFile(path)
  }

  private init(_ path: String) throws {
    let mapping = try MappedFile(path)
    let header = try SafetensorsHeader(mapping.bytes, file: path)
    self.path = path
    self.mapping = mapping
    entries = header.entries
    metadata = Dictionary(
      header.metadata.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    dataStart = header.dataStart
    index = Dictionary(
      entries.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Whether a tensor of that name is there.
  public func contains(_ name: String) -> Bool { index[name] != nil }

  /// The entry of a tensor.
  ///
  /// - Throws: `SafetensorsError` when there is none.
  public func entry(_ name: String) throws(SafetensorsError) -> Entry {
    guard let position = index[name] else {
      throw failure(.noSuchTensor(name, suggestion: suggestion(for: name, among: names)))
    }
    return entries[position]
  }

  /// The shape of a tensor.
  ///
  /// - Throws: `SafetensorsError` when there is none.
  public func shape(_ name: String) throws(SafetensorsError) -> [Int] { try entry(name).shape }

  /// Lends the raw little-endian bytes of a tensor; they need not be aligned to its type.
  ///
  /// - Throws: `SafetensorsError` when there is none, and what `body` throws.
  public func withBytes<Result>(
    _ name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    let range = try entry(name).range
    return try withExtendedLifetime(mapping) {
      let first = dataStart + range.lowerBound
      return try body(UnsafeRawBufferPointer(rebasing: mapping.bytes[first..<first + range.count]))
    }
  }

  /// The raw little-endian bytes of a tensor, which stay where they are as long as the file object lives;
  /// they need not be aligned to its type.
  ///
  /// - Throws: `SafetensorsError` when there is none.
  public func mappedBytes(_ name: String) throws(SafetensorsError) -> UnsafeRawBufferPointer {
    let range = try entry(name).range
    let first = dataStart + range.lowerBound
    return UnsafeRawBufferPointer(rebasing: mapping.bytes[first..<first + range.count])
  }

  /// Gives back the memory that reading a tensor has taken; it can be read again.
  ///
  /// - Throws: `SafetensorsError` when there is none.
  public func release(_ name: String) throws(SafetensorsError) {
    let range = try entry(name).range
    mapping.release(dataStart + range.lowerBound..<dataStart + range.upperBound)
  }

  /// A floating-point tensor (F32, F16, BF16, F64) as floats, row by row.
  ///
  /// - Throws: `SafetensorsError`.
  public func floats(_ name: String) throws -> [Float] {
    let count = try floatEntry(name).count
    return try [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      try readFloats(name, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      filled = count
    }
  }

  /// Converts a floating-point tensor into `buffer`, whose length must be the tensor's count.
  ///
  /// - Throws: `SafetensorsError`.
  public func readFloats(
    _ name: String, into buffer: UnsafeMutableBufferPointer<Float>
  ) throws {
    let entry = try floatEntry(name)
    precondition(buffer.count == entry.count, "The buffer must have the tensor's length.")
    try withBytes(name) { bytes in
      switch entry.type {
      case .float32: UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
      case .float64: convert(bytes, to: buffer) { (bits: Double) in Float(bits) }
      case .float16: convert(bytes, to: buffer, Float.init(float16Bits:))
      case .bfloat16:
        convert(bytes, to: buffer) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
      default: preconditionFailure("Checked above.")
      }
    }
  }

  /// A tensor of whole numbers as `Int32`s.
  ///
  /// - Throws: `SafetensorsError`, also for an element that needs more than 32 bits.
  public func int32s(_ name: String) throws -> [Int32] {
    let entry = try entry(name)
    return try withBytes(name) { bytes in
      switch entry.type {
      case .bool, .uint8: return bytes.map { Int32($0) }
      case .int8: return try integers(entry, bytes, Int8.self)
      case .uint16: return try integers(entry, bytes, UInt16.self)
      case .int16: return try integers(entry, bytes, Int16.self)
      case .uint32: return try integers(entry, bytes, UInt32.self)
      case .int32: return try integers(entry, bytes, Int32.self)
      case .uint64: return try integers(entry, bytes, UInt64.self)
      case .int64: return try integers(entry, bytes, Int64.self)
      default:
        throw failure(.wrongType(tensor: name, type: entry.type, wanted: "a whole-number type"))
      }
    }
  }

  private func integers<Stored: FixedWidthInteger>(
    _ entry: Entry, _ bytes: UnsafeRawBufferPointer, _ type: Stored.Type
  ) throws(SafetensorsError) -> [Int32] {
    var integers: [Int32] = []
    integers.reserveCapacity(entry.count)
    for i in 0..<entry.count {
      let offset = i * MemoryLayout<Stored>.size
      let stored = bytes.loadUnaligned(fromByteOffset: offset, as: Stored.self)
      guard let integer = Int32(exactly: stored) else {
        throw failure(.notInt32(tensor: entry.name, element: i))
      }
      integers.append(integer)
    }
    return integers
  }

  private func convert<Stored: BitwiseCopyable>(
    _ bytes: UnsafeRawBufferPointer, to buffer: UnsafeMutableBufferPointer<Float>,
    _ float: (Stored) -> Float
  ) {
    for i in buffer.indices {
      let offset = i * MemoryLayout<Stored>.size
      buffer[i] = float(bytes.loadUnaligned(fromByteOffset: offset, as: Stored.self))
    }
  }

  private func floatEntry(_ name: String) throws(SafetensorsError) -> Entry {
    let entry = try entry(name)
    switch entry.type {
    case .float32, .float64, .float16, .bfloat16: return entry
    default:
      throw failure(
        .wrongType(tensor: name, type: entry.type, wanted: "one of F32, F16, BF16, F64"))
    }
  }

  private func failure(_ problem: SafetensorsError.Problem) -> SafetensorsError {
    SafetensorsError(file: path, problem: problem)
  }
}

extension Float {
  /// The value of a half-precision number given by its bits.
  ///
  /// Written out, because without hardware conversion the compiler calls a routine per element:
  /// the fields are moved into place and the exponent is corrected by an exact product.
  init(float16Bits bits: UInt16) {
    let magnitude = UInt32(bits & 0x7FFF) << 13
    var result = (Float(bitPattern: magnitude) * 0x1p112).bitPattern
    if magnitude >= 0x0F80_0000 { result |= 0x7F80_0000 }
    self.init(bitPattern: result | UInt32(bits & 0x8000) << 16)
  }
}
