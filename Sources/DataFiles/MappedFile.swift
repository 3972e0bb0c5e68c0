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

  /// Gives back the pages that lie wholly within `range`; they are mapped anew when they are read.
  func release(_ range: Range<Int>) {
    let page = sysconf(Int32(_SC_PAGESIZE))
    let first = (range.lowerBound + page - 1) / page * page
    let end = range.upperBound / page * page
    guard let base = bytes.baseAddress, first < end else { return }
    // Advice: where it is not taken, the pages stay.
    _ = madvise(UnsafeMutableRawPointer(mutating: base + first), end - first, MADV_DONTNEED)
  }

  deinit {
    if let base = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: base), bytes.count) }
  }
}
