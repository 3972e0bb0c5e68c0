import DataFiles
import Experiments
import Foundation
import Report

extension ReportSource {
  /// The section of a sweep.
  func sweepBlocks(_ figures: ReportFigures, seed: UInt64) throws -> [ReportBlock] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let runs = names.filter { $0.hasPrefix("run") && $0.hasSuffix(".json") }.sorted()
    var blocks = try provenance(runs.first ?? "run.json", version: SweepSpec.formatVersion)
    guard file("results.csv") != nil || file("results.jsonl") != nil else {
      blocks.append(
        .text(
          "The sweep is not finished: run it again, or merge its shards; 'dilution status \(folder)' "
            + "tells how far it is."))
      return blocks
    }
    if let statistics = try ReportStatistics(self, seed: seed) {
      blocks += statistics.blocks
    } else {
      blocks.append(
        .text("There is neither stats.csv nor results.jsonl, of which tables could be made."))
    }
    guard let path = file("results.csv") else { return blocks }
    let wishes = try Self.wishes(SweepShape(SweepResults.schema.read(path)))
    return blocks + (try figures.blocks(wishes, run: folder))
  }

  /// What of a sweep's settings varies, which decides the figures worth drawing.
  private struct SweepShape {
    var tasks: [String]
    /// Values of a column, where there are any.
    private var values: [String: Set<String>] = [:]

    init(_ table: CSVTable) throws {
      var seen: Set<String> = []
      tasks = try table.strings("task_label").filter { seen.insert($0).inserted }
      for column in [
        "rehearsal", "similar", "hops", "depth", "rotary", "learning_rate", "steps", "span_length",
        "generated_tokens", "label",
      ] where table.contains(column) {
        values[column] = Set(try table.strings(column)).subtracting([""])
      }
    }

    func varies(_ column: String) -> Bool { (values[column]?.count ?? 0) > 1 }
  }

  private static func wishes(_ shape: SweepShape) throws -> [ReportFigures.Wish] {
    var wishes: [ReportFigures.Wish] = []
    for (column, name) in [
      ("rehearsal", "rehearsal"), ("similar", "similarity"), ("hops", "hops"),
      ("depth", "depth-heatmap"),
    ] where shape.varies(column) {
      wishes.append(.init(name: name, options: ["--measure", "accuracy"], detail: "accuracy"))
      wishes.append(
        .init(
          name: name, options: ["--measure", "answer-probability"], detail: "answer probability"))
      wishes.append(
        .init(name: name, options: ["--measure", "mass-best"], detail: "target mass, best head"))
    }
    // Where one figure shows all tasks, one for each of them would say the same again.
    guard wishes.isEmpty else { return wishes }
    for task in shape.tasks {
      let choice = shape.tasks.count > 1 ? ["--task", task] : []
      func wish(_ name: String, _ options: [String] = [], _ measure: String = "") {
        let details = [measure, shape.tasks.count > 1 ? task : ""].filter { !$0.isEmpty }
        wishes.append(
          .init(name: name, options: choice + options, detail: details.joined(separator: ", ")))
      }
      if shape.varies("rotary") {
        wish("rotary")
        continue
      }
      if shape.varies("learning_rate") {
        wish("learning-rate", ["--measure", "answer-probability"], "answer probability")
        wish("learning-rate", ["--measure", "mass-best"], "target mass, best head")
        continue
      }
      wish("dilution-curve")
      wish("accuracy-curve", ["--measure", "accuracy"], "accuracy")
      wish("accuracy-curve", ["--measure", "answer-probability"], "answer probability")
      wish("margin")
      if shape.varies("label") {
        wish("controls", ["--measure", "answer-probability"], "answer probability")
        wish("frontier", ["--measure", "answer-probability"], "answer probability")
      }
      if shape.varies("span_length") {
        wish("steps-heatmap", ["--measure", "answer-probability"], "answer probability")
      }
      wish("head-heatmaps")
      wish("wall-clock")
    }
    return wishes
  }
}
