import ArgumentParsing
import DataFiles
import TextBenchmarks

/// Scores answers to a public benchmark by its own metrics.
enum ScoreCommand: Subcommand {
  static let benchmark = Positional.required(
    "BENCHMARK", .choice as ValueKind<Benchmark>,
    help: "Whose items and metrics.")

  static let data = Option.repeated(
    "data", .file("json", "jsonl"),
    help:
      "The benchmark's own file: LongBench v2's data.json, a ZeroSCROLLS subset's or a RULER task's "
      + "JSON Lines; give the option once for each file. Not needed with RULER's own predictions.")

  static let answers = Option.repeated(
    "answers", .file("jsonl", "json"), isRequired: true,
    help:
      "The answers: one file for each of --data, in the same order, or one for all. JSON Lines of "
      + "objects with id, answer and, where there are several, method; or a .json file with one "
      + "object from ids to answers; or RULER's predictions.")

  static let subset = Option.optional(
    "subset", .choice as ValueKind<ZeroScrollsSubset>,
    help: "The ZeroSCROLLS subset of one file; from the data's folder or file name when not given.")

  static let stems = Option.flag(
    "stems", help: "Take the endings off words before ROUGE counts them.")

  static let out = Option.optional(
    "out", .file("csv"),
    help: "Write the table to this CSV file too, and beside it, with .json behind the name, the "
      + "version of its columns.")

  static let declaration = Command(
    name: "score",
    summary: "score answers to LongBench v2, ZeroSCROLLS or RULER, whoever made them",
    discussion: """
      LongBench v2: accuracy in percent, overall, by category, difficulty and length; the answer is \
      the letter in "The correct answer is (B)".

      ZeroSCROLLS: what each subset prescribes, from 0 to 100: the geometric mean of ROUGE-1, -2 and \
      -L, F1, accuracy, exponential similarity or concordance index. The benchmark's score is the plain \
      mean of its ten subsets; of several files it is the mean of those there are, and the column says \
      how many. A subset is SUBSET.jsonl, or validation.jsonl in a folder of that name.

      RULER: the share of an item's outputs that the answer holds, whatever their case \
      (string_match_all), or for tasks whose names begin with qa whether it holds any \
      (string_match_part), in percent. RULER writes its predictions as TASK.jsonl, a line for each item \
      with index, pred and outputs: give these files as --answers and nothing else. With --data \
      (index and outputs) answers may have any of the forms below. The task is the file's name, or \
      its folder's where the file is validation.jsonl. Of several files the last column is the plain \
      mean over them.

      Answers are lines such as {"id": "17", "method": "in-context", "answer": "Paris"}; method may be \
      left out, RULER's names index and pred stand for id and answer, and one file for several of --data \
      may distinguish them by a member file, as the records.jsonl of 'dilution benchmark' do, where ids do \
      not. An item that was not answered counts as answered with an empty text, and is counted in the \
      column unanswered; of RULER so is an empty answer.
      """,
    examples: [
      Example(
        "dilution score longbench-v2 --data data.json --answers answers.jsonl --out table.csv",
        "One row a method"),
      Example(
        "dilution score zero-scrolls --data qasper/validation.jsonl --answers qasper.json "
          + "--data quality/validation.jsonl --answers quality.json",
        "Two subsets from their folders' names, and the mean of both"),
      Example(
        "dilution score ruler --answers pred/niah_single_1.jsonl --answers pred/vt.jsonl",
        "Two files that RULER's own scripts wrote"),
    ],
    positionals: [benchmark],
    groups: [OptionGroup("Options", [data, answers, subset, stems, out])])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let benchmark = arguments[benchmark]
    if benchmark != .zeroScrolls && (arguments[subset] != nil || arguments[stems]) {
      throw ArgumentError.rule(
        "--subset and --stems are for zero-scrolls; leave them out with \(benchmark.rawValue).")
    }
    if arguments[subset] != nil && arguments[data].count > 1 {
      throw ArgumentError.rule(
        "--subset is for one file of --data; of several, it is taken from the names of files or folders."
      )
    }
    if let out = arguments[out] { try refuse(out, among: arguments[data] + arguments[answers]) }
    let table = try BenchmarkScoring(
      benchmark, data: arguments[data], answers: arguments[answers], subset: arguments[subset],
      stems: arguments[stems]
    ).table()
    if let path = arguments[out] {
      try ChosenTable(format: "scores", columns: table.columns, rows: table.cells).write(to: path)
    }
    try console.show(table.rows, lines: table.text.markdown)
  }

  /// Keeps what is scored from being written over.
  private static func refuse(_ out: String, among inputs: [String]) throws(ArgumentError) {
    for input in inputs {
      for written in [out, out + ".json"] where FileSystem.isSameFile(written, input) {
        throw .rule("--out would write over '\(input)', which is scored; name another file.")
      }
    }
  }
}
