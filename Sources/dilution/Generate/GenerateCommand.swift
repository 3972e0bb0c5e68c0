import ArgumentParsing
import DataFiles
import Prompts
import SandboxTasks
import TensorKernels

/// Writes instances of a task as JSON Lines, one file a length.
enum GenerateCommand: Subcommand {
  static let format = Option.defaulted(
    "format", .choice.shown(as: "FORMAT"), to: GenerateFormat.sandbox,
    help:
      "The sandbox's own tokens with gold spans; the same as English with RULER's fields, of however "
      + "many tokens that is; or English of exactly so many tokens of --tokenizer.")

  static let force = Option.flag(
    "force", help: "Replace files that hold something else.")

  static let check = Option.flag(
    "check",
    help:
      "Read every line back, kept files included, and hold it against its task: tokens, spans and "
      + "text must agree, a log is replayed, a wrong line of code compared with the right one.")

  static let declaration = Command(
    name: "generate",
    summary: "write tasks as tokens or English: key-value, needle, multi-hop, log, code",
    discussion: """
      Writes DIR/TASK-LENGTH.jsonl for each length, one instance a line. An instance is a function \
      of its task, settings, seed, split and number alone: number 7 of 10 equals number 7 of 1000. \
      Instances of the same number at several lengths share needles, question, answer and relative \
      depth, in nested haystacks.

      With --format text a length is what a model reads in tokens of --tokenizer, prompt and \
      template together: the haystack grows as far as it fits, padding makes the length exact, and \
      the lines say where the needles are in tokens.

      With --lines a transaction log or a code base is written as text for real models, with RULER's \
      fields, into DIR/TASK-N-lines.jsonl: its needle is the same at every number of lines, and what \
      surrounds it grows.

      A file appears when it is complete. One that already holds exactly these instances is kept, \
      so the same command goes on where an interrupted one stopped; one that holds anything else is \
      replaced only with --force. With --check all lines are read back and held against what the \
      command makes, and the first that is wrong ends it with its file and line.
      """,
    examples: [
      Example(
        "dilution generate --task key-value --length 256,1024,4096 --count 100 --seed 7 --out tasks",
        "A hundred key-value instances at each of three lengths"),
      Example(
        "dilution generate --task needle --haystack noise --keys 4 --values 2 --queries 2 "
          + "--length 32K --format ruler --out tasks",
        "Needles among noise words, in English, with the fields of RULER"),
      Example(
        "dilution generate --task multi-hop --hops 3 --length 512,2K --split held-out --out tasks",
        "Chains of three facts, to choose a learning rate on"),
      Example(
        "dilution generate --task needle --format text --tokenizer ~/models/Qwen3-0.6B "
          + "--length 4K,8K --out tasks",
        "Needles in English, of exactly so many tokens of a real model"),
      Example(
        "dilution generate --task transaction-log --anomaly LOST_UPDATE --lines 25,200 --out tasks",
        "A bank's log with one lost update, as text"),
      Example(
        "dilution generate --task code-bug --source ~/project/src --lines 200,1000,5000 --out tasks",
        "One wrong line in code of your own, among ever more of it"),
    ],
    groups: TaskOptions.groups
      + [
        TextOptions.group, LineOptions.group,
        OptionGroup("Output", [RunOptions.folder, format, force, check]),
      ])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    var files = try files(arguments)
    try FileSystem.createDirectory(arguments[RunOptions.folder])
    // Before hours of work rather than after: what stands in the path of any file.
    for place in files.indices where !arguments[force] {
      files[place].kept = try files[place].isComplete()
    }
    let workers = Workers(count: arguments.threads)
    let pending = files.filter { !$0.kept }
    if !pending.isEmpty {
      let progress = console.progress(
        "generate", unit: "instances", total: pending.reduce(0) { $0 + $1.count })
      for file in pending { try file.write(workers, progress) }
      progress.finish()
    }
    if arguments[check] {
      let progress = console.progress(
        "check", unit: "instances", total: files.reduce(0) { $0 + $1.count })
      for file in files { try file.check(progress) }
      progress.finish()
    }
    try console.show(files, lines: files.map(\.description))
  }

  private static func files(_ arguments: Arguments) throws -> [InstanceFile] {
    try LineOptions.check(arguments)
    if arguments.isGiven(LineOptions.lines) {
      return try LineOptions.makers(arguments).map { lines, make in
        file(arguments, lines: lines, name: "\(lines)-lines", make)
      }
    }
    let lengths = try Arguments.distinct(
      arguments[TaskOptions.lengths] ?? [], of: TaskOptions.lengths,
      because: "each length makes one file")
    let format = arguments[format]
    try TextOptions.check(arguments, isText: format == .text)
    if format == .text {
      let texts = try TextOptions.texts(arguments)
      return lengths.map { length in
        file(arguments, length: length, name: "\(length)") { index in
          try texts(index, length)
        }
      }
    }
    let instances = format == .ruler ? InstanceFormat.ruler : .sandbox
    return try lengths.map { length in
      let generator = try TaskGenerator(
        TaskOptions.settings(arguments, length: length), seed: arguments.seed(),
        split: arguments[TaskOptions.split])
      return file(arguments, length: length, name: "\(length)") { index in
        instances.line(generator.instance(index))
      }
    }
  }

  private static func file(
    _ arguments: Arguments, length: Int? = nil, lines: Int? = nil, name: String,
    _ make: @escaping @Sendable (Int) throws -> [UInt8]
  ) -> InstanceFile {
    let task = arguments[TaskOptions.task].rawValue
    return InstanceFile(
      path: FileSystem.path(arguments[RunOptions.folder], "\(task)-\(name).jsonl"), task: task,
      length: length, lines: lines, seed: arguments.seed(),
      split: arguments[TaskOptions.split].rawValue, count: arguments[TaskOptions.count], make: make,
      defect: LineOptions.defect(arguments[TaskOptions.task]))
  }
}
