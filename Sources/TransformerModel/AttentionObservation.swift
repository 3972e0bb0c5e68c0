/// A place whose attention can be watched: one query row of one head in one layer.
public struct AttentionSite: Equatable, Hashable, Sendable {
  /// The layer, from 0.
  public let layer: Int
  /// The query head, from 0.
  public let head: Int
  /// The row within the pass, from 0.
  public let row: Int

  /// The site of a layer, head and row.
  public init(layer: Int, head: Int, row: Int) {
    self.layer = layer
    self.head = head
    self.row = row
  }
}

/// What a head of a watched row computed with, and what it wrote.
public struct HeadVectors: Equatable, Sendable {
  /// `q` as attention uses it: normalised, rotated and scaled by the pass's options, `[w]`.
  public let query: [Float]
  /// `z = Σⱼ αⱼ vⱼ`, before the output projection, `[w]`.
  public let output: [Float]
}

/// What a pass shows of its attention.
///
/// `visit` receives the attention of every watched row, layer by layer and head by head. It is called
/// on the thread that runs the pass, never concurrently.
public struct AttentionObservation {
  /// The rows of the pass to watch, ascending.
  public let rows: [Int]
  /// Called once for every site.
  public let visit: (AttentionSite, ObservedAttention) -> Void
  /// Called once for every site, after `visit`; nil where nobody asks.
  public let visitVectors: ((AttentionSite, HeadVectors) -> Void)?

  /// Watches `rows` with `visit`, and where wanted with `visitVectors`.
  public init(
    rows: [Int], visit: @escaping (AttentionSite, ObservedAttention) -> Void,
    visitVectors: ((AttentionSite, HeadVectors) -> Void)? = nil
  ) {
    self.rows = rows
    self.visit = visit
    self.visitVectors = visitVectors
  }
}
