/// What is wrong with a safetensors file, or with a request to one.
public struct SafetensorsError: Error, Sendable, Equatable {
  public indirect enum Problem: Sendable, Equatable {
    case tooShort(bytes: Int)
    case headerTooLong(claimed: UInt64, available: Int)
    case headerAboveLimit(claimed: UInt64, limit: Int)
    case malformedHeader(JSONError.Problem)
    case unknownType(tensor: String, type: String)
    case malformedShape(tensor: String)
    case tooManyElements(tensor: String)
    case malformedOffsets(tensor: String)
    case offsetsOutsideFile(tensor: String, end: Int, available: Int)
    case sizeMismatch(tensor: String, offered: Int, needed: Int)
    case overlap(tensor: String, other: String)
    case hole(before: String?, bytes: Int)
    case noSuchTensor(String, suggestion: String?)
    case wrongType(tensor: String, type: TensorType, wanted: String)
    case notInt32(tensor: String, element: Int)
  }

  public var file: String
  public var problem: Problem

  public init(file: String, problem: Problem) {
    self.file = file
    self.problem = problem
  }
}

extension SafetensorsError: CustomStringConvertible {
  public var description: String { "\(file): \(problem)." }
}

extension SafetensorsError.Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooShort(let bytes):
      "a safetensors file has at least 8 bytes, but this one has \(bytes)"
    case .headerTooLong(let claimed, let available):
      "its header claims \(claimed) bytes, but only \(available) follow; the file is cut off or is "
        + "not in safetensors format"
    case .headerAboveLimit(let claimed, let limit):
      "its header claims \(claimed) bytes; at most \(limit) are accepted"
    case .malformedHeader(let problem): "its header is malformed: \(problem)"
    case .unknownType(let tensor, let type):
      "the tensor \(quoted(tensor)) has the unknown type \(quoted(type)); known are "
        + TensorType.allCases.map(\.rawValue).joined(separator: ", ")
    case .malformedShape(let tensor):
      "the shape of the tensor \(quoted(tensor)) must be an array of whole numbers of at least 0"
    case .tooManyElements(let tensor):
      "the shape of the tensor \(quoted(tensor)) has more elements than any file can hold"
    case .malformedOffsets(let tensor):
      "the data_offsets of the tensor \(quoted(tensor)) must be [begin, end] with 0 ≤ begin ≤ end"
    case .offsetsOutsideFile(let tensor, let end, let available):
      "the tensor \(quoted(tensor)) ends at byte \(end) of the data, but the file holds only "
        + "\(available); it is cut off"
    case .sizeMismatch(let tensor, let offered, let needed):
      "the tensor \(quoted(tensor)) has \(offered) bytes, but its shape and type need \(needed)"
    case .overlap(let tensor, let other):
      "the tensors \(quoted(other)) and \(quoted(tensor)) overlap"
    case .hole(let before?, let bytes):
      "\(bytes) bytes before the tensor \(quoted(before)) belong to no tensor"
    case .hole(nil, let bytes):
      "\(bytes) bytes at its end belong to no tensor"
    case .noSuchTensor(let name, let suggestion):
      "it has no tensor \(quoted(name))"
        + (suggestion.map { " (did you mean \(quoted($0))?)" } ?? "")
    case .wrongType(let tensor, let type, let wanted):
      "the tensor \(quoted(tensor)) has the type \(type.rawValue), but \(wanted) is needed"
    case .notInt32(let tensor, let element):
      "element \(element) of the tensor \(quoted(tensor)) does not fit in 32 bits"
    }
  }
}
