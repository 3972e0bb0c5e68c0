import Foundation

/// Whole files that appear at once or not at all.
public enum AtomicFile {
  /// Replaces the file at `path` by these bytes.
  ///
  /// - Throws: `FileSystemError`; the file is then as it was before.
  public static func write(_ bytes: some ContiguousBytes, to path: String) throws {
    var writer = try AtomicFileWriter(path)
    try writer.write(bytes)
    try writer.commit()
  }

  /// Replaces the file at `path` by this text in UTF-8.
  ///
  /// - Throws: `FileSystemError`; the file is then as it was before.
  public static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }
}
