import DataFiles

extension Normalizer {
  /// Reads a stage of `normalizer`.
  init(_ type: String, _ reader: JSONObjectReader) throws(JSONError) {
    var reader = reader
    switch type {
    case "Lowercase": self = .lowercase
    case "Prepend": self = .prepend(try reader.string("prepend"))
    case "Replace":
      self = .replace(try reader.pattern("pattern"), by: try reader.string("content"))
    case "Strip":
      self = .strip(
        left: try reader.flag("strip_left", default: true),
        right: try reader.flag("strip_right", default: true))
    default:
      guard let form = NormalizationForm(rawValue: type) else {
        throw reader.unsupported(
          type, "NFC, NFD, NFKC, NFKD, Lowercase, Prepend, Replace, Strip and Sequence")
      }
      self = .form(form)
    }
    try reader.finish()
  }
}

/// What `pre_tokenizer` says.
struct PreTokenization {
  private(set) var steps: [PreTokenizer] = []
  /// Whether words are read byte by byte.
  private(set) var isByteLevel = false

  /// The words of GPT-2, which ByteLevel parts text into unless asked otherwise.
  static let byteLevelPattern =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  init(_ reader: inout JSONObjectReader) throws(JSONError) {
    for (type, item) in try reader.stages("pre_tokenizer", "pretokenizers") {
      try append(type, item)
    }
  }

  private mutating func append(
    _ type: String, _ reader: JSONObjectReader
  ) throws(JSONError) {
    var reader = reader
    guard !isByteLevel else {
      throw reader.invalid("type", "is \(shortened(type)) after ByteLevel, which must come last")
    }
    switch type {
    case "ByteLevel":
      if try reader.flag("add_prefix_space", default: true) { steps.append(.prefixSpace) }
      _ = try reader.flag("trim_offsets")
      if try reader.flag("use_regex", default: true) {
        append(pattern: Self.byteLevelPattern, .isolated)
      }
      isByteLevel = true
    case "Split":
      steps.append(
        .split(
          try reader.pattern("pattern"), try reader.choice("behavior"),
          isInverted: try reader.flag("invert")))
    case "Digits":
      let isIndividual = try reader.flag("individual_digits")
      append(pattern: isIndividual ? #"\p{N}"# : #"\p{N}+"#, .isolated)
    case "WhitespaceSplit": append(pattern: #"\s+"#, .removed)
    case "Whitespace":
      append(
        pattern: "\(ScalarSet.wordOfRegex)+|\(ScalarSet.signOfRegex)+", .removed,
        isInverted: true)
    case "Metaspace": try appendMetaspace(&reader)
    default:
      throw reader.unsupported(
        type,
        "ByteLevel, Split, Digits, Metaspace, Whitespace, WhitespaceSplit and Sequence")
    }
    try reader.finish()
  }

  /// Parts text at a pattern of the lab's own.
  private mutating func append(
    pattern: String, _ behavior: SplitBehavior, isInverted: Bool = false
  ) {
    guard let pattern = try? SplitPattern(pattern) else {
      preconditionFailure("\(pattern) is no regular expression")
    }
    steps.append(.split(pattern, behavior, isInverted: isInverted))
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
    for (type, reader) in try reader.stages("decoder", "decoders") {
      var stage = reader
      switch type {
      case "ByteLevel": isByteLevel = true
      case "ByteFallback": hasByteTokens = true
      case "Fuse": break
      case "Replace":
        var pattern = try stage.object("pattern")
        replacements.append((try pattern.string("String"), try stage.string("content")))
      case "Strip":
        let count = try stage.int("start", in: 0...1000)
        guard try stage.int("stop") == 0 else {
          throw stage.invalid("stop", "must be 0: stripping the end of a text is not supported")
        }
        stripped = (try stage.string("content"), count)
      case "Metaspace":
        let replacement = try stage.string("replacement", default: "▁")
        let scheme = try stage.string("prepend_scheme", default: "always")
        replacements.append((replacement, " "))
        if scheme != "never" { droppedInFirst = " " }
      default:
        throw stage.unsupported(
          type, "ByteLevel, Replace, ByteFallback, Fuse, Strip, Metaspace and Sequence")
      }
    }
    if reader.valueIfPresent("decoder")?.isNull ?? true { separator = " " }
  }
}
