/// Why a training run cannot go on.
public enum TrainingError: Error, Equatable {
  /// Loss or gradient of a step, counted from 1, are infinite or NaN; `place` says where that arose: a
  /// part of the model where the loss is, a parameter where only the gradient is.
  case diverged(step: Int, loss: Double, gradientNorm: Double, place: String?)
  /// The folder holds a model already.
  case finished(folder: String)
  /// The saved state was made by another recipe; `key` is the first setting that differs.
  case otherRecipe(file: String, key: String, saved: String, given: String)
  /// Parameters and activations need more than the machine's memory.
  case tooLarge(file: String, parameters: Int, neededBytes: Int, memoryBytes: Int)
  /// The file is no training state of this model.
  case notAState(file: String, defect: String)
  /// The curve lacks rows of steps that the saved state has done.
  case curveTooShort(file: String, rows: Int, steps: Int)
}

extension TrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .diverged(let step, let loss, let norm, let place):
      "Training diverged: at step \(step) the loss is \(Self.words(loss)) and the gradient norm "
        + "\(Self.words(norm))\(place.map { ", first in \($0)" } ?? ""); a lower learning rate, a longer warm-up or a smaller clip may help. "
        + "The last saved state is kept."
    case .finished(let folder):
      "\(folder) holds a model already; name another folder, or give --force to replace it."
    case .otherRecipe(let file, let key, let saved, let given):
      "\(file) was saved under another recipe: \(key) is \(saved) there and \(given) here; name "
        + "another folder, or give --force to start anew."
    case .tooLarge(let file, let parameters, let needed, let memory):
      "\(file): model has \(parameters) parameters, whose training needs at least "
        + "\(needed >> 20) MiB, but the machine has \(memory >> 20) MiB; choose a smaller model, shorter "
        + "sequences or fewer --threads."
    case .notAState(let file, let defect):
      "\(file) cannot be resumed: \(defect); give --force to start anew."
    case .curveTooShort(let file, let rows, let steps):
      "\(file) has \(rows) rows, but the saved state has done \(steps) steps; give --force to start "
        + "anew."
    }
  }

  private static func words(_ number: Double) -> String {
    number.isNaN ? "NaN" : number.isInfinite ? "infinite" : "\(Float(number))"
  }
}
