import Randomness
import SandboxTasks
import Synchronization
import TensorKernels
import TransformerModel

/// Pretrains a model by a recipe, step by step.
///
/// A step is a function of the recipe and the state alone. The batch is split into a fixed number of
/// parts whose gradients are summed in a fixed order, so neither the number of workers nor the order
/// in which they finish can change a bit.
public final class Trainer {
  /// What a step did.
  public struct Report: Sendable {
    /// The number of steps done.
    public let step: Int
    /// Mean weighted loss, in nats.
    public let loss: Double
    /// Norm of the gradient before clipping.
    public let gradientNorm: Double
    public let learningRate: Double
    /// Tokens of the batch.
    public let tokens: Int
    /// Facts a sequence had.
    public let facts: Int
    /// Running accuracy with this step's counts, before a change of `facts` forgets it.
    public let accuracy: SliceAccuracy
  }

  /// The recipe.
  public let recipe: TrainingRecipe
  /// The model in training.
  public let model: Transformer
  /// The optimizer's moments.
  public let optimizer: AdamW
  /// Running accuracy: counts that shrink by 0.95 a step.
  public private(set) var running = SliceAccuracy()
  /// The number of steps done.
  public private(set) var step = 0
  /// Facts a sequence has at present.
  public private(set) var facts: Int
  /// Tokens trained on so far.
  public private(set) var tokensSeen = 0

  let workers: Workers
  /// Where evaluation draws its sequences; training never does.
  let heldOut: RandomStream
  private let gradient: GradientSum
  private let undecayed: [Range<Int>]
  private let passes: [WorkerPass]
  /// The weights as products read them, for all parts of a step; of a large model each pass packs one
  /// layer after the other instead.
  private let packed: PackedWeights?
  private let data: RandomStream

  /// Parts of a batch that are summed one behind the other: the greatest number of workers that find
  /// something to do.
  private static let partCount = 16
  /// Tokens that go through the model at once: small enough for the cache, large enough for BLAS.
  private static let rowsAtOnce = 640

  /// The number of parameters of a recipe's model, and the bytes that training takes at least: the
  /// parameters with two moments, their gradient and its parts, and the activations of a sequence
  /// that has all its facts.
  public static func size(
    _ recipe: TrainingRecipe, workers: Workers
  ) -> (parameters: Int, bytes: Int) {
    let count = ParameterLayout(recipe.model).count
    let rows = max(rowsAtOnce, 5 * recipe.curriculum.end)
    let bytes =
      (3 + GradientSum.floatsEach(count, parts: partCount, workers: workers)) * count
      * MemoryLayout<Float>.stride
      + workers.count * GradientPass.bytes(recipe.model, capacity: rows)
    return (count, bytes)
  }

  /// Starts at fresh weights.
  public init(_ recipe: TrainingRecipe, workers: Workers) {
    self.recipe = recipe
    self.workers = workers
    let root = RandomStream(seed: recipe.seed, label: "training")
    heldOut = root.child("held-out")
    model = Transformer(Parameters(recipe.model, initializedBy: root.child("weights")))
    data = root.child("data")
    optimizer = AdamW(count: model.parameters.layout.count)
    facts = recipe.curriculum.start
    gradient = GradientSum(recipe.model, parts: Self.partCount, workers: workers)
    undecayed = model.parameters.layout.entries.filter { $0.shape.count < 2 }
      .map { $0.offset..<$0.offset + $0.count }
    let model = self.model
    // More workers than parts share the rows of each part.
    let workersEach = Workers(count: workers.count / Self.partCount)
    passes = (0..<workers.count).map { _ in WorkerPass(model, workersEach) }
    packed = model.parameters.layout.count <= 1 << 22 ? PackedWeights(recipe.model) : nil
  }

  /// Continues where a saved run stopped; weights and moments are filled in by the caller.
  func resume(step: Int, facts: Int, tokensSeen: Int, running: SliceAccuracy) {
    self.step = step
    self.facts = facts
    self.tokensSeen = tokensSeen
    self.running = running
    optimizer.resume(step: step)
  }

  /// Whether the recipe is done.
  public var isFinished: Bool {
    if step >= recipe.steps { return true }
    guard let goal = recipe.stopAtAccuracy, facts >= recipe.curriculum.end else { return false }
    return running.overall.map { $0 >= goal } ?? false
  }

