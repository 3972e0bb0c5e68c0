import DataFiles
import Foundation

/// The lab's source, on which a package of one's own depends.
public struct LabSource: Sendable {
  /// Absolute, links resolved.
  public let path: String

  /// The source at a folder, or where none is named the one around the working directory or around the
  /// program.
  ///
  /// - Throws: `NoLabSource`.
  public init(_ named: String?) throws {
    if let named {
      guard Self.isLab(named) else { throw NoLabSource(named: named) }
      path = Self.absolute(named)
      return
    }
    let starts = [FileManager.default.currentDirectoryPath, "/proc/self/exe"].map(Self.absolute)
    guard let found = starts.lazy.compactMap(Self.around).first else {
      throw NoLabSource(named: nil)
    }
    path = found
  }

  /// The names of its modules, and of those of its tests.
  var modules: [String] {
    ["Sources", "Tests"].flatMap { folder in
      (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []
    }
  }

  /// A path from the root, links resolved.
  public static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
  }

  private static func around(_ path: String) -> String? {
    var folder = path
    while folder.count > 1 {
      if isLab(folder) { return folder }
      folder = (folder as NSString).deletingLastPathComponent
    }
    return nil
  }

  private static func isLab(_ folder: String) -> Bool {
    let manifest = (folder as NSString).appendingPathComponent("Package.swift")
    guard let bytes = try? FileSystem.read(manifest, maximumBytes: 1 << 20) else { return false }
    return String(decoding: bytes, as: UTF8.self).contains("name: \"ScoreDilutionLab\"")
  }
}

/// No folder with the lab's `Package.swift`.
public struct NoLabSource: Error, CustomStringConvertible {
  let named: String?

  public var description: String {
    if let named {
      return
        "\(named) is not the lab's source, whose Package.swift says \"ScoreDilutionLab\": name "
        + "its folder with --lab"
    }
    return
      "the lab's source is neither around the working directory nor around the program: name its "
      + "folder with --lab"
  }
}

/// One path as seen from another.
public enum RelativePath {
  /// The path from a folder to a path, both absolute; the path itself where they share only the root.
  public static func from(_ folder: String, to path: String) -> String {
    let (here, there) = (folder.split(separator: "/"), path.split(separator: "/"))
    let shared = zip(here, there).prefix { $0 == $1 }.count
    guard shared > 0 else { return path }
    let up = [Substring](repeating: "..", count: here.count - shared)
    let steps = (up + there.dropFirst(shared)).joined(separator: "/")
    return steps.isEmpty ? "." : steps
  }
}
