// swift-tools-version: 6.2
import PackageDescription

// AVX2 and FMA are asked for through the importer's target, because a plain `-O` on x86-64 stops at
// SSE2 and turns every fused multiply-add into a library call.
// One small module is compiled for AVX-512 and called only where the processor has it.
#if arch(x86_64)
  let kernelFlags: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=x86-64-v3"])]
  let wideFlags: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=x86-64-v4"])]
#else
  let kernelFlags: [SwiftSetting] = []
  let wideFlags: [SwiftSetting] = []
#endif

/// The rooms that compute are optimized in debug builds as well: a test of a kernel would take minutes
/// otherwise, and a change of one file is still built in seconds.
let computingRooms: Set<String> = [
  "DataFiles", "LaneKernels", "Plotting", "Randomness", "SandboxTasks", "TensorKernels",
  "TestTimeCompute", "Tokenization", "Training", "TransformerModel", "WideKernels",
]
let optimizedDebugging: SwiftSetting = .unsafeFlags(["-O"], .when(configuration: .debug))

/// A library target with its test target beside it.
func room(
  _ name: String, uses: [String] = [], settings: [SwiftSetting] = [], tested: Bool = true,
  testUses: [String] = [], resources: [Resource] = []
) -> [Target] {
  let library = Target.target(
    name: name, dependencies: uses.map { .init(stringLiteral: $0) },
    swiftSettings: settings + (computingRooms.contains(name) ? [optimizedDebugging] : []))
  guard tested else { return [library] }
  let tests = Target.testTarget(
    name: "\(name)Tests",
    dependencies: ([name] + uses + testUses).map { .init(stringLiteral: $0) },
    resources: resources)
  return [library, tests]
}

var targets: [Target] = [
  .systemLibrary(
    name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
  .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
]

// The rooms, in the order in which data walks through them.
targets += room("Randomness")
targets += room("DataFiles", testUses: ["TestSupport"])
targets += room("Runs", uses: ["DataFiles"])
targets += room(
  "SandboxTasks", uses: ["Randomness", "DataFiles"], testUses: ["TestSupport"])
targets += room(
  "Tokenization", uses: ["DataFiles"], testUses: ["TestSupport"], resources: [.copy("Fixtures")])
targets += room(
  "TextBenchmarks", uses: ["DataFiles"], testUses: ["TestSupport"], resources: [.copy("Fixtures")])
targets += room(
  "Prompts",
  uses: ["SandboxTasks", "Tokenization", "TextBenchmarks", "Randomness", "DataFiles"],
  testUses: ["TextSupport"])
targets += room("LaneKernels", testUses: ["Randomness", "TestSupport"])
targets += room(
  "WideKernels", uses: ["LaneKernels"], settings: wideFlags, testUses: ["Randomness"])
targets += room(
  "TensorKernels", uses: ["COpenBLAS", "LaneKernels", "WideKernels"], settings: kernelFlags,
  testUses: ["Randomness", "TestSupport"])
targets += room(
  "TransformerModel", uses: ["TensorKernels", "DataFiles", "Randomness"],
  testUses: ["TestSupport"], resources: [.copy("Fixtures")])
targets += room(
  "Training",
  uses: ["TransformerModel", "TensorKernels", "SandboxTasks", "Randomness", "DataFiles"],
  testUses: ["TestSupport"], resources: [.copy("Fixtures")])
targets += room(
  "Instrumentation", uses: ["TransformerModel"], testUses: ["Randomness", "TensorKernels"])
targets += room(
  "TestTimeCompute",
  uses: ["Training", "TransformerModel", "TensorKernels", "Randomness", "DataFiles"])
targets += room(
  "Experiments",
  uses: [
    "BatchJobs", "TestTimeCompute", "Instrumentation", "Training", "TransformerModel",
    "TensorKernels",
    "Prompts", "TextBenchmarks", "Tokenization", "SandboxTasks", "Randomness", "Runs", "DataFiles",
  ], testUses: ["TextSupport"])
targets += room("BatchJobs", uses: ["DataFiles"])
targets += room("Plotting", uses: ["CCairo", "DataFiles"])
targets += room("MachineInspection", uses: ["TensorKernels", "Plotting", "DataFiles"])
targets += room("TaskSkeletons", uses: ["SandboxTasks", "DataFiles"], testUses: ["TestSupport"])
targets += room(
  "Figures", uses: ["Experiments", "Instrumentation", "Runs", "Plotting", "DataFiles"],
  testUses: ["TestSupport"])
targets += room("ArgumentParsing", uses: ["DataFiles"])
targets += room(
  "Report", uses: ["Figures", "TextBenchmarks", "Experiments", "Runs", "DataFiles"],
  testUses: ["TestSupport"])
targets += room("TerminalGraphics")

// What the program knows, and what other packages may.
let libraries = [
  "ArgumentParsing", "BatchJobs", "DataFiles", "Experiments", "Figures", "Instrumentation",
  "MachineInspection", "Plotting", "Prompts", "Randomness", "Report", "Runs", "SandboxTasks",
  "TaskSkeletons", "TensorKernels", "TestTimeCompute", "TextBenchmarks", "Tokenization", "Training",
  "TransformerModel",
]

targets += [
  .executableTarget(
    name: "dilution",
    dependencies: (libraries + ["TerminalGraphics"]).map { .init(stringLiteral: $0) }),
  .executableTarget(
    name: "kernel-benchmark",
    dependencies: ["DataFiles", "Randomness", "TensorKernels", "TestSupport"]),
  .executableTarget(
    name: "workload-benchmark",
    dependencies: [
      "DataFiles", "Experiments", "Randomness", "SandboxTasks", "TensorKernels", "TestTimeCompute",
      "Training", "TransformerModel",
    ]),
  .testTarget(
    name: "CommandLineTests",
    dependencies: [
      "DataFiles", "Randomness", "SandboxTasks", "TestSupport", "TransformerModel", "dilution",
    ],
    exclude: ["Goldens"]),
  // Kills the built program and compares what is left; `make crash-test` runs it.
  .executableTarget(
    name: "crash-harness", dependencies: ["ArgumentParsing", "Randomness"], path: "Tests/Crash",
    exclude: ["README.md"]),
  // Throws bad input at every reader; `make fuzz` runs it.
  .executableTarget(
    name: "fuzz-harness",
    dependencies: [
      "ArgumentParsing", "DataFiles", "Experiments", "Prompts", "Randomness", "SandboxTasks",
      "Runs", "TestTimeCompute", "TextBenchmarks", "Tokenization", "Training",
      "TransformerModel",
    ], path: "Tests/Fuzz",
    exclude: ["README.md", "fitted.jsonl", "unfitted.jsonl", "text-study.json5"]),
  .target(name: "TestSupport", dependencies: ["Randomness"], path: "Tests/TestSupport"),
  .target(
    name: "TextSupport",
    dependencies: ["Prompts", "SandboxTasks", "TransformerModel", "DataFiles"],
    path: "Tests/TextSupport", exclude: ["qwen3-text"]),
]

let package = Package(
  name: "ScoreDilutionLab",
  products: [
    .executable(name: "dilution", targets: ["dilution"]),
    .library(name: "ScoreDilution", targets: libraries),
  ],
  targets: targets
)
