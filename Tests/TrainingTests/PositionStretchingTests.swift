import Foundation
import Randomness
import TestTags
import Testing
import Training

@Suite(.tags(.slow)) struct PositionStretchingTests {
  let unitStarts = [0, 3, 8, 13, 20, 21]
  let count = 27

  private func positions(_ index: Int, longest: Int) -> [Int32] {
    var stream = RandomStream(seed: 5, label: "stretching").child(index)
    return PositionStretching.positions(
      count: count, unitStarts: unitStarts, longest: longest, stream: &stream)
  }

  @Test func unitsStayWholeAndInOrder() {
    for index in 0..<200 {
      let positions = positions(index, longest: 1000)
      #expect(positions.count == count)
      #expect(positions[0] >= 0 && positions[count - 1] < 1000)
      for token in 1..<count {
        let gap = positions[token] - positions[token - 1]
        if unitStarts.contains(token) { #expect(gap >= 1) } else { #expect(gap == 1) }
      }
    }
  }

  @Test func lengthsAreLogUniform() {
    // The last unit starts at the greatest of as many offsets as there are units, which is n/(n+1) of
    // the span on average: so the last position gives the total length within a factor.
    let total = 2000
    var below = 0
    for index in 0..<total {
      let last = Double(positions(index, longest: count * 10_000)[count - 1])
      if last < Double(count) * 100 { below += 1 }
    }
    // Half of the lengths lie below the geometric mean of 27 and 270 000, and a last position is
    // somewhat shorter than the length.
    #expect((0.5...0.56).contains(Double(below) / Double(total)))
  }

  @Test func sequencesThatAreLongEnoughAreLeftAlone() {
    #expect(positions(0, longest: count) == (0..<Int32(count)).map { $0 })
    #expect(positions(0, longest: 1) == (0..<Int32(count)).map { $0 })
    var stream = RandomStream(seed: 5, label: "stretching")
    #expect(
      PositionStretching.positions(count: 0, unitStarts: [], longest: 9, stream: &stream).isEmpty)
  }

  @Test func theStreamAloneDecides() {
    #expect(positions(7, longest: 5000) == positions(7, longest: 5000))
    #expect(positions(7, longest: 5000) != positions(8, longest: 5000))
  }
}
