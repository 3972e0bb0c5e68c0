import Testing
import Training

@Suite struct LearningRateScheduleTests {
  let schedule = LearningRateSchedule(peak: 0.4, warmup: 4, decayFrom: 0.5, floor: 0.1)

  @Test func warmsUpLinearlyToThePeak() {
    let rates = (0..<5).map { schedule.rate(step: $0, of: 100) }
    for (rate, expected) in zip(rates, [0.1, 0.2, 0.3, 0.4, 0.4]) {
      #expect(abs(rate - expected) < 1e-12)
    }
  }

  @Test func decaysLinearlyToTheFloor() {
    #expect(schedule.rate(step: 50, of: 100) == 0.4)
    #expect(abs(schedule.rate(step: 75, of: 100) - 0.22) < 1e-12)
    #expect(abs(schedule.rate(step: 100, of: 100) - 0.04) < 1e-12)
    for step in 51...100 {
      #expect(
        schedule.rate(step: step, of: 100) < schedule.rate(step: step - 1, of: 100), "step \(step)")
    }
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
