import Foundation
import Randomness
import TensorKernels
import TestSupport
import TestTags
import Testing

@Suite(.tags(.kernel)) struct StoragePrecisionTests {
  static let halves: [StoragePrecision] = [.float16, .bfloat16]

  /// What the bits of a half mean, by the definition of the format.
  private func value(_ bits: UInt16, _ precision: StoragePrecision) -> Double {
    let (exponentBits, fractionBits) = precision == .float16 ? (5, 10) : (8, 7)
    let sign = bits >> 15 == 0 ? 1.0 : -1.0
    let exponent = Int(bits >> UInt16(fractionBits)) & (1 << exponentBits - 1)
    let fraction = Double(bits & UInt16(1 << fractionBits - 1)) / Double(1 << fractionBits)
    let bias = 1 << (exponentBits - 1) - 1
    if exponent == 1 << exponentBits - 1 { return fraction == 0 ? sign * .infinity : .nan }
    return exponent == 0
      ? sign * fraction * exp2(Double(1 - bias))
      : sign * (1 + fraction) * exp2(Double(exponent - bias))
  }

  private func narrowed(_ floats: [Float], _ precision: StoragePrecision) -> HalfView {
    let storage = HalfStorage(count: floats.count, precision: precision)
    storage.view.store(FloatStorage(floats).view)
    return storage.view
  }

  /// All 65536 halves: subnormal, infinite and NaN among them.
  @Test(arguments: halves)
  func everyHalfWidensExactlyAndComesBack(_ precision: StoragePrecision) {
    let all = (0...UInt16.max).map { $0 }
    let storage = HalfStorage(count: all.count, precision: precision)
    storage.view.copy(from: all)
    #expect(storage.view.bits == all)
    let floats = storage.view.floats
    let wrong = all.indices.filter { i in
      let exact = value(all[i], precision)
      return exact.isNaN
        ? !floats[i].isNaN
        : Double(floats[i]) != exact || floats[i].sign != (all[i] >> 15 == 0 ? .plus : .minus)
    }
    #expect(wrong.isEmpty)
    let back = narrowed(floats, precision).bits
    let lost = all.indices.filter { i in
      floats[i].isNaN ? !value(back[i], precision).isNaN : back[i] != all[i]
    }
    #expect(lost.isEmpty)
  }

  /// Random numbers of all magnitudes, and every tie between neighbours of some, go to the nearest half.
  @Test(arguments: halves)
  func narrowingRoundsToNearestEven(_ precision: StoragePrecision) {
    var stream = RandomStream(seed: 31, label: "halves")
    var floats = (0..<20_000).map { _ in
      Float(stream.normal() * exp2(Double(stream.below(60) - 30)))
    }
    for bits in stride(from: UInt16(0), to: 0x7BFF, by: 37) {
      let (low, high) = (value(bits, precision), value(bits + 1, precision))
      let tie = Float((low + high) / 2)
      floats += [tie, tie.nextUp, tie.nextDown, -tie]
    }
    let halves = narrowed(floats, precision)
    let widened = halves.floats
    let bits = halves.bits
    for i in floats.indices {
      let x = Double(floats[i])
      let error = abs(Double(widened[i]) - x)
      if !widened[i].isFinite {
        #expect(precision == .float16 && abs(x) >= 65520, "\(x) is finite")
        continue
      }
      for neighbour in [bits[i] &- 1, bits[i] &+ 1] where neighbour & 0x7FFF != 0x7FFF {
        let other = abs(value(neighbour, precision) - x)
        if other.isNaN { continue }
        #expect(error < other || error == other && bits[i] & 1 == 0, "\(x) is not nearest")
      }
      let normal = precision == .float16 ? 0x1p-14 : 0x1p-126
      if abs(x) >= normal { #expect(error <= precision.rounding * abs(x)) }
    }
  }

  @Test func whatHasNoHalf() {
    let floats: [Float] = [
      .infinity, -.infinity, .nan, -.nan, .signalingNaN, Float(bitPattern: 0x7F80_0001),
      Float(bitPattern: 0x7FFF_FFFF), .greatestFiniteMagnitude, 65519, 65520, -70000, 1e-8, -1e-8,
      -0.0,
      .leastNonzeroMagnitude,
    ]
    let sixteen = narrowed(floats, .float16).floats
    #expect(sixteen[0] == .infinity && sixteen[1] == -.infinity)
    #expect(sixteen[2...6].allSatisfy { $0.isNaN })
    #expect(sixteen[7] == .infinity && sixteen[8] == 65504 && sixteen[9] == .infinity)
    #expect(sixteen[10] == -.infinity && sixteen[11] == 0 && sixteen[12] == 0)
    #expect(sixteen[12].sign == .minus && sixteen[13].sign == .minus && sixteen[14] == 0)
    let brain = narrowed(floats, .bfloat16).floats
    #expect(brain[0] == .infinity && brain[1] == -.infinity)
    #expect(brain[2...6].allSatisfy { $0.isNaN })
    #expect(brain[7] == .infinity && abs(brain[8] - 65519) <= 256 && brain[11] > 0)
    #expect(brain[13].sign == .minus && brain[14] == 0)
  }

  @Test func roundingInPlaceIsStoringAndReading() {
    var stream = RandomStream(seed: 32, label: "round")
    let floats = stream.normals(100)
    for precision in StoragePrecision.allCases {
      let storage = FloatStorage(floats)
      storage.view.slice(3, 90).round(to: precision)
      let expected =
        precision == .float32
        ? floats : floats[..<3] + narrowed(Array(floats[3..<93]), precision).floats + floats[93...]
      #expect(sameBits(storage.view.array, Array(expected)))
    }
    #expect(StoragePrecision.allCases.map(\.bytes) == [4, 2, 2])
    #expect(HalfStorage(count: 0, precision: .float16).view.floats.isEmpty)
  }
}
