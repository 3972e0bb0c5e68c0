/// A place in a text file: line and column, both counted from 1.
///
/// The column counts Unicode scalars, as editors show it.
public struct TextLocation: Sendable, Hashable {
  private let storedLine: Int32
  private let storedColumn: Int32

  public var line: Int { Int(storedLine) }
  public var column: Int { Int(storedColumn) }

  public init(line: Int, column: Int) {
    // Half the size of two Ints, because every node of a JSON tree holds one.
    storedLine = Int32(clamping: line)
    storedColumn = Int32(clamping: column)
  }

  /// The place of a value that was made by the program instead of read.
  public static let none = TextLocation(line: 0, column: 0)
}
