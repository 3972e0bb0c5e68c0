import DataFiles
import TextBenchmarks

/// The files of a benchmark that a run asks, with what tables need of their questions.
public struct BenchmarkFiles {
  /// A file, and the name of its row where all of its questions share one.
  struct File {
    var path: String
    var row: String
  }

  /// A question, by its file and its name there.
  public struct Name: Hashable, Sendable {
    let file: String
    let id: String
  }

  let benchmark: Benchmark
  let files: [File]
  let limit: Int?
  /// What is asked, in order.
  let names: [Name]
  let keys: [Name: BenchmarkTable.Key]

  /// Looks through files.
  ///
  /// - Throws: `UsageError` for a file that is named twice, `BenchmarkFileError` for one without
  ///   questions or with two of one name, and what reading throws.
  public init(_ benchmark: Benchmark, _ paths: [String], limit: Int?) throws {
    self.benchmark = benchmark
    self.limit = limit
    files = try zip(paths, benchmark.rows(of: paths)).map { File(path: $0, row: $1) }
    var names: [Name] = []
    var keys: [Name: BenchmarkTable.Key] = [:]
    for file in files {
      let before = names.count
      try Self.forEach(benchmark, file, limit: limit) { _, question in
        let name = Name(file: file.path, id: question.id)
        guard keys.updateValue(BenchmarkTable.Key(question), forKey: name) == nil else {
          throw BenchmarkFileError(
            description: "\(file.path) holds two questions \"\(legible(question.id))\"; give the "
              + "benchmark's own file, in which each has a name of its own")
        }
        names.append(name)
      }
      guard names.count > before else {
        throw BenchmarkFileError(
          description: "\(file.path) holds no question; give the benchmark's own file")
      }
    }
    self.names = names
    self.keys = keys
  }

  /// Calls `body` with each question of a file that is asked, and its number.
  func forEach(_ file: File, _ body: (Int, BenchmarkQuestion) throws -> Void) throws {
    try Self.forEach(benchmark, file, limit: limit, body)
  }

  private static func forEach(
    _ benchmark: Benchmark, _ file: File, limit: Int?,
    _ body: (Int, BenchmarkQuestion) throws -> Void
  ) throws {
    /// Enough has been read.
    struct Enough: Error {}
    var index = 0
    do {
      try benchmark.forEach(file.path, row: file.row) { question in
        if index == limit { throw Enough() }
        try body(index, question)
        index += 1
      }
    } catch is Enough {}
  }
}

/// A file that cannot be asked.
struct BenchmarkFileError: Error, CustomStringConvertible {
  let description: String
}
