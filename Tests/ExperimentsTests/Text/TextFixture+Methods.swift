import Experiments
import TestTimeCompute
import TextSupport

extension TextFixture {
  /// The methods that commands on text run by default.
  static let methods = [InContextMethod.name, ThinkingMethod.name, QTTTMethod.name]

  static func training(spanLength: Int) -> QTTTMethod {
    var method = QTTTMethod()
    method.spans.length = spanLength
    return method
  }

  /// - Parameter thinking: the most tokens of thought; nil for as many as the training pays for.
  static func settings(
    _ methods: [String], steps: Int = 2, thinking: Int?, answer: Int
  ) throws -> TextSettings {
    let training = training(spanLength: 16)
    return TextSettings(
      methods: try methods.map { name in
        guard let kind = MethodCatalog.kind(name) else { throw NoSuchMethod() }
        return switch kind.amount {
        case .tokens: ChosenMethod(kind.init(), amount: thinking.map { .given($0) })
        case .steps where kind.name == QTTTMethod.name:
          ChosenMethod(training, amount: .given(steps))
        default: ChosenMethod(kind.init().fitted(to: 17))
        }
      }, training: training.spans.adaptation(steps: steps), answerTokens: answer, seed: 3)
  }

  private struct NoSuchMethod: Error {}
}
