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

  /// Operations a second of one thread, by what is done.
  public struct Rates: Sendable {
    /// Matrix products of a prefill.
    public let products: Double
    /// Attention of a prefill, behind some thousand tokens.
    public let attention: Double
    /// Steps of adaptation; nil where there are none.
    public let adapt: Double?
    /// Question and answer.
    public let answer: Double

    public init(products: Double, attention: Double, adapt: Double?, answer: Double) {
      self.products = products
      self.attention = attention
      self.adapt = adapt
      self.answer = answer
    }
  }

  /// Bytes that the probe takes on top of what the process holds before it.
  public struct Memory: Sendable {
    /// Keys and values of all workers.
    public let caches: Int
    /// Everything else: activations, scratch, gradients, rows of attention.
    public let buffers: Int
  }

  public let rows: [Row]
  public let rates: Rates
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
  public init(_ run: ProbeRun, rates: Rates, threads: Int = 1) {
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
    _ item: ProbeItem, _ run: ProbeRun, _ costs: FLOPs, _ rates: Rates, shared: Double
  ) -> Row {
    let length = item.instance.context.count
    let prefill = costs.prefill(length)
    let attention = costs.prefillAttention(length)
    var adapt: FLOPs.Count = 0
    var measurements = 1
    if let adaptation = run.settings.adaptation, adaptation.steps > 0, length >= 2 {
      adapt =
        FLOPs.Count(adaptation.steps)
        * costs.meanSpanStep(
          adaptation.spanLength(inContextOf: length), length: length,
          keyValues: adaptation.step.spanKeyValues)
      measurements += (1...adaptation.steps).count { adaptation.isMeasured(after: $0) }
    }
    let answer =
      FLOPs.Count(measurements)
      * costs.append(AnswerPass(item.instance).tokens.count, after: length, logits: .all)
    var seconds = Double(prefill - attention) / rates.products
    seconds += Double(attention) / rates.attention
    seconds += Double(adapt) / (rates.adapt ?? rates.products)
    seconds += Double(answer) / rates.answer
    return Row(
      file: item.file, length: length, instances: 1, prefill: prefill, adapt: adapt,
      answer: answer, seconds: seconds / shared)
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
