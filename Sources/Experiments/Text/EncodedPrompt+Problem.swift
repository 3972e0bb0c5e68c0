import Prompts
import TestTimeCompute

extension EncodedPrompt {
  /// Thinking of at most so many tokens, in the form of the model's template.
  func thinking(
    _ tokens: Int, _ model: TextModel, _ answer: OpenAnswer, sampler: Sampler
  ) -> OpenThinking {
    OpenThinking(
      tokens: tokens, endOfThought: model.endOfThought, afterEnd: afterEnd, closing: closing,
      turnEnds: model.turnEnds, answer: answer, sampler: sampler)
  }

  /// What methods are given.
  public var problem: Problem {
    Problem(
      directPrompt: directPrompt, thinkingPrompt: thinkingPrompt, answer: answer,
      trace: TraceForm(answerMarker: nil, bridge: thinkingPrompt), gold: gold.map(\.span))
  }
}
