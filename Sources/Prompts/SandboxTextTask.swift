import SandboxTasks

/// An instance of a sandbox task in English, with a haystack of any size.
///
/// The size counts facts, lines or, in a haystack of words, words; the settings' own length is not used.
public struct SandboxTextTask: TextTask {
  private let generator: TaskGenerator
  private let index: Int
  /// How many tokens of the sandbox's vocabulary a unit of haystack is.
  private let unit: Int

  public let sizes: ClosedRange<Int>
  public var takesPadding: Bool { true }

  /// Instance number `index` of a generator's task.
  public init(_ generator: TaskGenerator, index: Int) {
    self.generator = generator
    self.index = index
    let settings = generator.settings
    unit = settings.shape.unit
    let least = max(1, (settings.leastLength + unit - 1) / unit)
    sizes = least...max(least, settings.greatestLength / unit)
  }

  public func item(size: Int, padding: String) -> TextItem {
    let instance: TaskInstance
    do throws(TaskSettingsError) {
      instance = try TaskGenerator(
        settings(size: size), seed: generator.seed, split: generator.split
      ).instance(index)
    } catch {
      preconditionFailure("size \(size) is not one of the task's sizes: \(error)")
    }
    return TextItem(RulerRecord(instance), padding: padding)
  }

  /// What the item of a size is made of; its length is that of the sandbox's own words.
  public func source(size: Int) -> TaskSource {
    TaskSource(
      settings: settings(size: size), seed: generator.seed, split: generator.split, index: index)
  }

  private func settings(size: Int) -> TaskSettings {
    var settings = generator.settings
    settings.length = size * unit
    return settings
  }
}

extension TextItem {
  /// An instance's English rendering; padding becomes a sentence before the context's first one.
  init(_ record: RulerRecord, padding: String) {
    let parts = record.paragraphs
    let sentence = padding.isEmpty ? "" : Self.sentence(padding) + " "
    let moved = sentence.utf8.count - parts.context.lowerBound
    let text = Array(record.input.utf8)
    let slice = { (range: Range<Int>) in String(decoding: text[range], as: UTF8.self) }
    self.init(
      introduction: slice(0..<parts.context.lowerBound - 2),
      context: sentence + slice(parts.context), question: slice(parts.question),
      answerPrefix: record.answerPrefix, answer: " " + Self.list(record.outputs) + ".",
      outputs: record.outputs,
      gold: record.gold.map { fact in
        GoldSpan(hop: fact.hop, span: fact.span, key: fact.key, value: fact.value).mapRanges {
          $0.lowerBound + moved..<$0.upperBound + moved
        }
      })
  }

  /// Words as a sentence: `So then now.`
  private static func sentence(_ words: String) -> String {
    words.prefix(1).uppercased() + words.dropFirst() + "."
  }

  /// Names in a sentence: `a`, `a and b`, `a, b and c`.
  private static func list(_ names: [String]) -> String {
    guard names.count > 1 else { return names.joined() }
    return names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
  }
}
