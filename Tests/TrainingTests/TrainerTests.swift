import Randomness
import SandboxTasks
import TensorKernels
import TestTags
import Testing
import Training

@Suite(.tags(.slow)) struct TrainerTests {
  @Test func learnsToRepeatFacts() throws {
    var recipe = try TrainingRecipe.read(tinyRecipePath)
    recipe.mixture[.needle] = 0
    recipe.mixture[.multiHop] = 0
    recipe.steps = 60
    recipe.stretchTo = 1
    let trainer = Trainer(recipe, workers: Workers(count: 2))
    var losses: [Double] = []
    while !trainer.isFinished { losses.append(try trainer.advance().loss) }
    let first = losses.prefix(5).reduce(0, +) / 5
    let last = losses.suffix(5).reduce(0, +) / 5
    // From above log 64 = 4.16 to below log 32 = 3.47: at least that an answer is a symbol.
    #expect(first > 4 && last < 3.5, "\(first) → \(last)")
  }

  @Test func theCurriculumGrowsToItsEnd() throws {
    var recipe = try TrainingRecipe.read(tinyRecipePath)
    recipe.curriculum = .init(start: 2, end: 7, grow: 3, accuracy: 0)
    recipe.steps = 40
    let trainer = Trainer(recipe, workers: .one)
    var facts: [Int] = []
    while !trainer.isFinished { facts.append(try trainer.advance().facts) }
    // Any right prediction passes an accuracy of zero, so sizes come one behind the other.
    #expect(facts.first == 2 && facts.last == 7)
    #expect(Set(facts) == [2, 5, 7] && facts == facts.sorted())
  }

  @Test func stopsEarlyAtTheGoal() throws {
    var recipe = try TrainingRecipe.read(tinyRecipePath)
    recipe.curriculum = .init(start: 4, end: 4, grow: 1, accuracy: 1)
    recipe.stopAtAccuracy = 0
    let trainer = Trainer(recipe, workers: .one)
    #expect(!trainer.isFinished)
    _ = try trainer.advance()
    #expect(trainer.isFinished)
    // Not before the curriculum has reached its end.
    recipe.curriculum.end = 8
    let early = Trainer(recipe, workers: .one)
    _ = try early.advance()
    #expect(!early.isFinished)
  }

  @Test func evaluationNeitherChangesNorDependsOnTheRun() throws {
    let recipe = try TrainingRecipe.read(tinyRecipePath)
    let fresh = Trainer(recipe, workers: .one)
    let before = fresh.evaluate(sequences: 6)
    #expect(fresh.evaluate(sequences: 6) == before)
    let untouched = Trainer(recipe, workers: .one)
    let a = try fresh.advance()
    let b = try untouched.advance()
    #expect(a.loss == b.loss && a.gradientNorm == b.gradientNorm)
    #expect(before.sequences == 6 && before.facts == recipe.curriculum.end)
    // Later weights, the same sequences.
    let after = fresh.evaluate(sequences: 6)
    #expect(after.tokens.seen == before.tokens.seen && after.answers.seen == before.answers.seen)
  }

  @Test func wholeAnswersAreRightOnlyWhereEveryTokenIs() throws {
    var mixture = TrainingMixture()
    (mixture[.keyValue], mixture[.needle], mixture.chains.traced) = (0, 0, 1)
    let sequence = TrainingSequence.make(
      mixture, facts: 6, stream: RandomStream(seed: 1, label: "whole answers"))
    let truth = Array(sequence.tokens.dropFirst())
    let traces = sequence.tokens.count { $0 == SandboxToken.question }

    var perfect = HeldOutAccuracy()
    perfect.add(sequence, best: truth)
    #expect(perfect.sequences == 1)
    #expect(perfect.answers.accuracy(.traced) == 1 && perfect.tokens.overall == 1)
    #expect(perfect.answers.count(.traced) == traces)
    #expect(perfect.answers.accuracy(.other) == nil)

    // One wrong token spoils its whole trace, and no other.
    var spoilt = truth
    let place = try #require(sequence.slice.lastIndex(of: TrainingSlice.traced.rawValue))
    spoilt[place - 1] ^= 1
    var accuracy = HeldOutAccuracy()
    accuracy.add(sequence, best: spoilt)
    #expect(accuracy.answers.accuracy(.traced) == Double(traces - 1) / Double(traces))
    let tokens = perfect.tokens.count(.traced)
    #expect(accuracy.tokens.accuracy(.traced) == Double(tokens - 1) / Double(tokens))
    #expect(accuracy.answers.accuracy(.chainFact) == perfect.answers.accuracy(.chainFact))
  }
}
