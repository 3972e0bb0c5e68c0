/// Work for which there is too little memory.
public struct MemoryShortage: Error, CustomStringConvertible {
  public let description: String

  /// Refuses work that needs more memory than is free, before it is begun.
  ///
  /// - Parameters:
  ///   - bytes: what is needed beside what is in memory already.
  ///   - free: what is free now; nil where that is not known.
  ///   - subject: what needs it, with the verb: "the longest text needs".
  ///   - remedy: what to do, as the end of a sentence.
  /// - Throws: `MemoryShortage`.
  public static func check(
    _ bytes: Int, free: Int?, _ subject: @autoclosure () -> String,
    remedy: @autoclosure () -> String
  ) throws(MemoryShortage) {
    guard let free, bytes > free else { return }
    throw MemoryShortage(
      description: "\(subject()) \(bytes >> 20) MiB beside the weights, but \(free >> 20) MiB are "
        + "free: \(remedy())")
  }
}
