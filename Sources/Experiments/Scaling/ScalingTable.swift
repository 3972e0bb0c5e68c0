import DataFiles
import Foundation
import TensorKernels
import TestTimeCompute

/// The table of a scaling run, a row for each length, written anew whenever one is added.
public struct ScalingTable: Sendable {
  /// The name of the table in its folder.
  public static let fileName = "scaling.csv"

  /// The version of the table.
  public static let schema = TableSchema(fileName, toldBy: "scaling.json")

  /// Times in seconds, memory in bytes; what is predicted beside what was measured.
  public static let columns = [
    "length", "kv_precision", "span_length", "threads", "prefill_seconds",
    "prefill_predicted_seconds", "prefill_gflop", "step_seconds", "step_predicted_seconds",
    "token_seconds", "token_predicted_seconds", "answer_seconds", "answer_predicted_seconds",
    "peak_bytes", "peak_predicted_bytes", "cache_bytes", "score_matrix_bytes",
  ]

  private var rows: [(length: Int, precision: String, cells: [CSVCell])] = []

  /// An empty table.
  public init() {}

  /// The rows of an earlier table.
  ///
  /// - Throws: `CSVError`, `UnknownVersion`, `JSONError`, `FileSystemError`.
  public init(_ path: String) throws {
    let table = try Self.schema.read(path)
    let texts = try Self.columns.map { try table.strings($0) }
    let lengths = try table.ints("length")
    let precisions = try table.strings("kv_precision")
    for row in 0..<table.rowCount {
      // As they stand, so that nothing is rounded on the way.
      let cells = texts.map { CSVCell.text($0[row]) }
      rows.append((lengths[row], precisions[row], cells))
    }
  }

  /// Adds a point, in the place of one at the same length and precision.
  public mutating func add(_ point: ScalingRun.Point, of run: ScalingRun) {
    let precision = run.precision.rawValue
    rows.removeAll { $0.length == point.length && $0.precision == precision }
    func cells(_ pair: ScalingRun.Pair) -> [CSVCell] {
      [.number(pair.measured), .number(pair.predicted)]
    }
    func bytes(_ value: Double?) -> CSVCell { value.map { .integer(Int($0)) } ?? .missing }
    let heads = run.model.configuration.queryHeads
    var row: [CSVCell] = [
      .integer(point.length), .text(precision), .integer(run.spanLength),
      .integer(run.workers.count),
    ]
    row += cells(point.prefill) + [.number(point.prefillFLOPs * 1e-9)]
    row += cells(point.step) + cells(point.token) + cells(point.answer)
    row += [bytes(point.memory?.measured), bytes(point.memory?.predicted)]
    row.append(.integer(point.cacheBytes))
    // What one layer's attention would take all at once.
    row.append(.number(4 * Double(heads) * Double(point.length) * Double(point.length)))
    rows.append((point.length, precision, row))
    rows.sort { ($0.precision, $0.length) < ($1.precision, $1.length) }
  }

  /// Writes the table, at once or not at all.
  ///
  /// - Throws: `FileSystemError`.
  public func write(to path: String) throws {
    var file = try CSVWriter(path, columns: Self.columns)
    for row in rows { try file.append(row.cells) }
    try file.commit()
  }
}
