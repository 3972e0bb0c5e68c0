import DataFiles
import SandboxTasks
import TestSupport
import Testing

@Suite struct InstanceFormatTests {
  func withEveryInstance(_ body: (TaskInstance) throws -> Void) throws {
    for shape in everyShape {
      for (number, settings) in [
        TaskSettings(shape, length: 253),
        TaskSettings(shape, length: 300, depth: 0.1, rehearsal: 0.3, similar: 0),
      ].enumerated() {
        let seed = number == 0 ? UInt64.max : 7
        try body(TaskGenerator(settings, seed: seed, split: .heldOut).instance(number))
      }
    }
  }

  func parsed(_ line: [UInt8]) throws -> JSONValue {
    try JSONValue.parse(line, file: "tasks.jsonl", firstLine: 3)
  }

  @Test func whatIsWrittenReadsBackEqual() throws {
    try withEveryInstance { instance in
      let line = instance.line()
      #expect(line.firstIndex(of: UInt8(ascii: "\n")) == line.count - 1)
      let read = try TaskInstance(parsed(line), file: "tasks.jsonl")
      #expect(read == instance)
    }
  }

  @Test func filesReadBackLineByLine() throws {
    let generator = try TaskGenerator(TaskSettings(.keyValue, length: 63), seed: 1)
    let instances = (0..<5).map(generator.instance)
    let folder = try TemporaryFolder()
    let path = folder.file("tasks.jsonl")
    try AtomicFile.write(instances.flatMap { $0.line() }, to: path)
    var read: [TaskInstance] = []
    try TaskInstance.forEach(in: path) { line, instance in
      #expect(line == read.count + 1)
      read.append(instance)
    }
    #expect(read == instances)

    try AtomicFile.write(
      Array(#"{"index": 0, "input": "a b?", "outputs": ["c"], "answer_prefix": ""}"#.utf8), to: path
    )
    let error = #expect(throws: JSONError.self) { try TaskInstance.forEach(in: path) { _, _ in } }
    #expect("\(error!)".contains("RULER"))
  }

  /// Each change of a good line is an error that names file, line and member.
  @Test func wrongMembersAreNamed() throws {
    let settings = TaskSettings(.keyValue, length: 63, similar: 1)
    let instance = try TaskGenerator(settings, seed: 7).instance(0)
    let good = String(decoding: instance.line(), as: UTF8.self)
    let gold = instance.gold[0].span.lowerBound
    let first = "\"context\":[\(instance.context[0]),"
    let (left, right) = (instance.answer[0], instance.answer[1])
    let answer = "\"answer\":[\(left),\(right)]"
    let changes: [(old: String, new: String, member: String)] = [
      (#""version":1"#, #""version":2"#, "version"),
      (#""task":"key-value""#, #""task":"key-values""#, "task"),
      (#""index":0"#, #""index":-1"#, "index"),
      (#""split":"test""#, #""split":"tests""#, "split"),
      (#""seed":7"#, #""seed":-7"#, "seed"),
      (#""seed":7"#, #""sed":7"#, "seed"),
      (#""length":63"#, #""length":64"#, "context"),
      (#""length":63"#, #""length":9"#, "settings.length"),
      (#""rehearsal":0.5"#, #""rehearsal":1"#, "settings.rehearsal"),
      (#""rehearsal":0.5"#, #""rehearsal":0.5,"hops":2"#, "settings.hops"),
      (#""similar":1"#, #""similar":63"#, "settings.similar"),
      (#""depth":null"#, #""depth":"deep""#, "settings.depth"),
      (first, #""context":[64,"#, "context[0]"),
      (first, #""context":[1,"#, "context"),
      (first, "\"context\":[\((instance.context[0] - 24 + 1) % 8 + 24),", "text.context"),
      (answer, #""answer":[]"#, "answer"),
      (answer, "\"answer\":[\(right),\(left)]", "text.answer"),
      (#""answer_is_value":[true,true]"#, #""answer_is_value":[true]"#, "answer_is_value"),
      (#""answer_is_value":[true,true]"#, #""answer_is_value":[true,1]"#, "answer_is_value"),
      (
        #""answer_is_value":[true,true]"#, #""answer_is_value":[false,false]"#, "answer_is_value"
      ),
      (#""gold":[{"hop":0"#, #""gold":[{"hop":1"#, "gold[0].hop"),
      ("\"span\":[\(gold),", "\"span\":[\(gold + 1),", "gold[0].span"),
      ("\"span\":[\(gold),", "\"span\":[-1,", "gold[0].span"),
      ("\"key\":[\(gold + 1),", "\"key\":[\(gold),", "gold[0].span"),
      (#""similar_distractors":[["#, #""similar_distractors":[[0,5],["#, "similar_distractors"),
      (#""text":{"#, #""text":{"colour":"red","#, "text.colour"),
      (#"{"version":1,"#, #"{"version":1,"extra":0,"#, "extra"),
    ]
    for (old, new, member) in changes {
      let parts = good.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
      #expect(parts.count == 2, "the good line has \(old): \(good)")
      guard parts.count == 2 else { continue }
      let changed = Array((String(parts[0]) + new + String(parts[1])).utf8)
      let error = #expect(throws: JSONError.self, "\(new)") {
        try TaskInstance(parsed(changed), file: "tasks.jsonl")
      }
      #expect("\(error!)".hasPrefix("tasks.jsonl:3:"), "\(error!)")
      #expect("\(error!)".contains(" \(member) "), "\(new): \(error!)")
    }
  }
}
