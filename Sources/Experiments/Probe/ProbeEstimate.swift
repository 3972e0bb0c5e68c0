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
    /// Of one instance, on the average: reading the context, adapting to it, and answering as often as is
    /// measured.
    public let prefill: FLOPs.Count
    public let adapt: FLOPs.Count
    public let answer: FLOPs.Count
    /// Of one instance, on the average, on all threads that it has.
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
  /// Of one thread, by default.
  public let rates: WorkRates
  public let memory: Memory
  /// Wall-clock time.
  public let seconds: Double

  /// Everything that is read, adapted and answered.
  public let totalFLOPs: FLOPs.Count
  /// Reading the contexts.
  public let prefillFLOPs: FLOPs.Count

  /// Predicts what `run` costs.
  ///
  /// - Parameter threads: of how many threads together `rates` are.
  public init(_ run: ProbeRun, rates: WorkRates, threads: Int = 1) {
    self.rates = rates
    memory = Self.memory(run)
    let costs = FLOPs(run.model.configuration)
    let shared = Double(run.workersEach.count) / Double(threads)
    var sums: [Sum] = []
    var places: [String: Int] = [:]
    // As workers take them: whoever is done first takes the next.
    var busy = [Double](repeating: 0, count: run.workers.count)
    for item in run.items {
      let length = item.instance.settings.length
      let name = "\(length) \(item.file)"
      let place = places[name] ?? sums.count
      if place == sums.count {
        places[name] = place
        sums.append(Sum(file: item.file, length: length))
      }
      let work = Self.work(item, run, costs)
      let seconds = work.seconds(rates) / shared
      sums[place].add(work, seconds)
      let next = busy.indices.min { busy[$0] < busy[$1] } ?? 0
      busy[next] += seconds
    }
    seconds = busy.max() ?? 0
    totalFLOPs = sums.reduce(0) { $0 + $1.work.total }
    prefillFLOPs = sums.reduce(0) { $0 + $1.work.prefill }
    rows = sums.map(\.row)
  }

  /// The instances of a row, all together. Texts of one T differ by some tokens in context and question.
  private struct Sum {
    var file: String
    var length: Int
    var instances = 0
    var work = WorkFLOPs()
    var seconds = 0.0

    init(file: String, length: Int) { (self.file, self.length) = (file, length) }

    mutating func add(_ other: WorkFLOPs, _ time: Double) {
      instances += 1
      work += other
      seconds += time
    }

    var row: Row {
      let count = FLOPs.Count(instances)
      return Row(
        file: file, length: length, instances: instances, prefill: work.prefill / count,
        adapt: work.adapt / count, answer: work.answer / count,
        seconds: seconds / Double(instances))
    }
  }

  private static func work(_ item: ProbeItem, _ run: ProbeRun, _ costs: FLOPs) -> WorkFLOPs {
    let length = item.instance.context.count
    var work = WorkFLOPs()
    work.read(length, costs)
    var measurements = 1
    if let adaptation = run.settings.adaptation, adaptation.steps > 0, length >= 2 {
      let extent = Problem(item.instance).extent(behind: length)
      work.adapt =
        adaptation.method(inContextOf: length).adaptation?.expectedFLOPs(extent, costs) ?? 0
      measurements += (1...adaptation.steps).count { adaptation.isMeasured(after: $0) }
    }
    work.answer =
      FLOPs.Count(measurements)
      * costs.append(AnswerPass(item.instance).tokens.count, after: length, logits: .all)
    return work
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
      training: run.settings.adaptation?.spanTraining(inContextOf: item.instance.context.count),
      threads: threads)
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
      // W_Q, its gradient and two moments; keys and values of the span are set aside where they are
      // recomputed.
      let settings = adaptation.method.settings
      buffers +=
        settings.method(adaptation.steps, .sandbox).adaptation?.bytes(c, capacity: capacity) ?? 0
      buffers += KeyValueCache.bytes(
        c, capacity: settings.spanLength ?? 0, precision: precision)
    }
    // Rotary angles that are kept, those of the first 65536 positions at most.
    let angles = min(capacity, 1 << 16) * c.headWidth * MemoryLayout<Float>.stride
    return Memory(
      caches: run.workers.count * cache, buffers: run.workers.count * buffers + angles)
  }
}