  /// One update by the recipe.
  ///
  /// - Throws: `TrainingError.diverged`; weights and moments are then as before the step.
  public func advance() throws(TrainingError) -> Report {
    let facts = self.facts
    let sequences = drawBatch(data.child(step))
    let growthAccuracy = recipe.growthAccuracy(step: step)
    let update = try update(on: sequences)
    running.decay(by: 0.95)
    running.add(update.accuracy)
    let accuracy = running
    if (running.overall ?? 0) > growthAccuracy, facts < recipe.curriculum.end {
      self.facts = min(recipe.curriculum.end, facts + recipe.curriculum.grow)
      // Counts from easier sequences say nothing about the next size.
      running = SliceAccuracy()
    }
    return Report(
      step: step, loss: update.loss, gradientNorm: update.gradientNorm,
      learningRate: update.learningRate,
      tokens: sequences.reduce(0) { $0 + $1.sequence.tokens.count }, facts: facts,
      accuracy: accuracy)
  }

  /// What an update saw.
  public struct Update: Sendable {
    /// Mean weighted loss, in nats.
    public let loss: Double
    /// Norm of the gradient before clipping.
    public let gradientNorm: Double
    public let learningRate: Double
    /// What was predicted right.
    public let accuracy: SliceAccuracy
  }

  /// One update on sequences of the caller's choice, at the recipe's rate; curriculum and running
  /// accuracy stay as they are.
  ///
  /// - Throws: `TrainingError.diverged`; weights and moments are then as before the step.
  public func update(on sequences: [PositionedSequence]) throws(TrainingError) -> Update {
    let totalWeight = sequences.reduce(0.0) { sum, item in
      let predictable = item.sequence.predictable.dropFirst().count { $0 }
      return sum + Double(predictable)
        + recipe.unpredictableWeight * Double(item.sequence.tokens.count - 1 - predictable)
    }
    // Very short sequences may hold nothing that counts.
    let outcome = computeGradient(sequences, factor: totalWeight > 0 ? 1 / totalWeight : 0)
    let norm = outcome.squaredNorm.squareRoot()
    guard outcome.loss.isFinite && norm.isFinite else {
      throw .diverged(
        step: step + 1, loss: outcome.loss, gradientNorm: norm,
        place: outcome.overflow?.description ?? firstOverflow(gradient.total.flat))
    }
    let rate = recipe.schedule.rate(step: step, of: recipe.steps)
    var settings = recipe.optimizer
    settings.learningRate = rate
    optimizer.update(
      model.parameters.flat, gradient: gradient.total.flat, settings: settings,
      gradientScale: AdamW.clipFactor(norm: norm, limit: recipe.clip), undecayed: undecayed,
      workers: workers)
    step += 1
    tokensSeen += sequences.reduce(0) { $0 + $1.sequence.tokens.count }
    return Update(
      loss: outcome.loss, gradientNorm: norm, learningRate: rate, accuracy: outcome.accuracy)
  }

  /// Sequences 0, 1, 2, … of a step, as many as it takes to have the recipe's number of tokens.
  private func drawBatch(_ stream: RandomStream) -> [PositionedSequence] {
    let recipe = self.recipe
    let facts = self.facts
    let mixture = recipe.mixture(step: step)
    var sequences: [PositionedSequence] = []
    var tokens = 0
    while true {
      let start = sequences.count
      // About as many as are missing; what is drawn too much is drawn for nothing.
      let missing = (recipe.batchTokens - tokens) / (5 * facts) + 1
      let drawn = Self.collect(missing, workers) { index, _ in
        Self.makeSequence(
          recipe, mixture, facts: facts, stream: stream.child(start + index))
      }
      for sequence in drawn {
        sequences.append(sequence)
        tokens += sequence.sequence.tokens.count
        if tokens >= recipe.batchTokens { return sequences }
      }
    }
  }

  /// A training sequence with its stretched positions.
  static func makeSequence(
    _ recipe: TrainingRecipe, _ mixture: TrainingMixture, facts: Int, stream: RandomStream
  ) -> PositionedSequence {
    let sequence = TrainingSequence.make(
      mixture, facts: facts, stream: stream.child("tokens"))
    var positions = stream.child("positions")
    return PositionedSequence(
      sequence: sequence,
      positions: PositionStretching.positions(
        count: sequence.tokens.count, unitStarts: sequence.unitStarts,
        longest: recipe.stretchTo, stream: &positions))
  }

