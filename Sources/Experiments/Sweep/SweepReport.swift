/// What a sweep or a merge came to.
public struct SweepReport: Encodable, Sendable {
  public let records: String
  public let table: String?
  public let shard: String
  public let count: Int
  public let made: Int
  public let plan: String

  /// The report as text for people.
  public var lines: [String] {
    ["\(records): \(count) records, \(made) of them made now"]
      + (table.map { ["\($0): the same as a table"] } ?? [])
  }
}
