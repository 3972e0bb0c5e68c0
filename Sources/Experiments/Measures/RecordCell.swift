/// Records, or rows of a table, that are averaged together: instances of one task, length and method.
///
/// Whatever averages records makes a cell of them first, which refuses what must not be averaged: records
/// of different settings under one label, and two records of one instance.
public struct RecordCell: Sendable {
  /// A record as it counts here.
  public struct Member: Sendable {
    /// The number of the instance.
    public var index: Int
    /// What makes the method and the task, as a table writes it; the same names in all members.
    public var settings: [Setting]

    public init(index: Int, settings: [Setting]) {
      (self.index, self.settings) = (index, settings)
    }
  }

  public struct Setting: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  /// Refuses records that must not be averaged together.
  ///
  /// - Parameters:
  ///   - label: the label that they have in common.
  ///   - place: where they are, such as "key-value at T = 160".
  ///   - file: what errors call the file.
  /// - Throws: `PooledRecords`.
  public static func check(
    _ members: some Sequence<Member>, label: String, place: String, file: String
  ) throws(PooledRecords) {
    var first: Member?
    var seen: Set<Int> = []
    for member in members {
      // Settings first: where they differ, an instance that is there twice is no accident.
      for (own, other) in zip(first?.settings ?? [], member.settings) where own != other {
        throw PooledRecords(
          file: file, label: label, place: place,
          fault: .settings(own.name, own.value, other.value))
      }
      if first == nil { first = member }
      guard seen.insert(member.index).inserted else {
        throw PooledRecords(
          file: file, label: label, place: place, fault: .twice(index: member.index))
      }
    }
  }
}

/// Records that one mean, point or row would average although they do not belong together.
public struct PooledRecords: Error, Equatable, CustomStringConvertible {
  public enum Fault: Equatable, Sendable {
    /// A setting, and two of its values.
    case settings(String, String, String)
    /// An instance that is there more than once.
    case twice(index: Int)
  }

  public let file: String
  public let label: String
  public let place: String
  public let fault: Fault

  public var description: String {
    switch fault {
    case .settings(let name, let one, let other):
      "\(file): the label \"\(label)\" stands for records of different settings on \(place) (\(name) "
        + "\(Self.shown(one)) and \(Self.shown(other))), which are not averaged: give each method a "
        + "label of its own"
    case .twice(let index):
      "\(file) holds instance \(index) of \"\(label)\" on \(place) more than once: keep one of the "
        + "records, or give methods that differ labels of their own"
    }
  }

  private static func shown(_ value: String) -> String { value.isEmpty ? "empty" : value }
}
