/// The file formats in which a figure can be written.
public enum FigureFormat: String, Sendable, CaseIterable {
  case png, svg, pdf

  /// The format that a file name's extension asks for, in upper or lower case.
  /// - Throws: `PlottingError.unknownFormat` for any other extension, or none.
  public init(path: String) throws(PlottingError) {
    let name = path.split(separator: "/").last ?? ""
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, let ending = parts.last,
      let format = FigureFormat(rawValue: ending.lowercased())
    else { throw .unknownFormat(path: path) }
    self = format
  }
}
