import ArgumentParsing
import DataFiles
import Experiments
import Foundation
import MachineInspection
import Runs
import SandboxTasks
import TensorKernels
import TransformerModel

/// Measures time and memory over context length.
enum ScalingCommand: Subcommand {
  static let lengths = Option.required(
    "lengths", .list(of: .size(in: 1...TaskSettings.lengthLimit)),
    help: "Context lengths in tokens; 4K is 4096.")

  static let spanLength = Option.defaulted(
    "span-length", .size(in: 1...1 << 28), to: 128,
    help: "k: tokens in the span of a qTTT step.")

  static let append = Option.flag(
    "append", help: "Keep the rows of an earlier run in DIR, and add to them.")

  static let declaration = Command(
    name: "scaling",
    summary: "run a model over growing contexts, and measure time and memory",
    discussion: """
      At each length reads one key-value context, takes qTTT steps on its last span, decodes tokens \
      one by one and reads the question with target mass recorded. Writes a row of DIR/scaling.csv \
      for each: seconds and peak memory as measured, and as predicted from the operations in closed \
      form, rates measured at the start on 4096 tokens, and the sizes of all buffers. The table \
      is written after every length; a run that was cut short goes on by the same command.
      """,
    examples: [
      Example(
        "dilution scaling --model Models/sandbox-facts --lengths 1K,4K,16K --out out/scaling",
        "Three lengths"),
      Example(
        "dilution scaling --model Models/sandbox-facts --lengths 1M --kv-precision float16 "
          + "--append --out out/scaling", "One more, with half the memory for keys and values"),
    ],
    groups: [
      OptionGroup(
        "What is measured",
        [ModelArguments.model, lengths, spanLength, ModelArguments.keyValuePrecision]),
      OptionGroup("Output", [RunOptions.folder, append, RunOptions.force]),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let modelFolder = arguments[ModelArguments.model]
    let run = ScalingRun(
      Transformer(try Checkpoint.load(modelFolder)),
      precision: arguments[ModelArguments.keyValuePrecision], spanLength: arguments[spanLength],
      seed: arguments.seed(), workers: Workers(count: arguments.threads))
    let lengths = Array(Set(arguments[lengths])).sorted()
    try check(lengths, run)
    let points = try measure(run, lengths, arguments, console)
    try console.show(points.map(ScalingReport.Row.init), lines: ScalingReport.lines(points))
  }

  private static func check(_ lengths: [Int], _ run: ScalingRun) throws {
    if let short = lengths.first, short < run.leastLength {
      throw ArgumentError.rule(
        "--lengths must be at least \(run.leastLength) with these settings, not \(short).")
    }
    guard let longest = lengths.last, let free = SystemFiles.memory?.freeBytes else { return }
    let needed = InferenceSession.bytes(
      run.model.configuration, capacity: longest, workers: run.workers, precision: run.precision)
    guard needed <= free else {
      throw ProbeError.tooLong(tokens: longest, neededBytes: needed, freeBytes: free)
    }
  }

  private static func measure(
    _ run: ScalingRun, _ lengths: [Int], _ arguments: Arguments, _ console: Console
  ) throws -> [ScalingRun.Point] {
    do {
      return try ConsoleObserver.watch(console, "scaling", unit: "lengths") {
        try run.work(
          in: arguments[RunOptions.folder], lengths: lengths,
          model: HashedFile.checkpoint(arguments[ModelArguments.model]),
          author: .ofThisProcess(),
          meter: ScalingRun.Meter(
            restart: { SystemFiles.forgetPeakMemory() }, peak: { SystemFiles.ownMemory?.peak }),
          adds: arguments[append], replaces: arguments[RunOptions.force], observer: $0)
      }
    } catch let error as FolderHasResults {
      throw ArgumentError.rule(
        "--out: \(FileSystem.path(error.folder, error.name)) holds the results of an earlier run; add "
          + "to them with --append, or replace them with --force.")
    }
  }
}

/// What `scaling` prints.
enum ScalingReport {
  struct Row: Encodable {
    var length: Int
    var prefillSeconds: Double
    var prefillPredictedSeconds: Double
    var stepSeconds: Double
    var stepPredictedSeconds: Double
    var tokenSeconds: Double
    var tokenPredictedSeconds: Double
    var answerSeconds: Double
    var answerPredictedSeconds: Double
    var peakBytes: Double?
    var peakPredictedBytes: Double?

    init(_ point: ScalingRun.Point) {
      length = point.length
      (prefillSeconds, prefillPredictedSeconds) = (point.prefill.measured, point.prefill.predicted)
      (stepSeconds, stepPredictedSeconds) = (point.step.measured, point.step.predicted)
      (tokenSeconds, tokenPredictedSeconds) = (point.token.measured, point.token.predicted)
      (answerSeconds, answerPredictedSeconds) = (point.answer.measured, point.answer.predicted)
      (peakBytes, peakPredictedBytes) = (point.memory?.measured, point.memory?.predicted)
    }
  }

  /// A table for people: measured, and predicted in brackets.
  static func lines(_ points: [ScalingRun.Point]) -> [String] {
    let header = ["T", "prefill (s)", "qTTT step (ms)", "token (ms)", "answer (ms)", "peak (MiB)"]
    func cell(_ pair: ScalingRun.Pair?, _ factor: Double, _ format: String) -> String {
      guard let pair else { return "-" }
      return String(
        format: "\(format) [\(format)]", pair.measured * factor, pair.predicted * factor)
    }
    return TextTable(
      names: header, left: 0,
      rows: points.map { point in
        [
          "\(point.length)", cell(point.prefill, 1, "%.2f"), cell(point.step, 1e3, "%.1f"),
          cell(point.token, 1e3, "%.2f"), cell(point.answer, 1e3, "%.1f"),
          cell(point.memory, 0x1p-20, "%.0f"),
        ]
      }, notes: ["", "In brackets: predicted."]
    ).lines()
  }
}
