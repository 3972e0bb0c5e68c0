import ArgumentParsing
import DataFiles
import Foundation
import TaskSkeletons

/// Writes a package in which a task of one's own begins.
enum NewTaskCommand: Subcommand {
  static let name = Positional.required(
    "NAME", .text("NAME"),
    help: "What the task is called: words of small letters and digits, joined by dashes.")

  static let folder = Option.optional(
    "out", .directory,
    help: "The folder of the package, which must not exist yet; ./NAME when not given.")

  static let lab = Option.optional(
    "lab", .directory,
    help: "The lab's source; the one that the working directory or the program stands in when not "
      + "given.")

  static let declaration = Command(
    name: "new-task",
    summary: "write the skeleton of a task of your own, with its tests",
    discussion: """
      The skeleton is a Swift package that depends on the lab's source by path. It makes a stream of \
      facts among which some begin like the needle, and it is there to be changed: \
      Sources/NAME/NAMETask.swift is the task, Sources/make-NAME writes its instances as JSON Lines \
      that 'dilution probe' and 'dilution theory' read (or as English text with RULER's fields, which \
      'dilution think' reads), and the tests hold it to the laws that the lab's own tasks obey: exact \
      lengths, gold spans that hold what they say, instances that depend on nothing but seed and \
      number, nested haystacks, and splits without a common context.

      It compiles and passes its tests as it is. Its README.md says how to build, test and probe it, and \
      what to change. The folder appears whole or not at all.
      """,
    examples: [
      Example("dilution new-task door-codes", "A package in ./door-codes"),
      Example(
        "dilution new-task door-codes --lab ~/score-dilution-lab --out ~/studies/door-codes",
        "Both places named"),
    ],
    positionals: [name],
    groups: [OptionGroup("Options", [folder, lab])])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let given = arguments[name]
    let lab = try LabSource(arguments[lab])
    let taskName = try TaskName(given, lab: lab)
    let folder = arguments[folder] ?? "./\(given)"
    let files = TaskPackage.files(
      taskName, labPath: RelativePath.from(LabSource.absolute(folder), to: lab.path))
    try TaskPackage.write(files, to: folder)
    let paths = files.map { (folder as NSString).appendingPathComponent($0.path) }
    try console.show(paths, lines: paths)
    console.note(
      "Next: swift test -c release --disable-xctest --disable-testable-imports --package-path "
        + ShellWords.line([folder]) + " (its first build compiles the lab)")
  }
}
