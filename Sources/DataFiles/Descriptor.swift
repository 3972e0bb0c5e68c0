import Foundation

/// An open file: the one place that calls the system's read and write, closing on release.
///
/// Unchecked, because the descriptor number is all it holds and the kernel guards the rest.
final class Descriptor: @unchecked Sendable {
  let number: Int32
  let path: String

  /// - Throws: `FileSystemError` with the given action.
  init(
    opening path: String, as name: String? = nil, _ flags: Int32, for action: FileSystemError.Action
  ) throws {
    // The system would end the name there and open another file.
    if path.utf8.contains(0) {
      throw FileSystemError.refused(action, path: name ?? path, code: ENOENT)
    }
    var opened: Int32
    repeat { opened = open(path, flags | O_CLOEXEC, 0o666) } while opened < 0 && errno == EINTR
    self.path = name ?? path
    guard opened >= 0 else {
      throw FileSystemError.refused(action, path: name ?? path, code: errno)
    }
    number = opened
  }

  deinit { close(number) }

  /// What identifies the open file, and its size in bytes.
  struct Status {
    var device: UInt
    var inode: UInt
    var size: Int
    var isRegular: Bool
    /// Whether a name in some directory still leads to it.
    var hasName: Bool

    init(_ status: stat) {
      device = UInt(status.st_dev)
      inode = UInt(status.st_ino)
      size = max(0, Int(status.st_size))
      isRegular = status.st_mode & S_IFMT == S_IFREG
      hasName = status.st_nlink > 0
    }

    func isSameFile(as other: Status?) -> Bool {
      device == other?.device && inode == other?.inode
    }
  }

  func status() throws -> Status {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw failure(.read) }
    return Status(status)
  }

  /// The status of what a path names now; nil when nothing does.
  static func status(of path: String) -> Status? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Status(status)
  }

  /// The next bytes, empty at the end of the file.
  func read(atMost count: Int) throws -> [UInt8] {
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      var got: Int
      repeat {
        got = Foundation.read(number, buffer.baseAddress, count)
      } while got < 0 && errno == EINTR
      code = got < 0 ? errno : 0
      filled = max(0, got)
    }
    guard code == 0 else { throw FileSystemError.refused(.read, path: path, code: code) }
    return bytes
  }

  /// Writes all bytes.
  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      let written = Foundation.write(number, rest.baseAddress, rest.count)
      if written < 0 {
        guard errno == EINTR else { throw failure(.write) }
      } else {
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
      }
    }
  }

  /// Brings what was written to the disk itself. A file that cannot be synced (a pipe) is none.
  func sync() throws {
    guard fsync(number) != 0, errno != EINVAL, errno != ENOTSUP else { return }
    throw failure(.sync)
  }

  func failure(_ action: FileSystemError.Action) -> FileSystemError {
    .refused(action, path: path, code: errno)
  }

  /// Makes a new name in a directory survive a power cut, where that directory can be opened.
  static func syncDirectory(of path: String) throws {
    let parent = PathParts(path).parent
    let directory = parent.isEmpty ? "." : parent
    guard let opened = try? Descriptor(opening: directory, O_RDONLY | O_DIRECTORY, for: .sync)
    else { return }
    try opened.sync()
  }
}
