/// A path taken apart at its last slash, the way POSIX takes it apart.
///
/// Foundation's `deletingLastPathComponent` stops the program on a path of one character.
struct PathParts: Equatable {
  /// What stands before the last component: empty where the path has no slash, `/` for the root.
  let parent: String
  /// The last component, without slashes behind it.
  let name: String

  init(_ path: String) {
    var bytes = path.utf8[...]
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else {
      (parent, name) = ("", String(bytes) ?? path)
      return
    }
    let before = bytes[..<slash]
    parent = before.isEmpty ? "/" : String(before) ?? ""
    name = String(bytes[bytes.index(after: slash)...]) ?? ""
  }

  /// The path of another file in the same folder.
  func sibling(_ name: String) -> String {
    switch parent {
    case "": name
    case "/": "/" + name
    default: parent + "/" + name
    }
  }
}
