import Foundation

// The lab's side of Benchmarks/compare.py, which asks for one thing a line and gets one JSON object a
// line back. The process stays alive between questions, so that both sides are warm when they
// alternate.

let usage = """
  Usage: workload-benchmark FOLDER MODEL THREADS

  FOLDER takes the inputs that all sides read; MODEL is the checkpoint that reads contexts. Questions
  on standard input, one a line: prepare | machine | peak | check WORKLOAD | run WORKLOAD NUMBER
  """

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 3, let threads = Int(arguments[3]), 1...1024 ~= threads else {
  FileHandle.standardError.write(Data((usage + "\n").utf8))
  exit(2)
}

do {
  try BenchmarkServer(folder: arguments[1], model: arguments[2], threads: threads).serve()
} catch {
  FileHandle.standardError.write(Data("workload-benchmark: \(error)\n".utf8))
  exit(1)
}
