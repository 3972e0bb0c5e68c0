import Foundation

/// A folder of a test's own, removed with everything in it at the end.
final class TemporaryFolder {
  let path: String

  init() {
    // In memory where there is such a place: thousands of synced files would wait for a disk.
    let memory = "/dev/shm/"
    let isWritable = FileManager.default.isWritableFile(atPath: memory)
    path = (isWritable ? memory : NSTemporaryDirectory()) + "datafiles-" + UUID().uuidString
    try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in the folder.
  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Creates a file with these bytes and gives its path.
  func file(_ name: String, holding bytes: some Sequence<UInt8>) -> String {
    let path = file(name)
    precondition(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
    return path
  }

  func file(_ name: String, holding text: String) -> String { file(name, holding: text.utf8) }

  /// The names of everything in the folder, hidden files too.
  var contents: [String] {
    try! FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }
}
