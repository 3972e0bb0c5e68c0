import DataFiles
import Instrumentation

/// What every head of a model gave to the facts that hold an answer, where it is found: means over the
/// rows that predict the *first* token of each fact's value, and over traces where there are several.
///
/// Behind the first token a model copies on from where it has just read, whatever it could have found by
/// itself, because the right tokens before are given to it. Means over all value tokens, `all`, therefore
/// stay high when retrieval fails. The numbers of a head stand at `layer·H + head`.
public struct SiteTable: Sendable, Equatable {
  /// L.
  public var layers: Int
  /// H.
  public var heads: Int
  /// Target mass on the whole fact, `[L, H]`.
  public var mass: [Float]
  /// Target mass on the fact's value tokens, `[L, H]`.
  public var valueMass: [Float]
  /// γ in nats, `[L, H]`.
  public var margin: [Float]
  /// The worst-case gap in nats, `[L, H]`.
  public var gap: [Float]
  /// The least upper bound on `mass` that competitors within some slacks of the target give, `[L, H]`.
  public var bound: [Float]
  /// Means over all value tokens of the answer.
  public var all: ValueTokens

  /// Means over all value tokens, those behind the first included.
  public struct ValueTokens: Sendable, Equatable {
    /// Target mass on the whole fact, `[L, H]`.
    public var mass: [Float]
    /// γ in nats, `[L, H]`.
    public var margin: [Float]

    public init(mass: [Float], margin: [Float]) {
      (self.mass, self.margin) = (mass, margin)
    }

    /// The mean of `mass` over all sites.
    public var meanMass: Double { Statistics.mean(mass.map(Double.init)) }
  }

  /// A table with one number for each site in every array.
  public init(
    layers: Int, heads: Int, mass: [Float], valueMass: [Float],
    margin: [Float], gap: [Float], bound: [Float], all: ValueTokens
  ) {
    let count = layers * heads
    precondition(
      [mass, valueMass, margin, gap, bound, all.mass, all.margin].allSatisfy { $0.count == count },
      "one number a site")
    (self.layers, self.heads) = (layers, heads)
    (self.mass, self.valueMass) = (mass, valueMass)
    (self.margin, self.gap, self.bound) = (margin, gap, bound)
    self.all = all
  }

  /// The mean of `mass` over all sites.
  public var meanMass: Double { Statistics.mean(mass.map(Double.init)) }

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
      try json.member("mass", floats: mass)
      try json.member("value_mass", floats: valueMass)
      try json.member("margin", floats: margin)
      try json.member("gap", floats: gap)
      try json.member("bound", floats: bound)
      try json.member("mass_all", floats: all.mass)
      try json.member("margin_all", floats: all.margin)
    }
  }
}

extension SiteTable {
  /// Reads the members of a table, all of them.
  init(_ reader: inout JSONObjectReader) throws(JSONError) {
    layers = try reader.int("layers", in: 1...100_000)
    heads = try reader.int("heads", in: 1...100_000)
    let count = layers * heads
    func floats(_ key: String) throws(JSONError) -> [Float] {
      let numbers = try reader.doubles(key)
      guard numbers.count == count else {
        throw reader.invalid(key, "must have layers · heads numbers")
      }
      return numbers.map { Float($0) }
    }
    mass = try floats("mass")
    valueMass = try floats("value_mass")
    margin = try floats("margin")
    gap = try floats("gap")
    bound = try floats("bound")
    all = ValueTokens(mass: try floats("mass_all"), margin: try floats("margin_all"))
    try reader.finish()
  }
}
