import DataFiles
import Foundation
import Runs
import Training

/// How far a training run is.
struct TrainingStatus: Encodable {
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

  /// Reads what stands in a folder; nil where no training run has been.
  ///
  /// - Throws: `FileSystemError`, `JSONError`, `CSVError`, `SafetensorsError`.
  init?(_ folder: String) throws {
    guard let found = try TrainingFolder(folder) else { return nil }
    self.folder = folder
    let holder = LockHolder.read(folder)
    state = holder != nil ? .running : found.isFinished ? .finished : .stopped
    let curve = found.curve
    let told = holder?.notes["step"].flatMap { Int($0) }
    savedStep = found.isFinished ? nil : found.savedStep
    step = told ?? found.savedStep ?? 0
    steps = found.steps ?? holder?.notes["steps"].flatMap { Int($0) }
    loss = holder?.notes["loss"].flatMap { Double($0) } ?? curve?.loss
    accuracy = found.accuracy
    lastSaved = found.lastSaved.map(StatusWords.text)
    process = holder.map { Int($0.process) }
    host = holder?.host
    guard let holder else { return }
    // Counted to the moment in which the step was told, not to this one.
    let end = holder.notes["at"].flatMap { ISO8601DateFormatter().date(from: $0) } ?? Date()
    if let told, let rate = holder.recordsPerSecond(done: told, at: end) {
      stepsPerSecond = rate
      secondsLeft = steps.map { Double(max($0 - told, 0)) / rate }
    }
  }

  /// The status for people.
  var lines: [String] {
    var lines = [
      "Training \(folder): step \(step)" + (steps.map { " of \($0)" } ?? "")
        + (loss.map { String(format: ", loss %.4f", $0) } ?? "")
    ]
    switch state {
    case .finished: lines.append("  finished")
    case .running:
      lines.append(
        StatusWords.running(
          process, host, rate: stepsPerSecond, unit: "steps", secondsLeft: secondsLeft))
      if let savedStep { lines.append("  saved: step \(savedStep)") }
    case .stopped:
      lines.append("  stopped" + (lastSaved.map { ", saved at \($0)" } ?? " before the first save"))
      lines.append("  start again with: dilution train RECIPE --out \(folder)")
    }
    if !accuracy.isEmpty {
      lines.append("  accuracy" + (state == .finished ? " on held-out sequences" : "") + ":")
      let width = accuracy.keys.map(\.count).max() ?? 0
      for (name, value) in accuracy.sorted(by: { $0.key < $1.key }) {
        lines.append(
          "    " + name.padding(toLength: width, withPad: " ", startingAt: 0)
            + String(format: "  %.4f", value))
      }
    }
    return lines
  }
}
