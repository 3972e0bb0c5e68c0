import Foundation
import MachineInspection
import Runs
import TensorKernels

extension Provenance {
  /// The provenance of what this process computes.
  static func ofThisProcess() -> Provenance {
    let features = ProcessorFeatures(cpuinfo: SystemFiles.text("/proc/cpuinfo") ?? "")
    return Provenance(
      version: labVersion, commit: SourceCommit.ofThisProgram,
      command: ["dilution"] + CommandLine.arguments.dropFirst(),
      machine: [
        ("system", SystemFiles.systemName),
        ("processor", features.modelName ?? "unknown"),
        ("cores", "\(ProcessInfo.processInfo.activeProcessorCount)"),
        ("openblas", BLASInformation.core),
      ])
  }
}
