import Randomness

/// One line of a code base, nine tokens: `. n m = a b f g l` defines function (n, m) with the operands
/// a and b, in line l of file (f, g); `. n m : a b f g l` calls it.
///
/// A line's number is written as the symbol of that number, from 0.
struct CodeLine: Equatable {
  var isDefinition: Bool
  var file: Entity
  var number: Int
  var function: Entity
  /// Two different symbols.
  var operands: Entity

  static let form = LineForm(length: 9, key: 1..<3, value: 6..<9)
  /// Where in a line the operands stand.
  static let operandPlaces = 4..<6

  var tokens: [Int32] {
    [
      SandboxToken.fact, function.first, function.second,
      isDefinition ? SandboxToken.answer : SandboxToken.colon, operands.first, operands.second,
      file.first, file.second, SandboxToken.symbol(number),
    ]
  }

  /// The line that nine tokens spell; nil when they spell none.
  init?(_ tokens: ArraySlice<Int32>) {
    let t = Array(tokens)
    guard t.count == Self.form.length, t[0] == SandboxToken.fact,
      (t[1...2] + t[4...]).allSatisfy(SandboxToken.isSymbol),
      t[3] == SandboxToken.answer || t[3] == SandboxToken.colon
    else { return nil }
    self.init(
      isDefinition: t[3] == SandboxToken.answer, file: Entity(symbols: t[6], t[7]),
      number: Int(t[8] - SandboxToken.symbol(0)), function: Entity(symbols: t[1], t[2]),
      operands: Entity(symbols: t[4], t[5]))
  }

  init(isDefinition: Bool, file: Entity, number: Int, function: Entity, operands: Entity) {
    self.isDefinition = isDefinition
    self.file = file
    self.number = number
    self.function = function
    self.operands = operands
  }
}

/// The files of a code base, in the order in which longer ones take them up.
///
/// A file uses only functions that it defines itself, each before it is called, so any first lines of
/// it are correct, and files may be added without a look at the others. Each has a coordinate in
/// 0 … 1, and a code base shows its files in the order of their coordinates.
struct CodeGrowth {
  struct File {
    var lines: [CodeLine]
    var coordinate: Double
    /// Of each line with a bug, the definition that it contradicts.
    var bugs: [Int: Int] = [:]
  }

  private(set) var files: [File] = []
  private(set) var lineCount = 0
  private var names = EntitySet()
  private var functions = EntitySet()

  /// The most lines: each may define a function, and has then a name of its own for it.
  static let limit = Entity.count
  /// How many lines a file has that is not cut short.
  static let fileLines = 4...8

  /// The files in the order in which the code base shows them.
  var order: [File] {
    files.indices.sorted { (files[$0].coordinate, $0) < (files[$1].coordinate, $1) }
      .map { files[$0] }
  }

  /// Takes up a file, cut short to at most `most` lines; with a bug it has at least two.
  ///
  /// - Parameter wrongCalls: the share of calls with a bug, besides the one that `hasBug` asks for.
  mutating func addFile(
    hasBug: Bool, depth: Double?, rehearsal: Double, wrongCalls: Double = 0, most: Int,
    _ stream: inout RandomStream
  ) {
    let coordinate = depth ?? stream.unit()
    let name = names.insertRandom(&stream)
    var count =
      Self.fileLines.lowerBound + stream.below(Self.fileLines.count)
    if hasBug { count = min(count, most) }
    precondition(count >= (hasBug ? 2 : 1), "a bug needs a definition and a call")
    let bugLine = hasBug ? 1 + stream.below(count - 1) : nil
    var definitions: [Int] = []
    var file = File(lines: [], coordinate: coordinate)
    for number in 0..<min(count, most) {
      let calls = number == bugLine || number > 0 && stream.unit() < rehearsal
      if calls {
        let definition = definitions[stream.below(definitions.count)]
        var line = file.lines[definition]
        line.isDefinition = false
        line.number = number
        if number == bugLine || wrongCalls > 0 && stream.unit() < wrongCalls {
          line.operands = Self.spoilt(line.operands, &stream)
          file.bugs[number] = definition
        }
        file.lines.append(line)
      } else {
        definitions.append(number)
        file.lines.append(
          CodeLine(
            isDefinition: true, file: name, number: number,
            function: functions.insertRandom(&stream), operands: Self.operands(&stream)))
      }
    }
    lineCount += file.lines.count
    files.append(file)
  }

  private static func operands(_ stream: inout RandomStream) -> Entity {
    let pair = stream.choose(2, outOf: SandboxToken.symbolCount)
    return Entity(pair[0] << 5 | pair[1])
  }

  /// The operands swapped, or one of them replaced by a third symbol.
  private static func spoilt(_ operands: Entity, _ stream: inout RandomStream) -> Entity {
    let (first, second) = (operands.index >> 5, operands.index & 31)
    if stream.next() & 1 == 0 { return Entity(second << 5 | first) }
    var other: Int
    repeat {
      other = stream.below(SandboxToken.symbolCount)
    } while other == first || other == second
    return stream.next() & 1 == 0 ? Entity(other << 5 | second) : Entity(first << 5 | other)
  }
}
