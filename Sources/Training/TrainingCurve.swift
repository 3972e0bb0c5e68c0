import DataFiles
import SandboxTasks

/// What every step of a run did, as a table with one row a step.
///
/// Columns: `step` (from 1), `tokens` (trained on so far), `facts` (a sequence), `learning_rate`,
/// `loss` (nats), `gradient_norm` (before clipping), `accuracy` and `accuracy_<slice>` (running, on
/// predictable tokens; empty where nothing was predicted), `seconds` (of training so far).
struct TrainingCurve {
  private var rows: [[CSVCell]] = []
  /// Seconds of training so far.
  private(set) var seconds = 0.0

  /// The version of the table, which a finished run names.
  static let schema = TableSchema("curve.csv", toldBy: "training.json")

  static let columns =
    ["step", "tokens", "facts", "learning_rate", "loss", "gradient_norm", "accuracy"]
    + TrainingSlice.predictable.map { "accuracy_\($0.name)" } + ["seconds"]

  init() {}

  /// The first `steps` rows of a saved curve; later ones were not part of the saved state.
  ///
  /// - Throws: `FileSystemError`, `CSVError`, `UnknownVersion`, `JSONError`, or
  ///   `TrainingError.curveTooShort`.
  init(_ path: String, steps: Int) throws {
    let table = try Self.schema.read(path)
    // The table may be older than a slice.
    let columns = try Self.columns.map { column in
      guard table.columns.contains(column) || !column.hasPrefix("accuracy_") else {
        return [String](repeating: "", count: table.rowCount)
      }
      return try table.strings(column)
    }
    guard table.rowCount >= steps else {
      throw TrainingError.curveTooShort(file: path, rows: table.rowCount, steps: steps)
    }
    rows = (0..<steps).map { row in columns.map { .text($0[row]) } }
    seconds = steps > 0 ? try table.doubles("seconds")[steps - 1] : 0
  }

  mutating func append(_ report: Trainer.Report, tokensSeen: Int, seconds elapsed: Double) {
    seconds += elapsed
    func cell(_ accuracy: Double?) -> CSVCell { accuracy.map { .float(Float($0)) } ?? .missing }
    var row: [CSVCell] = [
      .integer(report.step), .integer(tokensSeen), .integer(report.facts),
      .float(Float(report.learningRate)), .float(Float(report.loss)),
      .float(Float(report.gradientNorm)), cell(report.accuracy.overall),
    ]
    row += TrainingSlice.predictable.map { cell(report.accuracy.accuracy($0)) }
    row.append(.number((seconds * 1000).rounded() / 1000))
    rows.append(row)
  }

  /// - Throws: `FileSystemError`.
  func write(to path: String) throws {
    var writer = try CSVWriter(path, columns: Self.columns)
    for row in rows { try writer.append(row) }
    try writer.commit()
  }
}
