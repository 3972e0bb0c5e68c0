/// What the files of a new task hold, with `{{name}}` (`door-codes`), `{{module}}` (`DoorCodes`) and
/// `{{lab}}` (the path to the lab's source) to be filled in.
enum TaskTemplates {
  static let ignored = ".build/\nPackage.resolved\n/out/\n"

  static let manifest = #"""
    // swift-tools-version: 6.0
    import PackageDescription

    let lab = Target.Dependency.product(name: "ScoreDilution", package: "ScoreDilutionLab")

    let package = Package(
      name: "{{name}}",
      dependencies: [.package(name: "ScoreDilutionLab", path: "{{lab}}")],
      targets: [
        .target(name: "{{module}}", dependencies: [lab]),
        .executableTarget(name: "make-{{name}}", dependencies: ["{{module}}", lab]),
        .testTarget(name: "{{module}}Tests", dependencies: ["{{module}}", lab]),
      ])

    """#

  static let task = #"""
    import Randomness
    import SandboxTasks

    /// A stream of facts `. a b c d`, in which the entity (a, b) points to the entity (c, d). The needle
    /// is a fact that is stated once; the question `. a b` asks for its value, the answer is `c d`.
    ///
    /// What it has of its own are decoys: facts whose key begins with the symbol of the needle's key.
    /// Change what is below; the tests show when an instance is no longer what the lab can measure on.
    public struct {{module}}Task: Sendable {
      /// T: the exact number of tokens of a context.
      public let length: Int
      /// How many facts begin like the needle; a short context has as many as it holds.
      public let decoys: Int
      public let seed: UInt64
      public let split: Split

      /// A decoy for each other symbol that may stand behind the needle's first one.
      public static let decoyLimit = SandboxToken.symbolCount - 1
      /// The tokens of a fact.
      public static let factLength = 5
      private static let entityCount = SandboxToken.symbolCount * SandboxToken.symbolCount

      /// A task whose context has room for the needle and one more fact.
      public init(length: Int, decoys: Int = 8, seed: UInt64, split: Split = .test) {
        precondition(length >= 2 * Self.factLength, "a context holds at least two facts")
        precondition(0...Self.decoyLimit ~= decoys, "there are 0 to \(Self.decoyLimit) decoys")
        (self.length, self.decoys, self.seed, self.split) = (length, decoys, seed, split)
      }

      /// A fact of the stream, with the place in 0..<1 by which the facts are ordered.
      private struct Statement {
        var key: Int
        var place: Double
        var isNeedle = false
      }

      /// Instance number `index`, from 0: a function of decoys, length, seed, split and number alone.
      ///
      /// Every purpose has a stream of random numbers of its own, so that none disturbs another. The
      /// length decides only how many facts are taken: those of a short context are among those of a long
      /// one, in the same order.
      public func instance(_ index: Int) -> TaskInstance {
        let random = RandomStream(seed: seed, label: "{{name}}").child(split.rawValue).child(index)
        var draws = random.child("needle")
        let needle = draws.below(Self.entityCount)
        var statements = [Statement(key: needle, place: draws.unit(), isNeedle: true)]
        statements += distractors(of: needle, random)
        statements.sort { ($0.place, $0.key) < ($1.place, $1.key) }

        var context: [Int32] = []
        var words = random.child("words")
        for _ in 0..<length % Self.factLength {
          context.append(SandboxToken.filler(words.below(SandboxToken.fillerCount)))
        }
        var gold: [GoldFact] = []
        var similar: [Range<Int>] = []
        for statement in statements {
          let start = context.count
          context.append(SandboxToken.fact)
          context += symbols(statement.key) + symbols(value(of: statement.key, random))
          if statement.isNeedle {
            gold.append(
              GoldFact(
                hop: 0, span: start..<start + 5, key: start + 1..<start + 3,
                value: start + 3..<start + 5))
          } else if sharesOneSymbol(statement.key, needle) {
            similar.append(start..<start + 5)
          }
        }
        let question = [SandboxToken.fact] + symbols(needle)
        let answer = symbols(value(of: needle, random))
        // The family says in which words the lab describes the instance; key-value asks for one fact.
        return TaskInstance(
          settings: TaskSettings(.keyValue, length: length), seed: seed, split: split, index: index,
          context: context, question: question, answer: answer, answerIsValue: [true, true],
          trace: answer + question, gold: gold, similarDistractors: similar)
      }

      /// The other facts, in the order in which longer contexts take them up: decoys first.
      private func distractors(of needle: Int, _ random: RandomStream) -> [Statement] {
        var keys = random.child("keys")
        var places = random.child("places")
        let seconds = keys.choose(Self.decoyLimit, outOf: Self.decoyLimit)
        return (0..<length / Self.factLength - 1).map { number in
          var key: Int
          if number < decoys {
            let (first, own) = needle.quotientAndRemainder(dividingBy: SandboxToken.symbolCount)
            let second = seconds[number] < own ? seconds[number] : seconds[number] + 1
            key = first * SandboxToken.symbolCount + second
          } else {
            key = keys.below(Self.entityCount - 1)
            // The needle is stated once.
            if key >= needle { key += 1 }
          }
          return Statement(key: key, place: places.unit())
        }
      }

      /// A key has one value, however often it is stated.
      private func value(of key: Int, _ random: RandomStream) -> Int {
        var draws = random.child("values").child(key)
        return draws.below(Self.entityCount)
      }

      private func sharesOneSymbol(_ key: Int, _ other: Int) -> Bool {
        let count = SandboxToken.symbolCount
        return (key / count == other / count) != (key % count == other % count)
      }

      /// The two tokens of an entity.
      private func symbols(_ entity: Int) -> [Int32] {
        [
          SandboxToken.symbol(entity / SandboxToken.symbolCount),
          SandboxToken.symbol(entity % SandboxToken.symbolCount),
        ]
      }
    }

    """#
}
