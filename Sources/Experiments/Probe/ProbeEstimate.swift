import TensorKernels
import TestTimeCompute
import TransformerModel

/// What a probe will cost: operations in closed form, time from rates measured on the spot, and the
/// memory that it will take on top of what the process holds.
public struct ProbeEstimate: Sendable {
  /// What the instances of one length in one file cost.
  public struct Row: Sendable {
    public let file: String
    /// T.
    public let length: Int
    public let instances: Int
    /// Of one instance: reading the context, adapting to it, and answering as often as is measured.
    public let prefill: FLOPs.Count
    public let adapt: FLOPs.Count
    public let answer: FLOPs.Count
    /// Of one instance, on all threads that it has.
    public let seconds: Double
  }

  /// Bytes that the probe takes on top of what the process holds before it.
  public struct Memory: Sendable {
    /// Keys and values of all workers.
    public let caches: Int
    /// Everything else: activations, scratch, gradients, rows of attention.
    public let buffers: Int
  }

  public let rows: [Row]
  /// Of one thread, unless told otherwise.
  public let rates: WorkRates
  public let memory: Memory
  /// Wall-clock time.
  public let seconds: Double

  /// Everything that is read, adapted and answered.
  public var totalFLOPs: FLOPs.Count {
    rows.reduce(0) { $0 + FLOPs.Count($1.instances) * ($1.prefill + $1.adapt + $1.answer) }
  }
  /// Reading the contexts.
  public var prefillFLOPs: FLOPs.Count {
    rows.reduce(0) { $0 + FLOPs.Count($1.instances) * $1.prefill }
  }

  /// Reckons what `run` costs.
  ///
  /// - Parameter threads: of how many threads together `rates` are.
  public init(_ run: ProbeRun, rates: WorkRates, threads: Int = 1) {
    self.rates = rates
    memory = Self.memory(run)
    let costs = FLOPs(run.model.configuration)
    var rows: [Row] = []
    var places: [String: Int] = [:]
    var counts: [Int] = []
    var order: [Int] = []
    for item in run.items {
      let name = "\(item.instance.context.count) \(item.file)"
      if places[name] == nil {
        places[name] = rows.count
        rows.append(
          Self.row(item, run, costs, rates, shared: Double(run.workersEach.count) / Double(threads))
        )
        counts.append(0)
      }
      let place = places[name] ?? 0
      counts[place] += 1
      order.append(place)
    }
    // As workers take them: whoever is done first takes the next.
    var busy = [Double](repeating: 0, count: run.workers.count)
    for place in order {
      let next = busy.indices.min { busy[$0] < busy[$1] } ?? 0
      busy[next] += rows[place].seconds
    }
    seconds = busy.max() ?? 0
    self.rows = zip(rows, counts).map { row, count in
      Row(
        file: row.file, length: row.length, instances: count, prefill: row.prefill,
        adapt: row.adapt, answer: row.answer, seconds: row.seconds)
    }
  }

  private static func row(
    _ item: ProbeItem, _ run: ProbeRun, _ costs: FLOPs, _ rates: WorkRates, shared: Double
  ) -> Row {
    let length = item.instance.context.count
    var work = WorkFLOPs()
    work.read(length, costs)
    var measurements = 1
    if let adaptation = run.settings.adaptation, adaptation.steps > 0, length >= 2 {
      work.adapt =
        FLOPs.Count(adaptation.steps)
        * costs.meanSpanStep(
          adaptation.spanLength(inContextOf: length), length: length,
          keyValues: adaptation.step.spanKeyValues)
      measurements += (1...adaptation.steps).count { adaptation.isMeasured(after: $0) }
    }
    work.answer =
      FLOPs.Count(measurements)
      * costs.append(AnswerPass(item.instance).tokens.count, after: length, logits: .all)
    return Row(
      file: item.file, length: length, instances: 1, prefill: work.prefill, adapt: work.adapt,
      answer: work.answer, seconds: work.seconds(rates) / shared)
  }

  /// Measures the rates of this machine on the first tokens of the longest context.
  ///
  /// - Parameter threads: on how many threads together.
  public static func measureRates(_ run: ProbeRun, threads: Int = 1) -> WorkRates {
    guard let item = run.items.max(by: { $0.instance.context.count < $1.instance.context.count })
    else { preconditionFailure("a probe has instances") }
    return WorkRates.measure(
      run.model, context: item.instance.context, answer: AnswerPass(item.instance).tokens,
      options: run.settings.options, precision: run.settings.keyValuePrecision,
      adaptation: run.settings.adaptation, threads: threads)
  }

  private static func memory(_ run: ProbeRun) -> Memory {
    let c = run.model.configuration
    let capacity = ProbeRun.capacity(run.items)
    let precision = run.settings.keyValuePrecision
    let cache = KeyValueCache.bytes(c, capacity: capacity, precision: precision)
    let session = InferenceSession.bytes(
      c, capacity: capacity, workers: run.workersEach, precision: precision)
    // A watched row: its scores, a copy of them, and their exponentials in double precision.
    var buffers = session - cache + 16 * capacity
    // Packed panels of the matrix products.
    buffers += run.workersEach.count << 20
    if let adaptation = run.settings.adaptation, adaptation.steps > 0 {
      let queries = c.layers * c.queryWidth * c.width
      // W_Q, its gradient and two moments; keys and values of the span are set aside where they are
      // recomputed.
      buffers += 4 * queries * MemoryLayout<Float>.stride
      buffers += GradientPass.bytes(c, capacity: adaptation.spanLength)
      buffers += KeyValueCache.bytes(c, capacity: adaptation.spanLength, precision: precision)
    }
    // Rotary angles that are kept, those of the first 65536 positions at most.
    let angles = min(capacity, 1 << 16) * c.headWidth * MemoryLayout<Float>.stride
    return Memory(
      caches: run.workers.count * cache, buffers: run.workers.count * buffers + angles)
  }
}
