import Experiments
import Prompts
import TestTimeCompute
import TextBenchmarks
import Training
import TransformerModel

/// Questions of benchmarks, from their file to the tokens that a model would read.
enum Questions {
  private static let folder = "Tests/TextSupport/qwen3-text"
  /// A model of 34,000 parameters with a tokenizer.
  private static let model = Result {
    let model = try Checkpoint.open(folder)
    return (
      model: model,
      text: try TextModel(folder, vocabulary: model.configuration.vocabularySize)
    )
  }

  /// What most samples exceed, and what leaves room for their questions.
  private static func limit(_ benchmark: Benchmark) -> Int? {
    switch benchmark {
    case .longBench: 320
    case .zeroScrolls: 40
    case .ruler: nil
    }
  }

  /// Reads a file and makes each of its questions ready; what can be cut is cut.
  static func read(_ benchmark: Benchmark, _ path: String, row: String) throws {
    let (model, text) = try model.get()
    let run = BenchmarkRun(
      model, text, benchmark,
      settings: TextSettings(
        methods: [
          ChosenMethod(InContextMethod()), ChosenMethod(ThinkingMethod()),
          ChosenMethod(QTTTMethod().fitted(to: 9), amount: .given(2)),
        ], training: QTTTMethod().fitted(to: 9).spans.adaptation(steps: 2), answerTokens: 1,
        seed: 0),
      answerTokens: 4, contextTokens: limit(benchmark), threads: 1)
    var index = 0
    try benchmark.forEach(path, row: row) { question in
      let prepared = try run.prepare(question, file: path, index: index)
      _ = question.score(prepared.prompt.answer)
      index += 1
    }
  }
}
