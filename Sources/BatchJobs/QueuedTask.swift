/// A job that has not ended, or a task of a job array.
public struct QueuedTask: Sendable, Equatable {
  /// The number of the job; of an array, that of the whole.
  public var job: String
  /// The number of the task; nil for a job that is no array.
  public var task: Int?
  /// The name of the job.
  public var name: String

  public init(job: String, task: Int? = nil, name: String) {
    self.job = job
    self.task = task
    self.name = name
  }

  /// How dependencies name it, such as `12_3`.
  public var id: String { task.map { "\(job)_\($0)" } ?? job }

  /// The form in which `squeue` is asked for a line. The name comes last, because it may hold anything.
  static let format = "%F %K %j"

  /// Reads a line; nil when it is of another form.
  init?(line: String) {
    let words = line.split(separator: " ", maxSplits: 2)
    guard words.count == 3, words[0].allSatisfy(\.isWholeNumber) else { return nil }
    job = String(words[0])
    name = String(words[2])
    guard words[1] != "N/A" else { return }
    // A pending remainder that squeue did not take apart would hide which tasks it is of.
    guard let number = Int(words[1]) else { return nil }
    task = number
  }
}
