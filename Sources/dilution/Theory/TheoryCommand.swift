import ArgumentParsing
import Experiments
import Foundation
import MachineInspection
import Runs
import TransformerModel

/// Holds the theory of score dilution against the lab's own forward pass.
enum TheoryCommand: Subcommand {
  static let tasks = Option.repeated(
    "tasks", .file("jsonl"), isRequired: true,
    help: "A tasks file as 'dilution generate' writes it; give the option once for each file.")

  static let layer = Option.optional(
    "layer", .integer(in: 0...10_000),
    help: "Follow a head of this layer, counted from 0, in the place of the best; with --head.")

  static let head = Option.optional(
    "head", .integer(in: 0...1 << 20), help: "The head to follow, counted from 0; with --layer.")

  static let learningRates = Option.defaulted(
    "learning-rate", .list(of: .number(above: 0)), to: [0.01, 0.1, 1],
    help: "The sizes η of the steps that a query takes.")

  static let thinkingTokens = Option.optional(
    "thinking-tokens", .integer(in: 1...1 << 20),
    help: "Tokens of thinking, M, on top of the answer's; as many as the right trace has when not "
      + "given.")

  private static let groups = [
    OptionGroup(
      "What is measured",
      [
        ModelArguments.model, ModelArguments.weights, tasks, RunOptions.limit, RunOptions.rotary,
        layer, head, learningRates, thinkingTokens,
      ]),
    OptionGroup("Output", [RunOptions.folder, RunOptions.force]),
  ]

  static let declaration = Command(
    name: "theory",
    summary: "check the paper's lemmas and propositions on real attention rows",
    discussion: """
      Follows one head through all instances and checks on the rows that look facts up: that no mass \
      lies above the dilution bound 1/(1 + m(Δ)e^(−Δ)) (Lemma 2.2); that a gap of log((T−1)(1−ε)/ε) \
      brings a mass of 1−ε (Lemma 2.3); that the gradient of the retrieval loss along the query is \
      what the closed form says, and that a small step against it gains what is predicted \
      (Proposition 3.1, Lemma 3.2). Then it lets the model think and checks that no generated token \
      carries more of the needle than its own attention put there (Proposition 2.4).

      The rows are those that predict the values of the answer; for multi-hop those that restate them \
      hop by hop in the right trace. The target of a row is the position of the fact that scores \
      highest. The needle's direction is the mean value vector of the fact's value tokens, less that \
      of the rest of the context. Unless --layer and --head name another, the head that is followed \
      is the one with the greatest mean mass over those rows at the shortest length.

      Writes DIR/requirement.csv (a row for each instance and value token), DIR/query-gain.csv (for \
      each of these and each step size), DIR/signal.csv (for each instance, generated token and \
      fact) and DIR/theory.json (what the results are the results of). A run may be killed at any \
      moment; the same command goes on where it stopped.
      """,
    examples: [
      Example(
        "dilution theory --model Models/sandbox-facts --tasks tasks/key-value-160.jsonl "
          + "--tasks tasks/key-value-2560.jsonl --out out/theory",
        "Check everything at two lengths"),
      Example(
        "dilution theory --model Models/sandbox-hops --tasks tasks/multi-hop-320.jsonl --layer 2 "
          + "--head 1 --out out/hops", "Follow a head of one's own choice"),
    ],
    groups: groups)

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let settings = TheorySettings(
      learningRates: arguments[learningRates], thinkingTokens: arguments[thinkingTokens],
      options: PassOptions(rotary: arguments[RunOptions.rotary] == .on))
    let site = try site(arguments)
    let files = try Arguments.distinct(
      arguments[tasks], of: tasks, because: "each file is measured once")
    let items = try files.flatMap {
      try ProbeItem.read($0, limit: arguments[RunOptions.limit])
    }
    let folder = arguments[ModelArguments.model]
    let run = try makeRun(
      try ModelArguments.open(folder, arguments), settings, items, site, arguments.threads)
    let summaries = try ConsoleObserver.watch(console, "theory", unit: "instances") {
      try run.work(
        in: arguments[RunOptions.folder], model: HashedFile.checkpoint(folder),
        tasks: files.map { try HashedFile($0) },
        weights: arguments[ModelArguments.weights]?.rawValue,
        author: .ofThisProcess(), replaces: arguments[RunOptions.force], observer: $0)
    }
    let report = TheoryReport(summaries)
    try console.show(report, lines: report.lines)
  }

  /// A head that the model does not have is a wrong command line.
  private static func makeRun(
    _ model: Transformer, _ settings: TheorySettings, _ items: [ProbeItem], _ site: RetrievalSite?,
    _ threads: Int
  ) throws -> TheoryRun {
    do {
      return try TheoryRun(
        model, settings: settings, items: items, site: site, threads: threads,
        freeBytes: SystemFiles.memory?.freeBytes)
    } catch let error as TheoryError where site != nil {
      throw ArgumentError.rule("--layer and --head: \(error).")
    }
  }

  /// The head that is named; nil has the best one chosen.
  ///
  /// - Throws: `ArgumentError.rule` for a layer without a head or the reverse.
  static func site(_ arguments: Arguments) throws(ArgumentError) -> RetrievalSite? {
    switch (arguments[layer], arguments[head]) {
    case (nil, nil): return nil
    case (let layer?, let head?): return RetrievalSite(layer: layer, head: head)
    case (_?, nil): throw .rule("--layer needs --head, too: together they name the head to follow.")
    case (nil, _?): throw .rule("--head needs --layer, too: together they name the head to follow.")
    }
  }
}
