import DataFiles
import Foundation

/// What the folder of a training run says of it, read without touching anything.
public struct TrainingFolder: Sendable {
  /// The last row of the curve that was saved.
  public struct CurveEnd: Sendable, Equatable {
    public var step: Int
    public var loss: Double
    /// Seconds of training so far.
    public var seconds: Double
  }

  public let isFinished: Bool
  /// The step that a run would go on from, or the last of a finished run; nil before the first save.
  public let savedStep: Int?
  /// How many steps the recipe has; nil before the first save.
  public let steps: Int?
  public let curve: CurveEnd?
  /// Accuracy on predictable tokens by slice: of a finished run on held-out sequences, otherwise running.
  public let accuracy: [String: Double]
  /// When state or model were written last.
  public let lastSaved: Date?

  /// Reads a folder; nil where no training run has left anything.
  ///
  /// - Throws: `FileSystemError`, `JSONError`, `CSVError`, `UnknownVersion`, `SafetensorsError`.
  public init?(_ folder: String) throws {
    func path(_ name: String) -> String { (folder as NSString).appendingPathComponent(name) }
    let (state, report) = (path("training-state.safetensors"), path("training.json"))
    let (hasState, hasReport) = (FileSystem.exists(state), FileSystem.exists(report))
    let holder = LockHolder.read(folder)
    guard hasState || hasReport || holder?.notes["loss"] != nil else { return nil }
    isFinished = hasReport && !hasState
    var accuracy: [String: Double] = [:]
    var curve: CurveEnd?
    if FileSystem.exists(path("curve.csv")) {
      let table = try TrainingCurve.schema.read(path("curve.csv"))
      if table.rowCount > 0 {
        let last = table.rowCount - 1
        curve = CurveEnd(
          step: try table.ints("step")[last], loss: try table.doubles("loss")[last],
          seconds: try table.doubles("seconds")[last])
        for column in table.columns where column.hasPrefix("accuracy_") {
          if let value = try table.optionalDoubles(column)[last] {
            accuracy[String(column.dropFirst("accuracy_".count))] = value
          }
        }
      }
    }
    self.curve = curve
    if isFinished {
      let value = try JSONValue.read(report)
      try value.checkVersion(
        "schema_version", understood: TrainingReport.schemaVersion, file: report)
      savedStep = value["steps"]?.int
      steps = savedStep
      accuracy = [:]
      for slice in value["held_out"]?["slices"]?.members ?? [] {
        accuracy[slice.key] = slice.value["token_accuracy"]?.double
      }
    } else if hasState {
      let metadata = try SafetensorsFile.open(state).metadata
      savedStep = try metadata["progress"].flatMap { try JSONValue.parse($0)["step"]?.int }
      steps = try metadata["recipe"].flatMap { try JSONValue.parse($0)["steps"]?.int }
    } else {
      (savedStep, steps) = (nil, nil)
    }
    self.accuracy = accuracy
    let written = try? FileManager.default.attributesOfItem(atPath: isFinished ? report : state)
    lastSaved = written?[.modificationDate] as? Date
  }
}
