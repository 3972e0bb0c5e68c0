import ArgumentParsing
import MachineInspection

/// Reports on the machine: what the lab finds here, how fast it is, and what is missing.
enum DoctorCommand: Subcommand {
  static let products = Option.flag(
    "products", help: "Measure matrix products only, with the kernels that OpenBLAS chose.")

  static let declaration = Command(
    name: "doctor",
    summary: "report this machine, its BLAS and its speed, and what is missing",
    discussion: """
      Measures the rate of float32 matrix products on one and on two threads, which bounds every \
      other speed of the lab, and names the command that installs what is missing. Where the \
      processor can run other kernels of OpenBLAS than those it chose, they are measured too. The \
      exit code is 0 whatever is found.
      """,
    examples: [
      Example("dilution doctor", "Look the machine over"),
      Example("dilution doctor --json", "The same for a program to read"),
    ],
    groups: [OptionGroup("Options", [products])])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    if arguments[products] {
      let library = MachineReport.MatrixLibrary.measured()
      return try console.show(library, lines: [library.peakLine])
    }
    let report = MachineReport.measured(
      version: labVersion,
      productsCommand: ["doctor", products.declaration.flag, "--json"])
    try console.show(report, lines: report.lines)
    for warning in report.warnings { console.warn(warning) }
  }
}
