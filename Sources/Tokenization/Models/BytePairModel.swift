/// Byte-pair encoding: the characters of a word, merged pair by pair in the order of training.
struct BytePairModel: Sendable {
  var vocabulary: TokenVocabulary
  var merges: PairTable
  /// Whether a word that is a token stays whole, whatever the merges would make of it.
  var ignoresMerges = false
  /// What unknown characters become; nil leaves them out.
  var unknown: Int32?
  /// Whether a run of unknown characters becomes one token.
  var fusesUnknown = false
  /// The tokens of single bytes, which unknown characters are written in.
  var byteTokens: [Int32]?
  /// The tokens of the 256 characters of `ByteAlphabet`, −1 for one that is missing; nil for models
  /// that read text as it is.
  var byteAlphabet: [Int32]?

  /// The tokens of a word, and where each ends.
  func encode(
    _ bytes: [UInt8], _ word: Range<Int>, _ scratch: inout WordScratch
  ) {
    scratch.tokens.removeAll(keepingCapacity: true)
    scratch.ends.removeAll(keepingCapacity: true)
    if ignoresMerges, let token = wholeToken(bytes, word, &scratch) {
      scratch.append(token, word.upperBound - word.lowerBound)
      return
    }
    if let byteAlphabet {
      for place in word {
        let token = byteAlphabet[Int(bytes[place])]
        if token >= 0 {
          scratch.append(token, place + 1 - word.lowerBound)
        } else {
          appendUnknown(&scratch, bytes, place..<place + 1, word.lowerBound)
        }
      }
    } else {
      appendScalars(bytes, word, &scratch)
    }
    scratch.merge(merges)
  }

  private func wholeToken(
    _ bytes: [UInt8], _ word: Range<Int>, _ scratch: inout WordScratch
  ) -> Int32? {
    guard byteAlphabet != nil else { return vocabulary.number(bytes, word) }
    scratch.name.removeAll(keepingCapacity: true)
    for byte in bytes[word] {
      scratch.name.append(contentsOf: ByteAlphabet.scalars[Int(byte)].utf8)
    }
    return vocabulary.number(scratch.name, scratch.name.indices)
  }

  private func appendScalars(
    _ bytes: [UInt8], _ word: Range<Int>, _ scratch: inout WordScratch
  ) {
    var place = word.lowerBound
    while place < word.upperBound {
      let scalar = place..<place + bytes.scalarLength(at: place)
      if let token = vocabulary.number(bytes, scalar) {
        scratch.append(token, scalar.upperBound - word.lowerBound)
      } else if let byteTokens, scalar.allSatisfy({ byteTokens[Int(bytes[$0])] >= 0 }) {
        for place in scalar {
          scratch.append(byteTokens[Int(bytes[place])], place + 1 - word.lowerBound)
        }
      } else {
        appendUnknown(&scratch, bytes, scalar, word.lowerBound)
      }
      place = scalar.upperBound
    }
  }

  private func appendUnknown(
    _ scratch: inout WordScratch, _ bytes: [UInt8], _ scalar: Range<Int>, _ start: Int
  ) {
    guard let unknown else {
      // Left out, as a hole: the next token starts where this one would have ended.
      scratch.skip(to: scalar.upperBound - start)
      return
    }
    if fusesUnknown, scratch.tokens.last == unknown {
      scratch.ends[scratch.ends.count - 1] = Int32(scalar.upperBound - start)
    } else {
      scratch.append(unknown, scalar.upperBound - start)
    }
  }
}

/// Scratch space for one word while it becomes tokens.
struct WordScratch {
  var tokens: [Int32] = []
  /// Where each token ends, in bytes of the word.
  var ends: [Int32] = []
  var name: [UInt8] = []
  private var merging = PairMerging()

  mutating func append(_ token: Int32, _ end: Int) {
    tokens.append(token)
    ends.append(Int32(end))
  }

  /// Leaves out what comes before `end`: it is counted to the token before.
  mutating func skip(to end: Int) {
    if !ends.isEmpty { ends[ends.count - 1] = Int32(end) }
  }

  mutating func merge(_ table: PairTable) {
    merging.merge(&tokens, &ends, table)
  }
}
