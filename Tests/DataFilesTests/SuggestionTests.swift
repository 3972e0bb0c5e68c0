import DataFiles
import Testing

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("stpes", "steps"), ("step", "steps"), ("Steps", "steps"), ("lenght", "length"),
    ("span-lenth", "span-length"), ("seeed", "seed"),
  ])
  func findsTheWordThatWasMeant(_ pair: (word: String, meant: String)) {
    let known = ["span-length", "steps", "length", "seed", "depth"]
    #expect(suggestion(for: pair.word, among: known) == pair.meant)
  }

  @Test(arguments: ["", "qttt", "x", "spanner", String(repeating: "steps", count: 100)])
  func staysSilentWhenNothingIsNear(_ word: String) {
    #expect(suggestion(for: word, among: ["span-length", "steps", "length", "seed"]) == nil)
  }

  @Test func prefersTheNearestThenTheFirst() {
    #expect(suggestion(for: "beam", among: ["beams-wide", "beans", "beams"]) == "beams")
    #expect(suggestion(for: "head", among: ["heal", "heat"]) == "heal")
  }
}
