import Instrumentation

/// What is averaged for every head: an instrument's numbers over some rows.
public struct SiteColumn: Sendable, Hashable {
  /// The instrument's name.
  public let instrument: String
  /// Over which rows.
  public let rows: AveragedRows

  public init(_ instrument: any Instrument.Type, over rows: AveragedRows = .opening) {
    (self.instrument, self.rows) = (instrument.name, rows)
  }

  /// The member of a record.
  public var key: String { instrument + rows.suffix }

  public static let mass = SiteColumn(TargetMass.self)
  public static let massAll = SiteColumn(TargetMass.self, over: .all)
  public static let valueMass = SiteColumn(ValueMass.self)
  public static let margin = SiteColumn(TargetMargin.self)
  public static let marginAll = SiteColumn(TargetMargin.self, over: .all)
  public static let gap = SiteColumn(WorstCaseGap.self)
  public static let bound = SiteColumn(DilutionBound.self)

  /// What every record has, in the order of its members.
  public static let standard = columns(of: Instruments.standard)

  /// What a record may have beside that.
  public static let optional = columns(of: Instruments.optional)

  /// What the records of a run have that asks for instruments by name.
  public static func read(_ names: [String]) -> [SiteColumn] {
    standard + optional.filter { names.contains($0.instrument) }
  }

  /// All at the rows where retrieval is measured, then those that are averaged over all value tokens too.
  private static func columns(of instruments: [any Instrument.Type]) -> [SiteColumn] {
    instruments.map { SiteColumn($0) }
      + instruments.filter { $0.measures.contains { $0.rows == .all } }.map {
        SiteColumn($0, over: .all)
      }
  }

  /// The columns of tables that are made of it: the mean of heads where there is a measure of it, and the
  /// followed head.
  var tableColumns: [(name: String, heads: InstrumentMeasure.Heads)] {
    let instrument = Instruments.all.first { $0.name == self.instrument }
    let hasMean =
      instrument?.measures.contains { $0.heads == .mean && $0.rows == rows } ?? false
    return ((hasMean ? [.mean] : []) + [.best]).map { heads in
      ("\(self.instrument)_\(heads.rawValue)\(rows.suffix)", heads)
    }
  }

  /// The names of the tables' columns that are made of columns.
  static func tableColumns(_ columns: [SiteColumn]) -> [String] {
    columns.flatMap { $0.tableColumns.map(\.name) }
  }
}

/// Sums over the rows of one site, by instrument.
struct SiteSums {
  private var opening: [Double]
  private var all: [Double]
  private(set) var openings = 0.0
  private var count = 0.0

  /// Sums of as many instruments, without a row so far.
  init(instruments: Int) {
    opening = [Double](repeating: 0, count: instruments)
    all = opening
  }

  /// Adds what the instruments say of a row.
  mutating func add(_ numbers: [Double], opensValue: Bool) {
    count += 1
    for (place, number) in numbers.enumerated() { all[place] += number }
    guard opensValue else { return }
    openings += 1
    for (place, number) in numbers.enumerated() { opening[place] += number }
  }

  /// The means, one a column.
  ///
  /// - Parameter instruments: those that were added, in their order.
  func means(_ columns: [SiteColumn], _ instruments: [any Instrument.Type]) -> [Double] {
    columns.map { column in
      guard let place = instruments.firstIndex(where: { $0.name == column.instrument }) else {
        preconditionFailure("the instrument \(column.instrument) was not read")
      }
      return column.rows == .all ? all[place] / count : opening[place] / openings
    }
  }
}
