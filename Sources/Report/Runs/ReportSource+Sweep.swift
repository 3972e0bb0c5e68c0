import DataFiles
import Experiments
import Foundation

extension ReportSource {
  /// The section of a sweep.
  func sweepBlocks(_ options: ReportOptions) throws -> [ReportBlock] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let runs = names.filter { $0.hasPrefix("run") && $0.hasSuffix(".json") }.sorted()
    var blocks = try provenance(runs.first ?? "run.json", version: SweepSpec.formatVersion)
    guard file("results.csv") != nil || file("results.jsonl") != nil else {
      blocks.append(
        .text(
          "The sweep is not finished: run it again, or merge its shards; 'dilution status \(folder)' "
            + "says how far it is."))
      return blocks
    }
    if let statistics = try ReportStatistics(self, seed: options.seed) {
      blocks += statistics.blocks
    } else {
      blocks.append(
        .text("There is neither stats.csv nor results.jsonl, of which tables could be made."))
    }
    guard file("results.csv") != nil else { return blocks }
    return blocks + (try figures(options))
  }
}
