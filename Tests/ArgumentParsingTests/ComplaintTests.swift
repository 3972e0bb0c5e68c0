import ArgumentParsing
import Testing

@Suite struct ComplaintTests {
  @Test(arguments: [
    (
      "draw --lenght 1",
      "Unknown option '--lenght' (did you mean '--length'?); "
        + "'sample draw --help' lists the options."
    ),
    ("draw --length 1 -x", "Unknown option '-x'; 'sample draw --help' lists the options."),
    ("drew", "Unknown subcommand 'drew' (did you mean 'draw'?); 'sample --help' lists them all."),
    (
      "help drew",
      "Unknown subcommand 'drew' (did you mean 'draw'?); "
        + "'sample --help' lists them all."
    ),
    ("teleport", "Unknown subcommand 'teleport'; 'sample --help' lists them all."),
    (
      "PAINT",
      "Unknown subcommand 'PAINT': see 'sample draw' (draw things); 'sample --help' lists them all."
    ),
    (
      "help make --force",
      "Unknown subcommand 'make': see 'sample cook' (cook a recipe) or 'sample draw' (draw things); "
        + "'sample --help' lists them all."
    ),
    ("-q", "A subcommand is missing; 'sample --help' lists them all."),
    (
      "draw --length",
      "--length needs a value, values separated by commas, each a whole number "
        + "from 1 to 1048576 (K means 1024, M means 1048576)."
    ),
    ("draw --length 1 --out --force", "--out needs a value, the name of a file."),
    ("draw --length 1 --force=yes", "--force takes no value, but was given 'yes'."),
    (
      "draw",
      "--length N,... is required, values separated by commas, each a whole number from 1 "
        + "to 1048576 (K means 1024, M means 1048576)."
    ),
    ("draw --length 1 --count 2 -n 3", "--count was given more than once, but takes one value."),
    ("cook", "The argument RECIPE is missing, the name of a file."),
    ("join", "The argument RUN is missing, the name of a directory."),
    ("cook a 2 c", "Unexpected argument 'c'; 'sample cook --help' shows what can be given."),
    ("cook a b", "LIMIT must be a whole number from 1 to 9, not 'b'."),
    (
      "draw --length 1 --mode frosen",
      "--mode must be frozen or recomputed, not 'frosen' (did you mean 'frozen'?)."
    ),
    ("draw --length 1 --rate 0", "--rate must be a number above 0, not '0'."),
    ("draw --length 1 --depth 1.5", "--depth must be a number from 0 to 1, not '1.5'."),
    ("draw --length 1 --seed -1", "--seed must be a whole number of at least 0, not '-1'."),
  ])
  func complaintsNameTheArgumentAndWhatWouldBeRight(_ line: String, _ complaint: String) {
    #expect(Sample.complaint(line) == complaint)
  }

  @Test(arguments: [
    "0", "-4", "1.5", "4G", "K", "", "9223372036854775808", "9223372036854775807K", "0x10", "１",
    "1e3", "2M",
  ])
  func onlyTheUnfitPartOfAListIsBlamed(_ part: String) {
    let complaint = Sample.complaint(["draw", "--length", "256,\(part),4096"])
    #expect(complaint.hasPrefix("--length must be values separated by commas"))
    #expect(complaint.hasSuffix(", not '\(part)'."))
  }

  @Test(arguments: ["nan", "inf", "-inf", "1e999", "", "x", "0,5"])
  func numbersAreFinite(_ text: String) {
    #expect(Sample.complaint(["draw", "--length", "1", "--rate=\(text)"]).hasSuffix("'\(text)'."))
  }

  @Test(arguments: [
    (ValueKind.number(in: 0...1), "a number from 0 to 1", ["0", "1"], ["-1e-9", "1.1"]),
    (.number(in: 0..<1), "a number of at least 0 and below 1", ["0", "0.99"], ["1", "-1"]),
    (.number(above: 0), "a number above 0", ["1e-300", "1e300"], ["0"]),
    (.number(above: 0, through: 2.5), "a number above 0 and at most 2.5", ["2.5"], ["0", "2.6"]),
    (.number(atLeast: 1e-3), "a number of at least 0.001", ["0.001", "7"], ["0.0009"]),
  ])
  func intervalsAreHalfOpenWhereTheySaySo(
    _ kind: ValueKind<Double>, _ expectation: String, _ right: [String], _ wrong: [String]
  ) {
    #expect(kind.expectation == expectation)
    for text in right { #expect((try? kind.read(text)) == Double(text)) }
    for text in wrong { #expect(throws: UnfitText(text)) { try kind.read(text) } }
  }

  @Test func anEmptyNameOfAFileIsRefused() {
    #expect(Sample.complaint(["cook", ""]) == "RECIPE must be the name of a file, not ''.")
  }

  @Test func theFirstMistakeIsReported() {
    #expect(Sample.complaint("draw --frob --count x").hasPrefix("Unknown option '--frob'"))
  }

  @Test func wordsOfAnyBytesAreSurvived() {
    // Joined from hostile pieces: every combination must end in an answer, not a trap.
    let pieces = [
      "-", "--", "=", "--=", "-=", "\u{0}", "é", "-é", "--é=", "-qé", " ", "help", "-5",
    ]
    for first in pieces {
      for second in pieces {
        for third in pieces {
          let complaint = Sample.complaint([first, "draw", second, third, first + second])
          #expect(complaint != "nothing is wrong" || [first, second, third].contains("help"))
        }
      }
    }
  }
}
