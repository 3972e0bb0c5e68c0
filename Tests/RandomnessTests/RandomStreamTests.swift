import Randomness
import Testing

@Suite struct PhiloxTests {
  /// The vectors that the authors of Random123 publish for philox4x32-10.
  @Test func knownAnswers() {
    let ones = UInt32.max
    let vectors: [(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, block: SIMD4<UInt32>)] = [
      (
        SIMD4(0, 0, 0, 0), SIMD2(0, 0),
        SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
      ),
      (
        SIMD4(ones, ones, ones, ones), SIMD2(ones, ones),
        SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
      ),
      (
        SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), SIMD2(0xa409_3822, 0x299f_31d0),
        SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
      ),
    ]
    for vector in vectors {
      #expect(Philox4x32.block(counter: vector.counter, key: vector.key) == vector.block)
    }
  }
}

@Suite struct RandomStreamTests {
  func draws(_ stream: RandomStream, _ count: Int = 8) -> [UInt64] {
    var stream = stream
    return (0..<count).map { _ in stream.next() }
  }

  @Test func aStreamIsAFunctionOfSeedAndLabel() {
    let stream = RandomStream(seed: 7, label: "tasks")
    #expect(draws(stream) == draws(RandomStream(seed: 7, label: "tasks")))
    #expect(draws(stream) != draws(RandomStream(seed: 8, label: "tasks")))
    #expect(draws(stream) != draws(RandomStream(seed: 7, label: "task")))
  }

  /// Goldens: data made with one version must be made again by the next.
  @Test func valuesNeverChange() {
    #expect(
      draws(RandomStream(seed: 7, label: "golden"), 3) == [
        511_342_202_743_575_098, 16_961_572_997_025_327_260, 7_878_798_713_293_948_939,
      ])
    #expect(
      draws(RandomStream(seed: 7, label: "golden").child("a longer label").child(-3), 3) == [
        1_236_084_353_338_363_607, 10_979_985_198_310_529_166, 7_191_732_147_769_639_335,
      ])
  }

  @Test func childrenIgnoreTheParentsPosition() {
    let fresh = RandomStream(seed: 1, label: "x")
    var drawn = fresh
    for _ in 0..<5 { _ = drawn.next() }
    #expect(fresh.child("a") == drawn.child("a"))
    #expect(fresh.child(3) == drawn.child(3))
    #expect(fresh != drawn)
  }

  /// No two of many streams with similar names may share even their first draw.
  @Test func namesDoNotCollide() {
    let root = RandomStream(seed: 1, label: "")
    var streams = [root, root.child(""), root.child("").child("")]
    for index in -300..<300 {
      streams.append(root.child(index))
      streams.append(root.child("\(index)"))
      streams.append(root.child(0).child(index))
    }
    // Labels around the chunk length, trailing zeros included.
    for length in 1..<40 {
      streams.append(root.child(String(repeating: "\0", count: length)))
      streams.append(root.child(String(repeating: "a", count: length)))
    }
    streams.append(root.child("abcdefghijkl").child("m"))
    streams.append(root.child("abcdefghijklm"))
    #expect(Set(streams.map { draws($0, 1)[0] }).count == streams.count)
  }

  @Test func seekingEqualsDrawing() {
    let start = RandomStream(seed: 3, label: "seek")
    let all = draws(start, 21)
    for position in 0..<20 {
      var sought = start
      sought.position = UInt64(position)
      #expect(sought.position == UInt64(position))
      #expect(draws(sought, 21 - position) == Array(all[position...]))
    }
    var walked = start
    for _ in 0..<7 { _ = walked.next() }
    var sought = start
    sought.position = 7
    #expect(walked == sought)
    #expect(walked.next() == sought.next())
    sought.position = .max
    #expect(sought.next() != sought.next())
    #expect(sought.position == 1)
  }
}
