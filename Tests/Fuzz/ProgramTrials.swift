import Foundation
import Randomness

/// Bad command lines for the built program itself, which must answer each with its exit code and, if that
/// is not 0, one sentence.
struct ProgramTrials {
  let program: String
  let seed: UInt64
  let count: Int
  let folder: String

  private static let name = "the program itself"
  private static let patience = 60.0

  private static let known = [
    "generate", "train", "probe", "sweep", "stats", "merge", "plot", "dilution-curve", "theory",
    "flops", "doctor", "think", "score", "report", "status", "forward", "gradients", "adapt",
    "help",
    "--help", "--version", "--task", "key-value", "--length", "64", "--count", "2", "--seed", "7",
    "--out", "out", "--force", "--json", "--quiet", "--model", "missing", "--tasks", "bad.jsonl",
    "--steps", "--span-length", "--learning-rate", "1e-3", "--threads", "1", "--adapt", "qttt",
    "bad.json5", "bad.csv", ".", "/dev/null", "", "-", "--", "--format", "text", "--kv-precision",
    "--dry-run", "--shard", "2/1", "--every", "--profile", "0,1", "--part", "nowhere",
  ]

  func run() throws -> Row {
    var row = Row(reader: Self.name, inputs: count)
    for number in 0..<count {
      let stream = Worker.stream(Self.name, seed, number)
      var mutator = Mutator(stream, samples: [[0x61]])
      let words = mutator.words(among: Self.known)
      let place = "\(folder)/trial"
      try? FileManager.default.removeItem(atPath: place)
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      for name in ["bad.jsonl", "bad.json5", "bad.csv"] {
        try Data("{\"a\": [1, 2".utf8).write(to: URL(fileURLWithPath: "\(place)/\(name)"))
      }
      let call = try ProgramCall(program, words, in: place, patience: Self.patience)
      if call.seconds > row.slowest.seconds { row.slowest = (call.seconds, number) }
      if call.code == 0 { row.accepted += 1 } else { row.refused += 1 }
      // Without any word the help screen is what one wants.
      if !words.isEmpty, let defect = call.defect {
        row.failures.append("\(Self.name), input \(number), \(words): \(defect)")
      }
    }
    return row
  }
}
