import SandboxTasks

extension TrainingSlice {
  /// The slice's name in files: `key_value`, `direct_hop_2`.
  public var name: String {
    switch self {
    case .other: "other"
    case .keyValue: "key_value"
    case .needle: "needle"
    case .chainFact: "chain_fact"
    case .directHop1, .directHop2, .directHop3, .directHop4, .directHop5, .directHop6,
      .directHop7, .directHop8:
      "direct_hop_\(rawValue - TrainingSlice.directHop1.rawValue + 1)"
    case .traced: "traced"
    case .form: "form"
    case .balance: "balance"
    case .logAnswer: "log_answer"
    case .operand: "operand"
    case .bugAnswer: "bug_answer"
    case .verdict: "verdict"
    }
  }

  /// The slices whose tokens are determined by what precedes them: all but `other`.
  public static var predictable: [TrainingSlice] { allCases.filter { $0 != .other } }
}
