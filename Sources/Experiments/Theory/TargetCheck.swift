import Foundation
import Instrumentation

/// Lemmas 2.2 and 2.3 of Bansal et al. 2026 on one query row with one target position j*, every other
/// visible key being a distractor.
public struct TargetCheck: Sendable, Equatable, Codable {
  /// The fact that the row is to find, from 0.
  public let hop: Int
  /// Which token of its value the row predicts, from 0.
  public let token: Int
  /// j*: the position of the fact that scores highest.
  public let position: Int
  /// T: the visible keys.
  public let visibleKeys: Int
  /// `α_ij*`.
  public let mass: Double
  /// The worst-case gap `min_j (z_ij* − z_ij)`, in nats; +∞ without distractors.
  public let gap: Double
  /// m(Δ) for the Δ whose bound is the tightest.
  public let competitors: CompetitorCount
  /// What the gap is held against, by ascending ε.
  public let requirements: [Requirement]

  /// The gap that would guarantee a mass of `1 − ε`.
  public struct Requirement: Sendable, Equatable, Codable {
    /// ε.
    public let shortfall: Double
    /// `log((T−1)(1−ε)/ε)`, in nats.
    public let gap: Double
  }

  /// What rounding may add to a mass: more than the sum of a million terms makes.
  static let tolerance = 1e-9

  /// `1/(1 + m(Δ)·e^{−Δ})`, the tightest over the slacks.
  public var bound: Double { competitors.positionBound }

  /// Lemma 2.2: the mass is not above its bound.
  public var boundHolds: Bool { mass <= bound + Self.tolerance }

  /// The mass that the gap guarantees: `1 − ε` for the ε whose requirement it just meets.
  public var guaranteedMass: Double {
    1 / (1 + Double(max(0, visibleKeys - 1)) * exp(-gap))
  }

  /// Lemma 2.3 for every ε at once: the mass is not below what the gap guarantees.
  public var guaranteeHolds: Bool { mass >= guaranteedMass - Self.tolerance }

  /// Lemma 2.3: where the gap reaches a requirement, the mass reaches `1 − ε`.
  public func holds(_ requirement: Requirement) -> Bool {
    gap < requirement.gap || mass >= 1 - requirement.shortfall - Self.tolerance
  }
}

extension TargetCheck {
  /// The check of a row that sees at least two keys.
  ///
  /// Of the fact's positions the one with the highest score is the target.
  init(_ place: RetrievalPass.Row, _ row: AttentionRow, _ settings: TheorySettings) {
    let position = row.bestPosition(of: RangeSet(place.fact.span))
    let reading = row.reading(of: RangeSet(position..<position + 1), slacks: settings.slacks)
    guard
      let tightest = reading.competitors.min(by: { $0.positionBound < $1.positionBound })
    else { preconditionFailure("settings have a slack") }
    self.init(
      hop: place.fact.hop, token: place.token, position: position, visibleKeys: row.count,
      mass: reading.mass,
      gap: reading.gap, competitors: tightest,
      requirements: settings.shortfalls.sorted().map {
        Requirement(
          shortfall: $0, gap: MarginRequirement.gap(visibleKeys: row.count, shortfall: $0))
      })
  }
}
