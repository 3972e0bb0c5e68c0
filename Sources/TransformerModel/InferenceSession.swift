import TensorKernels

/// Which rows of an appended block give logits.
public enum LogitRows: Sendable {
  case none
  case last
  case all

  /// How many rows of a block of `rows` give logits; they are its last ones.
  public func count(of rows: Int) -> Int {
    switch self {
    case .none: 0
    case .last: min(rows, 1)
    case .all: rows
    }
  }
}

/// A model reading one context: a key-value cache and the buffers to extend it.
public final class InferenceSession {
  /// The model.
  public let model: Transformer
  /// Keys and values of what has been read.
  public let cache: KeyValueCache
  /// The weights in use: the model's own unless adapted.
  public var weights: ModelTensors
  /// Changes to attention, for everything appended from now on.
  public var options: PassOptions
  /// The number of tokens read.
  public internal(set) var length = 0
  /// The rotary position of each token read.
  public internal(set) var positions: [Int32] = []
  /// The tokens read.
  public internal(set) var tokens: [Int32] = []

  private let workers: Workers
  private let scratch: [FloatStorage]
  private let tally: Tally?
  /// Tokens that are read at once.
  public let chunk: Int
  private lazy var activations = PassActivations(
    model.configuration, capacity: chunk, keepsLayers: false)

  /// Tokens that are read at once by default.
  public static let chunkLength = 1024

  /// Tokens that are read at once by so many workers: enough blocks of rows that nobody is idle.
  ///
  /// Whole blocks, so that a context reads the same bit for bit however many there are.
  public static func chunkLength(for workers: Workers) -> Int {
    max(chunkLength, 2 * TransformerPass.rowBlock * workers.count)
  }

  /// Room for `capacity` tokens, read in chunks of at most `chunk`, or of `chunkLength(for:)`, their
  /// keys and values stored in `precision`.
  public init(
    _ model: Transformer, capacity: Int, workers: Workers = .one, options: PassOptions = .init(),
    chunk: Int? = nil, precision: StoragePrecision = .float32,
    tally: Tally? = nil
  ) {
    self.model = model
    self.workers = workers
    self.options = options
    self.tally = tally
    self.chunk = max(1, min(chunk ?? Self.chunkLength(for: workers), capacity))
    cache = KeyValueCache(model.configuration, capacity: capacity, precision: precision)
    weights = model.weights
    scratch = model.makeScratch(workers)
    // Grown token by token they would be held twice now and then.
    positions.reserveCapacity(capacity)
    tokens.reserveCapacity(capacity)
  }

  /// Reads `tokens` behind what has been read, and returns the logits asked for, row-major `[r, V]`.
  ///
  /// Before the first row that gives logits or is observed, the last layer computes keys and values
  /// alone.
  ///
  /// - Parameters:
  ///   - positions: their rotary positions; by default they continue from the last one.
  ///   - observation: rows counted from the first of `tokens`.
  @discardableResult
  public func append(
    _ tokens: [Int32], positions newPositions: [Int32]? = nil, logits: LogitRows = .last,
    observing observation: AttentionObservation? = nil
  ) -> [Float] {
    precondition(length + tokens.count <= cache.capacity, "the cache is full")
    let next = (positions.last ?? -1) + 1
    let all = newPositions ?? (0..<tokens.count).map { next + Int32($0) }
    precondition(all.count == tokens.count, "one position a token")
    let firstLogits = tokens.count - logits.count(of: tokens.count)
    let firstWanted = min(firstLogits, observation?.rows.first ?? tokens.count)
    var result: [Float] = []
    var start = 0
    while start < tokens.count {
      let range = start..<min(start + chunk, tokens.count)
      /// A row of the whole, counted from the first of the chunk and held within it.
      func local(_ row: Int) -> Int { min(max(row - start, 0), range.count) }
      result += appendChunk(
        Array(tokens[range]), Array(all[range]), logits: local(firstLogits)..<range.count,
        firstWanted: local(firstWanted), observation?.within(range))
      start = range.upperBound
    }
    return result
  }

  private func appendChunk(
    _ tokens: [Int32], _ positions: [Int32], logits wanted: Range<Int>, firstWanted: Int,
    _ observation: AttentionObservation?
  ) -> [Float] {
    var pass = model.makePass(
      weights: weights, tokens: tokens, positions: positions, sequences: [0..<tokens.count],
      source: .appended(cache, start: length), options: options, activations: activations,
      workers: workers, scratch: scratch, tally: tally)
    pass.firstWanted = firstWanted
    pass.forward(observing: observation)
    length += tokens.count
    self.positions += positions
    self.tokens += tokens
    if wanted.isEmpty { return [] }
    return model.logits(pass, rows: wanted, weights: weights).array
  }

  /// Where tokens behind what has been read first leave the finite numbers, under the weights and options
  /// in use; the head where the residual stream stays finite. The cache is changed behind what was read.
  ///
  /// - Complexity: reads them once and keeps every layer's activations: for a question whose answer was
  ///   not finite.
  public func overflow(reading tokens: [Int32]) -> PassOverflow {
    precondition(length + tokens.count <= cache.capacity, "the cache is full")
    let next = (positions.last ?? -1) + 1
    let kept = PassActivations(model.configuration, capacity: tokens.count, keepsLayers: true)
    model.makePass(
      weights: weights, tokens: tokens, positions: tokens.indices.map { next + Int32($0) },
      sequences: [0..<tokens.count], source: .appended(cache, start: length), options: options,
      activations: kept, workers: workers, scratch: scratch, tally: nil
    ).forward(observing: nil)
    return kept.overflow(rows: tokens.count)
  }

  /// Reads one row for each of several branches of what has been read; the logits of all, `[n, V]`.
  func read(
    _ tokens: [Int32], positions: [Int32], source: KeyValueSource, activations: PassActivations,
    observing observation: AttentionObservation?
  ) -> [Float] {
    let pass = model.makePass(
      weights: weights, tokens: tokens, positions: positions,
      sequences: tokens.indices.map { $0..<$0 + 1 }, source: source, options: options,
      activations: activations, workers: workers, scratch: scratch, tally: tally)
    pass.forward(observing: observation)
    return model.logits(pass, rows: 0..<tokens.count, weights: weights).array
  }

  /// Takes tokens as read whose keys and values `write` puts into the cache, from the place that it is
  /// given on.
  func take(
    _ tokens: [Int32], firstPosition: Int32, write: (_ cache: KeyValueCache, _ start: Int) -> Void
  ) {
    precondition(length + tokens.count <= cache.capacity, "the cache is full")
    write(cache, length)
    length += tokens.count
    positions += tokens.indices.map { firstPosition + Int32($0) }
    self.tokens += tokens
  }

  /// Forgets what was read after the first `length` tokens.
  public func rewind(to length: Int) {
    precondition(length >= 0 && length <= self.length, "nothing to rewind to")
    self.length = length
    positions.removeSubrange(length...)
    tokens.removeSubrange(length...)
  }
}

extension AttentionObservation {
  /// The observation of a chunk, with rows reported as counted from the start of the whole.
  fileprivate func within(_ range: Range<Int>) -> AttentionObservation? {
    let inside = rows.filter(range.contains)
    if inside.isEmpty { return nil }
    func placed(_ site: AttentionSite) -> AttentionSite {
      AttentionSite(layer: site.layer, head: site.head, row: site.row + range.lowerBound)
    }
    return AttentionObservation(
      rows: inside.map { $0 - range.lowerBound },
      visit: { site, attention in visit(placed(site), attention) },
      visitVectors: visitVectors.map { visit in { visit(placed($0), $1) } })
  }
}
