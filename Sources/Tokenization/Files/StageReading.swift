import DataFiles

extension [Normalizer] {
  /// Reads `normalizer`.
  init(_ reader: inout JSONObjectReader) throws(JSONError) {
    self = []
    if let (type, item) = try reader.typed("normalizer") { try append(type, item) }
  }

  private mutating func append(
    _ type: String, _ reader: JSONObjectReader
  ) throws(JSONError) {
    var reader = reader
    if let form = NormalizationForm(rawValue: type) {
      append(.form(form))
    } else {
      switch type {
      case "Sequence":
        for var item in try reader.objects("normalizers") {
          try append(try item.string("type"), item)
        }
      case "Lowercase": append(.lowercase)
      case "Prepend": append(.prepend(try reader.string("prepend")))
      case "Replace":
        append(.replace(try reader.pattern("pattern"), by: try reader.string("content")))
      case "Strip":
        append(
          .strip(
            left: try reader.flag("strip_left", default: true),
            right: try reader.flag("strip_right", default: true)))
      default:
        throw reader.unsupported(
          type, "NFC, NFD, NFKC, NFKD, Lowercase, Prepend, Replace, Strip and Sequence")
      }
    }
    try reader.finish()
  }
}

/// What `pre_tokenizer` says.
struct PreTokenization {
  private(set) var steps: [PreTokenizer] = []
  /// Whether words are read byte by byte.
  private(set) var isByteLevel = false

  /// The words of GPT-2, which ByteLevel parts text into unless told otherwise.
  static let byteLevelPattern =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  init(_ reader: inout JSONObjectReader) throws(JSONError) {
    if let (type, item) = try reader.typed("pre_tokenizer") { try append(type, item) }
  }

  private mutating func append(
    _ type: String, _ reader: JSONObjectReader
  ) throws(JSONError) {
    var reader = reader
    guard !isByteLevel else {
      throw reader.invalid("type", "is \(shortened(type)) after ByteLevel, which must come last")
    }
    switch type {
    case "Sequence":
      for var item in try reader.objects("pretokenizers") {
        try append(try item.string("type"), item)
      }
    case "ByteLevel":
      if try reader.flag("add_prefix_space", default: true) { steps.append(.prefixSpace) }
      _ = try reader.flag("trim_offsets")
      if try reader.flag("use_regex", default: true) {
        try append(pattern: Self.byteLevelPattern, .isolated)
      }
      isByteLevel = true
    case "Split":
      steps.append(
        .split(
          try reader.pattern("pattern"), try reader.choice("behavior"),
          isInverted: try reader.flag("invert")))
    case "Digits":
      let isIndividual = try reader.flag("individual_digits")
      try append(pattern: isIndividual ? #"\p{N}"# : #"\p{N}+"#, .isolated)
    case "WhitespaceSplit": try append(pattern: #"\s+"#, .removed)
    case "Whitespace":
      try append(
        pattern: "\(ScalarTest.wordOfRegex)+|\(ScalarTest.signOfRegex)+", .removed,
        isInverted: true)
    case "Metaspace": try appendMetaspace(&reader)
    default:
      throw reader.unsupported(
        type,
        "ByteLevel, Split, Digits, Metaspace, Whitespace, WhitespaceSplit and Sequence")
    }
    try reader.finish()
  }

  private mutating func append(
    pattern: String, _ behavior: SplitBehavior, isInverted: Bool = false
  ) throws(JSONError) {
    do throws(PatternError) {
      steps.append(.split(try SplitPattern(pattern), behavior, isInverted: isInverted))
    } catch {
      preconditionFailure("\(error)")
    }
  }

  private mutating func appendMetaspace(
    _ reader: inout JSONObjectReader
  ) throws(JSONError) {
    let replacement = try reader.string("replacement", default: "▁")
    let adds = try reader.flag("add_prefix_space", default: true)
    _ = reader.valueIfPresent("str_rep")
    let scheme = try reader.string(
      "prepend_scheme", default: adds ? "always" : "never",
      oneOf: PreTokenizer.PrependScheme.allCases.map(\.rawValue))
    var pattern: SplitPattern?
    if try reader.flag("split", default: true) {
      pattern = try? SplitPattern(SplitPattern.escaped(replacement))
    }
    steps.append(
      .metaspace(
        replacement: replacement, scheme: .init(rawValue: scheme) ?? .always, pattern: pattern))
  }
}

extension DecodingRules {
  /// Reads `decoder`.
  init(_ reader: inout JSONObjectReader) throws(JSONError) {
    self.init()
    guard let (type, item) = try reader.typed("decoder") else {
      separator = " "
      return
    }
    try read(type, item)
  }

  private mutating func read(
    _ type: String, _ reader: JSONObjectReader
  ) throws(JSONError) {
    var reader = reader
    switch type {
    case "Sequence":
      for var item in try reader.objects("decoders") {
        try read(try item.string("type"), item)
      }
    case "ByteLevel": isByteLevel = true
    case "ByteFallback": hasByteTokens = true
    case "Fuse": break
    case "Replace":
      var pattern = try reader.object("pattern")
      replacements.append((try pattern.string("String"), try reader.string("content")))
    case "Strip":
      let count = try reader.int("start", in: 0...1000)
      guard try reader.int("stop") == 0 else {
        throw reader.invalid("stop", "must be 0: stripping the end of a text is not supported")
      }
      stripped = (try reader.string("content"), count)
    case "Metaspace":
      let replacement = try reader.string("replacement", default: "▁")
      let scheme = try reader.string("prepend_scheme", default: "always")
      replacements.append((replacement, " "))
      if scheme != "never" { droppedInFirst = " " }
    default:
      throw reader.unsupported(
        type, "ByteLevel, Replace, ByteFallback, Fuse, Strip, Metaspace and Sequence")
    }
  }
}
