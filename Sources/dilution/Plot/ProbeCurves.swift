import DataFiles
import Experiments
import Plotting
import Randomness

/// What `probe.csv` holds of one family, ready to be averaged over instances.
struct ProbeCurves {
  /// One measurement of one instance.
  private struct Row {
    var length: Int
    var step: Int
    var value: Double
  }

  /// The family.
  let task: String
  /// The steps of adaptation after which the later curve is drawn; nil without adaptation.
  let step: Int?

  private let table: CSVTable
  /// The numbers of the family's rows.
  private let rows: [Int]
  private let lengths: [Int]
  private let steps: [Int]
  private let seed: UInt64

  /// Takes the rows of a family out of a table.
  ///
  /// - Parameters:
  ///   - task: the family; nil takes the only one there is.
  ///   - step: the step to draw beside in-context; nil takes the last.
  ///   - seed: decides the bootstrap's resamples.
  /// - Throws: `CSVError`, `ResultsError`.
  init(_ table: CSVTable, task: String?, step: Int?, seed: UInt64) throws {
    self.table = table
    self.seed = seed
    let tasks = try table.strings("task")
    self.task = try Self.choose(task, from: tasks, file: table.file)
    lengths = try table.ints("length")
    steps = try table.ints("step")
    let chosen = self.task
    rows = tasks.indices.filter { tasks[$0] == chosen }
    try Self.checkFiles(table, rows, lengths)
    let there = Set(rows.map { [steps] in steps[$0] })
    if let step, !there.contains(step) {
      throw ResultsError.noSuchStep(step, file: table.file, steps: there.sorted())
    }
    let last = step ?? there.max() ?? 0
    self.step = last > 0 ? last : nil
  }

  private static func choose(
    _ task: String?, from tasks: [String], file: String
  ) throws -> String {
    let known = tasks.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    guard let first = known.first else { throw ResultsError.empty(file: file) }
    guard let task else {
      if known.count > 1 { throw ResultsError.severalTasks(known, file: file) }
      return first
    }
    guard known.contains(task) else { throw ResultsError.noSuchTask(task, known, file: file) }
    return task
  }

  /// Two tasks files of one length differ in something that an average would hide.
  private static func checkFiles(_ table: CSVTable, _ rows: [Int], _ lengths: [Int]) throws {
    let files = try table.strings("file")
    var fileOfLength: [Int: String] = [:]
    for row in rows {
      let first = fileOfLength[lengths[row]] ?? files[row]
      guard first == files[row] else {
        throw ResultsError.severalFiles(
          first, files[row], length: lengths[row], file: table.file)
      }
      fileOfLength[lengths[row]] = first
    }
  }

  /// The context lengths, ascending.
  private var ladder: [Int] { Set(rows.map { lengths[$0] }).sorted() }

  /// The curves of one column: in context, and after the adaptation.
  ///
  /// - Throws: `CSVError`.
  func curves(_ column: String) throws -> [Curve] {
    let values = try table.doubles(column)
    let moments = [(name: "in-context", step: 0)] + (step.map { [("qTTT", $0)] } ?? [])
    return moments.map { name, step in
      let points = ladder.map { length in
        let cell = rows.filter { lengths[$0] == length && steps[$0] == step }.map { values[$0] }
        let stream = RandomStream(seed: seed, label: "bootstrap").child(length).child(column)
        return (length, Statistics.bootstrap(cell, stream: stream))
      }
      return Curve(name: name, column: column, points: points)
    }
  }

  /// The least and the greatest number of instances behind a point.
  var counts: ClosedRange<Int> {
    let counts = ladder.map { length in
      rows.count { lengths[$0] == length && steps[$0] == 0 }
    }
    return (counts.min() ?? 0)...(counts.max() ?? 0)
  }

  /// What a reader needs to know: task, steps, n and what the bands are.
  var caption: String {
    let n =
      counts.lowerBound == counts.upperBound
      ? "\(counts.lowerBound)" : "\(counts.lowerBound) to \(counts.upperBound)"
    let steps = step.map { "; qTTT: after \($0) \($0 == 1 ? "step" : "steps")" } ?? ""
    return "\(task); n = \(n) instances a point; bands: bootstrap 95 % intervals\(steps)"
  }
}

/// Means over context length, of one measure under one method.
struct Curve {
  let name: String
  let column: String
  let points: [(length: Int, estimate: Estimate)]

  /// The curve as a series with its band.
  var series: LengthSeries {
    LengthSeries(
      name, lengths: points.map { Double($0.length) }, means: points.map(\.estimate.mean),
      intervals: (points.map(\.estimate.lower), points.map(\.estimate.upper)))
  }

  /// Curves as a figure's data.
  static func data(_ curves: [Curve]) -> FigureData {
    FigureData(
      columns: ["measure", "method", "length", "n", "mean", "lower", "upper"],
      rows: curves.flatMap(\.rows))
  }

  private var rows: [[CSVCell]] {
    points.map { length, estimate in
      [
        .text(column), .text(name), .integer(length), .integer(estimate.count),
        .number(estimate.mean), .number(estimate.lower), .number(estimate.upper),
      ]
    }
  }
}

/// Results that a figure cannot be made of.
enum ResultsError: Error, CustomStringConvertible {
  case empty(file: String)
  case severalTasks([String], file: String)
  case noSuchTask(String, [String], file: String)
  case noSuchStep(Int, file: String, steps: [Int])
  case severalFiles(String, String, length: Int, file: String)

  var description: String {
    switch self {
    case .empty(let file): "\(file) holds no results"
    case .severalTasks(let tasks, let file):
      "\(file) holds results of \(tasks.joined(separator: " and ")): choose one with --task"
    case .noSuchTask(let task, let tasks, let file):
      "\(file) holds no results of \(task), but of \(tasks.joined(separator: " and "))"
    case .noSuchStep(let step, let file, let steps):
      "\(file) holds no measurement after step \(step), but after "
        + steps.map(String.init).joined(separator: ", ")
    case .severalFiles(let first, let second, let length, let file):
      "\(file) holds results of both \(first) and \(second) at length \(length), which one curve "
        + "cannot show: probe them into folders of their own"
    }
  }
}
