import DataFiles
import Foundation
import TestSupport
import Testing

/// What is said to results that make no figure.
@Suite struct FigureErrorTests {
  @Test func resultsAreNamedWithFileLineAndColumn() throws {
    let run = try RunFixture()
    try run.write(RunFixture.rows(values: [1, 0]) + [["correct": "yes", "index": "2"]])
    #expect(
      try run.complaint("accuracy-curve", "run")
        == "run/results.csv:4: the column \"correct\" must hold a finite number or "
        + "nothing, but here holds \"yes\"")
    try run.write([["length": "0"]])
    #expect(
      try run.complaint("dilution-curve", "run").contains(
        "run/results.csv:2: the column \"length\" must hold a whole number of at least 1, but here "
          + "holds \"0\""))
    try run.folder.write("task,file,length,index,step\nkey-value,a,0,0,0\n", to: "probe.csv")
    #expect(
      try run.complaint("dilution-curve", "probe.csv").contains(
        "probe.csv:2: the column \"length\" must hold a whole number of at least 1"))
    try run.folder.write("a,b\n1,2\n", to: "other.csv")
    #expect(
      try run.complaint("dilution-curve", "other.csv").hasPrefix(
        "other.csv: there is no column \"task\""))
    try run.write([])
    #expect(
      try run.complaint("frontier", "run") == "run/results.csv holds no results")
  }

  @Test func instrumentsThatWereNotAskedForAreNamed() throws {
    let run = try RunFixture()
    try run.write(RunFixture.rows(values: [1, 0]))
    for (figure, words) in [
      ("effective-support", []), ("accuracy-curve", ["--measure", "effective-support-mean"]),
    ] {
      let said = try run.complaint(figure, "run", words)
      #expect(said.contains("was measured without the instrument effective_support"))
      #expect(said.contains("--instruments effective_support"))
    }
  }

  @Test func foldersAreRuns() throws {
    let run = try RunFixture()
    try run.write(RunFixture.rows(values: [1]), to: "study/rates/results.csv")
    try run.write(RunFixture.rows(values: [1]), to: "study/main/results.csv")
    #expect(
      try run.complaint("frontier", "study")
        == "study holds the parts main and rates: name the folder of one, such as "
        + "study/main")
    try run.folder.write("", to: "half/records.jsonl")
    #expect(try run.complaint("hops", "half").contains("its sweep is not finished"))
    try run.folder.write("", to: "empty/note.txt")
    #expect(
      try run.complaint("hops", "empty")
        == "empty holds no results.csv: name a folder that 'dilution sweep' made")
    #expect(
      try run.complaint("margin", "empty").contains(
        "empty holds no results.csv and no probe.csv: name a folder that 'dilution sweep' or "
          + "'dilution probe' made"))
    #expect(
      try run.complaint("signal", "empty").contains(
        "empty holds no signal.csv: name a folder that 'dilution theory' made"))
    #expect(try run.complaint("hops", "none").contains("Cannot open none: it does not exist"))
  }

  /// A folder of another kind is called what it is, by every figure and before anything is read of it.
  @Test func otherKindsOfRunsAreNamed() throws {
    let run = try RunFixture()
    let kinds: [(name: String, files: [String], holds: String)] = [
      ("sweep", ["results.csv"], "the results of a sweep"),
      ("study", ["part/results.csv"], "the results of a sweep"),
      ("probe", ["probe.csv"], "the results of a probe"),
      ("theory", ["query-gain.csv"], "the results of a theory run"),
      ("scaling", ["scaling.csv"], "the results of a scaling run"),
      ("think", ["think.json", "answers.csv"], "the results of a run of think"),
      (
        "benchmark", ["benchmark.json", "results.csv", "records.jsonl"],
        "the results of a benchmark"
      ),
      ("trained", ["training.json"], "a model"),
      ("model", ["config.json", "model.safetensors"], "a model"),
    ]
    for kind in kinds {
      for file in kind.files { try run.folder.write("", to: "\(kind.name)/\(file)") }
    }
    let figures: [(name: String, takes: [String], from: String)] = [
      ("dilution-curve", ["sweep", "study", "probe"], "a sweep or a probe"),
      ("head-heatmaps", ["sweep", "study", "probe"], "a sweep or a probe"),
      ("frontier", ["sweep", "study"], "a sweep: sweep methods at several budgets"),
      ("steps-heatmap", ["sweep", "study"], "a sweep: sweep a method such as"),
      ("learning-rate", ["sweep", "study"], "a sweep: sweep a method with a list of rates"),
      (
        "wall-clock", ["sweep", "study"],
        "a sweep: name the folder of a sweep, which measures times"
      ),
      ("rotary", ["sweep", "study"], "a sweep: sweep a spec with rotary"),
      ("similarity", ["sweep", "study"], "a sweep: sweep a task with a list of numbers"),
      ("rehearsal", ["sweep", "study"], "a sweep: sweep a task with a list of rates"),
      ("hops", ["sweep", "study"], "a sweep: sweep a task {task: \"multi-hop\""),
      ("depth-heatmap", ["sweep", "study"], "a sweep: sweep a task with a list of depths"),
      ("attention-profile", ["probe"], "a probe: probe with --profile, such as --profile 0"),
      ("signal", ["theory"], "a theory run: name a folder that 'dilution theory' made"),
      ("scaling", ["scaling"], "a scaling run: name a folder that 'dilution scaling' made"),
    ]
    for figure in figures {
      for kind in kinds where !figure.takes.contains(kind.name) {
        let said = try run.complaint(figure.name, kind.name)
        #expect(
          said.hasPrefix(
            "\(kind.name) holds \(kind.holds), but \(figure.name) is drawn from "
              + figure.from), "\(said)")
        #expect(said.split(separator: "\n").count == 1)
      }
    }
    // Of the right kind, but without the table.
    #expect(
      try run.complaint("attention-profile", "probe")
        == "probe holds no profile.csv: probe with --profile, such as --profile 0")
    #expect(
      try run.complaint("signal", "theory").contains(
        "theory holds no signal.csv: name a folder that 'dilution theory' made"))
  }

  /// A table names its kind by its columns, whatever its name.
  @Test func otherKindsOfTablesAreNamed() throws {
    let run = try RunFixture()
    try run.write(RunFixture.rows(values: [1]), to: "a.csv")
    try run.folder.write(
      "task,file,length,index,step,mass_best\nkey-value,a,160,0,0,1\n", to: "b.csv")
    try run.folder.write("task,length,bound_holds\nkey-value,160,1\n", to: "c.csv")
    #expect(
      try run.complaint("requirement", "a.csv")
        == "a.csv holds the results of a sweep, but requirement is drawn from a theory "
        + "run: name a folder that 'dilution theory' made")
    #expect(
      try run.complaint("wall-clock", "b.csv")
        == "b.csv holds the results of a probe, but wall-clock is drawn from a sweep: "
        + "name the folder of a sweep, which measures times")
    #expect(
      try run.complaint("dilution-curve", "c.csv").contains(
        "c.csv holds the results of a theory run, but dilution-curve is drawn from a sweep or a "
          + "probe: name a folder that 'dilution sweep' or 'dilution probe' made"))
  }

  /// The rows of `heads.csv` for an instance with two layers of two heads, the last of them as given.
  private func heads(_ last: String) -> String {
    let header = "task,length,index,step,layer,head,answer_step,is_value,opens_value,hop,mass"
    let places = ["0,0", "0,1", "1,0", last].filter { !$0.isEmpty }
    return ([header] + places.map { "key-value,160,0,0,\($0),0,1,1,0,0.5" }).joined(separator: "\n")
      + "\n"
  }

  @Test(arguments: [
    (
      "-1,1",
      ":5: the column \"layer\" must hold a whole number from 0 to 99999, but here holds \"-1\""
    ),
    (
      "1,-1",
      ":5: the column \"head\" must hold a whole number from 0 to 99999, but here holds \"-1\""
    ),
    (
      "9223372036854775807,1",
      ":5: the column \"layer\" must hold a whole number from 0 to 99999, but here holds "
        + "\"9223372036854775807\""
    ),
    (
      "1,300000000",
      ":5: the column \"head\" must hold a whole number from 0 to 99999, but here holds "
        + "\"300000000\""
    ),
    ("", " lacks 1 of the 4 heads of instance 0 after step 0 (layer 1 head 1): probe again"),
    (
      "99999,99999",
      " lacks 9999999996 of the 10000000000 heads of instance 0 after step 0 (layer 0 head 2, "
        + "layer 0 head 3, layer 0 head 4, …): probe again"
    ),
  ])
  func headsOfAProbeAreThoseOfAModel(_ last: String, _ says: String) throws {
    let run = try RunFixture()
    let probe = "task,file,length,index,step,mass_best\nkey-value,a,160,0,0,1\n"
    try run.folder.write(probe, to: "probe/probe.csv")
    try run.folder.write(heads(last), to: "probe/heads.csv")
    #expect(
      try run.complaint("head-heatmaps", "probe") == "probe/heads.csv\(says)")
    try run.folder.write(heads("1,1"), to: "probe/heads.csv")
    #expect(try run.complaint("head-heatmaps", "probe") == "")
  }

  /// Heads are in a file beside the table, which a table that was copied lacks.
  @Test func tablesWithoutHeadsAreToldWhatIsWanted() throws {
    let run = try RunFixture()
    let probe = "task,file,length,index,step,mass_best\nkey-value,a,160,0,0,1\n"
    try run.folder.write(probe, to: "elsewhere/p.csv")
    #expect(
      try run.complaint("head-heatmaps", "elsewhere/p.csv")
        == "elsewhere/heads.csv, which says what every head attends to, is not there: "
        + "name the folder of a probe or of a sweep, and probe again if heads.csv is gone")
    try run.write(RunFixture.rows(values: [1]) + RunFixture.rows(RunFixture.qttt, values: [1]))
    #expect(
      try run.complaint("head-heatmaps", "run")
        == "run/results.jsonl, which says what every head attends to, is not there: "
        + "name the folder of a probe or of a sweep, and sweep again if results.jsonl is gone")
  }

  @Test func whatIsNotThereCannotBeChosen() throws {
    let run = try RunFixture()
    try run.write(
      RunFixture.rows(values: [1])
        + RunFixture.rows(["task_label": "b", "length": "320"], values: [1]))
    let cases: [(words: [String], says: String)] = [
      ([], "holds results of key-value and b: choose one with --task"),
      (["--task", "c"], "holds no results of c, but of key-value and b"),
      (["--task", "b", "--method", "qttt"], "holds no method \"qttt\", but \"in-context\""),
      (["--task", "b", "--length", "640"], "holds no results at length 640, but at 160 and 320"),
      (
        ["--task", "b", "--measure", "majority-accuracy"],
        "nothing in the column 'majority_correct'"
      ),
    ]
    for (words, says) in cases {
      let said = try run.complaint("accuracy-curve", "run", words)
      #expect(said.contains(says) && said.split(separator: "\n").count == 1, "\(said)")
    }
  }

  @Test func dollarSignsInLabelsAreNoMarkup() throws {
    let run = try RunFixture()
    try run.write(RunFixture.rows(["label": "\"a $5 method, $T$\""], values: [1]))
    let (data, svg) = try run.draw("accuracy-curve", "--title", "a $T$ of $5")
    #expect(try data.strings("method") == ["a $5 method, $T$"])
    #expect(svg.contains("<title>a T of $5</title>"))
  }
}
