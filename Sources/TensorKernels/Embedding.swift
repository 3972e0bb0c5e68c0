/// Rows of an embedding table.
public enum Embedding {
  /// Copies table `[V, d]` rows of `tokens` into x `[n, d]`.
  public static func gather(_ tokens: [Int32], table: MatrixView, into x: MatrixView) {
    precondition(tokens.count == x.rows && table.columns == x.columns, "shapes do not fit")
    for (row, token) in tokens.enumerated() {
      precondition(token >= 0 && Int(token) < table.rows, "token outside the vocabulary")
      (x.base + row * x.stride).update(
        from: table.base + Int(token) * table.stride, count: x.columns)
    }
  }

  /// Adds dx `[n, d]` to the rows of dTable `[V, d]` that `tokens` name, in order.
  public static func scatterAdd(_ dx: MatrixView, tokens: [Int32], into dTable: MatrixView) {
    precondition(tokens.count == dx.rows && dTable.columns == dx.columns, "shapes do not fit")
    for (row, token) in tokens.enumerated() {
      precondition(token >= 0 && Int(token) < dTable.rows, "token outside the vocabulary")
      addVector(
        dx.base + row * dx.stride, to: dTable.base + Int(token) * dTable.stride, count: dx.columns)
    }
  }
}
