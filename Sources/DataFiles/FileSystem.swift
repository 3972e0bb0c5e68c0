import Foundation

/// Plain reads and folders, with errors that name the path.
public enum FileSystem {
  /// The bytes of a file of at most `maximumBytes`.
  ///
  /// - Throws: `FileSystemError`, also for a directory or a longer file (a device that never ends
  ///   is such a file).
  public static func read(_ path: String, maximumBytes: Int = 1 << 30) throws -> [UInt8] {
    let file = try Descriptor(opening: path, O_RDONLY, for: .open)
    let size = try file.status().size
    guard size <= maximumBytes else {
      throw FileSystemError.tooLarge(path: path, limit: maximumBytes)
    }
    var bytes: [UInt8] = []
    var room = size
    while true {
      let before = bytes.count
      let wanted = min(room, maximumBytes - before)
      bytes.append(contentsOf: try file.read(atMost: wanted + 1))
      guard bytes.count > before else { return bytes }
      guard bytes.count <= maximumBytes else {
        throw FileSystemError.tooLarge(path: path, limit: maximumBytes)
      }
      room = max(1 << 16, room - (bytes.count - before))
    }
  }

  /// Creates a directory and those above it; one that exists already is left alone.
  ///
  /// - Throws: `FileSystemError`.
  public static func createDirectory(_ path: String) throws {
    if mkdir(path, 0o777) == 0 { return }
    let code = errno
    let parent = PathParts(path).parent
    if code == ENOENT, !parent.isEmpty, parent != path {
      try createDirectory(parent)
      if mkdir(path, 0o777) == 0 { return }
      if errno == ENOENT { throw FileSystemError.takesNothingNew(path: path) }
    }
    if isFolder(path) { return }
    throw FileSystemError.refused(.create, path: path, code: code)
  }

  /// Removes a file; one that does not exist is as good as removed.
  ///
  /// - Throws: `FileSystemError`.
  public static func removeFile(_ path: String) throws {
    guard unlink(path) != 0 else { return }
    let code = errno
    if code != ENOENT { throw FileSystemError.refused(.remove, path: path, code: code) }
  }

  /// The path of a file in a folder.
  public static func path(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// The names in a folder; none where there is no folder.
  public static func names(in folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }

  /// When a file was last written; nil where there is none.
  public static func lastWritten(_ path: String) -> Date? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
  }

  /// Whether anything stands at the path.
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Whether both paths lead to one file that exists.
  public static func isSameFile(_ one: String, _ other: String) -> Bool {
    Descriptor.status(of: one)?.isSameFile(as: Descriptor.status(of: other)) ?? false
  }

  /// Removes a directory if it is empty, and leaves everything else alone.
  public static func removeIfEmpty(_ path: String) { rmdir(path) }

  /// Whether a directory stands at the path.
  public static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
