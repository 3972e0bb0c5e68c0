import DataFiles
import Prompts
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

    init(file: String, id: String) { (self.file, self.id) = (file, id) }
    init(_ record: BenchmarkRecord) {
      self.init(file: record.identity.file, id: record.identity.id)
    }
    init(_ long: LongQuestion) { self.init(file: long.file, id: long.id) }
    init(_ prepared: PreparedQuestion) {
      self.init(file: prepared.file, id: prepared.question.id)
    }
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
          throw BenchmarkFileError.sameName(file: file.path, id: question.id)
        }
        names.append(name)
      }
      guard names.count > before else { throw BenchmarkFileError.noQuestion(file: file.path) }
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

/// Why files cannot be asked.
enum BenchmarkFileError: Error, CustomStringConvertible {
  case noQuestion(file: String)
  case sameName(file: String, id: String)

  var description: String {
    switch self {
    case .noQuestion(let file): "\(file) holds no question; give the benchmark's own file"
    case .sameName(let file, let id):
      "\(file) holds two questions \"\(legible(id))\"; give the benchmark's own file, in which each has a name "
        + "of its own"
    }
  }
}
