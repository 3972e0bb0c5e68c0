import Foundation

/// What a child process notes of its work, in a file that its parent maps too: so that what is known
/// when the child dies is known to the parent.
final class Notes {
  enum Field: Int, CaseIterable {
    /// The number of the input at work, plus 1.
    case current
    case accepted, refused
    /// Nanoseconds of processor time of the slowest input, and its number.
    case slowest, slowestInput
    /// Bytes by which memory was greater than before all inputs, and the input that made it so.
    case memory, memoryInput
  }

  private let base: UnsafeMutablePointer<UInt64>
  private static let bytes = Field.allCases.count * MemoryLayout<UInt64>.stride

  init(_ path: String) throws {
    let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
    guard descriptor >= 0, ftruncate(descriptor, off_t(Self.bytes)) == 0,
      let memory = mmap(nil, Self.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      memory != MAP_FAILED
    else { throw Problem("\(path) cannot be mapped") }
    close(descriptor)
    base = memory.bindMemory(to: UInt64.self, capacity: Field.allCases.count)
  }

  deinit { munmap(base, Self.bytes) }

  subscript(_ field: Field) -> UInt64 {
    get { base[field.rawValue] }
    set { base[field.rawValue] = newValue }
  }

  func clear() { for field in Field.allCases { self[field] = 0 } }
}
