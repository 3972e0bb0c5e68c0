import DataFiles

extension MachineReport {
  /// The report as text for people.
  public var lines: [String] {
    var libraries = [
      ("OpenBLAS", openblas.configuration), ("OpenBLAS core", openblas.core),
      ("sgemm peak", openblas.peakLine),
    ]
    if let alternative { libraries.append(("with \(alternative.core)", alternative.peakLine)) }
    let missing = tools.filter { $0.version == nil }.map { ($0.name, $0.installation) }
    return Self.part(
      "Machine",
      [
        ("system", system),
        ("processor", "\(processor.name ?? "unknown"), \(cores(processor.cores))"),
        ("SIMD", vectorLine), ("memory", memoryLine),
      ]) + Self.part("Libraries", libraries + [("Cairo", cairo)])
      + Self.part(
        "Tools", tools.map { ($0.name, $0.version ?? "missing (\($0.purpose))") })
      + Self.part("Missing", missing.isEmpty ? [("nothing", "")] : missing)
  }

  private static func part(_ title: String, _ pairs: [(String, String)]) -> [String] {
    TextTable(title, pairs: pairs, width: 15).lines(separator: " ", indent: "  ")
  }

  private var vectorLine: String {
    let width = processor.vectorBits.map { "\($0) bits" } ?? "unknown"
    return processor.features.isEmpty
      ? width : "\(width) (\(processor.features.joined(separator: ", ")))"
  }

  private var memoryLine: String {
    guard let memory else { return "unknown" }
    return "\(gibibytes(memory.freeBytes)) free of \(gibibytes(memory.totalBytes)) GiB"
  }

  private func cores(_ count: Int) -> String { count == 1 ? "1 core" : "\(count) cores" }

  private func gibibytes(_ bytes: Int) -> Double {
    (Double(bytes) / Double(1 << 30) * 10).rounded() / 10
  }
}

extension MachineReport.MatrixLibrary {
  /// The measured rates as text for people.
  public var peakLine: String {
    "\(gigaflopsOneThread) GFLOP/s on one thread, \(gigaflopsTwoThreads) on two"
  }
}
