import DataFiles
import SandboxTasks
import TestTimeCompute

/// An instance and the file that it was read from.
public struct ProbeItem: Sendable, Equatable {
  /// The path of the tasks file, as it was given.
  public let file: String
  /// The instance.
  public let instance: TaskInstance
  /// How it reads, where it is text; the sandbox's own tokens are words.
  public let text: ProbeText?

  /// An instance of a file.
  public init(file: String, instance: TaskInstance, text: ProbeText? = nil) {
    self.file = file
    self.instance = instance
    self.text = text
  }

  /// The instances of a tasks file in the sandbox format, in the file's order.
  ///
  /// - Parameter limit: how many to read at most; nil reads all.
  /// - Throws: `ProbeError`, `FileSystemError`, and `JSONError` with the line.
  public static func read(_ file: String, limit: Int? = nil) throws -> [ProbeItem] {
    var items: [ProbeItem] = []
    var reader = try JSONLinesReader(file)
    while items.count < limit ?? .max, let (_, value) = try reader.next() {
      items.append(ProbeItem(file: file, instance: try TaskInstance(value, file: file)))
    }
    guard !items.isEmpty else {
      throw ProbeError("\(file) holds no instance; write some with 'dilution generate'")
    }
    return items
  }
}

/// Everything that was measured on one instance.
public struct ProbeResult: Sendable, Equatable {
  /// What was probed.
  public let item: ProbeItem
  /// In context first, then after steps of adaptation in ascending order.
  public let measurements: [ProbeMeasurement]
  /// Attention position by position, in context and after the last step, where it was asked for.
  public let profiles: [AttentionProfile]
  /// Attention of all heads in bins, in context and after some steps, where it was asked for.
  public let maps: [AttentionMap]
}

/// What was measured at one moment of the adaptation.
public struct ProbeMeasurement: Sendable, Equatable, Codable {
  /// Steps made before: 0 is in context.
  public let step: Int
  /// The last of these steps; nil in context.
  public let span: SpanStep?
  /// The answer then.
  public let answer: AnswerMeasurement
}

/// One step of adaptation.
public struct SpanStep: Sendable, Equatable, Codable {
  /// The first token of the span within the context.
  public let start: Int
  /// k, the tokens of the span.
  public let length: Int
  /// Mean next-token loss of the span before the step, in nats.
  public let loss: Double
  /// Norm of the gradient over all `W_Q` together, before clipping.
  public let gradientNorm: Double
}
