import DataFiles
import Foundation
import TaskSkeletons
import TestSupport
import Testing

@Suite struct TaskPackageTests {
  private let folder: TemporaryFolder
  private let lab: LabSource

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("let package = Package(name: \"ScoreDilutionLab\")", to: "lab/Package.swift")
    try folder.write("", to: "lab/Sources/SandboxTasks/file.swift")
    lab = try LabSource(folder.file("lab"))
  }

  @Test func everyPlaceholderIsFilled() throws {
    let files = TaskPackage.files(try TaskName("door-codes", lab: lab), labPath: "../lab")
    #expect(files.map(\.path).contains("Sources/DoorCodes/DoorCodesTask.swift"))
    for file in files {
      #expect(!file.text.contains("{{") && file.text.hasSuffix("\n"), "\(file.path)")
    }
    #expect(files[0].text.contains("path: \"../lab\""))
  }

  @Test func aPackageAppearsWholeOrNotAtAll() throws {
    try TaskPackage.write([("a/b.txt", "text")], to: folder.file("package"))
    #expect(
      try String(contentsOfFile: folder.file("package/a/b.txt"), encoding: .utf8) == "text")
    #expect(throws: FolderInTheWay.self) {
      try TaskPackage.write([("c.txt", "")], to: folder.file("package"))
    }
    #expect(!FileSystem.exists(folder.file("package/c.txt")))
  }

  @Test(arguments: ["Door", "2-doors", "door--codes", "key-value", "sandbox-tasks", "foundation"])
  func namesThatCannotBeAreRefused(_ name: String) {
    #expect(throws: UsageError.self) { try TaskName(name, lab: lab) }
  }

  @Test func aFolderThatIsNotTheLabIsRefused() {
    #expect(throws: NoLabSource.self) { try LabSource(folder.path) }
  }

  @Test func pathsAreSeenFromAFolder() {
    #expect(RelativePath.from("/a/b/c", to: "/a/d") == "../../d")
    #expect(RelativePath.from("/a", to: "/a") == ".")
    #expect(RelativePath.from("/a", to: "/b") == "/b")
  }
}
