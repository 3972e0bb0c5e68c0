import Foundation

/// The commit of the checkout that this program stands in.
public enum SourceCommit {
  /// The commit in full, with `-dirty` behind it where files were changed since; nil where the program
  /// was installed elsewhere, or where there is no git.
  public static var ofThisProgram: String? {
    guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    else { return nil }
    let folder = URL(fileURLWithPath: program).deletingLastPathComponent()
    // A folder called .build alone is a build of the sources around it: a program that was copied
    // into some other checkout must not claim that one's commit.
    guard let build = folder.pathComponents.firstIndex(of: ".build") else { return nil }
    let source = folder.pathComponents[..<build].joined(separator: "/")
    return describe(String(source.dropFirst()))
  }

  private static func describe(_ folder: String) -> String? {
    let git = Process()
    git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    git.arguments = [
      "git", "-C", folder, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*",
    ]
    let output = Pipe()
    git.standardOutput = output
    git.standardError = FileHandle.nullDevice
    git.standardInput = FileHandle.nullDevice
    guard (try? git.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    git.waitUntilExit()
    guard git.terminationStatus == 0 else { return nil }
    let text = String(decoding: data, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    return text.isEmpty ? nil : text
  }
}
