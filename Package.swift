// swift-tools-version: 6.2
import PackageDescription

// AVX2 and FMA are asked for through the importer's target, because a plain `-O` on x86-64 stops at
// SSE2 and turns every fused multiply-add into a call of a function.
// One small module is compiled for AVX-512 and called only where the processor has it.
#if arch(x86_64)
  let kernelFlags: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=x86-64-v3"])]
  let wideFlags: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=x86-64-v4"])]
#else
  let kernelFlags: [SwiftSetting] = []
  let wideFlags: [SwiftSetting] = []
#endif

/// The targets that compute are optimized in debug builds as well: a test of a kernel would take minutes
/// otherwise, and a change of one file is still built in seconds.
let computingTargets: Set<String> = [
  "DataFiles", "LaneKernels", "Plotting", "Randomness", "SandboxTasks", "TensorKernels",
  "TestTimeCompute", "Tokenization", "Training", "TransformerModel", "WideKernels",
]
let optimizedDebugging: SwiftSetting = .unsafeFlags(["-O"], .when(configuration: .debug))

/// A library target with its test target beside it.
func libraryTarget(
  _ name: String, uses: [String] = [], settings: [SwiftSetting] = [], tested: Bool = true,
  testUses: [String] = [], resources: [Resource] = []
) -> [Target] {
  let library = Target.target(
    name: name, dependencies: uses.map { .init(stringLiteral: $0) },
    swiftSettings: settings + (computingTargets.contains(name) ? [optimizedDebugging] : []))
  guard tested else { return [library] }
  let tests = Target.testTarget(
    name: "\(name)Tests",
    dependencies: ([name] + uses + testUses + ["TestTags"]).map { .init(stringLiteral: $0) },
    resources: resources)
  return [library, tests]
}

var targets: [Target] = [
  .systemLibrary(
    name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
  .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
]

// The targets, in the order in which data walks through them.
targets += libraryTarget("Randomness")
targets += libraryTarget("DataFiles", testUses: ["TestSupport"])
targets += libraryTarget("Runs", uses: ["DataFiles"], testUses: ["TestSupport"])
targets += libraryTarget(
  "SandboxTasks", uses: ["Randomness", "DataFiles"], testUses: ["TestSupport"])
targets += libraryTarget(
  "Tokenization", uses: ["DataFiles"], testUses: ["TestSupport"], resources: [.copy("Fixtures")])
targets += libraryTarget(
  "TextBenchmarks", uses: ["DataFiles"], testUses: ["TestSupport"], resources: [.copy("Fixtures")])
targets += libraryTarget(
  "Prompts",
  uses: ["SandboxTasks", "Tokenization", "TextBenchmarks", "Randomness", "DataFiles"],
  testUses: ["TestSupport", "TextSupport"])
targets += libraryTarget("LaneKernels", testUses: ["Randomness", "TestSupport"])
targets += libraryTarget(
  "WideKernels", uses: ["LaneKernels"], settings: wideFlags, testUses: ["Randomness"])
targets += libraryTarget(
  "TensorKernels", uses: ["COpenBLAS", "LaneKernels", "WideKernels"], settings: kernelFlags,
  testUses: ["Randomness", "TestSupport"])
targets += libraryTarget(
  "TransformerModel", uses: ["TensorKernels", "DataFiles", "Randomness"],
  testUses: ["TestSupport"], resources: [.copy("Fixtures")])
targets += libraryTarget(
  "Training",
  uses: ["TransformerModel", "TensorKernels", "SandboxTasks", "Randomness", "DataFiles"],
  testUses: ["TestSupport"], resources: [.copy("Fixtures")])
targets += libraryTarget(
  "Instrumentation", uses: ["TransformerModel"], testUses: ["Randomness", "TensorKernels"])
targets += libraryTarget(
  "TestTimeCompute",
  uses: ["Training", "TransformerModel", "TensorKernels", "Randomness", "DataFiles"])
targets += libraryTarget(
  "Experiments",
  uses: [
    "BatchJobs", "TestTimeCompute", "Instrumentation", "Training", "TransformerModel",
    "TensorKernels",
    "Prompts", "TextBenchmarks", "Tokenization", "SandboxTasks", "Randomness", "Runs", "DataFiles",
  ], testUses: ["TestSupport", "TextSupport"])
targets += libraryTarget("BatchJobs", uses: ["DataFiles"], testUses: ["TestSupport"])
targets += libraryTarget("Plotting", uses: ["CCairo", "DataFiles"], testUses: ["TestSupport"])
targets += libraryTarget("MachineInspection", uses: ["TensorKernels", "Plotting", "DataFiles"])
targets += libraryTarget(
  "TaskSkeletons", uses: ["SandboxTasks", "DataFiles"], testUses: ["TestSupport"])
targets += libraryTarget(
  "Figures",
  uses: ["Experiments", "Instrumentation", "TestTimeCompute", "Runs", "Plotting", "DataFiles"],
  testUses: ["TestSupport"])
targets += libraryTarget("ArgumentParsing", uses: ["DataFiles"])
targets += libraryTarget(
  "Report", uses: ["Figures", "TextBenchmarks", "Experiments", "Runs", "DataFiles"],
  testUses: ["TestSupport"])
targets += libraryTarget("TerminalGraphics")

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
      "DataFiles", "Randomness", "SandboxTasks", "TestSupport", "TestTags", "TransformerModel",
      "dilution",
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
  .target(name: "TestTags", dependencies: [], path: "Tests/TestTags"),
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
