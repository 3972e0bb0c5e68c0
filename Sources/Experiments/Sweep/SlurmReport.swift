/// What was handed to Slurm.
public struct SlurmReport: Encodable, Sendable {
  /// All of them.
  var shards: Int
  /// How many have every record.
  var done: Int
  /// Shards whose tasks are in the queue from before.
  var waiting: [Int]
  /// Shards that are submitted, or for which a script was written.
  var submitted: [Int]
  var arrayScript: String?
  var mergeScript: String?
  var arrayJob: String?
  var mergeJob: String?
  /// The folder in which the results will be.
  var results: String

  /// The report as text for people.
  public var lines: [String] {
    var lines = ["\(results): \(done) of \(shards) shards are done"]
    if !waiting.isEmpty { lines[0] += ", \(waiting.count) queued or running" }
    if let arrayJob {
      lines.append("array job \(arrayJob): \(submitted.count) shards, one a task")
    } else if let arrayScript {
      lines.append("\(arrayScript): \(submitted.count) shards, one a task")
    }
    if let mergeJob {
      lines.append("merge job \(mergeJob): joins them when all have succeeded")
    } else if let mergeScript {
      lines.append("\(mergeScript): joins them; submit it with --dependency=afterok:JOB")
    } else if done == shards {
      lines.append("The results are joined; nothing is left to do.")
    }
    return lines
  }
}
