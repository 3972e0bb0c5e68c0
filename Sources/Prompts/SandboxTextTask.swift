import DataFiles
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
    do throws(TaskSettingsError) {
      let generator = try TaskGenerator(
        settings(size: size), seed: generator.seed, split: generator.split)
      return TextItem(generator.instance(index), padding: padding)
    } catch {
      preconditionFailure("size \(size) is not one of the task's sizes: \(error)")
    }
  }

  /// Its length is that of the sandbox's own words.
  public func source(size: Int) -> JSONValue {
    TaskSource(
      settings: settings(size: size), seed: generator.seed, split: generator.split, index: index
    ).value
  }

  private func settings(size: Int) -> TaskSettings {
    var settings = generator.settings
    settings.length = size * unit
    return settings
  }
}

extension TextItem {
  /// An instance's English rendering; padding becomes a sentence before the context's first one.
  public init(_ instance: TaskInstance, padding: String = "") {
    let text = EnglishRendering(instance)
    let sentence =
      padding.isEmpty ? "" : padding.prefix(1).uppercased() + padding.dropFirst() + ". "
    let moved = sentence.utf8.count
    self.init(
      introduction: text.introduction, context: sentence + text.context, question: text.question,
      answerPrefix: text.answerPrefix, answer: TextPrompt.answer(text.outputs),
      outputs: text.outputs,
      gold: text.gold.map { fact in
        GoldSpan(hop: fact.hop, span: fact.span, key: fact.key, value: fact.value).mapRanges {
          $0.lowerBound + moved..<$0.upperBound + moved
        }
      })
  }
}
