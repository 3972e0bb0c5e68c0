import Foundation

/// Who holds the lock of a directory, as the lock's file says: for those who only want to know.
public struct LockHolder: Sendable, Equatable {
  public var process: Int32
  public var host: String?
  /// What the holder wrote about its work, by name.
  public var notes: [String: String]

  /// Reads a lock's file; nil where nobody holds the lock, and where the holder has just come and not
  /// written its name yet.
  ///
  /// Never takes the lock, so that nobody who wants it is turned away meanwhile.
  public static func read(_ directory: String, name: String = ".lock") -> LockHolder? {
    let path = directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
    guard let bytes = try? FileSystem.read(path, maximumBytes: 1 << 16),
      let holder = LockHolder(String(decoding: bytes, as: UTF8.self))
    else { return nil }
    return holder.isGone ? nil : holder
  }

  init?(_ text: String) {
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    guard let process = words.first.flatMap({ Int32($0) }), process > 0 else { return nil }
    self.process = process
    host = words.count > 1 ? words[1] : nil
    notes = [:]
    for word in words.dropFirst(2) {
      let parts = word.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { notes[String(parts[0])] = String(parts[1]) }
    }
  }

  /// Whether the holder was a process of this host that is no more: a killed process leaves the file,
  /// though not the lock. Of another host nothing can be known.
  private var isGone: Bool {
    guard host == nil || host == DirectoryLock.hostName else { return false }
    return kill(process, 0) != 0 && errno == ESRCH
  }
}

extension DirectoryLock {
  /// The name of this host; nil where the system does not report it it.
  static var hostName: String? {
    var system = utsname()
    guard uname(&system) == 0 else { return nil }
    return withUnsafeBytes(of: system.nodename) { name in
      String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
