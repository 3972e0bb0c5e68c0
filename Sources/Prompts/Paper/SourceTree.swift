import DataFiles
import Foundation

/// A file of source code.
public struct SourceFile: Sendable, Equatable {
  /// Its path inside the tree, with slashes.
  public var path: String
  /// Its lines, without line feeds.
  public var lines: [String]

  public init(path: String, lines: [String]) {
    self.path = path
    self.lines = lines
  }
}

/// Where the files of a code base come from; a file is a function of its number alone.
public protocol CodeSource: Sendable {
  /// The number of files; nil where there is no end of them.
  var fileCount: Int? { get }
  /// File number `number`, from 0.
  func file(_ number: Int) -> SourceFile
  /// SHA-256 of all paths and contents, in hexadecimal; nil for what is made and not read.
  var hash: String? { get }
}

/// The source files below a folder, by ascending path.
public struct SourceTree: CodeSource, Equatable {
  public let files: [SourceFile]
  public let hash: String?

  public var fileCount: Int? { files.count }
  public func file(_ number: Int) -> SourceFile { files[number] }

  /// Endings of the files that are read.
  public static let endings: Set<String> = [
    "c", "cc", "cpp", "cu", "cxx", "go", "h", "hpp", "java", "jl", "js", "kt", "m", "py", "r", "rb",
    "rs", "scala", "swift", "ts",
  ]
  /// The most bytes of a file, and of all.
  public static let fileLimit = 1 << 20
  public static let totalLimit = 1 << 28

  /// Files that are given; they are put in order.
  public init(_ files: [SourceFile]) {
    self.files = files.sorted { Array($0.path.utf8).lexicographicallyPrecedes(Array($1.path.utf8)) }
    var hash = SHA256()
    for file in self.files {
      let text = file.lines.joined(separator: "\n")
      hash.update(Array("\(file.path)\n\(text.utf8.count)\n\(text)\n".utf8))
    }
    self.hash = hash.hex
  }

  /// Reads a folder.
  ///
  /// Left out are hidden files and folders, symbolic links, files that are empty, larger than
  /// `fileLimit`, not UTF-8, or have carriage returns or control characters in them.
  ///
  /// - Throws: `SourceTreeError`, `FileSystemError`.
  public init(folder: String) throws {
    guard FileSystem.isFolder(folder) else { throw SourceTreeError.noFolder(folder) }
    var files: [SourceFile] = []
    var total = 0
    var waiting = [""]
    while let inner = waiting.popLast() {
      let path = inner.isEmpty ? folder : folder + "/" + inner
      let names: [String]
      do {
        names = try FileManager.default.contentsOfDirectory(atPath: path)
      } catch {
        throw SourceTreeError.unreadable(path)
      }
      for name in names where !name.hasPrefix(".") {
        let relative = inner.isEmpty ? name : inner + "/" + name
        let attributes = try? FileManager.default.attributesOfItem(atPath: path + "/" + name)
        switch attributes?[.type] as? FileAttributeType {
        case .typeDirectory?: waiting.append(relative)
        case .typeRegular?:
          let size = (attributes?[.size] as? NSNumber)?.intValue ?? 0
          let ending = name.split(separator: ".").count > 1 ? name.split(separator: ".").last : nil
          guard let ending, Self.endings.contains(ending.lowercased()), size <= Self.fileLimit
          else {
            continue
          }
          let bytes = try FileSystem.read(path + "/" + name, maximumBytes: Self.fileLimit)
          guard let lines = Self.lines(bytes) else { continue }
          total += bytes.count
          guard total <= Self.totalLimit else {
            throw SourceTreeError.tooLarge(folder, limit: Self.totalLimit)
          }
          files.append(SourceFile(path: relative, lines: lines))
        default: continue
        }
      }
    }
    guard !files.isEmpty else { throw SourceTreeError.noSource(folder) }
    self.init(files)
  }

  /// The lines of a text; nil for what is no plain text.
  private static func lines(_ bytes: [UInt8]) -> [String]? {
    guard let text = String(validating: bytes, as: UTF8.self),
      bytes.allSatisfy({ $0 >= 32 || $0 == 10 || $0 == 9 })
    else { return nil }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
    return lines.isEmpty ? nil : lines
  }
}

/// A folder of which no code base can be made.
public enum SourceTreeError: Error, Equatable, CustomStringConvertible {
  case noFolder(String)
  case unreadable(String)
  case noSource(String)
  case tooLarge(String, limit: Int)
  /// No line of any file can be changed by any of the operators.
  case noBug(operators: [String])

  public var description: String {
    switch self {
    case .noFolder(let path): "\(path) is no folder: name one that holds source files."
    case .unreadable(let path): "\(path) cannot be listed: its permissions must allow it."
    case .noSource(let path):
      "\(path) holds no source files: wanted are UTF-8 files with endings such as .py, .swift or .c."
    case .tooLarge(let path, let limit):
      "\(path) holds more than \(limit >> 20) MiB of source code: name a folder inside it."
    case .noBug(let operators):
      "no line of the source code is one that \(operators.joined(separator: ", ")) could change: "
        + "allow other operators, or longer files with --file-lines."
    }
  }
}
