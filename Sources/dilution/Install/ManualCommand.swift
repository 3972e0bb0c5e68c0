import ArgumentParsing
import DataFiles
import Foundation

/// Writes the manual pages of all subcommands.
enum ManualCommand: Subcommand {
  static let declaration = Command(
    name: "manual",
    summary: "write manual pages, one for each subcommand",
    discussion: """
      The pages are made from the declarations that --help shows: dilution.1 for the program and \
      dilution-SUBCOMMAND.1 for each subcommand. 'make install' puts them where man looks. Prints \
      the names of the files.
      """,
    examples: [
      Example(
        "dilution manual --out out/man && man -l out/man/dilution-sweep.1", "Pages, and one read")
    ],
    groups: [OptionGroup("Options", [RunOptions.folder])])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let folder = arguments[RunOptions.folder]
    try FileSystem.createDirectory(folder)
    var written: [String] = []
    for path in Program.declaration.paths {
      let page = ManualPage(
        path, source: "dilution \(labVersion)", manual: "Score Dilution Lab")
      let file = (folder as NSString).appendingPathComponent(page.fileName)
      try AtomicFile.write(page.text, to: file)
      written.append(file)
    }
    try console.show(written, lines: written)
  }
}
