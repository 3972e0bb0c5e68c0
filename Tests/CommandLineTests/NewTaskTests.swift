import DataFiles
import Foundation
import TestSupport
import TestTags
import Testing

/// The skeleton of a task of one's own; `make check-new-task` builds it and runs its tests.
@Suite(.tags(.process, .slow)) struct NewTaskTests {
  private static let lab = OutputDocument.root.path
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ words: String...) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(["new-task"] + words, in: folder.url)
  }

  private func read(_ name: String) throws -> String {
    try String(contentsOf: folder.url.appendingPathComponent(name), encoding: .utf8)
  }

  @Test func writesAPackage() throws {
    let outcome = try run("door-codes", "--lab", Self.lab)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let files = [
      "Package.swift", "README.md", ".gitignore", "Sources/DoorCodes/DoorCodesTask.swift",
      "Sources/make-door-codes/main.swift", "Tests/DoorCodesTests/DoorCodesTaskTests.swift",
    ]
    #expect(outcome.output == files.map { "./door-codes/\($0)\n" }.joined())
    #expect(outcome.errors.contains("swift test -c release --disable-xctest"))
    #expect(try folder.names == ["door-codes"])
    for file in files {
      let text = try read("door-codes/\(file)")
      #expect(!text.contains("{{") && !text.contains("}}") && text.hasSuffix("\n"), "\(file)")
      let imports = text.split(separator: "\n").filter { $0.hasPrefix("import ") }
      #expect(imports == imports.sorted(), "\(file)")
    }
    #expect(try read("door-codes/\(files[3])").contains("public struct DoorCodesTask: Sendable {"))
    #expect(try read("door-codes/\(files[5])").contains("import DoorCodes\n"))
    // The way to the lab leads there from the package.
    let manifest = try read("door-codes/Package.swift")
    let path = try #require(manifest.firstMatch(of: /path: "([^"]+)"/)?.output.1)
    let package = folder.url.resolvingSymlinksInPath().appendingPathComponent("door-codes")
    let lab = URL(fileURLWithPath: String(path), relativeTo: package)
    #expect(FileManager.default.fileExists(atPath: "\(lab.path)/Sources/SandboxTasks"))
  }

  @Test func whatExistsIsLeftAlone() throws {
    let kept = folder.url.appendingPathComponent("kept")
    try FileManager.default.createDirectory(at: kept, withIntermediateDirectories: true)
    let outcome = try run("door-codes", "--lab", Self.lab, "--out", "kept")
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors
        == "dilution: kept exists already: name another folder with --out, or move it away.\n")
    #expect(try FileManager.default.contentsOfDirectory(atPath: kept.path).isEmpty)
    #expect(try folder.names == ["kept"])
  }

  @Test func aFolderThatTakesNothingIsLeftWithoutParts() throws {
    try Data().write(to: folder.url.appendingPathComponent("file"))
    let outcome = try run("door-codes", "--lab", Self.lab, "--out", "file/package")
    #expect(outcome.exitCode == 1 && outcome.errors.split(separator: "\n").count == 1)
    #expect(try folder.names == ["file"])
  }

  @Test func theLabIsFoundAroundTheWorkingDirectory() throws {
    let out = folder.url.appendingPathComponent("here").path
    let outcome = try BuiltBinary.run(
      ["new-task", "codes", "--out", out, "--json"], in: OutputDocument.root)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(try JSONValue.parse(outcome.output).elements?.count == 6)
  }

  @Test(arguments: [
    ("Door", "must be words of small letters and digits"),
    ("door_codes", "must be words of small letters and digits"),
    ("-door", "Unknown option '-d'"),
    ("door--codes", "must be words of small letters and digits"),
    ("2-doors", "must be words of small letters and digits"),
    ("../door", "must be words of small letters and digits"),
    ("tür", "must be words of small letters and digits"),
    (String(repeating: "a", count: 41), "of at most 40 characters"),
    ("key-value", "is a task of the lab"),
    ("sandbox-tasks", "like SandboxTasks, which there is already"),
    ("foundation", "like foundation, which there is already"),
  ]) func namesAreChecked(_ name: String, _ complaint: String) throws {
    let outcome = try run(name, "--lab", Self.lab)
    #expect(outcome.exitCode == 2)
    #expect(outcome.errors.contains(complaint), "\(outcome.errors)")
    #expect(try folder.names.isEmpty)
  }

  @Test func aFolderThatIsNotTheLabIsRefused() throws {
    let outcome = try run("door-codes", "--lab", ".")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.contains(". is not the lab's source"))
  }
}
