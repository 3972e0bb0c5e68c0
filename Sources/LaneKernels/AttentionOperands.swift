/// Rows of queries of one head, with the keys and values that they attend to, as pointers and
/// strides.
///
/// Row `i` sees keys `0 … firstVisible + i`. They may come in runs, one call each in order, with the
/// same scratch: what the rows have gathered waits there.
@frozen
public struct AttentionOperands {
  public var rows: Int
  /// The width of a head: a multiple of two vectors in the backward pass.
  public var width: Int
  public var firstVisible: Int
  /// The factor on the scores.
  public var scale: Float
  public var queries: UnsafePointer<Float>
  public var queryRow: Int
  /// The keys and values of this call.
  public var run: Range<Int>
  public var keys: UnsafePointer<Float>
  public var keyRow: Int
  public var values: UnsafePointer<Float>
  public var valueRow: Int
  /// At least the floats that `forwardScratch` or `backwardScratch` says.
  public var scratch: UnsafeMutablePointer<Float>

  @inlinable
  public init(
    rows: Int, width: Int, firstVisible: Int, scale: Float, queries: UnsafePointer<Float>,
    queryRow: Int, run: Range<Int>, keys: UnsafePointer<Float>, keyRow: Int,
    values: UnsafePointer<Float>, valueRow: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    self.rows = rows
    self.width = width
    self.firstVisible = firstVisible
    self.scale = scale
    self.queries = queries
    self.queryRow = queryRow
    self.run = run
    self.keys = keys
    self.keyRow = keyRow
    self.values = values
    self.valueRow = valueRow
    self.scratch = scratch
  }
}

/// How attention is cut: keys that are held at once, and query rows that share them.
public enum AttentionBlocks {
  /// With 32 lanes a tile of scores with its keys and values fits the nearest cache.
  @inlinable @inline(__always) public static var keys: Int { 64 }
  @inlinable @inline(__always) public static var rows: Int { 128 }
  /// Keys after which sums are set aside: a float32 sum that takes in a tile after another rounds each
  /// time, and alike where tiles are alike. A multiple of `keys`.
  @inlinable @inline(__always) public static var settledKeys: Int { 16_384 }
  /// The most lanes of a tile.
  @inlinable @inline(__always) static var lanes: Int { 32 }

  /// Floats of scratch for the forward pass, and for the backward pass.
  @inlinable
  public static func forwardScratch(width: Int) -> Int {
    (3 * width + 4) * rows + (keys + 4) * lanes
  }

  @inlinable
  public static func backwardScratch(width: Int) -> Int {
    (3 * width + 2) * lanes + (2 * keys + 4) * lanes
  }
}

@inlinable @inline(__always) var logTwoOfE: Float { 1.442_695_04 }

/// What hides keys from lanes: for the key `t` places behind the first lane's own, lane `l` sees it
/// where `l ≥ t`. A window of two vectors into these lines up at `lanes − t`.
@inlinable @inline(__always)
func fillEdge(
  limits: UnsafeMutablePointer<Float>, shown: UnsafeMutablePointer<Float>, lanes: Int
) {
  limits.update(repeating: -.infinity, count: lanes)
  (limits + lanes).update(repeating: .infinity, count: lanes)
  shown.update(repeating: 0, count: lanes)
  (shown + lanes).update(repeating: 1, count: lanes)
}

/// Rows `[count, width]` as columns `[width, lanes]` times `factor`, filled up with zeros.
@inlinable @inline(__always)
func transposeIn(
  _ source: UnsafePointer<Float>, row: Int, count: Int, width: Int, lanes: Int, factor: Float,
  into target: UnsafeMutablePointer<Float>
) {
  if count < lanes { target.update(repeating: 0, count: width &* lanes) }
  var d = 0
  while d < width {
    let to = target + d &* lanes
    for i in 0..<count { to[i] = source[i &* row &+ d] * factor }
    d &+= 1
  }
}

/// Columns `[width, lanes]` as rows `[count, width]`, each times its own factor.
@inlinable @inline(__always)
func transposeOut(
  _ source: UnsafePointer<Float>, count: Int, width: Int, lanes: Int,
  factors: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, row: Int
) {
  for i in 0..<count {
    let to = target + i &* row
    let factor = factors[i]
    for d in 0..<width { to[d] = source[d &* lanes &+ i] * factor }
  }
}
