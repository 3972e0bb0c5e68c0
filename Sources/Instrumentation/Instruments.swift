/// The catalog of instruments.
public enum Instruments {
  /// Those that every probe and sweep reads, in the order of the records' members.
  public static let standard: [any Instrument.Type] = [
    TargetMass.self, ValueMass.self, TargetMargin.self, WorstCaseGap.self, DilutionBound.self,
  ]

  /// Those that are read where they are asked for by name. A new instrument is a line here.
  public static let optional: [any Instrument.Type] = [
    EffectiveSupport.self, SinkShare.self, RecencyShare.self,
  ]

  /// All of them.
  public static var all: [any Instrument.Type] { standard + optional }

  /// The names that may be asked for.
  public static var optionalNames: [String] { optional.map { $0.name } }

  /// The standard ones and those of `names`, in the order of the catalog.
  public static func read(_ names: [String]) -> [any Instrument.Type] {
    standard + optional.filter { names.contains($0.name) }
  }

  /// Where the numbers of a standard one stand, whatever else is read.
  public static func standardPlace(of instrument: any Instrument.Type) -> Int {
    guard let place = standard.firstIndex(where: { $0 == instrument }) else {
      preconditionFailure("\(instrument.name) is no standard instrument")
    }
    return place
  }
}
