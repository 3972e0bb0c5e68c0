/// Options for `sbatch` that a user passes through.
public enum SlurmOption {
  /// Why an option is not passed through.
  public enum Unfit: Error, Equatable {
    /// It is none: empty, or of several lines.
    case notAnOption
    /// It is one that the scripts set themselves, by this name.
    case reserved(String)
  }

  /// An option as it stands in a script; two dashes are added to a bare `partition=long`.
  public static func normalized(_ text: String) throws(Unfit) -> String {
    guard !text.contains(where: \.isNewline), text.contains(where: { $0.isLetter }) else {
      throw .notAnOption
    }
    let option = text.hasPrefix("-") ? text : "--\(text)"
    let name: String
    if option.hasPrefix("--") {
      name = String(option.dropFirst(2).prefix { $0 != "=" && $0 != " " })
    } else {
      name = String(option.dropFirst().prefix(1))
    }
    guard let long = reserved[name] ?? (reserved.values.contains(name) ? name : nil) else {
      return option
    }
    throw .reserved(long)
  }

  /// What decides which shards run, when, and how they are found again; by their short names.
  private static let reserved = [
    "a": "array", "d": "dependency", "J": "job-name", "D": "chdir", "M": "clusters", "W": "wait",
    "wrap": "wrap", "parsable": "parsable", "test-only": "test-only",
    "kill-on-invalid-dep": "kill-on-invalid-dep",
  ]
}
