import DataFiles
import Foundation
import Randomness
import Testing
import TransformerModel

/// Figures of a real sweep of a small random model.
@Suite struct SweptPlotTests {
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
    func interval(_ table: CSVTable, _ measure: String, _ method: String) throws -> [[Double]] {
      let measures = try table.strings("measure")
      let methods = try table.strings(table.contains("label") ? "label" : "method")
      let rows = measures.indices.filter { measures[$0] == measure && methods[$0] == method }
      let columns = try ["mean", "lower", "upper"].map { try table.doubles($0) }
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
