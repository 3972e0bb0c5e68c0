import Foundation

/// Writes a file piece by piece under a temporary name beside it, and puts it in place on `commit`.
///
/// Without a `commit` nothing changes: a writer that goes out of scope removes its temporary file.
/// The temporary name is derived from the final one and guarded by a lock, so that what a killed
/// process left behind is taken over by the next run instead of piling up. A symbolic link is
/// followed; a device or pipe (`/dev/stdout`) is written straight through.
public struct AtomicFileWriter: ~Copyable {
  /// The path that was asked for.
  public let path: String
  /// Bytes written so far.
  public private(set) var count = 0

  private let file: Descriptor
  /// Where the file comes to stand, links resolved; nil for what cannot be replaced.
  private let destination: String?
  private let temporary: String
  private var buffer: [UInt8] = []
  private var isCommitted = false

  private static let bufferBytes = 1 << 18

  /// Starts a file; nothing is visible at `path` yet.
  ///
  /// - Throws: `FileSystemError` when the folder is missing or not writable, or `path` is a
  ///   directory.
  public init(_ path: String) throws {
    let opened = try Self.open(path)
    self.path = path
    (file, temporary, destination) = (opened.file, opened.temporary, opened.destination)
    buffer.reserveCapacity(Self.bufferBytes)
  }

  deinit {
    // The lock is still held here, so the name cannot be another process's file yet.
    if destination != nil, !isCommitted { unlink(temporary) }
  }

  /// Appends bytes.
  ///
  /// - Throws: `FileSystemError`; give up the writer then.
  public mutating func write(_ bytes: some ContiguousBytes) throws {
    try bytes.withUnsafeBytes { try write(raw: $0) }
  }

  /// Appends text in UTF-8.
  ///
  /// - Throws: `FileSystemError`; give up the writer then.
  public mutating func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { try write(raw: UnsafeRawBufferPointer($0)) }
  }

  mutating func write(raw bytes: UnsafeRawBufferPointer) throws {
    count += bytes.count
    if buffer.count + bytes.count > Self.bufferBytes { try flush() }
    if bytes.count >= Self.bufferBytes {
      try file.write(bytes)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  private mutating func flush() throws {
    try buffer.withUnsafeBytes { try file.write($0) }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Brings everything to disk and puts the file in place.
  ///
  /// - Throws: `FileSystemError`; the old file, if any, is then untouched.
  public mutating func commit() throws {
    precondition(!isCommitted, "A file is committed once.")
    try flush()
    try file.sync()
    if let destination {
      guard rename(temporary, destination) == 0 else {
        throw FileSystemError.refused(.replace, path: path, code: errno)
      }
      isCommitted = true
      try Descriptor.syncDirectory(of: destination)
    }
    isCommitted = true
  }

  private struct Opened {
    var file: Descriptor
    var temporary: String
    var destination: String?
  }

  /// Opens what takes the bytes: a temporary file, or a device or pipe itself.
  private static func open(_ path: String) throws -> Opened {
    guard !path.isEmpty else {
      throw FileSystemError.refused(.write, path: "\"\"", code: ENOENT)
    }
    var status = stat()
    guard stat(path, &status) == 0 else { return try claimTemporary(for: path, named: path) }
    switch status.st_mode & S_IFMT {
    case S_IFREG:
      guard let resolved = realpath(path, nil) else {
        throw FileSystemError.refused(.write, path: path, code: errno)
      }
      defer { free(resolved) }
      return try claimTemporary(for: String(cString: resolved), named: path)
    case S_IFDIR: throw FileSystemError.refused(.write, path: path, code: EISDIR)
    default:
      return Opened(
        file: try Descriptor(opening: path, O_WRONLY, for: .write), temporary: path,
        destination: nil)
    }
  }

  /// Opens and locks an empty temporary file beside `destination`.
  private static func claimTemporary(
    for destination: String, named path: String
  ) throws -> Opened {
    let parts = PathParts(destination)
    let stem =
      (parts.parent.isEmpty ? "" : "\(parts.parent)/") + ".\(parts.name).partial"
    for attempt in 0..<1000 {
      let temporary = attempt == 0 ? stem : "\(stem)-\(attempt)"
      let file: Descriptor
      do {
        file = try Descriptor(
          opening: temporary, as: path, O_RDWR | O_CREAT | O_NOFOLLOW, for: .write)
      } catch FileSystemError.refused(.write, _, code: ENOENT)
        where parts.parent.isEmpty || FileSystem.exists(parts.parent)
      {
        throw FileSystemError.takesNothingNew(path: path)
      }
      if flock(file.number, LOCK_EX | LOCK_NB) != 0 {
        guard errno == EWOULDBLOCK else { throw file.failure(.lock) }
        continue
      }
      // Between opening and locking, the previous holder may have moved this file into place.
      guard try file.status().isSameFile(as: Descriptor.status(of: temporary)) else { continue }
      guard ftruncate(file.number, 0) == 0 else { throw file.failure(.write) }
      return Opened(file: file, temporary: temporary, destination: destination)
    }
    throw FileSystemError.refused(.write, path: path, code: EBUSY)
  }
}
