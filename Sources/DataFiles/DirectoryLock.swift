import Foundation

/// Keeps other processes out of a directory for as long as the object lives.
///
/// The lock is the kernel's (`flock`), so it ends with the process however that ends, and a file left
/// behind by a killed process locks nobody out.
public final class DirectoryLock: Sendable {
  /// Somebody else holds the lock.
  public struct Held: Error, Sendable, Equatable, CustomStringConvertible {
    public var directory: String
    /// Who holds it; nil when the holder has not written its name yet.
    public var process: Int32?
    public var host: String?

    public var description: String {
      let holder = process.map { "process \($0)" } ?? "another process"
      let place = host.map { " on host \(quoted($0))" } ?? ""
      return
        "The directory \(directory) is in use by \(holder)\(place); wait for it to end, or stop "
        + "it first."
    }
  }

  public let directory: String
  private let file: Descriptor
  private let path: String

  /// Locks an existing directory, at once or not at all.
  ///
  /// - Parameter name: the file in the directory that carries the lock; it is removed at the end.
  /// - Throws: `Held`, `FileSystemError`.
  public init(_ directory: String, name: String = ".lock") throws {
    self.directory = directory
    path = directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
    file = try Self.claim(path, in: directory)
    try note([])
  }

  /// Writes down what the work is, for `LockHolder` to read; replaces what was noted before.
  ///
  /// Values must hold no white space.
  ///
  /// - Throws: `FileSystemError`.
  public func note(_ notes: [(name: String, value: String)]) throws {
    let words =
      ["\(getpid())", Self.hostName ?? "unknown"] + notes.map { "\($0.name)=\($0.value)" }
    let bytes = Array((words.joined(separator: " ") + "\n").utf8)
    // The new text first, so that a reader never finds the file empty.
    guard pwrite(file.number, bytes, bytes.count, 0) == bytes.count,
      ftruncate(file.number, off_t(bytes.count)) == 0
    else { throw file.failure(.lock) }
  }

  deinit {
    // Removed while still held: whoever waits for this very file sees that it has gone.
    unlink(path)
  }

  private static func claim(_ path: String, in directory: String) throws -> Descriptor {
    for _ in 0..<100 {
      let file = try Descriptor(opening: path, O_RDWR | O_CREAT | O_NOFOLLOW, for: .lock)
      if flock(file.number, LOCK_EX | LOCK_NB) != 0 {
        guard errno == EWOULDBLOCK else { throw file.failure(.lock) }
        throw holder(file, directory)
      }
      // Between opening and locking, the previous holder may have removed the file.
      if try file.status().isSameFile(as: Descriptor.status(of: path)) { return file }
    }
    throw Held(directory: directory, process: nil, host: nil)
  }

  /// Who wrote its name into the lock file.
  private static func holder(_ file: Descriptor, _ directory: String) -> Held {
    let text = String(decoding: (try? file.read(atMost: 512)) ?? [], as: UTF8.self)
    let words = text.split(whereSeparator: \.isWhitespace)
    return Held(
      directory: directory, process: words.first.flatMap { Int32($0) },
      host: words.count > 1 ? String(words[1]) : nil)
  }
}
