import TransformerModel

/// A stated fact as a target: its place among the hops, and its tokens in the context.
public struct WatchedTarget: Sendable, Equatable {
  /// Which of the facts that lead to the answer, from 0.
  public let hop: Int
  /// The tokens of the whole fact: J*.
  public let span: Range<Int>
  /// The tokens of its value.
  public let value: Range<Int>

  /// A fact at a place of the context.
  public init(hop: Int, span: Range<Int>, value: Range<Int>) {
    precondition(!span.isEmpty && !value.isEmpty, "a target has tokens")
    self.hop = hop
    self.span = span
    self.value = value
  }
}

/// A row of a pass to watch, and the facts it is to find.
public struct WatchedRow: Sendable, Equatable {
  /// The row within the pass, from 0.
  public let row: Int
  /// Which token of the answer the row predicts, from 0.
  public let answerStep: Int
  /// The facts whose mass is recorded, each on its own.
  public let targets: [WatchedTarget]

  /// A row with its targets.
  public init(row: Int, answerStep: Int, targets: [WatchedTarget]) {
    self.row = row
    self.answerStep = answerStep
    self.targets = targets
  }
}

/// What one head gave to one fact while one answer token was predicted.
public struct TargetMassRecord: Sendable, Equatable, Codable {
  /// The layer, from 0.
  public let layer: Int
  /// The query head, from 0.
  public let head: Int
  /// Which token of the answer was predicted, from 0.
  public let answerStep: Int
  /// Which of the facts that lead to the answer, from 0.
  public let hop: Int
  /// The reading of the whole fact.
  public let reading: TargetReading
  /// What the instruments say that the recorder reads, in their order.
  public let numbers: [Double]
  /// The mass on the one token after the fact, which is no target: a causal model has read the whole
  /// fact there, and may fetch from that token what it gathered.
  public let followingMass: Double
}

/// Watches the rows that predict an answer, and records what every head gives to the facts they are
/// to find.
///
/// Hand `observation` to a pass, then read `records`: layer by layer, within it row by row, head by
/// head and target by target.
public final class TargetMassRecorder {
  /// One record for every (layer, row, head, target) seen so far.
  public private(set) var records: [TargetMassRecord] = []
  /// Where a score was first not finite; such a site has no records.
  public private(set) var firstNonFiniteSite: AttentionSite?

  private let rows: [WatchedRow]
  private let slacks: [Double]
  private let instruments: [any Instrument.Type]

  /// The thresholds at which every reading is checked against itself.
  private static let thresholds = [0.1, 0.5, 0.9]

  /// A recorder for `rows`, ascending and distinct, with the slacks Δ of the dilution bound.
  ///
  /// - Parameter names: the instruments that are read beside the standard ones.
  public init(rows: [WatchedRow], slacks: [Double] = [], instruments names: [String] = []) {
    precondition(
      zip(rows, rows.dropFirst()).allSatisfy { $0.row < $1.row }, "rows ascend")
    self.rows = rows
    self.slacks = slacks
    instruments = Instruments.read(names)
  }

  /// What a pass is to show.
  public var observation: AttentionObservation {
    AttentionObservation(rows: rows.map(\.row)) { site, seen in self.visit(site, seen) }
  }

  private func visit(_ site: AttentionSite, _ seen: ObservedAttention) {
    guard let watched = rows.first(where: { $0.row == site.row }) else { return }
    guard let row = AttentionRow(seen) else {
      firstNonFiniteSite = firstNonFiniteSite ?? site
      return
    }
    for target in watched.targets {
      let end = target.span.upperBound
      let seen = ObservedFact(
        row, span: RangeSet(target.span), value: RangeSet(target.value), slacks: slacks)
      for threshold in Self.thresholds {
        precondition(
          seen.reading.massAgreesWithMargin(at: threshold), "target mass and margin contradict")
      }
      records.append(
        TargetMassRecord(
          layer: site.layer, head: site.head, answerStep: watched.answerStep, hop: target.hop,
          reading: seen.reading, numbers: instruments.map { $0.value(of: seen) },
          followingMass: row.mass(on: RangeSet(end..<min(end + 1, row.count)))))
    }
  }
}
