import DataFiles
import Foundation
import TestSupport
import TestTags
import Testing

/// `forward`, `gradients` and `adapt` on the fixture, against what PyTorch computed.
@Suite(.tags(.process, .slow)) struct ReferenceCommandTests {
  static let model = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .appendingPathComponent("TransformerModelTests/Fixtures/qwen3-tiny").path

  let folder: TemporaryFolder
  let golden: SafetensorsFile

  init() throws {
    folder = try TemporaryFolder()
    golden = try SafetensorsFile.open(Self.model + "/golden.safetensors")
  }

  private func run(
    _ command: String, _ words: String..., tokens: String? = nil
  ) throws -> SafetensorsFile {
    let ids = try golden.int32s("input_ids").map { "\($0)" }.joined(separator: ",")
    let file = folder.url.appendingPathComponent("out.safetensors").path
    let outcome = try BuiltBinary.run(
      [command, "--model", Self.model, "--tokens", tokens ?? ids, "--out", file] + words)
    #expect(outcome.exitCode == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("Wrote \(file): "))
    return try SafetensorsFile.open(file)
  }

  @Test func forwardAgrees() throws {
    let file = try run("forward")
    #expect(file.names == ["logits", "attention_last_row"])
    for (name, tolerance) in [("logits", 1e-4), ("attention_last_row", 1e-5)] {
      #expect(try file.shape(name) == golden.shape(name))
      #expect(try difference(file, name, name) < tolerance, "\(name)")
    }
  }

  @Test func gradientsAgree() throws {
    let list = folder.url.appendingPathComponent("tokens.json")
    let ids = try golden.int32s("input_ids")
    try Data("\(ids)".utf8).write(to: list)
    let file = try run("gradients", tokens: "@\(list.path)")
    let names = golden.names.filter { $0 == "lm_loss" || $0.hasPrefix("grad.") }
    #expect(Set(file.names) == Set(names))
    #expect(try difference(file, "lm_loss", "lm_loss") < 1e-4)
    for name in names where name != "lm_loss" {
      #expect(try file.shape(name) == golden.shape(name))
      #expect(try relativeDifference(file, name, name) < 1e-3, "\(name)")
    }
  }

  @Test(arguments: ["frozen", "recomputed"])
  func adaptationAgrees(mode: String) throws {
    let starts = try golden.int32s("span_starts").map { "\($0)" }.joined(separator: ",")
    let context = try golden.int32s("context_length")[0]
    let length = try golden.int32s("span_length")[0]
    let file = try run(
      "adapt", "--context-length", "\(context)", "--span-starts", starts, "--span-length",
      "\(length)", "--span-kv", mode, "--learning-rate", "1e-3", "--weight-decay", "0.01", "--clip",
      "1")
    #expect(try difference(file, "losses", "\(mode).losses") < 1e-4)
    #expect(try relativeDifference(file, "step0.grad_norm", "\(mode).step0.grad_norm") < 1e-3)
    #expect(try difference(file, "answer_logits", "\(mode).answer_logits") < 1e-3)
    #expect(try file.shape("answer_logits") == golden.shape("\(mode).answer_logits"))
    for layer in 0..<2 {
      let name = "model.layers.\(layer).self_attn.q_proj.weight"
      #expect(try file.shape("after.\(name)") == golden.shape("\(mode).after3.\(name)"))
      #expect(try difference(file, "after.\(name)", "\(mode).after3.\(name)") < 1e-5)
    }
    #expect(file.names.count == 5)
  }

  @Test(arguments: [
    ("forward --tokens 5,97", "--tokens holds the token 97 in place 1, "),
    ("forward --tokens 5,-1", "--tokens holds the token -1 in place 1, "),
    ("forward --tokens 5,,6", "--tokens must be whole numbers separated by commas, "),
    (
      "forward --tokens 99999999999999999999",
      "--tokens must be whole numbers separated by commas, "
    ),
    ("forward --tokens @", "--tokens @ needs the name of a file behind the @."),
    ("gradients --tokens 5", "--tokens must hold at least 2 tokens, not 1."),
    (
      "adapt --tokens 5,6,7,8 --context-length 3 --span-starts 0 --span-length 1 --clip -1",
      "--clip must be a number from 0 to 1e+30, not '-1'."
    ),
    (
      "adapt --tokens 5,6,7,8 --context-length 4 --span-starts 0 --span-length 1",
      "--context-length must be from 2 to 3, "
    ),
    (
      "adapt --tokens 5,6,7,8 --context-length 3 --span-starts 0 --span-length 3",
      "--span-length must be from 1 to 2, "
    ),
    (
      "adapt --tokens 5,6,7,8 --context-length 3 --span-starts 0,1 --span-length 2",
      "--span-starts must be from 0 to 0 "
    ),
  ])
  func aWrongArgumentIsNamed(_ line: String, _ start: String) throws {
    let out = folder.url.appendingPathComponent("out.safetensors").path
    let outcome = try BuiltBinary.run("\(line) --model \(Self.model) --out \(out)")
    #expect(outcome.exitCode == 2)
    #expect(outcome.errors.hasPrefix("dilution: \(start)"), "\(outcome.errors)")
    #expect(outcome.errors.filter { $0 == "\n" }.count == 1)
    #expect(!FileManager.default.fileExists(atPath: out))
  }

  /// What `adapt` and `probe` both do goes by the same names, ranges and defaults.
  @Test func sharedOptionsOfAdaptAndProbeAreTheSame() throws {
    func options(_ command: String) throws -> [String: String] {
      let help = try BuiltBinary.run([command, "--help"]).output
      let blocks = help.split(separator: "\n  --").dropFirst().map { block in
        block.split(separator: "\n\n")[0]
          .split(whereSeparator: \.isWhitespace).joined(separator: " ")
      }
      return Dictionary(
        blocks.map { (String($0.prefix { $0 != " " }), $0) },
        uniquingKeysWith: { first, _ in first })
    }
    let (adapt, probe) = (try options("adapt"), try options("probe"))
    for name in ["learning-rate", "weight-decay", "clip", "span-kv", "seed", "threads"] {
      #expect(adapt[name] != nil && adapt[name] == probe[name], "\(name)")
    }
  }

  @Test func whatCannotBeComparedIsNotWritten() throws {
    let out = folder.url.appendingPathComponent("out.safetensors").path
    let outcome = try BuiltBinary.run(
      "adapt --tokens 5,6,7,8 --context-length 3 --span-starts 0,0,0,0,0,0,0,0,0,0,0,0 "
        + "--span-length 2 --learning-rate 100 --weight-decay 100 --model \(Self.model) --out \(out)"
    )
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors.wholeMatch(
        of:
          /dilution: the adaptation diverged, its numbers are not finite at step \d+, first in the .* of layer \d; .*\.\n/
      )
        != nil,
      "\(outcome.errors)")
    #expect(!FileManager.default.fileExists(atPath: out))
  }

  @Test func aTokenFileIsAnArray() throws {
    let list = folder.url.appendingPathComponent("tokens.json")
    let out = folder.url.appendingPathComponent("out.safetensors").path
    for (text, code) in [("{}", 2), ("[1, 2.5]", 2), ("[]", 2), ("[1,", 1)] {
      try Data(text.utf8).write(to: list)
      let outcome = try BuiltBinary.run(
        ["forward", "--model", Self.model, "--tokens", "@\(list.path)", "--out", out])
      #expect(outcome.exitCode == Int32(code), "\(text)")
      #expect(outcome.errors.hasPrefix("dilution: "))
      #expect(outcome.errors.filter { $0 == "\n" }.count == 1)
    }
  }

  /// The greatest absolute difference between a tensor of `file` and one of the golden file.
  private func difference(
    _ file: SafetensorsFile, _ name: String, _ expected: String
  ) throws -> Double {
    let (a, b) = (try file.floats(name), try golden.floats(expected))
    guard a.count == b.count else { return .nan }
    return zip(a, b).reduce(0) { max($0, abs(Double($1.0) - Double($1.1))) }
  }

  /// `‖a − b‖ / ‖b‖`, b the golden tensor.
  private func relativeDifference(
    _ file: SafetensorsFile, _ name: String, _ expected: String
  ) throws -> Double {
    let (a, b) = (try file.floats(name), try golden.floats(expected))
    guard a.count == b.count else { return .nan }
    let error = zip(a, b).reduce(0.0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
    return (error / b.reduce(0.0) { $0 + pow(Double($1), 2) }).squareRoot()
  }
}
