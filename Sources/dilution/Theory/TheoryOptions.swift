import ArgumentParsing
import Experiments
import TransformerModel

/// The options of `theory`.
enum TheoryOptions {
  static let model = Option.required(
    "model", .directory, help: "The checkpoint folder: config.json and model.safetensors.")

  static let tasks = Option.repeated(
    "tasks", .file("jsonl"), isRequired: true,
    help: "A tasks file as 'dilution generate' writes it; give the option once for each file.")

  static let limit = Option.optional(
    "limit", .integer(in: 1...Int.max), help: "Take the first N instances of each file only.")

  static let rotary = Option.defaulted(
    "rotary", .choice.shown(as: "SWITCH"), to: Switch.on,
    help: "Whether queries and keys are rotated by position; off without retraining is an ablation."
  )

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

  static let folder = Option.required(
    "out", .directory, help: "Where the results go; created when missing.")

  static let force = Option.flag("force", help: "Replace the results of an earlier run.")

  static let groups = [
    OptionGroup(
      "What is measured",
      [model, tasks, limit, rotary, layer, head, learningRates, thinkingTokens]),
    OptionGroup("Output", [folder, force]),
  ]

  /// What the options ask for.
  static func settings(_ arguments: Arguments) -> TheorySettings {
    TheorySettings(
      learningRates: arguments[learningRates], thinkingTokens: arguments[thinkingTokens],
      options: PassOptions(rotary: arguments[rotary] == .on))
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
