import DataFiles
import Experiments
import Foundation
import MachineInspection
import Prompts

/// What `benchmark --dry-run` prints.
struct BenchmarkCostReport: Encodable {
  struct Row: Encodable {
    var row: String
    /// Those that are asked, and those that are left out because they are too long.
    var questions = 0
    var skipped = 0
    /// T, and how many texts are cut.
    var length = 0
    var cut = 0
    /// Of all questions and methods, where no answer and no thought ends early.
    var flops = 0.0
    var seconds = 0.0
    /// The greatest need of memory beside the weights.
    var bytes = 0
  }

  private(set) var rows: [Row] = []
  /// Nil, and not written as JSON, where nothing is asked.
  private(set) var rates: RatesReport?
  private(set) var totalFlops = 0.0
  /// Making all texts ready once, as was measured; a run does it twice.
  private(set) var preparingSeconds = 0.0
  private(set) var seconds = 0.0
  private(set) var freeBytes: Int?
  private let threads: Int

  private enum CodingKeys: String, CodingKey {
    case rows, rates, totalFlops, preparingSeconds, seconds, freeBytes, threads
  }

  /// Makes every question ready, and measures rates on the longest.
  ///
  /// - Parameter checkpoint: called before each question; what it throws ends the work.
  init(
    _ asking: BenchmarkAsking, threads: Int, checkpoint: () throws -> Void
  ) throws {
    let run = asking.run
    self.threads = threads
    var work: [WorkFLOPs] = []
    var lengths: [[Int]] = []
    var longest: PreparedQuestion?
    let clock = ContinuousClock()
    let start = clock.now
    let left = try asking.prepareEach(checkpoint: checkpoint) { prepared in
      let place = place(of: prepared.question.row)
      if place == work.count {
        work.append(WorkFLOPs())
        lengths.append([])
      }
      rows[place].questions += 1
      lengths[place].append(prepared.length)
      rows[place].cut += prepared.fullLength > prepared.length ? 1 : 0
      rows[place].flops += Double(run.flops(prepared))
      rows[place].bytes = max(rows[place].bytes, run.bytes(prepared))
      work[place] += run.work(prepared)
      if prepared.length > longest?.length ?? 0 { longest = prepared }
    }
    preparingSeconds = (clock.now - start) / .seconds(1)
    for question in left { rows[place(of: question.row)].skipped += 1 }
    freeBytes = SystemFiles.memory?.freeBytes
    guard let longest else { return }
    let measured = run.measureRates(longest)
    rates = RatesReport(measured)
    for (place, work) in work.enumerated() { rows[place].seconds = work.seconds(measured) }
    for (place, lengths) in lengths.enumerated() { rows[place].length = TextLength.mean(lengths) }
    totalFlops = rows.reduce(0) { $0 + $1.flops }
    seconds = rows.reduce(2 * preparingSeconds) { $0 + $1.seconds }
  }

  private mutating func place(of row: String) -> Int {
    if let place = rows.firstIndex(where: { $0.row == row }) { return place }
    rows.append(Row(row: row))
    return rows.count - 1
  }

  /// The report for people.
  var lines: [String] {
    let names = ["", "questions", "left out", "T", "cut", "TFLOP", "time", "MiB"]
    let table = TextTable(
      names: names,
      rows: rows.map { row in
        [
          row.row, "\(row.questions)", "\(row.skipped)", "\(row.length)", "\(row.cut)",
          String(format: "%.3f", row.flops * 1e-12), DurationText.clock(row.seconds),
          "\(row.bytes >> 20)",
        ]
      })
    let most = rows.map(\.bytes).max() ?? 0
    let free = freeBytes.map { bytes in
      "; \(bytes >> 20) MiB are free" + (most > bytes ? ": too little" : "")
    }
    return table.markdown + [String(format: "\nAt most %.3f TFLOP", totalFlops * 1e-12)]
      + (rates.map { [$0.line(threads: threads)] } ?? []) + [
        "About \(DurationText.clock(seconds)), of which \(DurationText.clock(2 * preparingSeconds)) for "
          + "reading files and making tokens; less where answers and thoughts end before their limits",
        "At most \(most >> 20) MiB of memory beside the weights\(free ?? "")",
      ]
  }
}
