import DataFiles
import Foundation
import TestSupport
import Testing

/// Figures against settings and costs, on results written by hand.
@Suite struct SettingPlotTests {
  private func qttt(_ label: String, _ settings: [String: String]) -> [String: String] {
    RunFixture.qttt.merging(settings) { $1 }.merging(["label": label]) { $1 }
  }

  @Test func theLearningRateHasALineForEachNumberOfSteps() throws {
    let run = try RunFixture()
    let column = "answer_probability"
    var rows = RunFixture.rows(column: column, values: [0.25, 0.75])
    let points: [(steps: String, rate: String, value: Double)] = [
      ("4", "0.001", 0.25), ("4", "0.01", 0.5), ("16", "0.001", 0.75), ("16", "0.01", 0.125),
    ]
    for (steps, rate, value) in points {
      rows += RunFixture.rows(
        qttt(
          "qttt learning_rate=\(rate) steps=\(steps)",
          ["learning_rate": rate, "steps": steps]), column: column, values: [value, value])
    }
    try run.write(rows)
    let (data, svg) = try run.draw("learning-rate")
    #expect(try data.optionalDoubles("steps") == [4, 4, 16, 16, nil])
    #expect(try data.optionalDoubles("learning_rate") == [0.001, 0.01, 0.001, 0.01, nil])
    #expect(try data.doubles("mean") == [0.25, 0.5, 0.75, 0.125, 0.5])
    #expect(svg.contains("Probability of the answer over Learning rate η"))
    #expect(svg.contains("N = 4; N = 16; key-value; n = 2"))

    try run.write(rows.filter { $0["learning_rate"] != "0.01" })
    #expect(
      try run.complaint("learning-rate", "run")
        == "run/results.csv holds one learning rate (0.001): sweep a method with a list "
        + "of rates, such as learning_rate: [3e-4, 1e-3, 3e-3]")
  }

  private func budgets() throws -> RunFixture {
    let run = try RunFixture()
    var rows = RunFixture.rows(values: [1, 0])
    let amounts: [(steps: String, span: String, flops: String, values: [Double])] = [
      ("2", "32", "2000", [1, 0]), ("2", "64", "4000", [1, 1]), ("8", "64", "16000", [1, 1]),
    ]
    for (steps, span, flops, values) in amounts {
      rows += RunFixture.rows(
        qttt(
          "qttt steps=\(steps) span_length=\(span)",
          ["steps": steps, "span_length": span, "flops": flops]), values: values)
    }
    rows += RunFixture.rows(
      [
        "label": "thinking", "method": "thinking", "flops": "8000", "generated_tokens": "34",
      ], values: [0, 0])
    try run.write(rows)
    return run
  }

  @Test func theFrontierIsDrawnOverFLOPs() throws {
    let (data, svg) = try budgets().draw("frontier")
    #expect(
      try data.strings("family")
        == ["in-context", "qTTT, k = 32", "qTTT, k = 64", "qTTT, k = 64", "thinking"])
    #expect(try data.ints("flops") == [1000, 2000, 4000, 16000, 8000])
    #expect(try data.optionalDoubles("steps") == [nil, 2, 2, 8, nil])
    #expect(try data.optionalDoubles("tokens") == [nil, nil, nil, nil, 34])
    #expect(try data.doubles("mean") == [0.5, 0.5, 1, 1, 0])
    #expect(svg.contains("<title>T = 160</title>") && svg.contains("frontier; in-context; qTTT, k"))
  }

  @Test func stepsAndSpansMakeAHeatmap() throws {
    let run = try budgets()
    let data = try run.draw("steps-heatmap").data
    #expect(try data.ints("steps") == [2, 2, 8])
    #expect(try data.ints("span_length") == [32, 64, 64])
    #expect(try data.doubles("mean") == [0.5, 1, 1])
    try run.write(RunFixture.rows(RunFixture.qttt, values: [1]))
    #expect(
      try run.complaint("steps-heatmap", "run").hasPrefix(
        "run/results.csv holds one number of steps and one span length: sweep a method")
    )
  }

  @Test func theWallClockIsSplitByPhase() throws {
    let run = try RunFixture()
    var rows = RunFixture.rows(column: "seconds_prefill", values: [0.25, 0.75])
    rows += RunFixture.rows(RunFixture.qttt, column: "seconds_adapt", values: [1, 3])
    try run.write(rows)
    let (data, svg) = try run.draw("wall-clock")
    let phases = try data.strings("phase")
    #expect(
      phases == [
        "prefill", "prefill", "adapt", "adapt", "think", "think", "answer", "answer",
      ])
    #expect(try data.doubles("mean") == [0.5, 0.5, 0, 2, 0, 0, 0.25, 0.25])
    // A phase that took no time anywhere needs no place in the legend.
    #expect(svg.contains("prefill; adapt; answer; key-value"))
  }

  @Test func tasksThatDifferInOneSettingAreHeldSideBySide() throws {
    for (figure, column, family) in [
      ("similarity", "similar", "key-value"), ("rehearsal", "rehearsal", "key-value"),
      ("hops", "hops", "multi-hop"),
      ("depth-heatmap", "depth", "needle"),
    ] {
      let run = try RunFixture()
      var rows: [[String: String]] = []
      let cells: [(value: String, correct: [Double])] = [
        ("1", [1, 1]), ("0", [1, 0]), ("3", [0, 0]),
      ]
      for (value, correct) in cells {
        rows += RunFixture.rows(
          ["task_label": "\(family) \(column)=\(value)", "task": family, column: value],
          values: correct)
      }
      try run.write(rows)
      let data = try run.draw(figure, "--measure", "accuracy").data
      #expect(try data.doubles(column) == [0, 1, 3], "\(figure)")
      #expect(try data.doubles("mean") == [0.5, 1, 0], "\(figure)")
      let one = try run.draw(figure, "--measure", "accuracy", "--task", "\(family) \(column)=3")
      #expect(try one.data.doubles("mean") == [0])

      try run.write(
        rows + RunFixture.rows(["task_label": "twin", "task": family, column: "3"], values: [1]))
      #expect(
        try run.complaint(figure, "run").contains(
          "holds several tasks with 3 in the column '\(column)'"))
      try run.write(RunFixture.rows([column: ""], values: [1]))
      #expect(
        try run.complaint(figure, "run").hasPrefix(
          "run/results.csv has nothing in the column '\(column)': sweep a task"))
    }
  }

  @Test func severalMethodsHaveARowOfPanelsEach() throws {
    let run = try RunFixture()
    var rows: [[String: String]] = []
    for policy in ["uniform", "oracle"] {
      for rate in ["0.001", "0.01"] {
        let settings = ["policy": policy, "learning_rate": rate]
        let label = "qttt policy=\(policy) learning_rate=\(rate)"
        rows += RunFixture.rows(qttt(label, settings), values: [1])
        rows += RunFixture.rows(qttt(label, settings), ["length": "320"], values: [0])
      }
    }
    try run.write(rows)
    let (data, svg) = try run.draw("learning-rate", "--measure", "accuracy")
    #expect(try data.ints("length") == [160, 160, 320, 320, 160, 160, 320, 320])
    #expect(try Set(data.strings("family")) == ["qTTT", "qTTT, oracle spans"])
    #expect(svg.contains("<title>qTTT, T = 160</title>"))
    #expect(svg.contains("qTTT, oracle spans, T = 320; key-value; n = 1"))
  }

  @Test func similarDistractorsMayStandOnTheAxis() throws {
    let run = try RunFixture()
    let few = ["task_label": "few", "similar": "0"]
    let many = ["task_label": "many", "similar": "8"]
    var rows = RunFixture.rows(few, column: "mass_best", values: [0.5])
    rows += RunFixture.rows(many, column: "mass_best", values: [0.25])
    try run.write(rows)
    let (data, svg) = try run.draw("similarity", "--across", "similar")
    #expect(try data.ints("similar") == [0, 8])
    #expect(try data.doubles("mean") == [0.5, 0.25])
    #expect(svg.contains("Target mass, best head over Similar distractors"))
  }
}
