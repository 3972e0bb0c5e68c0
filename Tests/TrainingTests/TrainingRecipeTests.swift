import DataFiles
import SandboxTasks
import TensorKernels
import TestTags
import Testing
import Training
import TransformerModel

@Suite(.tags(.slow)) struct TrainingRecipeTests {
  private func recipe(_ text: String) throws -> TrainingRecipe {
    try TrainingRecipe(JSONValue.parse(text, file: "r.json5"), file: "r.json5")
  }

  /// The least that a recipe must say, with `more` behind it.
  private func text(_ more: String = "", model: String = "") -> String {
    """
    {model: {width: 64, layers: 2, queryHeads: 4, headWidth: 16, mlpWidth: 96\(model)},
     seed: 18446744073709551615, steps: 10, batchTokens: 100, optimizer: {learningRate: 1e-3},
     curriculum: {start: 2, end: 8}\(more)}
    """
  }

  @Test func everySettingIsRead() throws {
    let r = try recipe(
      """
      {model: {width: 64, layers: 3, queryHeads: 4, keyValueHeads: 2, headWidth: 32, mlpWidth: 96,
               rotaryTheta: 5e5, queryKeyNorm: false, tiedHead: true},
       seed: 7, steps: 100, batchTokens: 4096,
       optimizer: {learningRate: 3e-3, beta1: 0.8, beta2: 0.98, weightDecay: 0.05, epsilon: 1e-7},
       schedule: {warmup: 10, decayFrom: 0.7, floor: 0.1}, clip: 2, unpredictableWeight: 0.5,
       stretchTo: 9999, curriculum: {start: 4, end: 32, grow: 3, accuracy: 0.9},
       mixture: {keyValue: 1, needle: 2, multiHop: 3, rehearsal: 0.25, hops: 5, directHops: 2,
                 questions: 6, traced: 0.75, retraced: 0.125, needleValues: 2, needleQueries: 3},
       stopAt: {accuracy: 0.999}}
      """)
    var mixture = TrainingMixture()
    (mixture[.keyValue], mixture[.needle], mixture[.multiHop]) = (1, 2, 3)
    (mixture.rehearsal, mixture.chains.hops) = (0.25, 5)
    (mixture.chains.directHops, mixture.chains.questions) = (2, 6)
    (mixture.chains.traced, mixture.chains.retraced) = (0.75, 0.125)
    (mixture.needles.values, mixture.needles.queries) = (2, 3)
    let expected = TrainingRecipe(
      model: ModelConfiguration(
        vocabularySize: 64, width: 64, layers: 3, queryHeads: 4, keyValueHeads: 2, headWidth: 32,
        mlpWidth: 96, rotaryTheta: 5e5, hasQueryKeyNorm: false, hasTiedHead: true,
        maximumPositions: 9999),
      seed: 7, steps: 100, batchTokens: 4096,
      optimizer: AdamWSettings(
        learningRate: 3e-3, beta1: 0.8, beta2: 0.98, epsilon: 1e-7, weightDecay: 0.05),
      schedule: LearningRateSchedule(peak: 3e-3, warmup: 10, decayFrom: 0.7, floor: 0.1),
      clip: 2, unpredictableWeight: 0.5, stretchTo: 9999,
      curriculum: .init(start: 4, end: 32, grow: 3, accuracy: 0.9), mixture: mixture,
      stopAtAccuracy: 0.999)
    #expect(r == expected)
    #expect(try recipe(r.json.text()) == r)
  }

  @Test func laterPhasesChangeTheMixture() throws {
    let r = try recipe(
      text(
        """
        , mixture: {multiHop: 1, hops: 2}, phases: [{from: 0.5, mixture: {hops: 3}},
        {from: 0.8, mixture: {traced: 0.25}}]
        """))
    #expect(r.phases.map(\.from) == [0.5, 0.8])
    #expect((0...10).map { r.mixture(step: $0).chains.hops } == [2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3])
    // A phase keeps what it does not name from the one before.
    #expect(r.mixture(step: 7).chains.traced == r.mixture.chains.traced)
    #expect(r.mixture(step: 8).chains.traced == 0.25)
    #expect(r.mixture(step: 8)[.multiHop] == 1)
    #expect(try recipe(r.json.text()) == r)
    #expect(try recipe(text()).json["phases"] == nil)
  }

  @Test func laterPhasesChangeWhenSequencesGrow() throws {
    let r = try recipe(
      text(
        """
        , phases: [{from: 0.2, mixture: {hops: 2}}, {from: 0.5, accuracy: 0.7, mixture: {}},
        {from: 0.8, mixture: {}}]
        """))
    let first = r.curriculum.accuracy
    #expect(
      (0..<10).map(r.growthAccuracy) == Array(repeating: first, count: 5)
        + Array(repeating: 0.7, count: 5))
    #expect(r.mixture(step: 9).chains.hops == 2)
    #expect(try recipe(r.json.text()) == r)
  }

  @Test(arguments: [
    ("[{from: 0, mixture: {}}]", "r.json5:3:50: phases[0].from must be above 0."),
    (
      "[{from: 0.5, mixture: {}}, {from: 0.5, mixture: {}}]",
      "r.json5:3:76: phases[1].from must be above 0.5."
    ),
    (
      "[{from: 0.5, mixture: {hop: 2}}]",
      "r.json5:3:65: phases[0].mixture.hop is not a known key (did you mean \"hops\"?)."
    ),
  ])
  func mistakesInPhasesAreNamed(phases: String, sentence: String) {
    #expect {
      try recipe(text(", phases: \(phases)"))
    } throws: { error in
      #expect("\(error)" == sentence)
      return true
    }
  }

  @Test func noSettingOfAMixtureIsForgotten() throws {
    let keys = try #require(try recipe(text()).json["mixture"]?.members?.map(\.key))
    #expect(
      Set(keys).isSuperset(of: [
        "keyValue", "needle", "multiHop", "transactionLog", "codeBug", "rehearsal", "hops",
        "directHops", "questions", "traced", "retraced", "needleValues", "needleQueries",
        "anomalies", "reviewed",
      ]))
    #expect(Set(keys).count == keys.count)
  }

  @Test func rulesAreForAllLayersOrALayerEach() throws {
    func recipe(_ members: String) throws -> TrainingRecipe {
      try self.recipe(text(model: ", \(members)"))
    }
    let learned = LayerPlan(attention: AttentionRule(scale: LearnedScale()))
    #expect(try recipe("attention: {}").model.plans.isEmpty)
    #expect(try recipe("attention: {scale: \"learned\"}").model.plans == [learned, learned])
    let anchored = AttentionRule(scale: AnchoredScale(length: 64))
    let each = try recipe(
      "attention: [{attention: null}, "
        + "{attention: {scale: {name: \"anchored\", length: 64}}, mlp: false}]")
    #expect(
      each.model.plans
        == [LayerPlan(attention: nil), LayerPlan(attention: anchored, hasMLP: false)])
    #expect(try self.recipe(each.json.text()) == each)
    for (members, word) in [
      ("attention: {scale: \"steep\"}", "none, logarithmic, learned, anchored"),
      ("attention: {scale: \"anchored\"}", "length"), ("attention: {size: 3}", "size"),
      ("attention: [{}]", "2 layers"),
      ("attention: [{attention: null, mlp: false}, {}]", "neither"),
    ] {
      #expect { try recipe(members) } throws: { "\($0)".contains(word) }
    }
  }

  @Test func whatIsLeftOutHasADefault() throws {
    let r = try recipe(text())
    #expect(r.seed == .max)
    #expect(r.model.keyValueHeads == 4 && r.model.hasQueryKeyNorm && !r.model.hasTiedHead)
    #expect(r.mixture == TrainingMixture())
    #expect(r.schedule == LearningRateSchedule(peak: 1e-3, warmup: 1, decayFrom: 0.6, floor: 0.02))
    #expect(r.stopAtAccuracy == nil)
    #expect(try recipe(r.json.text()) == r)
    #expect(try recipe(text(", stopAt: null")) == r)
  }

  @Test(arguments: [
    (", stpes: 3", "", ":3:34: stpes is not a known key (did you mean \"steps\"?)."),
    (
      ", mixture: {neeedle: 1}", "",
      ":3:44: mixture.neeedle is not a known key (did you mean \"needle\"?)."
    ),
    (", clip: 0", "", ":3:40: clip must be a number above 0, but is 0."),
    (
      ", schedule: {decayFrom: 2}", "",
      ":3:56: schedule.decayFrom must be a number from 0 to 1, but is 2."
    ),
    (
      ", schedule: {warmup: 10}", "",
      ":3:53: schedule.warmup is 10, but must be less than steps, which is 10."
    ),
    (
      ", mixture: {keyValue: 0, needle: 0, multiHop: 0}", "",
      ":3:43: mixture is impossible: a mixture needs a family whose share is above zero."
    ),
    (
      "", ", keyValueHeads: 3",
      ":1:9: model describes an impossible model: 4 query heads cannot share 3 key-value heads evenly."
    ),
    (
      "", ", keyValueHeads: 5",
      ":1:91: model.keyValueHeads must be a whole number from 1 to 4, but is 5."
    ),
  ])
  func mistakesAreNamedWithTheirPlace(_ more: String, _ model: String, _ sentence: String) {
    let error = #expect(throws: JSONError.self) { try recipe(text(more, model: model)) }
    #expect(error?.description == "r.json5" + sentence)
  }

  @Test func aCurriculumGrowsUpwards() {
    let error = #expect(throws: JSONError.self) {
      try recipe(text().replacing("end: 8", with: "end: 1"))
    }
    #expect(error?.description.contains("curriculum.end must be a whole number from 2") == true)
  }
}
