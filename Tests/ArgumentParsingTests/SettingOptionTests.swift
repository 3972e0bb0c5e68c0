import ArgumentParsing
import DataFiles
import Testing

@Suite struct SettingOptionTests {
  private enum Order: String, CaseIterable, Sendable { case given, shuffled }

  private struct Chain: Sendable {
    var hops = 2
    var order = Order.shuffled
    var depth: Double?
    var isLoud = false
  }

  private static let hops = Setting("hops", \Chain.hops, in: 1...8, help: "Facts to follow.")
  private static let order = Setting("fact_order", \Chain.order, help: "Their order.")
  private static let depth = Setting(
    "depth", \Chain.depth, in: .closed(0...1), help: "Where they stand.")
  private static let loud = Setting("is_loud", \Chain.isLoud, help: "Whether it shouts.")

  @Test func theOptionIsDeclaredByTheSetting() {
    let option = Option.setting(Self.hops, of: Chain())
    #expect(option.declaration.usage == "--hops N")
    #expect(option.declaration.defaultText == "2")
    #expect(option.declaration.help == "Facts to follow.")
    #expect(Option.setting(Self.order, of: Chain()).declaration.usage == "--fact-order FACT-ORDER")
    #expect(Option.setting(Self.depth, of: Chain()).declaration.defaultText == nil)
    #expect(Option.setting(Self.loud, of: Chain()).declaration.usage == "--is-loud")
  }

  @Test func theOptionReadsWhatTheSettingTakes() throws {
    func read(_ setting: Setting<Chain>, _ texts: String...) throws -> Chain {
      var chain = Chain()
      let value = try Option.setting(setting, of: Chain()).value(from: texts)
      setting.set(try #require(value as? JSONValue), in: &chain)
      return chain
    }
    #expect(try read(Self.hops, "3").hops == 3)
    #expect(try read(Self.hops).hops == 2)
    #expect(try read(Self.order, "given").order == .given)
    #expect(try read(Self.depth, "0.25").depth == 0.25)
    #expect(try read(Self.depth).depth == nil)
    #expect(try read(Self.loud, "").isLoud)
    #expect(throws: ArgumentError.self) { try read(Self.hops, "9") }
    #expect(throws: ArgumentError.self) { try read(Self.order, "givn") }
    #expect(throws: ArgumentError.self) { try read(Self.hops, "3", "4") }
  }
}
