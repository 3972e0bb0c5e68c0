import DataFiles
import Testing

@Suite struct SettingTests {
  private enum Order: String, CaseIterable, Sendable { case given, shuffled }

  private struct Chain: Sendable, Equatable {
    var hops = 2
    var order = Order.shuffled
    var rate = 0.5
    var depth: Double?
    var similar: Int?
    var isLoud = false

    static let settings: [Setting<Chain>] = [
      Setting("hops", \.hops, in: 1...8, help: "Facts to follow."),
      Setting("fact_order", \.order, help: "Their order."),
      Setting("rate", \.rate, in: .halfOpen(0..<1), help: "How many repeat."),
      Setting("depth", \.depth, in: .closed(0...1), help: "Where."),
      Setting("similar", \.similar, in: 0...9, help: "How many."),
      Setting("is_loud", \.isLoud, help: "Whether."),
    ]
  }

  private func read(_ text: String, isRequired: Bool = false) throws -> Chain {
    var reader = try JSONObjectReader(JSONValue.parse(text, file: "c"), file: "c")
    var chain = Chain()
    for setting in Chain.settings {
      try setting.read(into: &chain, from: &reader, isRequired: isRequired)
    }
    try reader.finish()
    return chain
  }

  @Test func whatIsMissingStaysAsItIs() throws {
    #expect(try read("{}") == Chain())
    #expect(
      try read("{hops: 3, fact_order: 'given', rate: 0, depth: 1, similar: null, is_loud: true}")
        == Chain(hops: 3, order: .given, rate: 0, depth: 1, isLoud: true))
  }

  @Test(arguments: [
    ("{hops: 9}", "hops must be a whole number from 1 to 8"),
    ("{hops: null}", "hops must be a whole number from 1 to 8"),
    ("{fact_order: 'givn'}", "(\"given\"?)"),
    ("{rate: 1}", "rate must be below 1"),
    ("{rate: -0.1}", "rate must be a number from 0 to 1"),
    ("{depth: 2}", "depth must be a number from 0 to 1"),
    ("{hop: 2}", "hop"),
  ])
  func mistakesAreTold(text: String, wording: String) {
    do {
      _ = try read(text)
      Issue.record("\(text) was read")
    } catch {
      #expect("\(error)".contains(wording), "\(error)")
    }
  }

  @Test func aMissingMemberIsAnErrorWhereItIsRequired() {
    #expect(throws: JSONError.self) { try read("{}", isRequired: true) }
  }

  @Test func writesWhatReads() throws {
    let chain = Chain(hops: 4, rate: 0.25, similar: 3)
    var json = JSONWriter()
    json.object { json in
      for setting in Chain.settings { setting.write(chain, to: &json) }
    }
    #expect(
      json.text == """
        {"hops":4,"fact_order":"shuffled","rate":0.25,"depth":null,"similar":3,"is_loud":false}
        """)
    #expect(try read(json.text, isRequired: true) == chain)
    #expect(
      Chain.settings.map { $0.cell(chain) } == [4, "shuffled", 0.25, .missing, 3, 0])
  }

  @Test func namesFollowFromOne() {
    #expect(Chain.settings[1].camelCaseName == "factOrder")
    #expect(Chain.settings[1].optionName == "fact-order")
  }

  @Test func valuesOutOfRangeAreDefects() {
    let bad = Chain(hops: 0, rate: 1, depth: -1)
    #expect(
      Chain.settings.compactMap { $0.defect(in: bad) } == [
        SettingDefect(name: "hops", value: "0", range: "1 … 8"),
        SettingDefect(name: "rate", value: "1.0", range: "0 or more, below 1"),
        SettingDefect(name: "depth", value: "-1.0", range: "0 … 1"),
      ])
    #expect(Chain.settings.allSatisfy { $0.defect(in: Chain()) == nil })
  }

  @Test func aSettingOfAPartIsOneOfTheWhole() {
    struct Pair: Sendable { var chain = Chain() }
    var pair = Pair()
    let hops = Chain.settings[0].of(\Pair.chain)
    hops.set(5, in: &pair)
    #expect(pair.chain.hops == 5 && hops.value(in: pair) == 5)
  }
}
