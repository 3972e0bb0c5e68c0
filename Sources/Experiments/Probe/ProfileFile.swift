import DataFiles
import SandboxTasks

/// `profile.csv`: the attention of the followed head position by position.
enum ProfileFile {
  /// One row an instance, step, answer step and visible position. Gold is the fact that holds the
  /// answer step's token.
  static let columns = [
    "task", "file", "length", "index", "step", "method", "layer", "head", "answer_step", "position",
    "attention", "is_gold",
  ]

  /// Writes the profiles of results; without any, an earlier run's file goes away.
  ///
  /// - Throws: `FileSystemError`.
  static func write(
    _ results: [ProbeResult], sites: [TaskFamily: RetrievalSite], to path: String
  ) throws {
    if results.isEmpty { return try FileSystem.removeFile(path) }
    var file = try CSVWriter(path, columns: columns)
    for result in results {
      let instance = result.item.instance
      guard let site = sites[instance.family] else { continue }
      let held = AnswerPass(instance).held
      for profile in result.profiles {
        let head: [CSVCell] = [
          .text(instance.family.rawValue), .text(result.item.file),
          .integer(instance.settings.length), .integer(instance.index), .integer(profile.step),
          .text(profile.step == 0 ? "in-context" : "qttt"), .integer(site.layer),
          .integer(site.head),
        ]
        for (answerStep, attention) in profile.attention(at: site) {
          let gold = RangeSet(held[answerStep].map(\.span))
          for (position, share) in attention.enumerated() {
            try file.append(
              head + [
                .integer(answerStep), .integer(position), .number(share),
                .integer(gold.contains(position) ? 1 : 0),
              ])
          }
        }
      }
    }
    try file.commit()
  }
}
