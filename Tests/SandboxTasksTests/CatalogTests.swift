import DataFiles
import Randomness
import SandboxTasks
import Testing

/// What holds of every family of the catalog, whatever it is.
@Suite struct CatalogTests {
  @Test func namesAreDistinct() {
    let names = TaskFamily.allCases.map(\.rawValue)
    #expect(Set(names).count == names.count)
    let keys = TrainingMixture.settings.map(\.camelCaseName)
    #expect(Set(keys).count == keys.count)
    let slices = TrainingSlice.allCases.map(\.name)
    #expect(Set(slices).count == slices.count)
    #expect(TrainingSlice.allCases.map { Int($0.rawValue) } == Array(slices.indices))
    for name in names { #expect(TaskFamily(rawValue: name)?.rawValue == name) }
    #expect(TaskFamily(rawValue: "no-such-family") == nil)
  }

  /// Families that share a name share the option of `generate` and the column of results.
  @Test func settingsOfOneNameTakeTheSameValues() {
    var shapes: [String: ValueShape] = [:]
    let common = Set(TaskSettings.common.map(\.name) + ["length", "task", "label", "text"])
    for setting in TaskFamily.allCases.flatMap(\.settings) {
      #expect(!common.contains(setting.name), "\(setting.name) is a setting of all families")
      if let other = shapes[setting.name] { #expect(other == setting.shape, "\(setting.name)") }
      shapes[setting.name] = setting.shape
      #expect(setting.help.hasSuffix("."), "\(setting.name)")
    }
  }

  @Test(arguments: TaskFamily.allCases) func theShortestContextIsReadAsItWasWritten(
    _ family: TaskFamily
  ) throws {
    var settings = TaskSettings(TaskShape(family), length: 1)
    settings.length = settings.leastLength
    let instance = try TaskGenerator(settings, seed: 3).instance(0)
    let line = String(decoding: instance.line(), as: UTF8.self)
    #expect(try TaskInstance(JSONValue.parse(line), file: "line") == instance)
    settings.length -= 1
    #expect(throws: TaskSettingsError.self) { try settings.validate() }
  }

  @Test(arguments: TaskFamily.allCases) func vocabulariesBeginWithTheWordsOfAll(
    _ family: TaskFamily
  ) {
    let words = Vocabulary.sandbox.words
    #expect(Array(family.vocabulary.words.prefix(words.count)) == words)
    var mixture = TrainingMixture()
    for other in TaskFamily.allCases { mixture[other] = other == family ? 1 : 0 }
    #expect(mixture.vocabulary == family.vocabulary)
    let sequence = TrainingSequence.make(
      mixture, facts: 12, stream: RandomStream(seed: 1, label: "vocabularies"))
    #expect(sequence.family == family && sequence.predictable.contains(true))
    #expect(sequence.tokens.allSatisfy { family.vocabulary.word(of: $0) != nil })
  }

  @Test(arguments: TaskFamily.allCases) func aMixtureKeepsItsShare(_ family: TaskFamily) {
    var mixture = TrainingMixture()
    #expect(mixture == TrainingMixture())
    mixture[family] = 0.25
    #expect(mixture[family] == 0.25 && mixture != TrainingMixture())
  }
}
