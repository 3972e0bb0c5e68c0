/// Why jobs could not be handed to Slurm.
public enum SlurmError: Error, Equatable {
  /// A program of Slurm is not on the search path.
  case missingProgram(String)
  /// The program could not be started.
  case notStarted(program: String, reason: String)
  /// The program ended with an error; `message` is what it said.
  case refused(program: String, purpose: String, message: String)
  /// `sbatch` said something else than the number of a job.
  case noJobNumber(text: String)
  /// `squeue` printed a line of another form than it was asked for.
  case unreadableQueue(line: String)
  /// Jobs of the same run, but of another spec or number of shards, have not ended.
  case otherJobs(run: String, jobs: [String])
  /// The array was submitted, the merge job behind it was not.
  case mergeRefused(array: String, message: String)
}

extension SlurmError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingProgram(let program):
      "\(program) is not on the search path: give the command where Slurm's programs are installed, "
        + "or write the scripts alone with --slurm-script-only"
    case .notStarted(let program, let reason):
      "\(program) could not be started: \(reason)"
    case .refused(let program, let purpose, let message):
      "\(program) refused \(purpose): \(message)"
    case .noJobNumber(let text):
      "sbatch did not answer with the number of a job but with '\(text)': see 'squeue --me' for what "
        + "it did"
    case .unreadableQueue(let line):
      "squeue printed '\(line)', which is not of the form that it was asked for: check that it is "
        + "Slurm's own, of version 20.02 or later"
    case .otherJobs(let run, let jobs):
      "Jobs of another spec, part, seed or number of shards are in the queue for \(run): wait for "
        + "them to end, or cancel them with 'scancel \(jobs.joined(separator: " "))'"
    case .mergeRefused(let array, let message):
      "sbatch refused the merge job: \(message); the array job \(array) was submitted, and the same "
        + "command again submits the merge job alone"
    }
  }
}
