import DataFiles
import Foundation

/// The files of a package in which a task of one's own begins.
public enum TaskPackage {
  /// A file: its path in the package, and what it holds.
  public typealias File = (path: String, text: String)

  /// All files, made of the templates.
  ///
  /// - Parameter labPath: the lab's source as seen from the package.
  public static func files(_ name: TaskName, labPath: String) -> [File] {
    let module = name.module
    func filled(_ template: String) -> String {
      sortingImports(
        template.replacing("{{name}}", with: name.name).replacing("{{module}}", with: module)
          .replacing("{{lab}}", with: labPath))
    }
    return [
      ("Package.swift", filled(TaskTemplates.manifest)),
      ("README.md", filled(TaskTemplates.readme)),
      (".gitignore", TaskTemplates.ignored),
      ("Sources/\(module)/\(module)Task.swift", filled(TaskTemplates.task)),
      ("Sources/make-\(name.name)/main.swift", filled(TaskTemplates.program)),
      ("Tests/\(module)Tests/\(module)TaskTests.swift", filled(TaskTemplates.tests)),
    ]
  }

  /// Where a module stands among the others that a file imports depends on its name.
  private static func sortingImports(_ text: String) -> String {
    var lines = text.components(separatedBy: "\n")
    let places = lines.indices.filter { lines[$0].hasPrefix("import ") }
    for (place, line) in zip(places, places.map { lines[$0] }.sorted()) { lines[place] = line }
    return lines.joined(separator: "\n")
  }

  /// Writes all files, under a temporary name first, so that the folder appears whole or not at all.
  ///
  /// - Throws: `FolderInTheWay`, `FileSystemError`.
  public static func write(_ files: [File], to folder: String) throws {
    let target = URL(fileURLWithPath: folder).standardizedFileURL.path
    guard !FileSystem.exists(target) else { throw FolderInTheWay(folder: folder) }
    let parent = (target as NSString).deletingLastPathComponent
    let name = (target as NSString).lastPathComponent
    try FileSystem.createDirectory(parent)
    let made = (parent as NSString).appendingPathComponent(".\(name).part")
    // What a killed process left behind is in nobody's way.
    try? FileManager.default.removeItem(atPath: made)
    do {
      for file in files {
        let path = (made as NSString).appendingPathComponent(file.path)
        try FileSystem.createDirectory((path as NSString).deletingLastPathComponent)
        try AtomicFile.write(file.text, to: path)
      }
      guard rename(made, target) == 0 else {
        throw FileSystemError.refused(.replace, path: folder, code: errno)
      }
    } catch {
      try? FileManager.default.removeItem(atPath: made)
      throw error
    }
  }
}

/// Something stands where the package is to be.
public struct FolderInTheWay: Error, CustomStringConvertible {
  let folder: String

  public var description: String {
    "\(folder) exists already: name another folder with --out, or move it away"
  }
}
