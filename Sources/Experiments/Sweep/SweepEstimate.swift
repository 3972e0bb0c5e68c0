import Randomness
import SandboxTasks
import TensorKernels
import TestTimeCompute
import TransformerModel

/// What a sweep will cost: operations in closed form, and time from rates measured on the spot.
public struct SweepEstimate: Sendable {
  /// What one cell costs.
  public struct Row: Sendable {
    /// The number of the cell.
    public let cell: Int
    /// Instances that are still to be done.
    public let instances: Int
    /// Behind the prefill, for one instance; for what draws spans, the mean.
    public let flops: FLOPs.Count
    /// Seconds of one worker for all of them, without prefills.
    public let seconds: Double
  }

  /// Operations a second of one thread, by what is done.
  public struct Rates: Sendable {
    public let prefill: Double
    public let adapt: Double
    /// Token by token.
    public let decode: Double
    /// Several branches side by side.
    public let branches: Double
  }

  /// One for each cell of the grid.
  public let rows: [Row]
  public let rates: Rates
  /// Prefills that are still to be done, all together.
  public let prefillFLOPs: FLOPs.Count
  /// Everything that is still to be done.
  public let totalFLOPs: FLOPs.Count
  /// Wall-clock time, with all workers busy.
  public let seconds: Double

  /// Predicts what `pending` costs.
  public init(
    _ run: SweepRun, pending: [(group: SweepPlan.Group, cells: [Int])], rates: Rates
  ) {
    var instances = [Int](repeating: 0, count: run.plan.cells.count)
    var prefill: FLOPs.Count = 0
    for (group, cells) in pending {
      for cell in cells { instances[cell] += 1 }
      prefill += run.costs.prefill(run.plan.cells[group.cells.lowerBound].length)
    }
    var total = prefill
    var seconds = Double(prefill) / rates.prefill
    rows = run.plan.cells.indices.map { cell in
      let method = run.methods[cell].method
      let extent = run.extents[cell]
      let adapt = method.adaptation?.expectedFLOPs(extent, run.costs) ?? 0
      let decode = method.decoding.flops(method.decodingExtent(extent), run.costs)
      let generating = method.decoding.branches > 1 ? rates.branches : rates.decode
      let each = Double(adapt) / rates.adapt + Double(decode) / generating
      total += FLOPs.Count(instances[cell]) * (adapt + decode)
      seconds += Double(instances[cell]) * each
      return Row(
        cell: cell, instances: instances[cell], flops: adapt + decode,
        seconds: Double(instances[cell]) * each)
    }
    self.rates = rates
    prefillFLOPs = prefill
    totalFLOPs = total
    self.seconds = seconds / Double(run.workers.count)
  }

  /// Measures the rates of this machine on one instance of about a thousand tokens.
  ///
  /// - Throws: what the methods throw.
  public static func measureRates(_ run: SweepRun) throws -> Rates {
    let settings = TaskSettings(.keyValue, length: 1024)
    let instance = try TaskGenerator(settings, seed: 0).instance(0)
    let problem = Problem(instance)
    let tokens = 24
    let thinking = Method(decoding: Thinking(tokens: tokens, end: .budget))
    let voting = Method(decoding: SelfConsistency(traces: 8, tokensEach: tokens, end: .budget))
    let training = SpanTraining(
      steps: 4, spanLength: 128,
      training: TrainingSettings(optimizer: .sgd, learningRate: 1e-9))
    let extent = problem.extent(behind: settings.length)
    let context = ReadContext(
      run.model, capacity: settings.length + thinking.decoding.room(extent),
      precision: run.plan.spec.keyValuePrecision)
    func rate(_ body: () throws -> FLOPs.Count) rethrows -> Double {
      var flops: FLOPs.Count = 0
      let seconds = try ContinuousClock.seconds { flops = try body() }
      return Double(flops) / seconds
    }
    // Once unmeasured, because the first pass touches fresh memory.
    context.read(instance.context)
    let prefill = rate {
      context.read(instance.context)
      return context.prefillFLOPs
    }
    let stream = RandomStream(seed: 0, label: "rates")
    let decode = try rate { try thinking.run(problem, in: context, stream: stream).spentFLOPs }
    let branches = try rate { try voting.run(problem, in: context, stream: stream).spentFLOPs }
    let adapted = try Method(adaptation: training).run(problem, in: context, stream: stream)
    let adapt =
      Double(training.expectedFLOPs(extent, run.costs)) / max(adapted.seconds.adapt, 1e-9)
    return Rates(prefill: prefill, adapt: adapt, decode: decode, branches: branches)
  }
}
