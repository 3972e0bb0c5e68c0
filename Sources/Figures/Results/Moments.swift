/// The moments of an adaptation that are shown where all of them would be too many.
public enum Moments {
  /// Up to nine of ascending steps, evenly spaced, the first and the last among them.
  public static func few(of steps: [Int]) -> [Int] {
    guard steps.count > 9 else { return steps }
    return (0...8).map { steps[$0 * (steps.count - 1) / 8] }
  }
}
