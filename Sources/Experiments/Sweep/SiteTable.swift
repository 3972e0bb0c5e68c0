import DataFiles
import Instrumentation

/// What every head of a model gave to the facts that hold an answer, where it is found: means over the
/// rows that predict the *first* token of each fact's value, and over traces where there are several.
///
/// Behind the first token a model copies on from where it has just read, whatever it could have found by
/// itself, because the right tokens before are given to it. Means over all value tokens therefore stay
/// high when retrieval fails. The numbers of a head stand at `layer·H + head`.
public struct SiteTable: Sendable, Equatable {
  /// L.
  public let layers: Int
  /// H.
  public let heads: Int
  /// The standard columns, then those that were asked for.
  public let columns: [SiteColumn]
  /// `[columns][L, H]`.
  private let numbers: [[Float]]

  /// A table with one number for each site in every column.
  public init(layers: Int, heads: Int, _ columns: [(SiteColumn, [Float])]) {
    precondition(columns.allSatisfy { $0.1.count == layers * heads }, "one number a site")
    (self.layers, self.heads) = (layers, heads)
    self.columns = columns.map(\.0)
    numbers = columns.map(\.1)
  }

  /// The numbers of a column, `[L, H]`; nil where the record does not have it.
  public subscript(column: SiteColumn) -> [Float]? {
    columns.firstIndex(of: column).map { numbers[$0] }
  }

  /// Target mass, `[L, H]`.
  public var mass: [Float] { self[.mass] ?? [] }

  /// The mean of a column over all sites; nil where the record does not have it.
  public func mean(_ column: SiteColumn) -> Double? {
    self[column].map { Statistics.mean($0.map(Double.init)) }
  }

  /// The number of a site; nil where record or model do not have it.
  public func number(_ column: SiteColumn, at site: RetrievalSite) -> Float? {
    place(of: site).flatMap { place in self[column]?[place] }
  }

  /// The place of a site in the arrays; nil where the model has no such site.
  public func place(of site: RetrievalSite) -> Int? {
    guard 0..<layers ~= site.layer, 0..<heads ~= site.head else { return nil }
    return site.layer * heads + site.head
  }

  /// The site at a place of the arrays.
  public func site(at place: Int) -> RetrievalSite {
    RetrievalSite(layer: place / heads, head: place % heads)
  }

  func write(to json: inout JSONWriter) throws {
    try json.object { json in
      json.member("layers", layers)
      json.member("heads", heads)
      for (column, numbers) in zip(columns, numbers) {
        try json.member(column.key, floats: numbers)
      }
    }
  }
}

extension SiteTable {
  /// Reads the members of a table, all of them; those that are optional may be left out.
  init(_ reader: inout JSONObjectReader) throws(JSONError) {
    let layers = try reader.int("layers", in: 1...100_000)
    let heads = try reader.int("heads", in: 1...100_000)
    var columns: [(SiteColumn, [Float])] = []
    for column in SiteColumn.standard + SiteColumn.optional.filter({ reader.contains($0.key) }) {
      let numbers = try reader.doubles(column.key)
      guard numbers.count == layers * heads else {
        throw reader.invalid(column.key, "must have layers · heads numbers")
      }
      columns.append((column, numbers.map { Float($0) }))
    }
    try reader.finish()
    self.init(layers: layers, heads: heads, columns)
  }
}
