import DataFiles
import Foundation
import Randomness
import TestSupport
import TestTags
import Testing
import TransformerModel

/// Figures of a real sweep of a small random model.
@Suite(.tags(.process, .slow)) struct SweptPlotTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let configuration = ModelConfiguration(
      vocabularySize: 64, width: 16, layers: 2, queryHeads: 2, keyValueHeads: 1, headWidth: 8,
      mlpWidth: 24)
    try Checkpoint.save(
      Parameters(configuration, initializedBy: RandomStream(seed: 1, label: "figures")),
      to: path("model"))
    let spec = """
      {
        model: "model", tasks: [{task: "key-value"}], lengths: [64, 96], count: 3, seed: 7,
        methods: [
          {method: "in-context"}, {method: "qttt", steps: [1, 3], span_length: 16},
          {method: "thinking", tokens: 9},
        ],
      }
      """
    try Data(spec.utf8).write(to: URL(fileURLWithPath: path("spec.json5")))
    #expect(try run("sweep spec.json5 --out run -q").exitCode == 0)
  }

  private func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

  private func run(_ line: String) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(line, in: folder.url)
  }

  @Test func figuresAndStatisticsSayTheSame() throws {
    #expect(try run("stats run -q").exitCode == 0)
    let statistics = try CSVTable.read(path("run/stats.csv"))
    let differences = try CSVTable.read(path("run/differences.csv"))
    func interval(_ table: CSVTable, _ measure: String, _ method: String) throws -> [[Double?]] {
      let measures = try table.strings("measure")
      let methods = try table.strings(table.contains("label") ? "label" : "method")
      let rows = measures.indices.filter { measures[$0] == measure && methods[$0] == method }
      let columns = try ["mean", "lower", "upper"].map { try table.optionalDoubles($0) }
      return rows.map { row in columns.map { $0[row] } }
    }
    let words = "--measure answer-probability --out f.csv -q"
    #expect(try run("plot accuracy-curve run \(words)").exitCode == 0)
    let curve = try CSVTable.read(path("f.csv"))
    #expect(try run("plot controls run \(words)").exitCode == 0)
    let paired = try CSVTable.read(path("f.csv"))
    for method in ["in-context", "qttt steps=1", "qttt steps=3"] {
      let drawn = try interval(curve, "answer_probability", method)
      #expect(drawn.count == 2)
      #expect(try drawn == interval(statistics, "answer_probability", method))
      guard method != "in-context" else { continue }
      #expect(
        try interval(paired, "answer_probability", method)
          == interval(differences, "answer_probability", method))
    }
  }

  @Test func headsAreMeansOverTheRecords() throws {
    let outcome = try run("plot head-heatmaps run --length 64 --out f.csv --out f.png")
    #expect(outcome.exitCode == 0 && outcome.errors == "Wrote f.csv.\nWrote f.png.\n")
    #expect(try FileSystem.read(path("f.png")).starts(with: [0x89, 0x50, 0x4E, 0x47]))
    let data = try CSVTable.read(path("f.csv"))
    // Zero steps, one and three; two layers of two heads.
    #expect(try data.ints("steps") == [0, 0, 0, 0, 1, 1, 1, 1, 3, 3, 3, 3])
    var masses: [Double] = []
    for label in ["in-context", "qttt steps=1", "qttt steps=3"] {
      var tables: [[Double]] = []
      var lines = try JSONLinesReader(path("run/results.jsonl"))
      while let (_, record) = try lines.next() {
        guard record["label"]?.string == label, record["length"]?.int == 64 else { continue }
        tables.append(record["sites"]?["mass"]?.elements?.compactMap(\.double) ?? [])
      }
      #expect(tables.count == 3)
      for place in 0..<4 { masses.append(tables.map { $0[place] }.reduce(0, +) / 3) }
    }
    for (drawn, mass) in zip(try data.doubles("mass"), masses) { #expect(abs(drawn - mass) < 1e-6) }
    let two = try run("plot head-heatmaps run --length 64 --length 96 --out f.svg")
    #expect(two.exitCode == 2 && two.errors.contains("--length names several lengths"))
  }

  /// A probe of the same instances gives the same heads in context, and those of its own tables after.
  @Test(arguments: [
    ("key-value", []), ("multi-hop", ["--hops", "2"]),
    ("needle", ["--keys", "2", "--queries", "2"]),
  ])
  func headsOfAProbeAreThoseOfASweep(_ task: String, _ settings: [String]) throws {
    func done(_ words: [String]) throws {
      let outcome = try BuiltBinary.run(words + ["-q"], in: folder.url)
      #expect(outcome.exitCode == 0, "\(words): \(outcome.errors)")
    }
    try done(
      [
        "generate", "--task", task, "--length", "64", "--count", "3", "--seed", "7", "--out",
        "tasks",
      ]
        + settings)
    try done(
      [
        "probe", "--model", "model", "--tasks", "tasks/\(task)-64.jsonl", "--adapt", "qttt",
        "--steps",
        "4", "--every", "2", "--span-length", "16", "--out", "probe",
      ])
    try done(["plot", "head-heatmaps", "probe", "--out", "p.csv", "--out", "p.png"])
    let drawn = try CSVTable.read(path("p.csv"))
    let (steps, mass) = (try drawn.ints("steps"), try drawn.doubles("mass"))
    #expect(steps == [0, 0, 0, 0, 2, 2, 2, 2, 4, 4, 4, 4])
    #expect(try drawn.ints("n") == Array(repeating: 3, count: 12))

    // What the probe itself says of its best head, and of the mean over heads.
    let table = try CSVTable.read(path("probe/probe.csv"))
    let rows = try table.ints("step")
    let best = try zip(table.ints("best_layer"), table.ints("best_head")).map { 2 * $0 + $1 }
    for (place, step) in [0, 2, 4].enumerated() {
      let own = rows.indices.filter { rows[$0] == step }
      let panel = Array(mass[4 * place..<4 * place + 4])
      let bestMass = try own.reduce(0) { try $0 + table.doubles("mass_best")[$1] } / 3
      let meanMass = try own.reduce(0) { try $0 + table.doubles("mass_mean")[$1] } / 3
      #expect(abs(panel[best[own[0]]] - bestMass) < 1e-6)
      #expect(abs(panel.reduce(0, +) / 4 - meanMass) < 1e-6)
    }
    if task == "key-value" {
      try done(["plot", "head-heatmaps", "run", "--length", "64", "--out", "s.csv"])
      let swept = try CSVTable.read(path("s.csv")).doubles("mass")
      for (one, other) in zip(mass.prefix(4), swept) { #expect(abs(one - other) < 1e-6) }
    }
    try done(["plot", "head-heatmaps", "probe/probe.csv", "--step", "4", "--out", "p.csv"])
    #expect(try CSVTable.read(path("p.csv")).ints("steps") == [0, 0, 0, 0, 4, 4, 4, 4])
    try done(["plot", "head-heatmaps", "probe", "--method", "in-context", "--out", "p.csv"])
    #expect(try CSVTable.read(path("p.csv")).ints("steps") == [0, 0, 0, 0])
    let never = try run("plot head-heatmaps probe --step 2,3 --out p.csv")
    #expect(
      never.errors
        == "dilution: probe/heads.csv holds no measurement after step 3, but after 0, 2, "
        + "4.\n")
    try done(["plot", "controls", "probe", "--measure", "mass-best", "--out", "p.csv"])
    #expect(try CSVTable.read(path("p.csv")).strings("method") == ["qTTT"])
    try FileSystem.removeFile(path("probe/heads.csv"))
    #expect(
      try run("plot head-heatmaps probe --out p.csv").errors
        == "dilution: probe/heads.csv, which says what every head attends to, is not there: name the "
        + "folder of a probe or of a sweep, and probe again if heads.csv is gone.\n")
  }

  @Test func everyFigureOfHelpIsDrawnOrSaysWhatItNeeds() throws {
    let needs = [
      "learning-rate": "holds one learning rate (0.001)", "rotary": "sweep a spec with rotary",
      "similarity": "such as similar: [0, 8, 32]", "hops": "{task: \"multi-hop\", hops: [1, 2, 3]}",
      "depth-heatmap": "such as depth: [0, 0.25, 0.5, 0.75, 1]",
    ]
    let own = [
      "dilution-curve", "accuracy-curve", "margin", "frontier", "steps-heatmap", "controls",
      "wall-clock", "head-heatmaps", "rehearsal",
    ]
    for figure in own + Array(needs.keys) {
      let outcome = try run("plot \(figure) run --out \(figure).svg --out \(figure).png -q")
      if let need = needs[figure] {
        #expect(outcome.exitCode == 1 && outcome.errors.contains(need), "\(outcome.errors)")
      } else {
        #expect(outcome.exitCode == 0, "\(figure): \(outcome.errors)")
        let svg = String(decoding: try FileSystem.read(path("\(figure).svg")), as: UTF8.self)
        #expect(svg.contains("<svg") && svg.contains("key-value"))
      }
    }
  }
}
