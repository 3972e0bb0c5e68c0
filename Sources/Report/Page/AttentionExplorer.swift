import Foundation

/// The attention of all heads of some instances, to be looked through in the page.
public struct AttentionExplorer: Sendable {
  /// One instance at several moments of an adaptation.
  public struct Instance: Sendable, Equatable {
    public struct Gold: Sendable, Equatable {
      public var hop: Int
      public var span: Range<Int>

      public init(hop: Int, span: Range<Int>) {
        self.hop = hop
        self.span = span
      }
    }

    /// What the instance is called in a list.
    public var label: String
    public var question: String
    /// The words of the answer that are predicted, one for each answer step.
    public var answers: [String]
    /// The words of all positions; nil where there are too many to show.
    public var words: [String]?
    public var gold: [Gold]
    /// For each answer step the place in `gold` of the fact that holds its token.
    public var holders: [Int]
    public var positions: Int
    public var binWidth: Int
    /// The moments, by the steps made before.
    public var steps: [Int]
    public var layers: [Int]
    public var heads: [Int]
    /// Shares, `[steps, answers, layers, heads]`.
    public var mass: [Double]
    /// Attention summed in bins of positions, `[steps, answers, layers, heads, bins]`.
    public var attention: [Double]

    public init(
      label: String, question: String, answers: [String], words: [String]?, gold: [Gold],
      holders: [Int], positions: Int, binWidth: Int, steps: [Int], layers: [Int], heads: [Int],
      mass: [Double], attention: [Double]
    ) {
      self.label = label
      self.question = question
      self.answers = answers
      self.words = words
      self.gold = gold
      self.holders = holders
      self.positions = positions
      self.binWidth = binWidth
      self.steps = steps
      self.layers = layers
      self.heads = heads
      self.mass = mass
      self.attention = attention
    }

    /// Bins of a row.
    public var bins: Int { (positions - 1) / max(binWidth, 1) + 1 }

    /// `Int.max` where it would be more.
    private func product(_ sizes: [Int]) -> Int {
      sizes.reduce(1) { product, size in
        let (next, overflows) = product.multipliedReportingOverflow(by: size)
        return overflows ? .max : next
      }
    }

    /// Whether the lists have the lengths that the others call for.
    public var isConsistent: Bool {
      guard positions > 0, binWidth > 0, !steps.isEmpty, !answers.isEmpty, !layers.isEmpty,
        !heads.isEmpty
      else { return false }
      // A file may have sizes whose product no number holds.
      let rows = product([steps.count, answers.count, layers.count, heads.count])
      return mass.count == rows && mass.allSatisfy { -0.001...1.001 ~= $0 }
        && attention.count == product([rows, bins])
        && holders.count == answers.count && holders.allSatisfy(gold.indices.contains)
        && (words.map { $0.count == positions } ?? true)
        && gold.allSatisfy { $0.span.lowerBound >= 0 && $0.span.upperBound <= positions }
    }
  }

  /// Those that fit.
  public let instances: [Instance]
  /// How many did not.
  public let omitted: Int

  /// Takes instances in order as long as they fit.
  ///
  /// - Parameter limit: bytes in the page, more or less; the first instance fits in any case.
  public init(_ instances: [Instance], limit: Int = 2_000_000) {
    precondition(instances.allSatisfy(\.isConsistent), "the lists of an instance fit each other")
    var size = 0
    var kept: [Instance] = []
    for instance in instances {
      let own = instance.attention.count * 8 / 3 + instance.mass.count * 7 + instance.positions * 6
      guard kept.isEmpty || size + own <= limit else { break }
      size += own
      kept.append(instance)
    }
    self.instances = kept
    omitted = instances.count - kept.count
  }

  /// A share in two bytes, the higher first: 0 below a millionth, otherwise in steps of .02 % up to 1.
  static func quantized(_ share: Double) -> [UInt8] {
    guard share >= 1e-6 else { return [0, 0] }
    let level = UInt16((1 + (log10(min(share, 1)) + 6) * 65_534 / 6).rounded())
    return [UInt8(level >> 8), UInt8(level & 0xff)]
  }

  func html(_ names: inout Names) -> String {
    guard !instances.isEmpty else { return "" }
    let id = names.next("explorer")
    let note =
      omitted > 0
      ? "<p>\(omitted) more \(omitted == 1 ? "instance" : "instances") would make this page too "
        + "large: probe with fewer in --profile.</p>\n" : ""
    return """
      <div class="explorer" id="\(id)" data-source="\(id)-data">
      <noscript><p>The explorer needs scripts, which this browser does not run.</p></noscript>
      <form class="controls">
      <label>Instance <select name="instance"></select></label>
      <label>Predicted word <select name="answer"></select></label>
      <label>Steps <input type="range" name="step" min="0" max="0" step="1" value="0"/>
      <output name="steps"></output></label>
      <label><input type="checkbox" name="log"/> logarithmic</label>
      <label><input type="checkbox" name="ghost" checked="checked"/> outline in context</label>
      </form>
      <p class="question"></p>
      <div class="split">
      <div class="scroll"><div class="heads" role="grid" aria-label="Target mass by layer and head: \
      arrow keys choose"></div></div>
      <div>
      <p class="summary" aria-live="polite"></p>
      <div class="plot" tabindex="0" role="slider" aria-label="Position in the context: left and \
      right move, G goes to the next gold fact" aria-valuemin="0" aria-valuemax="0" \
      aria-valuenow="0"><svg aria-hidden="true" width="100%" height="260"><g></g></svg></div>
      <p class="readout"></p>
      </div>
      </div>
      <div class="scroll"><table class="most"><caption>Positions with the most attention</caption>
      <thead><tr><th scope="col" class="number">positions</th><th scope="col" class="number">\
      attention</th><th scope="col" class="number">in context</th><th scope="col">words</th></tr>\
      </thead><tbody></tbody></table></div>
      \(note)<script type="application/json" id="\(id)-data">\(embedded(json: json))</script>
      </div>

      """
  }

  private var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = try? encoder.encode(instances.map(Packed.init))
    return data.map { String(decoding: $0, as: UTF8.self) } ?? "[]"
  }

  /// An instance as the page's script reads it.
  private struct Packed: Encodable {
    var label: String
    var question: String
    var answers: [String]
    var words: String?
    /// Hop, first position, the one behind the last.
    var gold: [[Int]]
    var holders: [Int]
    var positions: Int
    var width: Int
    var bins: Int
    var steps: [Int]
    var layers: [Int]
    var heads: [Int]
    /// In units of 10⁻⁴.
    var mass: [Int]
    /// Two bytes a bin, in base 64.
    var attention: String

    init(_ instance: Instance) {
      label = instance.label
      question = instance.question
      answers = instance.answers
      words = instance.words?.joined(separator: " ")
      gold = instance.gold.map { [$0.hop, $0.span.lowerBound, $0.span.upperBound] }
      holders = instance.holders
      positions = instance.positions
      width = instance.binWidth
      bins = instance.bins
      steps = instance.steps
      layers = instance.layers
      heads = instance.heads
      mass = instance.mass.map { Int(($0 * 1e4).rounded()) }
      attention = Data(instance.attention.flatMap(AttentionExplorer.quantized))
        .base64EncodedString()
    }
  }
}
