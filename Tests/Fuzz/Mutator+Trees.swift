import DataFiles
import Randomness
import SandboxTasks

/// Changes to what JSON says rather than to how it is written: most of the results are read, so that what
/// comes behind the reader gets them.
extension Mutator {
  /// A sample with one to four changes in one of its lines, all of whose lines are JSON.
  mutating func lines() -> [UInt8] {
    let bytes = sample()
    var lines = bytes.split(separator: 0x0A).map(Array.init)
    guard !lines.isEmpty else { return text() }
    let place = random.below(lines.count)
    guard let line = changed(lines[place]) else { return text() }
    lines[place] = line
    return Array(lines.joined(separator: [0x0A])) + [0x0A]
  }

  /// The same for a sample that is one value, JSON or JSON5.
  mutating func document() -> [UInt8] {
    let bytes = sample()
    return changed(bytes) ?? text()
  }

  private mutating func changed(_ bytes: [UInt8]) -> [UInt8]? {
    guard var value = try? JSONValue.parse(bytes, file: "sample") else { return nil }
    var strings: [String] = []
    Self.collect(&strings, value)
    for _ in 0...random.below(4) { value = change(value, strings) }
    value = Self.consistent(value, keeps: random.below(6) == 0)
    return (try? value.text()).map { Array($0.utf8) }
  }

  private static func collect(_ strings: inout [String], _ value: JSONValue) {
    switch value.content {
    case .string(let string): strings.append(string)
    case .array(let elements): for element in elements { collect(&strings, element) }
    case .object(let members): for member in members { collect(&strings, member.value) }
    default: break
    }
  }

  /// One change somewhere in a value.
  private mutating func change(_ value: JSONValue, _ strings: [String]) -> JSONValue {
    if random.below(40) == 0 { return strange() }
    switch value.content {
    case .null: return strange()
    case .bool(let bool): return JSONValue(.bool(!bool))
    case .integer(let number): return JSONValue(.integer(near(number)))
    case .unsigned, .double:
      return odd([
        JSONValue(.double(0)), JSONValue(.double(-1.5)), JSONValue(.double(1e-300)),
        JSONValue(.double(1e300)), JSONValue(.double(0.5)), JSONValue(.integer(1)),
      ])
    case .string(let string): return JSONValue(.string(change(string, strings)))
    case .integers(let numbers): return JSONValue(.integers(change(numbers)))
    case .array(var elements):
      guard !elements.isEmpty else { return JSONValue(.array([strange()])) }
      let place = random.below(elements.count)
      switch random.below(8) {
      case 0: elements.remove(at: place)
      case 1: elements.insert(elements[place], at: place)
      case 2: elements.swapAt(place, random.below(elements.count))
      case 3: elements = []
      default: elements[place] = change(elements[place], strings)
      }
      return JSONValue(.array(elements))
    case .object(var members):
      guard !members.isEmpty else { return value }
      let place = random.below(members.count)
      switch random.below(16) {
      case 0: members.remove(at: place)
      case 1: members[place].value = members[random.below(members.count)].value
      default: members[place].value = change(members[place].value, strings)
      }
      return JSONValue(.object(members))
    }
  }

  private mutating func near(_ number: Int) -> Int {
    odd([
      0, 1, 2, -1, number &+ 1, number &- 1, number &* 2, number / 2, 8, 63, 64, 4096,
      random.below(max(2, 2 * min(abs(number &+ 1), 1 << 20))), -number,
    ])
  }

  private mutating func change(_ numbers: [Int]) -> [Int] {
    guard !numbers.isEmpty else { return [odd([0, 1, 7, -1])] }
    var numbers = numbers
    let place = random.below(numbers.count)
    switch random.below(8) {
    case 0: numbers.remove(at: place)
    case 1: numbers.insert(numbers[place], at: place)
    case 2: numbers.swapAt(place, random.below(numbers.count))
    case 3: numbers = odd([[], Array(numbers.prefix(1)), Array(numbers.prefix(place))])
    case 4: numbers += numbers
    default: numbers[place] = near(numbers[place])
    }
    return numbers
  }

  private mutating func change(_ string: String, _ strings: [String]) -> String {
    let bytes = Array(string.utf8)
    let place = random.below(bytes.count + 1)
    let (head, tail) = (bytes[..<place], bytes[place...])
    let words = [" ", "\n", "é", "\u{301}", "👩‍👩‍👧", "<|im_end|>", "</think>", ".", "\0", "\u{FEFF}"]
    switch random.below(9) {
    case 0: return ""
    case 1: return odd([" ", "\n", "\t \n", "\u{200B}", "0"])
    case 2: return String(decoding: head, as: UTF8.self)
    case 3: return String(decoding: tail, as: UTF8.self)
    case 4: return odd(strings + [string])
    case 5: return string + string
    case 6: return string.replacing("\n", with: "")
    default: return String(decoding: head + Array(odd(words).utf8) + tail, as: UTF8.self)
    }
  }

  private mutating func strange() -> JSONValue {
    odd([
      .null, JSONValue(.bool(true)), JSONValue(.integer(0)), JSONValue(.integer(1 << 40)),
      JSONValue(.string("")), JSONValue(.array([])), JSONValue(.object([])),
      JSONValue(.integers([3, 1])),
    ])
  }

  /// A line of the sandbox's tokens whose length and texts say what its changed tokens do; anything else as
  /// it is.
  private static func consistent(_ value: JSONValue, keeps: Bool) -> JSONValue {
    guard !keeps, case .object(var members) = value.content, let context = value["context"]?.ints,
      case .object(var texts)? = value["text"]?.content
    else { return value }
    for place in texts.indices {
      let words = (value[texts[place].key]?.ints ?? []).map { token in
        Int32(exactly: token).flatMap { Vocabulary.sandbox.word(of: $0) } ?? "?"
      }
      texts[place].value = JSONValue(.string(words.joined(separator: " ")))
    }
    for place in members.indices {
      switch members[place].key {
      case "text": members[place].value = JSONValue(.object(texts))
      case "settings":
        guard case .object(var settings) = members[place].value.content else { continue }
        for setting in settings.indices where settings[setting].key == "length" {
          settings[setting].value = JSONValue(.integer(context.count))
        }
        members[place].value = JSONValue(.object(settings))
      default: break
      }
    }
    return JSONValue(.object(members))
  }
}
