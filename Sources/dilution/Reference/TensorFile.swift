import DataFiles
import TransformerModel

/// A safetensors file that is the result of a command, and what is printed of it.
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

  /// Writes what a session of a model gave, and says what it is.
  ///
  /// - Throws: as the other `write`, with the layer in which numbers became infinite.
  func write(_ console: Console, of session: InferenceSession) throws {
    // Keys and values are made of what enters a layer.
    try write(
      console,
      overflow: session.cache.firstOverflow(in: 0..<session.length)?.description
        ?? "the last layer or the head")
  }

  /// Writes the file and says what it holds.
  ///
  /// - Parameter overflow: where the model left the finite numbers, asked if it did.
  /// - Throws: `NotFiniteResult`, and then nothing is written; or what writing throws.
  func write(_ console: Console, overflow: @autoclosure () -> String?) throws {
    if let broken { throw NotFiniteResult(name: broken, place: overflow()) }
    try writer.write(to: summary.file)
    let shown = summary.tensors.prefix(4).map { "\($0.name) \($0.shape)" }
    let rest = summary.tensors.count - shown.count
    let line =
      "Wrote \(summary.file): \(shown.joined(separator: ", "))"
      + (rest > 0 ? " and \(rest) more tensors." : ".")
    try console.show(summary, lines: [line])
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
