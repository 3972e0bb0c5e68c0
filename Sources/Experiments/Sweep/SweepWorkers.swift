import TensorKernels
import TestTimeCompute
import TransformerModel

/// The contexts of a worker, kept from group to group while they fit.
struct GroupContexts {
  /// How keys and values are stored.
  let precision: StoragePrecision
  private var main: (context: ReadContext, capacity: Int, options: PassOptions)?
  private var other: (context: ReadContext, capacity: Int, options: PassOptions)?

  init(precision: StoragePrecision) { self.precision = precision }

  mutating func context(
    _ model: Transformer, _ capacity: Int, _ workers: Workers, _ options: PassOptions
  ) -> ReadContext {
    if let main, main.capacity == capacity, main.options == options { return main.context }
    // The old cache goes before the new one comes.
    (main, other) = (nil, nil)
    let context = ReadContext(
      model, capacity: capacity, workers: workers, options: options, precision: precision)
    main = (context, capacity, options)
    return context
  }

  mutating func donor(
    _ model: Transformer, _ capacity: Int, _ workers: Workers, _ options: PassOptions
  ) -> ReadContext {
    if let other, other.capacity == capacity, other.options == options { return other.context }
    other = nil
    let context = ReadContext(
      model, capacity: capacity, workers: workers, options: options, precision: precision)
    other = (context, capacity, options)
    return context
  }
}
