import DataFiles
import Foundation

/// Writes a file so that a reader sees the old bytes or all of the new ones, never a part, and so that
/// what a killed process left behind is taken over by the next one.
///
/// - Throws: `PlottingError.cannotWrite` with the system's reason; nothing is left behind.
func replaceFile(at path: String, with data: Data) throws(PlottingError) {
  do {
    try AtomicFile.write(data, to: path)
  } catch let error as FileSystemError {
    throw .cannotWrite(path: path, reason: error.reason)
  } catch {
    throw .cannotWrite(path: path, reason: "\(error)")
  }
}
