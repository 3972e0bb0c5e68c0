import DataFiles

/// The files of a benchmark that were answered, each with the answers to it.
struct ScoreInput {
  struct File {
    var path: String
    /// The subset or task.
    var row: String
    var answers: BenchmarkAnswers
  }

  let files: [File]
  /// Who answered, in the order in which they first occur.
  let methods: [String]
  /// The files of answers, each with the places in `files` that it answers.
  private let sources: [(path: String, answers: BenchmarkAnswers, places: Range<Int>)]

  /// Reads answers.
  ///
  /// - Parameters:
  ///   - data: the benchmark's files; of RULER none where the answers bring the questions with them.
  ///   - answers: one file for each of `data`, or one for all.
  /// - Throws: `UsageError`, `ScoreError`, and what reading throws.
  init(_ benchmark: Benchmark, data: [String], answers: [String]) throws {
    guard !data.isEmpty || benchmark == .ruler else {
      throw UsageError(
        "--data is missing: give the benchmark's own file. RULER's predictions alone bring it with "
          + "them.")
    }
    let paths = data.isEmpty ? answers : data
    guard benchmark != .longBench || paths.count == 1 && answers.count == 1 else {
      throw UsageError("longbench-v2 is one file: give --data and --answers once each.")
    }
    guard answers.count == paths.count || answers.count == 1 else {
      throw UsageError(
        "--data is given \(paths.count) times and --answers \(answers.count) times: give one file of "
          + "answers for each of --data, in the same order, or one for all.")
    }
    let rows = try benchmark.rows(of: paths, flag: data.isEmpty ? "--answers" : "--data")
    let isShared = answers.count == 1
    sources = try answers.enumerated().map { place, path in
      let read = try BenchmarkAnswers(path, to: isShared ? paths : [])
      guard !read.methods.isEmpty else { throw ScoreError.noAnswers(file: path) }
      return (path, read, isShared ? 0..<paths.count : place..<place + 1)
    }
    var files: [File] = []
    for (place, path) in paths.enumerated() {
      files.append(
        File(path: path, row: rows[place], answers: sources[isShared ? 0 : place].answers))
    }
    self.files = files
    methods = sources.reduce(into: [String]()) { names, source in
      names += source.answers.methods.filter { !names.contains($0) }
    }
  }

  /// Checks that every answer belongs to one item.
  ///
  /// - Parameter ids: of each file.
  /// - Throws: `ScoreError`.
  func check(_ ids: [Set<String>]) throws(ScoreError) {
    for (place, ids) in ids.enumerated() where ids.isEmpty {
      throw .noItems(file: files[place].path)
    }
    for source in sources {
      do {
        try source.answers.check(
          against: source.places.map { (path: files[$0].path, ids: ids[$0]) })
      } catch {
        let data = source.places.map { "'\(files[$0].path)'" }.joined(separator: " or ")
        throw .misfit(error, file: source.path, data: data)
      }
    }
  }
}