  /// The parameter whose gradient left the finite numbers first: gradients are formed from the last
  /// layer to the first, so it is the last.
  private func firstOverflow(_ gradient: FloatView) -> String? {
    model.parameters.layout.entries.last { entry in
      !gradient.slice(entry.offset, entry.count).array.allSatisfy(\.isFinite)
    }?.name
  }

  private struct Outcome: Sendable {
    var loss = 0.0
    var overflow: PassOverflow?
    var accuracy = SliceAccuracy()
    var squaredNorm = 0.0
  }

  /// Leaves the gradient of the batch in `gradient`.
  private func computeGradient(
    _ sequences: [PositionedSequence], factor: Double
  ) -> Outcome {
    let recipe = self.recipe
    let parts = Self.partCount
    let passes = self.passes
    let weights = model.parameters.tensors
    let packed = self.packed
    packed?.pack(weights, workers: workers)
    let (outcomes, squaredNorm) = gradient.run { part, worker, gradient in
      var outcome = Outcome()
      let range = part * sequences.count / parts..<(part + 1) * sequences.count / parts
      for group in Self.groups(sequences[range]) {
        let batch = SequenceBatch(
          packing: sequences[group], predictable: 1, other: Float(recipe.unpredictableWeight),
          factor: Float(factor))
        let pass = passes[worker].pass(rows: batch.tokens.count)
        let result = pass.addGradient(
          of: batch, weights: weights, packed: packed, targets: .all, to: gradient.tensors)
        let loss = result.total(batch.weights)
        if !loss.isFinite, outcome.overflow == nil {
          outcome.overflow = pass.overflow(rows: batch.tokens.count)
        }
        outcome.loss += loss
        outcome.accuracy.add(sequences[group], best: result.best)
      }
      return outcome
    }
    return outcomes.reduce(into: Outcome(squaredNorm: squaredNorm)) { sum, part in
      sum.loss += part.loss
      sum.overflow = sum.overflow ?? part.overflow
      sum.accuracy.add(part.accuracy)
    }
  }

  /// Runs of sequences that together have about `rowsAtOnce` tokens.
  private static func groups(_ sequences: ArraySlice<PositionedSequence>) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var start = sequences.startIndex
    var rows = 0
    for index in sequences.indices {
      let count = sequences[index].sequence.tokens.count
      if index > start && rows + count > rowsAtOnce {
        groups.append(start..<index)
        start = index
        rows = 0
      }
      rows += count
    }
    if start < sequences.endIndex { groups.append(start..<sequences.endIndex) }
    return groups
  }

  /// `body` of every index, in order, computed by the workers.
  static func collect<Value: Sendable>(
    _ count: Int, _ workers: Workers, _ body: @Sendable (_ index: Int, _ worker: Int) -> Value
  ) -> [Value] {
    let results = Mutex([Value?](repeating: nil, count: count))
    workers.run(count) { index, worker in
      let value = body(index, worker)
      results.withLock { $0[index] = value }
    }
    return results.withLock { $0.compactMap { $0 } }
  }
}

extension SliceAccuracy {
  /// Counts the predictions of packed sequences: `best[i]` predicts the token behind row `i`.
  mutating func add(_ sequences: ArraySlice<PositionedSequence>, best: [Int32]) {
    var row = 0
    for item in sequences {
      let sequence = item.sequence
      for index in 1..<sequence.tokens.count where sequence.predictable[index] {
        add(
          slice: sequence.slice[index], isCorrect: best[row + index - 1] == sequence.tokens[index])
      }
      row += sequence.tokens.count
    }
  }
}

/// One worker's buffers, which grow to the longest batch it meets.
final class WorkerPass: @unchecked Sendable {
  private let model: Transformer
  private let workers: Workers
  private var current: (pass: GradientPass, capacity: Int)?

  init(_ model: Transformer, _ workers: Workers) {
    self.model = model
    self.workers = workers
  }

  func pass(rows: Int) -> GradientPass {
    if let current, current.capacity >= rows { return current.pass }
    let capacity = max(640, rows + rows / 4)
    // The old buffers go before the new ones come.
    current = nil
    let pass = GradientPass(model, capacity: capacity, workers: workers)
    current = (pass, capacity)
    return pass
  }
}
