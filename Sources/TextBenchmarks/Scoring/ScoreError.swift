import DataFiles

/// Why answers cannot be scored.
public enum ScoreError: Error, CustomStringConvertible {
  case noAnswers(file: String)
  case noItems(file: String)
  case noRightAnswers(file: String)
  case noRightAnswer(id: String, file: String)
  case sameName(id: String, file: String)
  case misfit(BenchmarkAnswers.Misfit, file: String, data: String)

  public var description: String {
    switch self {
    case .noAnswers(let file): "'\(file)' holds no answers; write one object a line."
    case .noItems(let file): "'\(file)' holds no items; give the benchmark's own file."
    case .noRightAnswers(let file):
      "'\(file)' holds no right answers, as test splits do; give one with outputs."
    case .noRightAnswer(let id, let file):
      "the item \"\(legible(id))\" of '\(file)' has no right answer; give a file in which all have one."
    case .sameName(let id, let file):
      "'\(file)' holds two items \"\(legible(id))\"; give a file in which each has an index of its own."
    case .misfit(.unknown(let id), let file, let data):
      "'\(file)' answers an item \"\(legible(id))\" that \(data) does not hold; give the file that was "
        + "answered."
    case .misfit(.ambiguous(let id, let files), let file, _):
      "'\(file)' answers an item \"\(legible(id))\", of which there is one in "
        + files.map { "'\($0)'" }.joined(separator: " and in ")
        + "; give a file of answers for each of --data, in the same order."
    case .misfit(.twice(let id, let data), let file, _):
      "'\(file)' answers the item \"\(legible(id))\" of '\(data)' twice by the same method, with the file's name "
        + "and without; leave one of the two out."
    }
  }
}
