import Figures
import Foundation
import Plotting
import Testing

@Suite struct MethodStyleTests {
  /// The methods that one figure may show together.
  static let methods = [
    "in-context", "thinking", "thinking (majority)", "SC-8", "beam-8", "qTTT", "oracle spans",
    "self-guided spans", "evidence-aligned spans", "qTTT + thinking", "full TTT",
    "scalable softmax", "query scaling",
  ]
  static let controls = ["zero steps", "other context", "shuffled spans", "random direction"]

  @Test func everyMethodHasAFixedStyle() throws {
    for name in Self.methods + Self.controls {
      let style = try #require(NamedStyles.methods[name], "'\(name)' has no style")
      #expect(style == NamedStyles.methods[name.uppercased()])
      #expect(style == NamedStyles.methods[name.replacingOccurrences(of: "-", with: " ")])
      #expect(style.marker != nil)
    }
    #expect(NamedStyles.methods["qTTT"]?.color == Palette.vermilion)
    #expect(NamedStyles.methods["in-context"]?.color == Palette.black)
    #expect(NamedStyles.methods["qTTT, k = 128"] == NamedStyles.methods["qTTT"])
    #expect(NamedStyles.methods["thinking (1240 tokens)"] == NamedStyles.methods["thinking"])
    #expect(NamedStyles.methods["qTTT, oracle spans"] == NamedStyles.methods["oracle spans"])
    for unknown in ["", "train", "SC-", "SC-x", "beam-0", "score", "beamish"] {
      #expect(NamedStyles.methods[unknown] == nil, "'\(unknown)' is no method")
    }
  }

  @Test func methodsDifferWithoutColour() {
    let styles = (Self.methods + Self.controls).compactMap { NamedStyles.methods[$0] }
    for (index, style) in styles.enumerated() {
      for other in styles[..<index] {
        let differences =
          (style.marker != other.marker ? 1 : 0) + (style.dash != other.dash ? 1 : 0)
          + (style.isHollow != other.isHollow ? 1 : 0)
        #expect(differences >= 1, "\(style) and \(other)")
      }
    }
  }

  @Test func sizesOfOneFamilyDiffer() {
    for family in ["SC", "beam"] {
      let styles = [4, 8, 16, 32].compactMap { NamedStyles.methods["\(family)-\($0)"] }
      #expect(styles.count == 4)
      #expect(Set(styles.compactMap { $0.marker.map(String.init(describing:)) }).count == 4)
      #expect(Set(styles.map { String(describing: $0.color) }).count == 1)
    }
  }
}
