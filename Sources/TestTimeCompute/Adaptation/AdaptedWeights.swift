import TensorKernels
import TransformerModel

/// Private copies of some of a model's tensors in float32, side by side in one run, so that one instance
/// can train them while all share the others, whatever the precision of those.
public final class AdaptedWeights {
  /// A tensor that is copied: where it lies in the run, and how the model's tensors come to use it.
  private struct Piece {
    let original: WeightView
    let range: Range<Int>
    /// Nil for what belongs to none.
    let layer: Int?
    let isGain: Bool
    let install: (inout ModelTensors, WeightView) -> Void
  }

  private let base: ModelTensors
  private let pieces: [Piece]
  private let storage: FloatStorage

  /// Copies of the tensors of `model` that `targets` names.
  public init(_ model: Transformer, targets: GradientTargets) {
    base = model.weights
    var pieces: [Piece] = []
    var count = 0
    func add(
      _ original: WeightView?, layer: Int? = nil, isGain: Bool = false,
      _ install: @escaping (inout ModelTensors, WeightView) -> Void
    ) {
      guard let original, original.count > 0 else { return }
      let range = count..<count + original.count
      pieces.append(
        Piece(original: original, range: range, layer: layer, isGain: isGain, install: install))
      count = range.upperBound
    }
    func addGain(
      _ gain: FloatView?, layer: Int? = nil,
      _ install: @escaping (inout ModelTensors, FloatView) -> Void
    ) {
      add(gain.map { WeightView($0) }, layer: layer, isGain: true) { install(&$0, $1.floats) }
    }
    for (index, layer) in base.layers.enumerated() {
      let kinds = targets.kinds(in: index)
      // Queries, keys and values stay neighbours, so that they are projected in one product.
      if kinds.contains(.query) { add(layer.query, layer: index) { $0.layers[index].query = $1 } }
      if kinds.contains(.key) { add(layer.key, layer: index) { $0.layers[index].key = $1 } }
      if kinds.contains(.value) { add(layer.value, layer: index) { $0.layers[index].value = $1 } }
      if kinds.contains(.output) {
        add(layer.output, layer: index) { $0.layers[index].output = $1 }
      }
      if kinds.contains(.scales) {
        addGain(layer.scoreScale, layer: index) { $0.layers[index].scoreScale = $1 }
      }
      if kinds.contains(.mlp) {
        add(layer.gateUp, layer: index) { $0.layers[index].gateUp = $1 }
        add(layer.down, layer: index) { $0.layers[index].down = $1 }
      }
      guard kinds.contains(.norms) else { continue }
      addGain(layer.inputNorm, layer: index) { $0.layers[index].inputNorm = $1 }
      addGain(layer.queryNorm, layer: index) { $0.layers[index].queryNorm = $1 }
      addGain(layer.keyNorm, layer: index) { $0.layers[index].keyNorm = $1 }
      addGain(layer.postNorm, layer: index) { $0.layers[index].postNorm = $1 }
    }
    if targets.contains(.norms) { addGain(base.finalNorm) { $0.finalNorm = $1 } }
    let isTied = model.configuration.hasTiedHead
    if isTied && !targets.isDisjoint(with: [.embedding, .head]) {
      add(base.embedding) { tensors, view in
        tensors.embedding = view
        tensors.head = view
      }
    } else {
      if targets.contains(.embedding) { add(base.embedding) { $0.embedding = $1 } }
      if targets.contains(.head) { add(base.head) { $0.head = $1 } }
    }
    self.pieces = pieces
    storage = FloatStorage(count: count)
    restore()
  }

  /// The last layer one of whose tensors is as wanted, asked by their ranges in `flat`.
  func lastLayer(where isWanted: (Range<Int>) -> Bool) -> Int? {
    pieces.filter { $0.layer != nil && isWanted($0.range) }.compactMap(\.layer).max()
  }

  /// All copies, one behind the other.
  public var flat: FloatView { storage.view }

  /// The model with the copies in the place of its own tensors.
  public var tensors: ModelTensors { tensors(over: flat) }

  /// The model's tensors with parts of `run`, which is laid out as `flat`, in the place of the copied
  /// ones: where a gradient is collected.
  func tensors(over run: FloatView) -> ModelTensors {
    var result = base
    for piece in pieces { piece.install(&result, WeightView(part(run, piece.range))) }
    return result
  }

  /// Where each tensor lies in `flat`.
  public var ranges: [Range<Int>] { pieces.map(\.range) }

  /// Where gains of norms lie in `flat`: weight decay passes over them.
  var gainRanges: [Range<Int>] { pieces.filter(\.isGain).map(\.range) }

  /// Sets every copy back to the model's own, bit for bit.
  public func restore() {
    for piece in pieces { part(flat, piece.range).copy(from: piece.original) }
  }

  /// Whether every copy has the very bits of the model's own.
  public var isRestored: Bool {
    pieces.allSatisfy { piece in
      zip(part(flat, piece.range).array, piece.original.array)
        .allSatisfy { $0.bitPattern == $1.bitPattern }
    }
  }

  /// The model's own values of tensor number `index`.
  func original(_ index: Int) -> WeightView { pieces[index].original }

  private func part(_ run: FloatView, _ range: Range<Int>) -> FloatView {
    run.slice(range.lowerBound, range.count)
  }
}
