import DataFiles

extension Benchmark {
  /// The rows of files: what each path says, or for RULER the paths themselves where several files are of
  /// one task, as of one at two lengths.
  ///
  /// - Parameter flag: what named the paths.
  /// - Throws: `UsageError` for a file, or a subset of ZeroSCROLLS, that is named twice.
  public func rows(of paths: [String], flag: String = "--data") throws(UsageError) -> [String] {
    for (place, path) in paths.enumerated() where paths[..<place].contains(path) {
      throw UsageError("\(flag) names \(path) twice; name each file once.")
    }
    let rows = paths.map(Self.row)
    if self == .zeroScrolls {
      for (place, row) in rows.enumerated() where rows[..<place].contains(row) {
        throw UsageError("\(flag) names two files of \(row); name each subset once.")
      }
    }
    guard self == .ruler else { return rows }
    return zip(paths, rows).map { path, row in rows.count { $0 == row } > 1 ? path : row }
  }
}
