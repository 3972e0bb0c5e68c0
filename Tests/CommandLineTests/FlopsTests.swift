import Foundation
import TestSupport
import TestTags
import Testing

@Suite(.tags(.process, .slow)) struct FlopsTests {
  struct Report: Decodable {
    struct Cost: Decodable {
      var name: String
      var flops: Int
    }
    struct Match: Decodable {
      var name: String
      var flops: Int
      var thinkingTokens: Int
      var remainder: Int
      var tokensEach: Int
      var rule: Int?
      var ruleOverExact: Double?
    }
    var costs: [Cost]
    var matches: [Match]
  }

  struct Scan: Decodable {
    struct Row: Decodable {
      var shape: String
      var cells: [Cell]
    }
    struct Cell: Decodable {
      var length: Int
      var thinkingTokens: Int
      var ruleOverExact: Double
    }
    var rows: [Row]
  }

  func decode<Value: Decodable>(_ line: String) throws -> Value {
    let outcome = try BuiltBinary.run(line)
    #expect(outcome.exitCode == 0)
    #expect(outcome.errors.isEmpty)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Value.self, from: Data(outcome.output.utf8))
  }

  @Test func thePapersExample() throws {
    let report: Report = try decode("flops --shape qwen3-4b --length 8192 --json")
    let match = try #require(report.matches.first)
    // 32 steps on spans of 128 against 8192 thinking tokens, as the rule has it.
    #expect(match.rule == 8192)
    #expect(match.thinkingTokens < 8192 && match.thinkingTokens > 4096)
    #expect(match.tokensEach <= match.thinkingTokens / 8 + match.thinkingTokens / 8)
    let token = try #require(report.costs.first { $0.name == "one token behind it" })
    #expect(match.remainder < 2 * token.flops)
  }

  @Test func aCheckpointGivesTheShape() throws {
    // Numbers by hand: a model with V=3 d=2 L=1 H=G=1 w=2 F=1, T=2, one span of one token.
    let folder = try TemporaryFolder()
    let configuration = """
      {"model_type": "qwen3", "vocab_size": 3, "hidden_size": 2, "num_hidden_layers": 1,
       "num_attention_heads": 1, "num_key_value_heads": 1, "head_dim": 2, "intermediate_size": 1}
      """
    try Data(configuration.utf8).write(to: folder.url.appendingPathComponent("config.json"))
    let report: Report = try decode(
      "flops --model \(folder.url.path) --length 2 --span-length 1 --steps 1 --json")
    // A token's products: 3·4 for q, k, v, 4 for the output, 3·2 for the MLP; pairs cost 2·2 each.
    // Reading without logits takes keys and values of the only layer.
    let prefill = 2 * 2 * 8
    let decode = 2 * (22 + 4 * 3 + 6)
    // Forward with q alone, one pair, head; backward: head, MLP, output, 3·2 for the pair, W_Q.
    let step = 2 * (4 + 4 + 6 + 4 + 6) + 2 * (6 + 6 + 4 + 6 + 4)
    #expect(report.costs.first?.flops == prefill)
    #expect(report.costs.first { $0.name == "one token behind it" }?.flops == decode)
    #expect(report.costs.first { $0.name == "a qTTT step at the start" }?.flops == step)
    #expect(report.matches.first?.flops == step)
    #expect(report.matches.first?.thinkingTokens == 1)
    #expect(report.matches.first?.remainder == step - decode)
  }

  @Test func theScanShowsTheRuleTooHighWhereAttentionCounts() throws {
    let scan: Scan = try decode("flops --scan --json")
    let wide = try #require(scan.rows.first { $0.shape == "qwen3-32b" })
    let narrow = try #require(scan.rows.first { $0.shape == "sandbox" })
    #expect(wide.cells.map(\.length) == narrow.cells.map(\.length))
    for (a, b) in zip(wide.cells, narrow.cells) { #expect(a.ruleOverExact < b.ruleOverExact) }
    let text = try BuiltBinary.run("flops --scan").output
    for row in scan.rows { #expect(text.contains(row.shape)) }
  }

  @Test(arguments: [
    ("flops", "A shape is missing: give --model DIR, --shape NAME or --scan."),
    ("flops --shape qwen3-4", "--shape must be sandbox, qwen3-0.6b"),
    ("flops --shape sandbox --model .", "--model and --shape both give a shape"),
    (
      "flops --shape sandbox --length 128", "--span-length must be less than --length, which is 128"
    ),
  ])
  func aWrongCommandLineEndsInOneSentenceAndCodeTwo(_ line: String, _ start: String) throws {
    let outcome = try BuiltBinary.run(line)
    #expect(outcome.exitCode == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains(start))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test func aFolderWithoutAConfigurationIsNamed() throws {
    let outcome = try BuiltBinary.run("flops --model /nonexistent")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.hasPrefix("dilution: /nonexistent: there is no config.json; "))
  }
}
