/// The numbers of one weight tensor: floats, or halves that products widen block by block.
///
/// Halves may lie in several runs, each of whole rows, because a checkpoint's file keeps tensors apart
/// that a product takes together.
public struct WeightView: Sendable {
  enum Elements: Sendable {
    case floats(FloatView)
    case halves([HalfView])
  }

  let elements: Elements
  /// The number of numbers.
  public let count: Int

  /// Weights in float32.
  public init(_ floats: FloatView) {
    elements = .floats(floats)
    count = floats.count
  }

  /// Weights in half precision.
  public init(_ halves: HalfView) {
    elements = .halves([halves])
    count = halves.count
  }

  private init(runs: [HalfView]) {
    elements = .halves(runs)
    count = runs.reduce(0) { $0 + $1.count }
  }

  /// How the weights are kept.
  public var precision: StoragePrecision {
    switch elements {
    case .floats: .float32
    case .halves(let runs): runs[0].precision
    }
  }

  /// The floats themselves, of weights in float32.
  public var floats: FloatView {
    guard case .floats(let view) = elements else {
      preconditionFailure("weights in half precision cannot be changed")
    }
    return view
  }

  /// The same numbers as rows of `columns`; every run of halves holds whole rows.
  public func matrix(rows: Int, columns: Int) -> WeightMatrix {
    switch elements {
    case .floats(let view):
      return WeightMatrix(view.matrix(rows: rows, columns: columns))
    case .halves(let runs):
      precondition(
        rows * columns == count && runs.allSatisfy { $0.count % max(1, columns) == 0 },
        "matrix out of bounds")
      return WeightMatrix(elements: .halves(runs), rows: rows, columns: columns)
    }
  }

  /// Both tensors as one, this one's rows first; nil where they are floats that do not lie side by
  /// side, or of different precision.
  public func joined(with other: WeightView) -> WeightView? {
    switch (elements, other.elements) {
    case (.floats(let first), .floats(let second)):
      return first.joined(with: second).map { WeightView($0) }
    case (.halves(let first), .halves(let second)) where precision == other.precision:
      return WeightView(runs: first + second)
    default: return nil
    }
  }

  /// The numbers as floats.
  public var array: [Float] {
    switch elements {
    case .floats(let view): view.array
    case .halves(let runs): runs.flatMap(\.floats)
    }
  }
}

extension FloatView {
  /// Copies weights of the same number, widened where they are halves.
  public func copy(from weights: WeightView) {
    precondition(weights.count == count, "copy of another length")
    switch weights.elements {
    case .floats(let view): copy(from: view)
    case .halves(let runs):
      var start = base
      for run in runs {
        run.precision.widen(run.base, to: start, count: run.count)
        start += run.count
      }
    }
  }
}

/// A weight matrix `[rows, columns]` as products read it, row-major.
public struct WeightMatrix: Sendable {
  enum Elements: Sendable {
    case floats(MatrixView)
    /// Runs of whole rows, one below the other.
    case halves([HalfView])
  }

  let elements: Elements
  /// The number of rows: outputs.
  public let rows: Int
  /// The number of columns: inputs.
  public let columns: Int

  /// The matrix itself where it is one of floats.
  public var floats: MatrixView? {
    if case .floats(let matrix) = elements { matrix } else { nil }
  }
}

extension WeightMatrix {
  /// A matrix of floats.
  public init(_ matrix: MatrixView) {
    self.init(elements: .floats(matrix), rows: matrix.rows, columns: matrix.columns)
  }
}

extension Embedding {
  /// Copies table `[V, d]` rows of `tokens` into x `[n, d]`, widened where they are halves.
  public static func gather(_ tokens: [Int32], table: WeightMatrix, into x: MatrixView) {
    guard case .halves(let runs) = table.elements else {
      if let table = table.floats { gather(tokens, table: table, into: x) }
      return
    }
    precondition(tokens.count == x.rows && table.columns == x.columns, "shapes do not fit")
    precondition(runs.count == 1, "a table lies in one run")
    for (row, token) in tokens.enumerated() {
      precondition(token >= 0 && Int(token) < table.rows, "token outside the vocabulary")
      runs[0].precision.widen(
        runs[0].base + Int(token) * table.columns, to: x.base + row * x.stride, count: x.columns)
    }
  }
}
