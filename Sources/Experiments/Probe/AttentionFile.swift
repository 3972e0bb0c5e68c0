import DataFiles
import SandboxTasks

/// `attention.jsonl`: the attention of all heads in bins of positions, a line for each instance.
enum AttentionFile {
  static let formatVersion = 1

  /// Writes the maps of results; without any, an earlier run's file goes away.
  ///
  /// - Throws: `FileSystemError`.
  static func write(_ results: [ProbeResult], to path: String) throws {
    let mapped = results.filter { !$0.maps.isEmpty }
    if mapped.isEmpty { return try FileSystem.removeFile(path) }
    var file = try JSONLinesWriter(path)
    for result in mapped { try file.append { try write(result, to: &$0) } }
    try file.commit()
  }

  private static func write(_ result: ProbeResult, to json: inout JSONWriter) throws {
    guard let first = result.maps.first else { return }
    let instance = result.item.instance
    let pass = AnswerPass(instance)
    let positions = AttentionMap.positions(instance)
    let bins = (positions + first.binWidth - 1) / first.binWidth
    try json.object { json in
      json.member("version", formatVersion)
      json.member("task", instance.family.rawValue)
      json.member("file", result.item.file)
      json.member("length", instance.settings.length)
      json.member("index", instance.index)
      writeText(result.item, read: instance.context + pass.tokens, to: &json)
      json.array("gold") { json in
        for fact in instance.gold {
          json.object { json in
            json.member("hop", fact.hop)
            json.member("span", integers: [fact.span.lowerBound, fact.span.upperBound])
          }
        }
      }
      json.member("positions", positions)
      json.member("bin_width", first.binWidth)
      json.member("axes", strings: ["step", "answer_step", "layer", "head", "bin"])
      json.member(
        "shape",
        integers: [result.maps.count, first.answerSteps.count, first.layers, first.heads, bins])
      json.member("steps", integers: result.maps.map(\.step))
      json.member("answer_steps", integers: first.answerSteps)
      json.member("holders", integers: first.answerSteps.map { pass.holders[$0] })
      try json.member("mass", floats: result.maps.flatMap(\.mass))
      try json.member("attention", floats: result.maps.flatMap(\.attention))
    }
  }

  /// How the instance reads. Tokens of the sandbox are words, of which texts give each by its place; those
  /// of a language model are listed one by one.
  private static func writeText(_ item: ProbeItem, read: [Int32], to json: inout JSONWriter) {
    let instance = item.instance
    let own = instance.vocabulary.map { ProbeText(instance, $0, read: read) }
    guard let text = item.text ?? own else { return }
    json.member("question", text.question)
    json.member("answer", text.answer)
    if text.words != nil { json.member("text", text.input) }
    guard item.text != nil else { return }
    json.member("answer_words", strings: text.answerWords)
    if let words = text.words { json.member("words", strings: words) }
  }
}
