import Foundation
import TestSupport
import Testing

/// A folder with `model`, which has learned next to nothing, and with `tasks` of 60 and 100 tokens.
struct TrainedWorkspace {
  let folder: TemporaryFolder

  init(count: Int) throws {
    folder = try TemporaryFolder()
    let recipe = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("TrainingTests/Fixtures/tiny.json5").path
    for words in [
      ["train", recipe, "--held-out", "2", "--out", "model", "--quiet"],
      [
        "generate", "--task", "key-value", "--length", "60,100", "--count", "\(count)", "--out",
        "tasks", "--quiet",
      ],
    ] {
      let outcome = try BuiltBinary.run(words, in: folder.url)
      try #require(outcome.exitCode == 0, "\(outcome.errors)")
    }
  }
}
