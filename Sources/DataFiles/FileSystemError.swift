import Foundation

/// What went wrong between the program and the file system.
public enum FileSystemError: Error, Equatable, Sendable {
  /// What was being done to the path.
  public enum Action: String, Sendable {
    case open, read, write, sync, replace, map, lock, create, remove
  }

  /// The operating system refused; `code` is its `errno`.
  case refused(Action, path: String, code: Int32)
  /// A regular file was wanted and something else (a directory, a device) stands there.
  case notAFile(path: String)
  /// The folder above the path is there, but takes nothing new, as those of `/proc` do.
  case takesNothingNew(path: String)
  /// The file was removed while it was being written.
  case removed(path: String)
  /// The file is longer than the reader accepts.
  case tooLarge(path: String, limit: Int)

  /// The path that the error is about.
  public var path: String {
    switch self {
    case .refused(_, let path, _), .notAFile(let path), .takesNothingNew(let path),
      .removed(let path), .tooLarge(let path, _):
      path
    }
  }
}

extension FileSystemError: CustomStringConvertible {
  public var description: String {
    // Paths may come out of files, and hold anything.
    let path = legible(path, limit: 1000)
    return switch self {
    case .refused(let action, _, _): "Cannot \(Self.verb(action)) \(path): \(reason)."
    case .notAFile, .removed, .tooLarge: "\(path) \(reason)."
    case .takesNothingNew: "Cannot create \(path): \(reason)."
    }
  }

  /// What was wrong and what would be right, without the path.
  public var reason: String {
    switch self {
    case .refused(let action, let path, let code): Self.reason(code, action: action, path: path)
    case .notAFile: "is not a regular file; name a file"
    case .takesNothingNew: "nothing new can be made there; name a place elsewhere"
    case .removed: "was removed while it was being written; give the command again"
    case .tooLarge(_, let limit): "is larger than the \(limit) bytes that are accepted here"
    }
  }

  private static func verb(_ action: Action) -> String {
    switch action {
    case .sync: "bring to disk"
    case .replace: "put in place"
    default: action.rawValue
    }
  }

  /// The meaning of an `errno`, with the remedy where there is an obvious one.
  private static func reason(_ code: Int32, action: Action, path: String) -> String {
    let isWriting = ![.open, .read, .map].contains(action)
    switch code {
    case ENOENT where isWriting: return "its folder does not exist; create it first"
    case ENOENT: return "it does not exist"
    case EACCES, EPERM:
      return isWriting
        ? "permission denied; name a place where you may write"
        : "permission denied; name a file that you may read"
    case ENOSPC: return "the disk is full; make room, or name a place elsewhere"
    case EDQUOT: return "the disk quota is used up; make room, or name a place elsewhere"
    case EROFS: return "the file system is read-only; name a place elsewhere"
    case EISDIR: return "it is a directory; name a file"
    case ENOTDIR: return "part of the path is not a directory; check the path"
    case EEXIST: return "a file of that name is in the way; name another folder"
    case ENAMETOOLONG: return "the name is too long; choose a shorter one"
    default: return String(cString: strerror(code)).lowercased()
    }
  }
}
