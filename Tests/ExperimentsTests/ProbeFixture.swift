import Experiments
import Randomness
import SandboxTasks
import Synchronization
import TestTimeCompute
import Training
import TransformerModel

/// A small random model over the sandbox vocabulary, and instances for it.
enum ProbeFixture {
  static let configuration = ModelConfiguration(
    vocabularySize: 64, width: 16, layers: 2, queryHeads: 4, keyValueHeads: 2, headWidth: 8,
    mlpWidth: 24)
  static let model = Transformer(
    Parameters(configuration, initializedBy: RandomStream(seed: 2, label: "probe")))

  static func items(
    _ shape: TaskShape = .keyValue, length: Int, count: Int = 1
  ) throws -> [ProbeItem] {
    let generator = try TaskGenerator(TaskSettings(shape, length: length), seed: 5)
    return (0..<count).map {
      ProbeItem(file: "tasks-\(length).jsonl", instance: generator.instance($0))
    }
  }

  static func adapting(
    steps: Int, spanLength: Int = 16, interval: Int = 1, learningRate: Double = 1e-2
  ) -> ProbeSettings {
    var method = QTTTMethod()
    method.spans.length = spanLength
    method.spans.training.adamW.learningRate = learningRate
    return ProbeSettings(
      adaptation: .init(ChosenMethod(method, amount: .given(steps)), interval: interval), seed: 9)
  }

  /// The results of a run, in the order of delivery.
  static func results(
    _ items: [ProbeItem], _ settings: ProbeSettings = .init(), threads: Int = 1
  ) throws -> [ProbeResult] {
    let run = try ProbeRun(model, settings: settings, items: items, threads: threads)
    let results = Mutex<[ProbeResult]>([])
    try run.run { result in results.withLock { $0.append(result) } }
    return results.withLock { $0 }
  }

  /// What greedy decoding writes after `tokens`, one token at a time.
  static func decode(_ tokens: [Int32], count: Int) -> [Int32] {
    let session = InferenceSession(model, capacity: tokens.count + count)
    var logits = session.append(tokens)
    var decoded: [Int32] = []
    for _ in 0..<count {
      let best = Int32(logits.firstIndex(of: logits.max()!)!)
      decoded.append(best)
      logits = session.append([best])
    }
    return decoded
  }
}
