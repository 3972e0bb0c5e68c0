/// A token that a session has read, set aside with its keys and values.
///
/// Searches that go back and forth between branches keep what they read, so that going back costs a
/// copy instead of a pass.
public struct ReadToken: Equatable, Sendable {
  /// The token.
  public let token: Int32
  /// Its rotary position.
  public let position: Int32
  let keyValues: KeyValueBackup

  /// Its place among the tokens of the session, from 0.
  public var place: Int { keyValues.range.lowerBound }
}

extension InferenceSession {
  /// The last token read.
  public func lastRead() -> ReadToken {
    precondition(length > 0, "nothing has been read")
    return ReadToken(
      token: tokens[length - 1], position: positions[length - 1],
      keyValues: cache.backup(length - 1..<length))
  }

  /// Puts a token back behind what stands read now: the very tokens that stood there when it was
  /// read, or its keys and values are not theirs.
  public func putBack(_ read: ReadToken) {
    precondition(read.keyValues.range == length..<length + 1, "the token stood elsewhere")
    cache.restore(read.keyValues)
    length += 1
    tokens.append(read.token)
    positions.append(read.position)
  }
}
