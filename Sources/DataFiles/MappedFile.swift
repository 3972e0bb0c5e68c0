import Foundation

/// A regular file mapped read-only into memory.
///
/// Unchecked, because the mapping is never written and lives exactly as long as the object.
final class MappedFile: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer

  /// - Throws: `FileSystemError`.
  init(_ path: String) throws {
    let file = try Descriptor(opening: path, O_RDONLY | O_NONBLOCK, for: .open)
    let status = try file.status()
    guard status.isRegular else { throw FileSystemError.notAFile(path: path) }
    guard status.size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let base = mmap(nil, status.size, PROT_READ, MAP_PRIVATE, file.number, 0),
      base != MAP_FAILED
    else { throw file.failure(.map) }
    bytes = UnsafeRawBufferPointer(start: base, count: status.size)
  }

  deinit {
    if let base = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: base), bytes.count) }
  }
}
