import TestTags
import Testing
import Training

@Suite(.tags(.slow)) struct LearningRateScheduleTests {
  let schedule = LearningRateSchedule(peak: 0.4, warmup: 4, decayFrom: 0.5, floor: 0.1)

  @Test func warmsUpLinearlyToThePeak() {
    let rates = (0..<5).map { schedule.rate(step: $0, of: 100) }
    for (rate, expected) in zip(rates, [0.1, 0.2, 0.3, 0.4, 0.4]) {
      #expect(abs(rate - expected) < 1e-12)
    }
  }

  @Test func decaysLinearlyToTheFloorOfTheLastStep() {
    #expect(schedule.rate(step: 50, of: 100) == 0.4)
    #expect(abs(schedule.rate(step: 99, of: 100) - 0.04) < 1e-12)
    let rates = (50..<100).map { schedule.rate(step: $0, of: 100) }
    let falls = zip(rates, rates.dropFirst()).map { $0 - $1 }
    #expect(falls.allSatisfy { abs($0 - 0.36 / 49) < 1e-12 })
  }

  @Test(arguments: [1, 2, 3, 10, 11, 99, 120, 2600], [0, 0.3, 0.6, 0.95, 0.9999])
  func theLastStepHasTheFloorsRateWhateverTheShape(total: Int, decayFrom: Double) {
    for warmup in Set([
      0, 1, total / 2, max(0, total - 1), LearningRateSchedule.defaultWarmup(of: total),
    ]) {
      let schedule = LearningRateSchedule(peak: 1e-3, warmup: warmup, decayFrom: decayFrom)
      #expect(schedule.rate(step: total - 1, of: total) == 1e-3 * 0.02, "warm-up \(warmup)")
    }
  }

  @Test(arguments: [(10, 9, 0.5), (120, 100, 0.6), (120, 100, 0), (50, 30, 0.1), (50, 5, 0.6)])
  func decayNeverBeginsBeforeTheWarmupEnds(total: Int, warmup: Int, decayFrom: Double) {
    let schedule = LearningRateSchedule(peak: 1, warmup: warmup, decayFrom: decayFrom)
    let rates = (0..<total).map { schedule.rate(step: $0, of: total) }
    #expect(rates[warmup - 1] == 1)
    let rises = rates.indices.dropFirst().filter { rates[$0] > rates[$0 - 1] }
    let falls = rates.indices.dropFirst().filter { rates[$0] < rates[$0 - 1] }
    #expect(rises == Array(1..<warmup))
    // One line from where decay begins to the floor.
    let start = max(decayFrom * Double(total), Double(warmup - 1))
    #expect(falls == (warmup..<total).filter { Double($0) > start })
    for step in falls {
      let progress = (Double(step) - start) / (Double(total - 1) - start)
      #expect(abs(rates[step] - (1 - 0.98 * progress)) < 1e-12, "step \(step)")
    }
    #expect(
      (schedule.remark(of: total) == nil) == (Double(warmup - 1) <= decayFrom * Double(total)))
  }

  @Test func aDecayFromTheEndKeepsThePlateau() {
    let schedule = LearningRateSchedule(peak: 2, warmup: 3, decayFrom: 1)
    #expect((2..<10).allSatisfy { schedule.rate(step: $0, of: 10) == 2 })
    #expect(schedule.remark(of: 10) == nil)
  }

  @Test func theDefaultWarmupIsATenthOfShortRuns() {
    #expect(
      [1, 9, 10, 120, 999, 1000, 18_000].map(LearningRateSchedule.defaultWarmup)
        == [0, 0, 1, 12, 99, 100, 100])
  }

  @Test func isPositiveWhateverTheShape() {
    for warmup in [0, 1, 30] {
      for decayFrom in [0.0, 0.7, 1.0] {
        let schedule = LearningRateSchedule(peak: 1, warmup: warmup, decayFrom: decayFrom)
        for step in 0..<20 {
          let rate = schedule.rate(step: step, of: 20)
          #expect(rate > 0 && rate <= 1, "warm-up \(warmup), decay from \(decayFrom), step \(step)")
        }
      }
    }
  }
}
