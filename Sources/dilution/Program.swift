import ArgumentParsing
import DataFiles
import Foundation
import MachineInspection
import TensorKernels

/// The program as a whole: its subcommands, and what holds for all of them.
enum Program {
  /// The subcommands by what they are for, in the order in which help lists them, which is that of a
  /// study.
  ///
  /// To add one, write a file with an `enum` that conforms to `Subcommand`, name it here, and run
  /// `make goldens` to record its help screen.
  private static let sections: [(title: String, subcommands: [any Subcommand.Type])] = [
    ("Make tasks", [GenerateCommand.self, NewTaskCommand.self]),
    ("Train a model", [TrainCommand.self]),
    ("Measure attention and answers", [ProbeCommand.self, TheoryCommand.self, ScoreCommand.self]),
    (
      "Spend compute at test time",
      [SweepCommand.self, StatsCommand.self, ThinkCommand.self, BenchmarkCommand.self]
    ),
    ("Draw and report", [PlotCommand.self, ReportCommand.self, CoverageCommand.self]),
    ("Look after runs", [StatusCommand.self, MergeCommand.self]),
    ("Predict and measure costs", [FlopsCommand.self, ScalingCommand.self]),
    (
      "Compare with other programs",
      [ForwardCommand.self, GradientsCommand.self, AdaptCommand.self]
    ),
    ("Set up", [DoctorCommand.self, CompletionsCommand.self, ManualCommand.self]),
  ]

  private static let subcommands = sections.flatMap(\.subcommands)

  static let declaration = Command(
    name: "dilution",
    summary: "study how attention to a needle thins out as the context grows",
    discussion: """
      The Score Dilution Lab makes tasks with known needle positions, trains small transformers on \
      them, measures where their attention goes, and compares methods that spend compute at test time. \
      Models, Tasks and Results, which examples name, are in the lab's own folder. The \
      key-value cache takes half the memory with --kv-precision float16 of probe, think, benchmark and \
      scaling, or with kv_precision in a sweep's spec.

      Results go to standard output; notes, warnings and progress go to standard error. The same --seed \
      gives the same output, whatever the number of --threads. A file appears whole or not at all: it is \
      written under a temporary name and then renamed. NO_COLOR is obeyed. On a terminal, sweep and train \
      show a live view, and 'dilution status DIR' shows the same from another terminal.

      Exit codes: 0 for success, 1 for a failure, 2 for a wrong command line, 130 after Ctrl-C. Every \
      error is one sentence that says what would be right.

      'make install PREFIX=$HOME/.local' installs the program, its manual pages (man dilution-sweep) and \
      completions for bash, zsh and fish; 'make uninstall' removes them.
      """,
    examples: [
      Example(
        "dilution generate --task key-value --length 160,1280 --count 20 --out out/tasks",
        "Tasks of two lengths"),
      Example(
        "dilution probe --model Models/sandbox-facts --tasks out/tasks/key-value-160.jsonl "
          + "--tasks out/tasks/key-value-1280.jsonl --adapt qttt --out out/probe",
        "Where the shipped model's attention goes, before and after training its queries"),
      Example(
        "dilution plot dilution-curve out/probe --out out/curve.png", "A figure of that"),
      Example(
        "dilution sweep Tasks/Studies/quick.json5 --out out/quick",
        "Methods at matched budgets, in some minutes; then 'dilution stats out/quick'"),
      Example("dilution report out/quick --out out/report", "All of it on one page"),
      Example(
        "dilution flops --shape qwen3-4b --length 8K --estimate",
        "What the methods would take here with a larger model, in time and memory"),
    ],
    groups: [GlobalOptions.group],
    sections: sections.map { section in
      CommandSection(section.title, section.subcommands.map { $0.declaration })
    }, otherNames: OtherNames.ofSubcommands)

  /// Runs the program on the words after its name and returns the exit code: 0 for success, 1 for
  /// a failure, 2 for a wrong command line, 128 and the signal's number after an interruption.
  static func run(_ words: [String]) -> Int32 {
    StandardStream.ignoreBrokenPipes()
    do {
      guard !words.isEmpty else {
        StandardStream.error.writeIfPossible(helpScreen([declaration], on: .error))
        return 2
      }
      switch try Parser(declaration).parse(words) {
      case .help(let path):
        try StandardStream.output.write(helpScreen(path, on: .output))
      case .version:
        try StandardStream.output.write("dilution \(labVersion)\n")
      case .run(let arguments):
        try run(arguments)
      }
      return 0
    } catch is BrokenPipe {
      // Whoever read the output has seen enough, which is no failure: `dilution … | head`.
      return 0
    } catch let interruption as Interrupted {
      return 128 + interruption.signal
    } catch {
      StandardStream.error.writeLine("dilution: \(sentence(error))")
      return error is ArgumentError || error is UsageError ? 2 : 1
    }
  }

  private static func run(_ arguments: Arguments) throws {
    let name = arguments.path[1].name
    guard let subcommand = subcommands.first(where: { $0.declaration.name == name }) else {
      preconditionFailure("the parser selected the undeclared subcommand '\(name)'")
    }
    Interruption.watch()
    let console = Console(
      isQuiet: arguments[GlobalOptions.quiet], wantsJSON: arguments[GlobalOptions.json])
    defer { noteTime(console) }
    do {
      try subcommand.run(arguments, console)
    } catch let stop as Interrupted where !stop.isTold {
      console.note("Stopped before the end; no file is half written.")
      throw stop
    }
  }

  /// Says how much of the processor time was shared out among workers, and what memory it took, where
  /// the environment asks.
  private static func noteTime(_ console: Console) {
    guard CPUAccount.isOn else { return }
    let (shared, alone) = (CPUAccount.sharedSeconds, CPUAccount.aloneSeconds)
    let memory = SystemFiles.ownMemory.map { "; the most memory held: \($0.peak >> 20) MiB" } ?? ""
    console.note(
      String(
        format: "Processor time %.2f s: %.2f s shared out among workers, "
          + "%.2f s by one alone (%.2f %%)",
        shared + alone, shared, alone, 100 * alone / max(shared + alone, 1e-9)) + memory + ".")
  }

  private static func helpScreen(_ path: [Command], on stream: StandardStream) -> String {
    let columns = Terminal(stream)?.size.columns ?? 80
    return HelpScreen(path, width: min(max(columns, 60), 100)).text
  }

  /// An error's description as one line that ends as a sentence.
  private static func sentence(_ error: any Error) -> String {
    let text: String
    switch error {
    case let error as CocoaError: text = error.localizedDescription
    case let error as POSIXError: text = error.localizedDescription
    default: text = "\(error)"
    }
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.hasSuffix(".") ? line : line + "."
  }
}
