import DataFiles
import Experiments
import Foundation
import MachineInspection

/// What `probe --dry-run` prints.
struct ProbeCostReport: Encodable {
  struct Row: Encodable {
    var file: String
    var length: Int
    var instances: Int
    /// Of one instance.
    var prefillFlops: Double
    var adaptFlops: Double
    var answerFlops: Double
    var seconds: Double
  }

  struct Memory: Encodable {
    var kvPrecision: String
    var cacheBytes: Int
    var bufferBytes: Int
    /// Program, weights and tasks; null where the system does not say.
    var presentBytes: Int?
    var peakBytes: Int?
    var freeBytes: Int?
  }

  var rows: [Row]
  var rates: RatesReport
  var prefillFlops: Double
  var totalFlops: Double
  var workers: Int
  var threadsEach: Int
  var seconds: Double
  var memory: Memory

  /// Predicts what a probe will cost, from rates that are measured here.
  init(_ run: ProbeRun) {
    let own = SystemFiles.ownMemory
    let freeBytes = SystemFiles.memory?.freeBytes
    let estimate = ProbeEstimate(run, rates: ProbeEstimate.measureRates(run))
    rows = estimate.rows.map { row in
      Row(
        file: row.file, length: row.length, instances: row.instances,
        prefillFlops: Double(row.prefill), adaptFlops: Double(row.adapt),
        answerFlops: Double(row.answer), seconds: row.seconds)
    }
    rates = RatesReport(estimate.rates)
    prefillFlops = Double(estimate.prefillFLOPs)
    totalFlops = Double(estimate.totalFLOPs)
    workers = run.workers.count
    threadsEach = run.workersEach.count
    seconds = estimate.seconds
    let added = estimate.memory.caches + estimate.memory.buffers
    memory = Memory(
      kvPrecision: run.settings.keyValuePrecision.rawValue, cacheBytes: estimate.memory.caches,
      bufferBytes: estimate.memory.buffers, presentBytes: own?.present,
      // Reading the tasks may have taken more for a moment than the probe will.
      peakBytes: own.map { max($0.peak, $0.present + added) }, freeBytes: freeBytes)
  }

  /// The report as text for people.
  var lines: [String] {
    let header = ["tasks", "T", "to do", "GFLOP reading", "adapting", "answering", "time each"]
    let table = rows.map { row in
      [
        row.file, "\(row.length)", "\(row.instances)",
        String(format: "%.3f", row.prefillFlops * 1e-9),
        String(format: "%.3f", row.adaptFlops * 1e-9),
        String(format: "%.3f", row.answerFlops * 1e-9), DurationText.clock(row.seconds),
      ]
    }
    var lines = TextTable(names: header, rows: table).lines()
    let count = rows.reduce(0) { $0 + $1.instances }
    lines += [
      "",
      String(
        format: "%d instances: %.1f GFLOP, of which %.1f for reading contexts", count,
        totalFlops * 1e-9, prefillFlops * 1e-9),
      rates.line(threads: 1),
      "About \(DurationText.clock(seconds)) with \(workers) \(workers == 1 ? "worker" : "workers") of "
        + "\(threadsEach) \(threadsEach == 1 ? "thread" : "threads")",
      memoryLine,
    ]
    return lines
  }

  private var memoryLine: String {
    func mebibytes(_ bytes: Int) -> String { "\((bytes + (1 << 20) - 1) >> 20)" }
    let parts =
      "\(mebibytes(memory.cacheBytes)) for keys and values in \(memory.kvPrecision), "
      + "\(mebibytes(memory.bufferBytes)) for buffers"
    guard let peak = memory.peakBytes, let present = memory.presentBytes else {
      return "Memory in MiB, beside program and tasks: \(parts)"
    }
    let free = memory.freeBytes.map { "; \(mebibytes($0)) MiB are free" } ?? ""
    return "At most about \(mebibytes(peak)) MiB of memory: \(parts), \(mebibytes(present)) for "
      + "program, weights and tasks\(free)"
  }
}
