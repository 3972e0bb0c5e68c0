import Testing

/// What a suite tests, or needs.
extension Tag {
  /// A kernel, against a reference in Double.
  @Tag public static var kernel: Self
  /// A gradient, against central differences.
  @Tag public static var gradient: Self
  /// Recorded outputs: help screens, figures' data, what other programs computed.
  @Tag public static var golden: Self
  /// Runs the built program.
  @Tag public static var process: Self
  /// Takes seconds, and is left out of `make test-quick`.
  @Tag public static var slow: Self
}
