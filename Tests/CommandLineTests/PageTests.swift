import Foundation
import TestTags
import Testing

/// The pages of the repository: that their links lead somewhere, and that the first one is short.
@Suite(.tags(.slow)) struct PageTests {
  /// Paths of all pages, from the root of the checkout.
  static let pages: [String] = {
    let folders = [
      "Benchmarks", "Examples", "Figures", "Models", "Notebooks-md", "Results", "Tasks", "Tests",
    ]
    let files = FileManager.default
    let top = (try? files.contentsOfDirectory(atPath: Notebook.root.path)) ?? []
    let below = folders.flatMap { folder in
      (files.enumerator(atPath: Notebook.root.appendingPathComponent(folder).path)?
        .compactMap { $0 as? String } ?? [])
        .filter { !$0.contains("/.") }.map { "\(folder)/\($0)" }
    }
    return (top + below).filter { $0.hasSuffix(".md") }.sorted()
  }()

  private static func text(_ page: String) throws -> String {
    try String(contentsOf: Notebook.root.appendingPathComponent(page), encoding: .utf8)
  }

  /// The lines outside of code blocks.
  private static func prose(_ page: String) throws -> [String] {
    var isCode = false
    return try text(page).components(separatedBy: "\n").filter { line in
      if line.hasPrefix("```") { isCode.toggle() }
      return !isCode
    }
  }

  /// What `#…` behind a page's name may be: each heading in lower case, hyphens for its spaces,
  /// without punctuation.
  private static func anchors(_ page: String) throws -> Set<String> {
    Set(
      try prose(page).filter { $0.hasPrefix("#") }.map { line in
        let title = line.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
        return String(
          title.filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }
            .map { $0 == " " ? "-" : $0 })
      })
  }

  @Test func thereArePages() {
    #expect(Self.pages.count > 40)
    #expect(Self.pages.contains("README.md") && Self.pages.contains("Tests/Fuzz/README.md"))
  }

  @Test(arguments: pages)
  func everyLinkLeadsSomewhere(_ page: String) throws {
    let folder = (page as NSString).deletingLastPathComponent
    // Code in a line may look like a link.
    let text = try Self.prose(page).joined(separator: "\n").replacing(/`[^`\n]*`/, with: "")
    for match in text.matches(of: /\]\(([^)\s]+)\)/) {
      let target = String(match.output.1)
      if target.hasPrefix("https://") { continue }
      let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      let file =
        parts[0].isEmpty
        ? page
        : (NSString.path(withComponents: [folder, String(parts[0])]) as NSString).standardizingPath
      let url = Notebook.root.appendingPathComponent(file)
      #expect(FileManager.default.fileExists(atPath: url.path), "\(page): \(target)")
      if parts.count == 2, file.hasSuffix(".md") {
        #expect(try Self.anchors(file).contains(String(parts[1])), "\(page): \(target)")
      }
    }
  }

  @Test func theFirstPageIsShortAndSaysWhatItIsAbout() throws {
    let text = try Self.text("README.md")
    #expect(text.utf8.count <= 8192)
    let start = text.components(separatedBy: "\n").prefix(10).joined(separator: " ")
    for words in [
      "For researchers", "Bansal et al.", "Let's (not) Just Put Things in Context", "ICLR 2026",
      "arXiv:2512.13898", "qTTT", "query-only test-time training", "Target mass", "margin",
      "git clone", "(LICENSE)", "(CITATION.cff)",
    ] {
      #expect(start.contains(words), "the first ten lines lack: \(words)")
    }
  }

  @Test func everyNotebookIsListed() throws {
    let list = try Self.text("Notebooks-md/README.md")
    for notebook in Notebook.all {
      #expect(list.contains("](\(notebook.url.lastPathComponent)) |"), "\(notebook.name)")
    }
  }
}
