import DataFiles
import TransformerModel

/// A safetensors file that is the result of a command, and the words that say so.
struct TensorFile {
  private struct Summary: Encodable {
    struct Tensor: Encodable {
      var name: String
      var shape: [Int]
    }
    var file: String
    var tensors: [Tensor] = []
  }

  private var writer = SafetensorsWriter(metadata: [("format", "pt"), ("lab_version", labVersion)])
  private var summary: Summary
  private var broken: String?

  /// A file to be written to `path`.
  init(_ path: String) { summary = Summary(file: path) }

  mutating func add(_ name: String, _ shape: [Int], _ floats: [Float]) {
    if broken == nil, !floats.allSatisfy(\.isFinite) { broken = name }
    writer.add(name, shape: shape, floats: floats)
    summary.tensors.append(Summary.Tensor(name: name, shape: shape))
  }

  /// Writes the file and tells what it holds.
  ///
  /// - Parameter overflow: where the model left the finite numbers, asked if it did.
  /// - Throws: `NotFiniteResult`, and then nothing is written; or what writing throws.
  func write(_ console: Console, overflow: @autoclosure () -> String?) throws {
    if let broken { throw NotFiniteResult(name: broken, place: overflow()) }
    try writer.write(to: summary.file)
    if console.wantsJSON { return try console.print(json: summary) }
    let shown = summary.tensors.prefix(4).map { "\($0.name) \($0.shape)" }
    let rest = summary.tensors.count - shown.count
    try console.print(
      "Wrote \(summary.file): \(shown.joined(separator: ", "))"
        + (rest > 0 ? " and \(rest) more tensors." : "."))
  }
}

/// Numbers that cannot be compared with anything.
struct NotFiniteResult: Error, CustomStringConvertible {
  let name: String
  let place: String?

  var description: String {
    "\(name) would hold values that are not finite: the model's numbers overflow on these tokens"
      + (place.map { ", first in \($0)." } ?? ".")
  }
}
