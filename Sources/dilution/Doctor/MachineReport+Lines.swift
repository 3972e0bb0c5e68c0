extension MachineReport {
  /// The report as text for people.
  var lines: [String] {
    var lines = ["Machine"]
    lines.append(row("system", system))
    lines.append(row("processor", "\(processor.name ?? "unknown"), \(cores(processor.cores))"))
    lines.append(row("SIMD", vectorLine))
    lines.append(row("memory", memoryLine))
    lines.append("Libraries")
    lines.append(row("OpenBLAS", openblas.configuration))
    lines.append(row("OpenBLAS core", openblas.core))
    lines.append(row("sgemm peak", openblas.peakLine))
    if let alternative {
      lines.append(row("with \(alternative.core)", alternative.peakLine))
    }
    lines.append(row("Cairo", cairo))
    lines.append("Tools")
    for tool in tools {
      lines.append(row(tool.name, tool.version ?? "missing (\(tool.purpose))"))
    }
    let missing = tools.filter { $0.version == nil }
    lines.append("Missing")
    if missing.isEmpty { lines.append("  nothing") }
    for tool in missing { lines.append(row(tool.name, tool.installation)) }
    return lines
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

  private func row(_ label: String, _ text: String) -> String {
    "  " + label + String(repeating: " ", count: max(16 - label.count, 1)) + text
  }
}

extension MachineReport.MatrixLibrary {
  /// The measured rates as text for people.
  var peakLine: String {
    "\(gigaflopsOneThread) GFLOP/s on one thread, \(gigaflopsTwoThreads) on two"
  }
}
