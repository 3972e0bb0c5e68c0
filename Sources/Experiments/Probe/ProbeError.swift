import TestTimeCompute
import TransformerModel

/// Why instances cannot be probed.
public enum ProbeError: Error {
  /// A token that the model does not have.
  case unknownToken(ProbeItem, token: Int32, vocabularySize: Int)
  /// Too few tokens to adapt on.
  case contextTooShort(ProbeItem)
  /// The model's own scores or logits are not finite; and where that was seen first.
  case notFinite(ProbeItem, place: String?)
  /// Those of the adapted model are not.
  case diverged(ProbeItem, AdaptationDiverged)
  /// A file without an instance.
  case noInstances(file: String)
  /// The caches do not fit into memory even for one worker.
  case tooLong(tokens: Int, neededBytes: Int, freeBytes: Int)
}

extension ProbeError {
  /// Names the keys or values of the context of a session where they are not finite, and else `place`.
  static func overflow(
    _ item: ProbeItem, _ place: String?, in session: InferenceSession
  ) -> ProbeError {
    let overflow = session.cache.firstOverflow(in: 0..<session.length)
    return .notFinite(item, place: overflow?.description ?? place)
  }
}

extension ProbeError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownToken(let item, let token, let size):
      "\(Self.place(item)) holds the token \(token), but the model knows only the tokens 0 to "
        + "\(size - 1); generate tasks for its vocabulary, or name another --model"
    case .contextTooShort(let item):
      "\(Self.place(item)) has a context of \(item.instance.context.count) token, but adapting "
        + "needs at least 2"
    case .notFinite(let item, let place):
      "\(Self.place(item)): the model's own scores are not finite"
        + (place.map { ", first in \($0)" } ?? "") + ", so that nothing can be measured"
    case .diverged(let item, let divergence):
      "\(Self.place(item)): \(divergence)"
    case .noInstances(let file):
      "\(file) holds no instance; write some with 'dilution generate'"
    case .tooLong(let tokens, let needed, let free):
      "\(tokens) tokens need \(Self.gibibytes(needed)) GiB for keys and values, but "
        + "\(Self.gibibytes(free)) GiB are free; probe shorter contexts"
    }
  }

  private static func place(_ item: ProbeItem) -> String {
    "\(item.file): instance \(item.instance.index)"
  }

  /// One digit behind the point.
  private static func gibibytes(_ bytes: Int) -> Double {
    (Double(bytes) / Double(1 << 30) * 10).rounded() / 10
  }
}
