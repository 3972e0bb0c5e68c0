import DataFiles
import SandboxTasks

/// The name of a task of one's own, and what is called after it.
public struct TaskName: Sendable {
  /// As it was given: `door-codes`.
  public let name: String

  /// The longest that is taken.
  private static let limit = 40
  /// Modules of the toolchain that a task's module could hide.
  private static let taken = ["swift", "foundation", "testing", "dispatch", "synchronization"]

  /// A name that is well formed and free.
  ///
  /// - Throws: `UsageError`.
  public init(_ name: String, lab: LabSource) throws(UsageError) {
    let words = name.split(separator: "-", omittingEmptySubsequences: false)
    let isWellFormed = words.allSatisfy { word in
      word.first?.isLowercase == true
        && word.utf8.allSatisfy {
          UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
        }
    }
    guard isWellFormed, name.count <= Self.limit else {
      throw UsageError(
        "NAME must be words of small letters and digits that begin with a letter and are joined by "
          + "dashes, such as door-codes, of at most \(Self.limit) characters, not '\(name)'.")
    }
    if TaskFamily(rawValue: name) != nil {
      throw UsageError("NAME is \(name), which is a task of the lab: choose another name.")
    }
    self.name = name
    let module = module.lowercased()
    let own = [module, "\(module)tests", "make-\(name)"]
    if let clash = (lab.modules + Self.taken).first(where: { own.contains($0.lowercased()) }) {
      throw UsageError(
        "NAME is \(name), whose module would be called like \(clash), which there is already: choose "
          + "another name.")
    }
  }

  /// The name of the module: `DoorCodes`.
  public var module: String {
    name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}
