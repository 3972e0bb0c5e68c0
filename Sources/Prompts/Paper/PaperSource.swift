import DataFiles
import SandboxTasks

extension TransactionLogText: TextTask {
  /// In operations.
  public var sizes: ClosedRange<Int> { leastLines...Self.lineLimit }

  public func source(size: Int) -> JSONValue {
    paperSource(
      "transaction-log", index, split, seed,
      settings: [
        ("lines", JSONValue(.integer(size))), ("accounts", JSONValue(.integer(settings.accounts))),
        ("depth", number(settings.depth)), ("anomaly", text(settings.anomaly?.rawValue)),
      ],
      needle: [("bug_type", text(anomaly.rawValue)), ("tx_id", text(transaction))])
  }
}

extension CodeBugText: TextTask {
  /// In lines of code.
  public var sizes: ClosedRange<Int> { leastLines...(mostLines ?? Self.syntheticLimit) }

  /// The most lines of code that is made from templates.
  public static let syntheticLimit = 10_000_000

  public func source(size: Int) -> JSONValue {
    paperSource(
      "code-bug", index, split, seed,
      settings: [
        ("lines", JSONValue(.integer(size))),
        ("operators", JSONValue(.array(settings.operators.map { text($0.rawValue) }))),
        ("depth", number(settings.depth)),
        ("file_lines", JSONValue(.integer(settings.fileLines))), ("source_sha256", text(hash)),
      ],
      needle: [
        ("operator", text(mutation.rawValue)), ("file", text(original.path)),
        ("line", JSONValue(.integer(line + 1))), ("original", text(original.lines[line])),
        ("changed", text(changed)),
      ])
  }
}

private func paperSource(
  _ task: String, _ index: Int, _ split: Split, _ seed: UInt64,
  settings: [(String, JSONValue)], needle: [(String, JSONValue)]
) -> JSONValue {
  func object(_ members: [(String, JSONValue)]) -> JSONValue {
    JSONValue(.object(members.map { JSONMember($0.0, $0.1) }))
  }
  return object([
    ("task", text(task)), ("index", JSONValue(.integer(index))), ("split", text(split.rawValue)),
    ("seed", JSONValue(Int(exactly: seed).map { .integer($0) } ?? .unsigned(seed))),
    ("settings", object(settings)), ("needle", object(needle)),
  ])
}

private func text(_ text: String?) -> JSONValue { text.map { JSONValue(.string($0)) } ?? .null }

private func number(_ number: Double?) -> JSONValue {
  number.map { JSONValue(.double($0)) } ?? .null
}
