import DataFiles
import Foundation
import TensorKernels

/// The times of all kernels beside what bounds them.
struct Report {
  private struct Line {
    let trial: KernelTrial
    let seconds: Double
    let share: Double
  }

  private let lines: [Line]
  private let productRate: Double

  /// Times the trials, after all of them have been found right.
  init(_ trials: [KernelTrial]) throws {
    for trial in trials where !(trial.error <= trial.tolerance) {
      throw WrongResult(
        trial: "\(trial.name), \(trial.shape)", error: trial.error, tolerance: trial.tolerance)
    }
    let roofline = Roofline()
    productRate = roofline.productRate
    lines = trials.map { trial in
      let seconds = Roofline.seconds(trial.run)
      let bound =
        trial.isArithmetic
        ? Double(trial.operations) / roofline.productRate
        : Double(trial.bytes) / roofline.copyRate(trial.bytes)
      return Line(trial: trial, seconds: seconds, share: bound / seconds)
    }
  }

  /// The table for people.
  var table: TextTable {
    let rows = lines.map { line in
      let t = line.trial
      return [
        t.name, t.shape, String(format: "%.1e", t.error),
        String(format: "%.1f", line.seconds * 1e6),
        t.operations > 0 ? String(format: "%.1f", Double(t.operations) / line.seconds / 1e9) : "",
        String(format: "%.1f", Double(t.bytes) / line.seconds / 1e9),
        t.isArithmetic ? "sgemm" : "copy", String(format: "%.0f %%", 100 * line.share),
      ]
    }
    return TextTable(
      "One core, vectors of \(VectorWidth.best.rawValue) bits; sgemm of OpenBLAS "
        + "(\(BLASInformation.core)): \(String(format: "%.1f", productRate / 1e9)) GFLOP/s.",
      names: ["kernel", "shape", "error", "µs", "GFLOP/s", "GB/s", "bound", "share of bound"],
      left: 2, rows: rows)
  }

  /// The same as CSV, in operations, bytes and seconds.
  func writeCSV(_ path: String) throws {
    var csv = try CSVWriter(
      path,
      columns: [
        "kernel", "shape", "error", "seconds", "operations", "bytes", "bound", "share",
        "vector_bits", "sgemm_rate",
      ])
    for line in lines {
      let t = line.trial
      try csv.append([
        .text(t.name), .text(t.shape), .number(t.error), .number(line.seconds),
        .integer(t.operations), .integer(t.bytes), .text(t.isArithmetic ? "sgemm" : "copy"),
        .number(line.share), .integer(VectorWidth.best.rawValue), .number(productRate),
      ])
    }
    try csv.commit()
  }
}
