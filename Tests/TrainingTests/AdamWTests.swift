import Foundation
import Randomness
import TensorKernels
import TestTags
import Testing
import Training

/// AdamW in double precision, with the operations in the order in which PyTorch documents them.
private struct ReferenceAdamW {
  var parameters: [Double]
  var first: [Double]
  var second: [Double]
  var step = 0

  mutating func update(
    _ gradient: [Double], _ settings: AdamWSettings, decays: (Int) -> Bool
  ) {
    step += 1
    let correction1 = 1 - pow(settings.beta1, Double(step))
    let correction2 = 1 - pow(settings.beta2, Double(step))
    for i in parameters.indices {
      if decays(i) { parameters[i] -= settings.learningRate * settings.weightDecay * parameters[i] }
      first[i] = settings.beta1 * first[i] + (1 - settings.beta1) * gradient[i]
      second[i] = settings.beta2 * second[i] + (1 - settings.beta2) * gradient[i] * gradient[i]
      let denominator = (second[i] / correction2).squareRoot() + settings.epsilon
      parameters[i] -= settings.learningRate * (first[i] / correction1) / denominator
    }
  }
}

@Suite(.tags(.slow)) struct AdamWTests {
  @Test(arguments: [1, 8, 37])
  func agreesWithADoubleReference(count: Int) {
    var numbers = RandomStream(seed: 1, label: "adamw").child(count)
    let settings = AdamWSettings(
      learningRate: 0.02, beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.3)
    // One range in the middle and one at the end do not decay.
    let undecayed = [count / 4..<count / 2, count - count / 5..<count]
    let start = (0..<count).map { _ in Float(numbers.normal()) }
    let parameters = FloatStorage(start)
    let optimizer = AdamW(count: count)
    var reference = ReferenceAdamW(
      parameters: start.map(Double.init), first: .init(repeating: 0, count: count),
      second: .init(repeating: 0, count: count))
    for step in 0..<25 {
      // Gradients from tiny to large, with exact zeros among them.
      let gradient = (0..<count).map { i in
        (i + step) % 7 == 0 ? 0 : Float(numbers.normal() * pow(10, Double((i + step) % 5 - 3)))
      }
      let scale: Float = step % 2 == 0 ? 1 : 0.25
      optimizer.update(
        parameters.view, gradient: FloatStorage(gradient).view, settings: settings,
        gradientScale: scale, undecayed: undecayed)
      reference.update(gradient.map { Double($0 * scale) }, settings) { i in
        !undecayed.contains { $0.contains(i) }
      }
    }
    #expect(optimizer.step == 25)
    for i in 0..<count {
      // 25 steps of at most about 0.02 each, a few roundings of 6e-8 a step.
      #expect(abs(Double(parameters.view[i]) - reference.parameters[i]) < 5e-6, "parameter \(i)")
      #expect(
        abs(Double(optimizer.first.view[i]) - reference.first[i])
          <= 1e-5 * abs(reference.first[i]) + 1e-6)
      #expect(
        abs(Double(optimizer.second.view[i]) - reference.second[i]) <= 1e-5 * reference.second[i])
    }
  }

  @Test func withoutGradientOnlyDecayActs() {
    let parameters = FloatStorage([1, -2, 3])
    let settings = AdamWSettings(learningRate: 0.1, weightDecay: 0.5)
    AdamW(count: 3).update(
      parameters.view, gradient: FloatStorage(count: 3).view, settings: settings,
      undecayed: [1..<2])
    #expect(parameters.view.array == [0.95, -2, 2.85])
  }

  @Test func clippingBringsTheNormToTheLimit() {
    #expect(AdamW.clipFactor(norm: 0.5, limit: 1) == 1)
    #expect(AdamW.clipFactor(norm: 100, limit: nil) == 1)
    #expect(abs(AdamW.clipFactor(norm: 4, limit: 1) * 4 - 1) < 1e-6)
    #expect(AdamW.clipFactor(norm: 0, limit: 1) == 1)
  }
}
