import DataFiles
import Experiments
import TestTags
import Testing

@Suite(.tags(.slow)) struct SweepStudyTests {
  func study(_ text: String) throws -> SweepStudy { try SweepStudy(text, file: "study.json5") }

  @Test func aSpecWithoutPartsIsOneSweep() throws {
    let text =
      "{model: 'm', lengths: [64], tasks: {task: 'key-value'}, methods: {method: 'in-context'}}"
    let study = try study(text)
    #expect(study.specs == [try SweepSpec(text, file: "study.json5")])
    #expect(!study.hasParts && study.specs[0].part == nil)
  }

  @Test func partsTakeWhatTheyLeaveOutFromBesideThem() throws {
    let study = try study(
      """
      {model: "m", count: 20, tasks: {task: "key-value"}, methods: {method: "in-context"},
       parts: [
         {name: "curve", lengths: [64, 128]},
         {name: "rotary_off", lengths: [64], rotary: false, count: 3, model: "other"},
       ]}
      """)
    #expect(study.hasParts)
    #expect(study.specs.map(\.part) == ["curve", "rotary_off"])
    #expect(study.specs.map(\.model) == ["m", "other"])
    #expect(study.specs.map(\.count) == [20, 3])
    #expect(study.specs.map(\.lengths) == [[64, 128], [64]])
    #expect(study.specs.map(\.rotary) == [[true], [false]])
    #expect(study.specs[0].methods == study.specs[1].methods)
  }

  /// The key of a record says nothing of the part, so that what a part computes can be known from
  /// another.
  @Test func aPartIsTheSameSweepAsAFileOfItsOwn() throws {
    let part = try study(
      """
      {model: "m", lengths: [64], tasks: {task: "key-value"},
       parts: [{name: "a", methods: {method: "in-context"}}]}
      """
    ).specs[0]
    let alone = try SweepSpec(
      "{model: 'm', lengths: [64], tasks: {task: 'key-value'}, methods: {method: 'in-context'}}",
      file: "spec.json5")
    #expect(SweepPlan(part, modelHash: "x").hash == SweepPlan(alone, modelHash: "x").hash)
  }

  @Test(arguments: [
    (
      "{parts: [{name: 'a', lenghts: [64]}]}",
      "study.json5:1:22: parts[0].lenghts is not a known key (did you mean \"lengths\"?)."
    ),
    (
      "{parts: [{lengths: [64]}]}", "study.json5:1:10: parts[0].name is missing; it is required."
    ),
    (
      "{parts: [{name: '../a'}]}",
      "study.json5:1:17: parts[0].name names a folder: it must consist of letters, digits, '-' and '_'."
    ),
    ("{parts: [], model: 'm'}", "study.json5:1:9: parts must name at least one."),
    ("{parts: [{name: 'a'}]}", "study.json5:1:10: parts[0].model is missing; it is required."),
    (
      """
      {model: 'm', lengths: [64], tasks: {task: 'key-value'}, methods: {method: 'in-context'},
       parts: [{name: 'a'}, {name: 'a'}]}
      """,
      "study.json5:2:30: parts[1].name is the name of an earlier part; give each a name of its own."
    ),
  ])
  func mistakesAreNamed(text: String, sentence: String) {
    #expect {
      try study(text)
    } throws: { error in
      #expect("\(error)" == sentence)
      return true
    }
  }
}
