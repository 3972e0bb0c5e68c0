/// What the choice of the followed head looks at: one measurement of one instance.
public struct SiteCandidate: Sendable {
  /// The task by its label.
  public var task: String
  /// T.
  public var length: Int
  /// Whether positions were rotated.
  public var isRotated: Bool
  /// The method by its label.
  public var method: String
  /// Whether the method answers in context.
  public var isInContext: Bool
  /// H.
  public var heads: Int
  /// Target mass, `[L, H]`.
  public var mass: [Double]
}

extension RetrievalSite {
  /// The head that is followed in each task, by the task's label: the one with the greatest mean target
  /// mass at the task's shortest length, in context where that was measured, else under the first method;
  /// with rotated positions where they were. Of heads that tie, the first of the lowest layer.
  ///
  /// It is then followed through all lengths, methods and steps. Choosing the best anew in each cell would
  /// compare different heads, and pick the luckiest.
  public static func best(of candidates: [SiteCandidate]) -> [String: RetrievalSite] {
    var best: [String: RetrievalSite] = [:]
    for (task, all) in Dictionary(grouping: candidates, by: \.task) {
      let own = all.filter { !$0.mass.isEmpty && $0.heads > 0 }
      guard let shortest = own.map(\.length).min() else { continue }
      let short = own.filter { $0.length == shortest }
      let isRotated = short.contains { $0.isRotated }
      let same = short.filter { $0.isRotated == isRotated }
      guard let method = (same.first { $0.isInContext } ?? same.first)?.method else { continue }
      let measured = same.filter { $0.method == method }
      // A file that was edited may hold models of several shapes.
      let cell = measured.filter {
        ($0.heads, $0.mass.count) == (measured[0].heads, measured[0].mass.count)
      }
      var highest = -Double.infinity
      for place in cell[0].mass.indices {
        let mass = Statistics.mean(cell.map { $0.mass[place] })
        if mass > highest {
          highest = mass
          best[task] = RetrievalSite(
            layer: place / cell[0].heads, head: place % cell[0].heads)
        }
      }
    }
    return best
  }
}
