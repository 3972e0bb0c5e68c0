import Randomness
import TensorKernels

/// One float for every parameter of a model, in one flat buffer with named views: the weights
/// themselves, their gradient, or an optimizer's moment.
public final class Parameters: Sendable {
  /// The shape of the model.
  public let configuration: ModelConfiguration
  /// Where each tensor lies.
  public let layout: ParameterLayout
  private let storage: FloatStorage
  /// Views for the passes.
  public let tensors: ModelTensors

  /// All zero.
  public init(_ configuration: ModelConfiguration) {
    self.configuration = configuration
    layout = ParameterLayout(configuration)
    storage = FloatStorage(count: layout.count)
    tensors = ModelTensors(configuration, layout: layout, buffer: storage.view)
  }

  /// A copy of another's values.
  public convenience init(copying other: Parameters) {
    self.init(other.configuration)
    flat.copy(from: other.flat)
  }

  /// Weights to start training from: gains 1; matrices normal with standard deviation
  /// `1/sqrt(in)`, those that write into the residual stream divided by a further `sqrt(2·L)`;
  /// embeddings normal with standard deviation 0.02, or `1/sqrt(d)` where the head is tied.
  public convenience init(_ configuration: ModelConfiguration, initializedBy stream: RandomStream) {
    self.init(configuration)
    for entry in layout.entries {
      let view = flat.slice(entry.offset, entry.count)
      guard entry.shape.count == 2 else {
        view.fill(entry.start)
        continue
      }
      var deviation = 1 / Double(entry.shape[1]).squareRoot()
      if entry.name.hasSuffix("o_proj.weight") || entry.name.hasSuffix("down_proj.weight") {
        deviation /= Double(2 * configuration.layers).squareRoot()
      } else if entry.name.hasSuffix("embed_tokens.weight") && !configuration.hasTiedHead {
        deviation = 0.02
      }
      var numbers = stream.child(entry.name)
      view.withUnsafeMutableBuffer { buffer in
        for i in buffer.indices { buffer[i] = Float(numbers.normal() * deviation) }
      }
    }
  }

  /// Every float.
  public var flat: FloatView { storage.view }

  /// The floats of the tensor `name`, which must exist.
  public func view(_ name: String) -> FloatView {
    guard let entry = layout.entry(name) else { preconditionFailure("no parameter \(name)") }
    return flat.slice(entry.offset, entry.count)
  }
}
