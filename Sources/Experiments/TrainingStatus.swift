import DataFiles
import Foundation
import Runs
import Training

/// How far a training run is.
public struct TrainingStatus: Encodable, Sendable {
  var folder: String
  var state: RunState
  var step: Int
  var steps: Int?
  var loss: Double?
  /// Running accuracy on predictable tokens, by slice; of a finished run that on held-out sequences.
  var accuracy: [String: Double]
  var stepsPerSecond: Double?
  var secondsLeft: Double?
  var process: Int?
  var host: String?
  /// The last step that survives whatever happens.
  var savedStep: Int?
  var lastSaved: String?
  private let pace: RunPace

  private enum CodingKeys: String, CodingKey {
    case folder, state, step, steps, loss, accuracy, stepsPerSecond, secondsLeft, process, host
    case savedStep, lastSaved
  }

  /// Reads what stands in a folder; nil where no training run has been.
  ///
  /// - Throws: `FileSystemError`, `JSONError`, `CSVError`, `SafetensorsError`.
  public init?(_ folder: String) throws {
    guard let found = try TrainingFolder(folder) else { return nil }
    self.folder = folder
    let holder = LockHolder.read(folder)
    let reported = holder?.notes["step"].flatMap { Int($0) }
    savedStep = found.isFinished ? nil : found.savedStep
    step = reported ?? found.savedStep ?? 0
    steps = found.steps ?? holder?.notes["steps"].flatMap { Int($0) }
    loss = holder?.notes["loss"].flatMap { Double($0) } ?? found.curve?.loss
    accuracy = found.accuracy
    lastSaved = found.lastSaved.map(RunPace.text)
    // Counted to the moment in which the step was reported, not to this one.
    let end = holder?.notes["at"].flatMap { ISO8601DateFormatter().date(from: $0) } ?? Date()
    pace = RunPace(holder, done: reported, total: steps, isFinished: found.isFinished, at: end)
    (state, process, host) = (pace.state, pace.process, pace.host)
    (stepsPerSecond, secondsLeft) = (pace.rate, pace.secondsLeft)
  }

  /// The status for people.
  public var lines: [String] {
    var lines = [
      "Training \(folder): step \(step)" + (steps.map { " of \($0)" } ?? "")
        + (loss.map { String(format: ", loss %.4f", $0) } ?? "")
    ]
    lines += pace.lines(
      unit: "steps", stop: lastSaved.map { ", saved at \($0)" } ?? " before the first save",
      command: "dilution train RECIPE --out \(folder)")
    if state == .running, let savedStep { lines.append("  saved: step \(savedStep)") }
    if !accuracy.isEmpty {
      lines.append("  accuracy" + (state == .finished ? " on held-out sequences" : "") + ":")
      let pairs = accuracy.sorted { $0.key < $1.key }
      lines += TextTable(
        pairs: pairs.map { (name: $0.key, text: String(format: "%.4f", $0.value)) }
      ).lines(indent: "    ")
    }
    return lines
  }
}
