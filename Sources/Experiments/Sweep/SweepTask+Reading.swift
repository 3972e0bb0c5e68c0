import DataFiles
import SandboxTasks

extension SweepTask {
  /// Reads the members of a task; `label` has been read.
  init(_ reader: inout JSONObjectReader, label: String) throws(JSONError) {
    self.label = label
    let family = try reader.choice("task", of: TaskFamily.self)
    var settings = TaskSettings(try TaskShape(family, &reader), length: 1)
    for setting in TaskSettings.common { try setting.read(into: &settings, from: &reader) }
    shape = settings.shape
    rehearsal = settings.rehearsal
    depth = settings.depth
    similar = settings.similar
    text = try SweepText.read(&reader)
    if text?.source == .made, family.hasPaperText {
      throw reader.invalid(
        "text",
        "is not made for \(family.rawValue) here; write files with 'dilution generate --format text' "
          + "and name them")
    }
  }
}

extension TaskSettings {
  /// Writes every setting into an open object, whatever the family: what keys are made of.
  func writeIdentity(to json: inout JSONWriter) {
    json.member("task", family.rawValue)
    writeMembers(to: &json)
  }
}
