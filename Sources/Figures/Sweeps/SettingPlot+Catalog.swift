import Plotting

/// The figures of tasks that differ in one setting.
extension SettingPlot {
  static let similarity = SettingPlot(
    "similarity", of: "similar", .massBest,
    remedy: "sweep a task with a list of numbers, such as similar: [0, 8, 32]",
    arrangement: .lines(axis: .linear("Similar distractors")) { "\($0) similar" },
    summary: "target mass over context length, a line for each number of similar distractors",
    discussion: """
      Distractors whose key shares a symbol with the target's are the near ties of the dilution \
      bound: more of them, more dilution at the same length. A panel for each method. The sweep needs \
      a task such as {task: "key-value", similar: [0, 8, 32]}.
      """,
    example: (
      "dilution plot similarity runs/similar --method in-context --out fig.svg",
      "How similarity and length dilute together"
    ))

  static let rehearsal = SettingPlot(
    "rehearsal", of: "rehearsal", .answerProbability,
    remedy: "sweep a task with a list of rates, such as rehearsal: [0.2, 0.5, 0.8]",
    arrangement: .lines(axis: .linear("Rehearsal rate")) { "rehearsal \($0)" },
    summary: "answer probability over context length, a line for each rehearsal rate",
    discussion: """
      Facts that are stated again are what a span's next-token loss can teach: how much test-time \
      training gains where little of the context repeats itself. A panel for each method. The sweep \
      needs a task such as {task: "key-value", rehearsal: [0.2, 0.5, 0.8]}.
      """,
    example: (
      "dilution plot rehearsal runs/rehearsal --across rehearsal --out fig.svg",
      "In context and after test-time training, over the rate"
    ))

  static let hops = SettingPlot(
    "hops", of: "hops", .accuracy,
    remedy: "sweep a task {task: \"multi-hop\", hops: [1, 2, 3]}",
    arrangement: .panels { $0 == "1" ? "1 hop" : "\($0) hops" },
    summary: "accuracy over context length, a panel for each number of hops",
    discussion: """
      Direct answers, thinking and test-time training side by side, for chains of one hop, two hops \
      and so on. The sweep needs a task such as {task: "multi-hop", hops: [1, 2, 3]}.
      """,
    example: (
      "dilution plot hops runs/hops --method in-context,thinking,qTTT --out fig.svg",
      "Where thinking helps, and where it stops helping"
    ), otherNames: ["accuracy"])

  static let depth = SettingPlot(
    "depth-heatmap", of: "depth", .accuracy,
    remedy: "sweep a task with a list of depths, such as depth: [0, 0.25, 0.5, 0.75, 1]",
    arrangement: .rows(label: "Depth of the needle"),
    summary: "accuracy by needle depth and context length, a panel for each method",
    discussion: """
      Columns are context lengths, rows the relative depth of the needle, 0 at the top being the \
      start of the context. The sweep needs a task such as {task: "needle", depth: [0, 0.25, 0.5, \
      0.75, 1]}.
      """,
    example: (
      "dilution plot depth-heatmap runs/depth --method in-context,qTTT --out fig.png",
      "Before and after test-time training"
    ), otherNames: ["accuracy", "depth", "haystack", "heatmap", "niah"])
}
