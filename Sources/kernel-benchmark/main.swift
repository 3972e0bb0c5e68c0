import Foundation

let usage = """
  Usage: kernel-benchmark [--csv FILE] [--only WORD]

  Holds every hot kernel against a reference in double precision, then times it on one core against
  what bounds it: the rate of OpenBLAS's square products or of copying, both measured in the same run.

    --csv FILE    write the table as CSV too
    --only WORD   only kernels whose name contains WORD
  """

/// Ends the program with a sentence on standard error.
func fail(_ message: String, code: Int32) -> Never {
  FileHandle.standardError.write(Data("kernel-benchmark: \(message)\n".utf8))
  exit(code)
}

var file: String?
var word: String?
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  switch argument {
  case "--help", "-h":
    print(usage)
    exit(0)
  case "--csv", "--only":
    guard let value = arguments.popFirst() else {
      fail("\(argument) is given without its value.", code: 2)
    }
    if argument == "--csv" { file = value } else { word = value }
  default:
    fail("unknown argument '\(argument)'; --help lists what there is.", code: 2)
  }
}

let trials = (productTrials() + attentionTrials() + rowTrials()).filter { trial in
  word.map { trial.name.contains($0) } ?? true
}
if trials.isEmpty { fail("no kernel has '\(word ?? "")' in its name.", code: 2) }
do {
  let report = try Report(trials)
  print(report.table.lines().joined(separator: "\n"))
  if let file { try report.writeCSV(file) }
} catch {
  fail("\(error)", code: 1)
}
