import TestTimeCompute
import TransformerModel

/// Why instances cannot be probed, in one sentence.
public struct ProbeError: Error, CustomStringConvertible {
  public let description: String

  init(_ sentence: String) { description = sentence }

  /// What is wrong with an instance.
  init(_ item: ProbeItem, _ sentence: String) {
    description = "\(item.file): instance \(item.instance.index)\(sentence)"
  }

  /// The model's own scores or logits are not finite: names the keys or values of the context of a session
  /// where they are not, and else `place`.
  static func overflow(
    _ item: ProbeItem, _ place: String?, in session: InferenceSession
  ) -> ProbeError {
    let overflow = session.cache.firstOverflow(in: 0..<session.length)
    let first = (overflow?.description ?? place).map { ", first in \($0)" } ?? ""
    return ProbeError(
      item, ": the model's own scores are not finite\(first), so that nothing can be measured")
  }

  /// The caches do not fit into memory even for one worker.
  public static func tooLong(tokens: Int, neededBytes: Int, freeBytes: Int) -> ProbeError {
    func gibibytes(_ bytes: Int) -> Double { (Double(bytes) / Double(1 << 30) * 10).rounded() / 10 }
    return ProbeError(
      "\(tokens) tokens need \(gibibytes(neededBytes)) GiB for keys and values, but "
        + "\(gibibytes(freeBytes)) GiB are free; probe shorter contexts")
  }
}
