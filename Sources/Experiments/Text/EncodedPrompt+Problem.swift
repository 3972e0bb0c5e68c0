import Prompts
import TestTimeCompute

extension EncodedPrompt {
  /// How the text is answered: at once, and after thinking in the form of the model's template.
  func answers(_ answer: OpenAnswer, _ model: TextModel) -> AnswerForm {
    AnswerForm(direct: answer) { tokens, _, sampler in
      OpenThinking(
        tokens: tokens, endOfThought: model.endOfThought, afterEnd: afterEnd, closing: closing,
        turnEnds: model.turnEnds, answer: answer, sampler: sampler)
    }
  }

  /// What methods are given.
  public var problem: Problem {
    Problem(
      directPrompt: directPrompt, thinkingPrompt: thinkingPrompt, answer: answer,
      trace: TraceForm(answerMarker: nil, bridge: thinkingPrompt), gold: gold.map(\.span))
  }
}
