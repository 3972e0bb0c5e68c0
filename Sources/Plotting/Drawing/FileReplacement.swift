import Foundation
import Synchronization

/// Counts the temporary files of this process, so that figures drawn in parallel never share one.
private let serial = Atomic<Int>(0)

/// Writes a file so that a reader sees the old bytes or all of the new ones, never a part.
///
/// The bytes go to a new file in the same directory, reach the disk, and only then take the name.
/// - Throws: `PlottingError.cannotWrite` with the system's reason; nothing is left behind.
func replaceFile(at path: String, with data: Data) throws(PlottingError) {
  // Split by hand: Foundation's `deletingLastPathComponent` stops the program on one character.
  let slash = path.lastIndex(of: "/")
  let folder = slash.map { path[...$0] } ?? ""
  let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
  let number = serial.add(1, ordering: .relaxed).newValue
  let temporary = "\(folder).\(name).\(getpid()).\(number).part"

  func failure() -> PlottingError {
    .cannotWrite(
      path: path,
      reason: errno == ENOENT
        ? "its folder does not exist; create it, or name another"
        : String(cString: strerror(errno)))
  }
  let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else { throw failure() }
  guard writeAll(data, to: descriptor), fsync(descriptor) == 0 else {
    let error = failure()
    close(descriptor)
    unlink(temporary)
    throw error
  }
  close(descriptor)
  guard rename(temporary, path) == 0 else {
    let error = failure()
    unlink(temporary)
    throw error
  }
}

/// Whether every byte was taken; `errno` says why not.
private func writeAll(_ data: Data, to descriptor: Int32) -> Bool {
  data.withUnsafeBytes { buffer in
    var rest = buffer[...]
    while !rest.isEmpty {
      let written = write(
        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return false }
      rest = rest.dropFirst(written)
    }
    return true
  }
}
