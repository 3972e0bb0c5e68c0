import Randomness
import TestSupport
import Testing
import TransformerModel

@Suite struct ConfigurationTests {
  static let changes: [(String, @Sendable (inout ModelConfiguration) -> Void)] = [
    ("vocabulary size", { $0.vocabularySize = 0 }),
    ("width", { $0.width = -1 }),
    ("layers", { $0.layers = 10_001 }),
    ("query heads", { $0.queryHeads = 0 }),
    ("cannot share", { $0.keyValueHeads = 3 }),
    ("even", { $0.headWidth = 5 }),
    ("MLP width", { $0.mlpWidth = 1 << 40 }),
    ("positions", { $0.maximumPositions = 0 }),
    ("θ", { $0.rotaryTheta = 0 }),
    ("θ", { $0.rotaryTheta = .nan }),
    ("ε", { $0.normEpsilon = -1e-6 }),
    ("ε", { $0.normEpsilon = .infinity }),
    // Each size is possible by itself, but not their product, which would overflow.
    (
      "parameters",
      {
        $0.vocabularySize = 1 << 31
        $0.width = 1 << 31
      }
    ),
    (
      "parameters",
      {
        $0.layers = 10_000
        $0.width = 1 << 31
        $0.queryHeads = 1 << 20
        $0.headWidth = 1 << 20
      }
    ),
    (
      "parameters",
      {
        $0.mlpWidth = 1 << 31
        $0.width = 1 << 31
      }
    ),
  ]

  @Test(arguments: changes.indices)
  func defectsAreNamed(index: Int) throws {
    let (word, change) = Self.changes[index]
    var configuration = ModelCase.common
    #expect(configuration.defect == nil)
    change(&configuration)
    let defect = try #require(configuration.defect)
    #expect(defect.contains(word))
  }

  @Test func layoutFillsTheBufferWithoutGaps() {
    for test in ModelCase.all {
      let c = test.configuration
      let layout = ParameterLayout(c)
      var offset = 0
      for entry in layout.entries {
        #expect(entry.offset == offset && entry.count > 0)
        #expect(layout.entry(entry.name) == entry)
        offset += entry.count
      }
      #expect(offset == layout.count)
      let names = layout.entries.map(\.name)
      #expect(Set(names).count == names.count)
      #expect(names.contains("lm_head.weight") == !c.hasTiedHead)
      #expect(
        names.contains("model.layers.0.self_attn.q_norm.weight") == c.hasQueryKeyNorm)
      #expect(layout.entry("model.layers.9.mlp.up_proj.weight") == nil)
    }
  }

  @Test func initialWeightsHaveTheirDeviations() {
    var configuration = ModelCase.common
    configuration.width = 96
    configuration.mlpWidth = 128
    configuration.vocabularySize = 200
    for isTied in [false, true] {
      configuration.hasTiedHead = isTied
      let stream = RandomStream(seed: 25, label: "weights")
      let parameters = Parameters(configuration, initializedBy: stream)
      for entry in parameters.layout.entries {
        let values = parameters.view(entry.name).array.map(Double.init)
        if entry.shape.count == 1 {
          #expect(values.allSatisfy { $0 == 1 })
          continue
        }
        var expected = 1 / Double(entry.shape[1]).squareRoot()
        if ["o_proj", "down_proj"].contains(where: { entry.name.contains($0) }) { expected /= 2 }
        if entry.name.contains("embed") && !isTied { expected = 0.02 }
        let deviation = euclideanNorm(values) / Double(values.count).squareRoot()
        #expect(abs(deviation / expected - 1) < 0.06, "\(entry.name)")
      }
      // The same seed gives the same weights, another one others.
      let again = Parameters(configuration, initializedBy: stream)
      #expect(sameBits(again.flat.array, parameters.flat.array))
      let other = Parameters(configuration, initializedBy: .init(seed: 26, label: "weights"))
      #expect(!sameBits(other.flat.array, parameters.flat.array))
    }
  }

  @Test func copiesAreIndependent() {
    let parameters = ModelCase.all[0].makeParameters()
    let before = parameters.flat.array
    let copy = Parameters(copying: parameters)
    #expect(sameBits(copy.flat.array, before))
    copy.flat.fill(0)
    #expect(sameBits(parameters.flat.array, before))
  }
}
