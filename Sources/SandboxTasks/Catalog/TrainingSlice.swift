/// One of the slices by which training accuracy is distinguished; each is declared by a family.
public struct TrainingSlice: Hashable, Sendable, CaseIterable {
  /// What a family says of a slice.
  public struct Declaration: Sendable {
    /// Its name in files: `direct_hop_2`.
    var name: String
    /// What the running accuracy counts it under; nil where it says nothing about a task.
    var title: String?

    init(_ name: String, title: String?) { (self.name, self.title) = (name, title) }
  }

  /// Its place among all, from 0; saved states have their counts in this order.
  public let rawValue: UInt8

  private static let declarations =
    [Declaration("other", title: nil)] + TaskCatalog.families.flatMap { $0.slices }

  public static let allCases = declarations.indices.map { TrainingSlice(place: $0) }

  /// Tokens that nothing before them determines.
  public static let other = allCases[0]

  /// The slices whose tokens are determined by what precedes them: all but `other`.
  public static let predictable = Array(allCases.dropFirst())

  private init(place: Int) { rawValue = UInt8(place) }

  public init?(rawValue: UInt8) {
    guard Self.declarations.indices.contains(Int(rawValue)) else { return nil }
    self.rawValue = rawValue
  }

  /// The slice that a family has declared under a name.
  init(_ name: String) {
    guard let place = Self.declarations.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("no family declares the slice \(name)")
    }
    self.init(place: place)
  }

  public var name: String { Self.declarations[Int(rawValue)].name }

  /// What the running accuracy counts it under; nil where it says nothing about a task.
  public var title: String? { Self.declarations[Int(rawValue)].title }
}
