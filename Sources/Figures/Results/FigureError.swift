import Runs

/// Results that a figure cannot be made of.
public enum FigureError: Error, CustomStringConvertible {
  /// Settings that do not go together; a sentence.
  case settings(String)
  case empty(file: String)
  case severalParts([String], folder: String, example: String)
  case unfinished(folder: String)
  /// Whether the folder's results are of the right kind, but for the table.
  case noTable(String, folder: String, isOfKind: Bool, FigureSource)
  case wrongKind(RunKind, path: String, figure: String, FigureSource)
  case noSuchTask(String, [String], file: String)
  case severalTasks([String], file: String)
  case severalTasksOfValue([String], column: String, value: String, file: String)
  case noSuchMethod(String, [String], file: String)
  case noSuchLength(Int, [Int], file: String)
  case noSuchStep(Int, file: String, steps: [Int])
  case severalFiles(String, String, length: Int, file: String)
  case noValues(column: String, file: String)
  /// Nothing beside a table has its heads; `subcommand` is the one that makes the file.
  case noHeads(String, file: String, subcommand: String)
  /// The rows lack what a figure is drawn against; `remedy` says what a sweep must hold.
  case notEnough(String, file: String, remedy: String)

  public var description: String {
    switch self {
    case .settings(let sentence): sentence
    case .empty(let file): "\(file) holds no results"
    case .severalParts(let parts, let folder, let example):
      "\(folder) holds the parts \(Self.list(parts)): name the folder of one, such as \(example)"
    case .unfinished(let folder):
      "\(folder) holds no results.csv: its sweep is not finished; run it again, or merge its shards"
    case .noTable(let table, let folder, let isOfKind, let source):
      "\(folder) holds no \(table): \(isOfKind ? source.advice : source.choice)"
    case .wrongKind(let kind, let path, let figure, let source):
      "\(path) holds \(kind.contents), but \(figure) is drawn from \(source.runs): "
        + source.advice
    case .noSuchTask(let task, let tasks, let file):
      "\(file) holds no results of \(task), but of \(Self.list(tasks))"
    case .severalTasks(let tasks, let file):
      "\(file) holds results of \(Self.list(tasks)): choose one with --task"
    case .severalTasksOfValue(let tasks, let column, let value, let file):
      "\(file) holds several tasks with \(value) in the column '\(column)': choose one of "
        + "\(Self.list(tasks)) with --task"
    case .noSuchMethod(let method, let methods, let file):
      "\(file) holds no method \"\(method)\", but "
        + Self.list(methods.map { "\"\($0)\"" })
    case .noSuchLength(let length, let lengths, let file):
      "\(file) holds no results at length \(length), but at \(Self.list(lengths.map(String.init)))"
    case .noSuchStep(let step, let file, let steps):
      "\(file) holds no measurement after step \(step), but after "
        + steps.map(String.init).joined(separator: ", ")
    case .severalFiles(let first, let second, let length, let file):
      "\(file) holds results of both \(first) and \(second) at length \(length), which one curve "
        + "cannot show: probe them into folders of their own"
    case .noValues(let column, let file):
      "\(file) has nothing in the column '\(column)' for what was chosen"
    case .noHeads(let name, let file, let subcommand):
      "\(file), which says what every head attends to, is not there: name the folder of a probe or of "
        + "a sweep, and \(subcommand) again if \(name) is gone"
    case .notEnough(let fault, let file, let remedy): "\(file) \(fault): \(remedy)"
    }
  }

  /// "a", "a and b", "a, b and c"; of many the first dozen.
  private static func list(_ words: [String]) -> String {
    let shown = words.prefix(12)
    let rest = words.count > 12 ? ["\(words.count - 12) more"] : []
    let all = Array(shown) + rest
    guard all.count > 1 else { return all.first ?? "nothing" }
    return all.dropLast().joined(separator: ", ") + " and " + all[all.count - 1]
  }
}
