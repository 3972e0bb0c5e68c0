import DataFiles
import Foundation
import TestSupport
import Testing

/// Figures over context length, on results written by hand.
@Suite struct CurvePlotTests {
  private let oracle = ["label": "qttt policy=oracle", "policy": "oracle"]
  private let long = ["length": "320"]

  private func study() throws -> RunFixture {
    let run = try RunFixture()
    var rows = RunFixture.rows(values: [1, 1, 0, 1])
    rows += RunFixture.rows(RunFixture.qttt, values: [1, 1, 1, 1])
    rows += RunFixture.rows(RunFixture.qttt, oracle, values: [0, 0, 1, 1])
    rows += RunFixture.rows(long, values: [0, 1, 0, 0])
    rows += RunFixture.rows(RunFixture.qttt, long, values: [0, 1, 1, 0])
    rows += RunFixture.rows(RunFixture.qttt, oracle, long, values: [1, 0, 1])
    // A record that diverged has no other result.
    let diverged = ["index": "3", "diverged": "1", "mass_best": ""]
    rows += RunFixture.rows(
      RunFixture.qttt, oracle, long, diverged, ["correct": ""], values: [0])
    try run.write(rows)
    return run
  }

  @Test func accuracyIsTheMeanOfEachMethodAtEachLength() throws {
    let (data, svg) = try study().draw("accuracy-curve", "--training-length", "160")
    #expect(data.columns == ["measure", "method", "length", "n", "mean", "lower", "upper"])
    let methods = try data.strings("method")
    #expect(
      methods == [
        "in-context", "in-context", "qttt", "qttt", "qttt policy=oracle", "qttt policy=oracle",
      ])
    #expect(try data.ints("length") == [160, 320, 160, 320, 160, 320])
    #expect(try data.ints("n") == [4, 4, 4, 4, 4, 3])
    #expect(try data.doubles("mean") == [0.75, 0.25, 1, 0.5, 0.5, 2.0 / 3])
    let lower = try data.doubles("lower")
    // Wilson's interval of four of four.
    #expect(abs(lower[2] - 0.5101) < 1e-4 && lower[0] < 0.75)
    #expect(svg.contains("<title>Exact-match accuracy over Context length T (tokens)</title>"))
    #expect(svg.contains("<desc>in-context; qTTT; qTTT, oracle spans; key-value; n = 3 to 4 "))
    #expect(
      svg.contains("bands: 95 % intervals; TTT: N = 8, k = 64; 1 diverged run left"))
  }

  @Test func methodsThatAlwaysDivergedAreCounted() throws {
    let run = try RunFixture()
    let diverged = ["diverged": "1", "mass_best": "", "correct": ""]
    try run.write(
      RunFixture.rows(values: [1, 1, 0, 1])
        + RunFixture.rows(RunFixture.qttt, diverged, values: [0, 0]))
    let all = try run.draw("accuracy-curve")
    #expect(try Set(all.data.strings("method")) == ["in-context"])
    #expect(all.svg.contains("2 diverged runs left out"))
    let one = try run.draw("accuracy-curve", "--method", "in-context")
    #expect(!one.svg.contains("diverged"))
  }

  @Test func methodsAndLengthsAreChosenAndOrdered() throws {
    let run = try study()
    let chosen = try run.draw(
      "accuracy-curve", "--method", "qTTT, oracle spans", "--method", "in-context", "--length",
      "320"
    ).data
    #expect(try chosen.strings("method") == ["qttt policy=oracle", "in-context"])
    #expect(try chosen.ints("length") == [320, 320])
    // The name of the method itself takes all that it does not name exactly.
    let all = try run.draw("accuracy-curve", "--method", "qttt policy=oracle", "--method", "qttt")
    #expect(try Set(all.data.strings("method")) == ["qttt policy=oracle", "qttt"])
  }

  /// A name with a comma of its own is found in a list, too.
  @Test func choicesAreListsAsWell() throws {
    let run = try study()
    let chosen = try run.draw(
      "accuracy-curve", "--method", "qTTT, oracle spans, in-context,qttt", "--length", "320,160"
    ).data
    #expect(
      try chosen.strings("method") == [
        "qttt policy=oracle", "qttt policy=oracle", "in-context", "in-context", "qttt", "qttt",
      ])
    #expect(try chosen.ints("length") == [160, 320, 160, 320, 160, 320])
    #expect(
      try run.complaint("accuracy-curve", "run", "--method", "in-context,beam,qttt").contains(
        "holds no method \"beam\", but"))
    #expect(
      try run.complaint("accuracy-curve", "run", "--length", "160,640").contains(
        "holds no results at length 640, but at 160 and 320"))
    // A label that is a list of others is the label.
    try run.write(
      RunFixture.rows(values: [1])
        + RunFixture.rows(["label": "\"in-context,a\"", "method": "thinking"], values: [0])
        + RunFixture.rows(["label": "a", "method": "thinking"], values: [0]))
    #expect(
      try run.draw("accuracy-curve", "--method", "in-context,a").data.strings("method")
        == ["in-context,a"])
    #expect(
      try run.draw("accuracy-curve", "--method", "a,in-context").data.strings("method")
        == ["a", "in-context"])
  }

  @Test func whatIsNamedTwiceCountsOnce() throws {
    let run = try study()
    let once = try run.draw("accuracy-curve", "--method", "qttt", "--length", "160")
    let twice = try run.draw("accuracy-curve", "--method", "qttt,qttt", "--length", "160,160")
    #expect(twice.svg == once.svg && twice.data.rowCount == 1)
    let off = ["rotary": "0"]
    try run.write(
      RunFixture.rows(column: "mass_best", values: [0.75, 0.25])
        + RunFixture.rows(off, column: "mass_best", values: [0.125, 0.375]))
    let panel = try run.draw("rotary", "--measure", "mass-best")
    let same = try run.draw("rotary", "--measure", "mass-best,mass-best", "--measure", "mass-best")
    #expect(same.svg == panel.svg && same.data.rowCount == panel.data.rowCount)
  }

  @Test func tasksAreListsAsWell() throws {
    let run = try RunFixture()
    let depths = ["a", "b", "c"].enumerated().map { place, label in
      RunFixture.rows(["task_label": label, "task": "needle", "depth": "0.\(place)"], values: [1])
    }
    try run.write(depths.flatMap { $0 })
    let data = try run.draw("depth-heatmap", "--task", "c,a").data
    #expect(try data.doubles("depth") == [0, 0.2])
    #expect(
      try run.complaint("depth-heatmap", "run", "--task", "a,d").contains(
        "holds no results of d, but of a, b and c"))
  }

  @Test func theDilutionCurveHasItsBound() throws {
    let run = try study()
    let data = try run.draw("dilution-curve", "--bound", "--method", "qttt").data
    #expect(
      try data.strings("measure")
        == ["mass_best", "mass_best", "mass_mean", "mass_mean", "bound_best", "bound_best"])
    #expect(try data.doubles("mean") == [0.5, 0.5, 0.125, 0.125, 0.75, 0.75])
    #expect(
      try data.strings("method") == ["qttt", "qttt", "qttt", "qttt", "in-context", "in-context"])
  }

  @Test func theMarginIsHeldAgainstTheRequirement() throws {
    let data = try study().draw("margin", "--epsilon", "0.2", "--method", "in-context").data
    #expect(
      try data.strings("measure") == [
        "margin_best", "margin_best", "gap_best", "gap_best", "margin_required",
        "margin_required", "gap_required", "gap_required",
      ])
    let means = try data.doubles("mean")
    #expect(Array(means.prefix(4)) == [1, 1, 0.5, 0.5])
    // log(0.8 / 0.2), and log((T − 1) 0.8 / 0.2).
    let expected = [4.0, 4, 159 * 4, 319 * 4].map { log($0) }
    for (mean, value) in zip(means.dropFirst(4), expected) { #expect(abs(mean - value) < 1e-12) }
  }

  @Test func differencesArePairedByInstance() throws {
    let run = try RunFixture()
    let column = "answer_probability"
    var rows = RunFixture.rows(column: column, values: [0.5, 0.25, 0.75])
    // Instance 2 is missing, and instance 3 has no partner.
    rows += RunFixture.rows(RunFixture.qttt, column: column, values: [0.75, 0.75])
    rows += RunFixture.rows(
      RunFixture.qttt, ["label": "shuffled", "control": "shuffled"], column: column,
      values: [0.25, 0.25, 0.25, 1])
    try run.write(rows)
    let data = try run.draw("controls").data
    #expect(try data.strings("reference") == ["in-context", "in-context"])
    #expect(try data.strings("method") == ["qttt", "shuffled"])
    #expect(try data.ints("n") == [2, 3])
    #expect(try data.doubles("mean") == [0.375, -0.25])
    // Of two or three pairs no interval of a mean can be told.
    #expect(try data.strings("lower") == ["", ""] && data.strings("upper") == ["", ""])

    let against = try run.draw("controls", "--against", "shuffled", "--method", "in-context").data
    #expect(try against.doubles("mean") == [0.25])
  }

  @Test func rotaryOnAndOffAreCurvesOfTheirOwn() throws {
    let run = try RunFixture()
    let off = ["rotary": "0"]
    var rows = RunFixture.rows(column: "mass_best", values: [0.75, 0.25])
    rows += RunFixture.rows(off, column: "mass_best", values: [0.125, 0.375])
    try run.write(rows)
    let (data, svg) = try run.draw("rotary", "--measure", "mass-best")
    #expect(try data.ints("rotary") == [1, 0])
    #expect(try data.doubles("mean") == [0.5, 0.25])
    #expect(svg.contains("in-context, rotary off"))
    // Elsewhere positions are as trained, where the run has them.
    #expect(try run.draw("dilution-curve").data.doubles("mean") == [0.5, 0.125])
    try run.write(rows.filter { $0["rotary"] == nil })
    #expect(
      try run.complaint("rotary", "run")
        == "run/results.csv holds results with rotary positions on alone: sweep a spec "
        + "with rotary: [true, false]")
  }

  /// One label over several policies is one name for several methods.
  @Test func recordsOfDifferentSettingsAreNotAveraged() throws {
    let run = try RunFixture()
    let mine = ["label": "mine"]
    try run.write(
      RunFixture.rows(values: [1, 0]) + RunFixture.rows(RunFixture.qttt, mine, values: [1, 0])
        + RunFixture.rows(RunFixture.qttt, mine, ["policy": "oracle"], values: [0, 0]))
    for figure in ["accuracy-curve", "controls", "frontier"] {
      #expect(
        try run.complaint(figure, "run").contains(
          "run/results.csv: the label \"mine\" stands for records of different settings on key-value at "
            + "T = 160 (policy uniform and oracle)"))
    }
    // What is not shown is in nobody's way.
    #expect(try run.draw("accuracy-curve", "--method", "in-context").data.ints("n") == [2])
    try run.write(RunFixture.rows(values: [1, 0]) + RunFixture.rows(values: [1]))
    #expect(
      try run.complaint("accuracy-curve", "run").contains(
        "holds instance 0 of \"in-context\" on key-value at T = 160 more than once"))
  }

  /// Methods of one head of a label that differ in their policy have a line each.
  @Test func policiesAreFamiliesOfTheirOwn() throws {
    let run = try RunFixture()
    var rows = RunFixture.rows(values: [1, 0])
    for policy in ["uniform", "oracle"] {
      for steps in ["8", "32"] {
        rows += RunFixture.rows(
          RunFixture.qttt,
          ["label": "mine policy=\(policy) steps=\(steps)", "policy": policy, "steps": steps],
          values: [1, 0])
      }
    }
    try run.write(rows)
    let data = try run.draw("frontier").data
    #expect(try Set(data.strings("family")).count == 3)
  }

  @Test func aSingleInstanceHasNoInterval() throws {
    let run = try RunFixture()
    try run.write(RunFixture.rows(values: [1]))
    let (data, svg) = try run.draw("accuracy-curve")
    #expect(try data.strings("lower") == [""])
    #expect(try data.doubles("mean") == [1])
    #expect(svg.contains("n = 1 instance a point") && !svg.contains("intervals"))
  }
}
