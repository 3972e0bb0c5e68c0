import Foundation

/// A folder of a test's own, removed with everything in it at the end.
public final class TemporaryFolder: Sendable {
  public let path: String
  public var url: URL { URL(fileURLWithPath: path) }

  public init() throws {
    // In memory where there is such a place: thousands of synced files would wait for a disk.
    let memory = "/dev/shm/"
    let isWritable = FileManager.default.isWritableFile(atPath: memory)
    path = (isWritable ? memory : NSTemporaryDirectory()) + "lab-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in the folder.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// The names in the folder, hidden ones too, sorted.
  public var names: [String] { get throws { try names(in: "") } }

  /// The names in a folder within.
  public func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: file(folder)).sorted()
  }

  /// Creates a file with these bytes and gives its path.
  public func file(_ name: String, holding bytes: some Sequence<UInt8>) -> String {
    let path = file(name)
    precondition(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
    return path
  }

  /// Creates a file with this text and gives its path.
  public func file(_ name: String, holding text: String) -> String {
    file(name, holding: text.utf8)
  }

  /// Creates a file of these lines and gives its path.
  public func file(_ name: String, lines: [String]) -> String {
    file(name, holding: lines.map { $0 + "\n" }.joined())
  }

  /// The text of a file.
  public func read(_ name: String) throws -> String {
    try String(contentsOfFile: file(name), encoding: .utf8)
  }

  /// Writes a file, in a folder that is made where it is missing.
  public func write(_ text: String, to name: String) throws {
    let url = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }
}
