import Experiments
import SandboxTasks
import Synchronization
import TensorKernels
import TransformerModel

/// (f): key-value items, each read, asked, and its target mass recorded in every layer and head.
final class ProbeWorkload: Workload {
  private let model: Transformer
  private let items: [ProbeItem]
  private let threads: Int

  init(_ inputs: BenchmarkInputs, _ workers: Workers) throws {
    model = inputs.reader
    items = inputs.items.map { ProbeItem(file: "benchmark", instance: $0) }
    threads = workers.count
  }

  /// Rows that are read behind the context: the question, and the answer without its last token.
  static func answerRows(_ item: TaskInstance) -> Int {
    item.directPrompt.count + item.answer.count - 1
  }

  func check() throws -> [(name: String, numbers: [Double])] {
    let results = try probe(Array(items.prefix(2)))
    // By item, layer, answer step and head.
    let masses = results.flatMap { $0.measurements[0].answer.records.map(\.reading.mass) }
    return [
      ("masses", masses),
      ("probabilities", results.flatMap { $0.measurements[0].answer.probabilities }),
    ]
  }

  func run(_ number: Int) throws -> Int {
    let count = BenchmarkInputs.itemsAtOnce
    let start = number * count % BenchmarkInputs.itemCount
    return try probe(Array(items[start..<start + count])).count
  }

  private func probe(_ items: [ProbeItem]) throws -> [ProbeResult] {
    let results = Mutex<[ProbeResult]>([])
    let run = try ProbeRun(model, settings: ProbeSettings(), items: items, threads: threads)
    try run.run { result in results.withLock { $0.append(result) } }
    return results.withLock { $0 }
  }
}
