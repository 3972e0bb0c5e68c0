import DataFiles

extension Estimate {
  /// What makes a difference stand out in text.
  public static let holmMark = "†"

  /// The interval for people, such as `[0.751, 0.949]`; nil without one.
  public func intervalText(places: Int = 3, isSigned: Bool = false) -> String? {
    interval.map {
      "[\(DecimalText.fixed($0.lowerBound, places, isSigned: isSigned)), "
        + "\(DecimalText.fixed($0.upperBound, places, isSigned: isSigned))]"
    }
  }

  /// The mean with its interval for people.
  public func text(places: Int = 3, isSigned: Bool = false) -> String {
    let mean = DecimalText.fixed(mean, places, isSigned: isSigned)
    return intervalText(places: places, isSigned: isSigned).map { "\(mean) \($0)" } ?? mean
  }
}

/// What tables of estimates say below them.
public enum EstimateNotes {
  /// How the intervals were made.
  public static let intervals =
    "95 % intervals: Wilson's for accuracies, a bootstrap-t for other means."

  /// How differences were tested.
  public static let tests =
    "Tested are accuracies by the exact McNemar test, other means by the exact test over changes of signs "
    + "(Student's t where more than \(PairedTests.mostExact) instances differ), and the interval must "
    + "leave out 0."

  /// How differences were tested and marked.
  ///
  /// - Parameter isCorrected: whether p-values were corrected over the comparisons of a task.
  public static func differences(isCorrected: Bool) -> String {
    var text = "**Bold**: p ≤ 0.05. \(tests)"
    if isCorrected {
      text +=
        " \(Estimate.holmMark): still so after Holm's correction over all comparisons of the task."
    }
    return text
  }

  /// A note without the marks of Markdown.
  public static func plain(_ note: String) -> String {
    note.filter { $0 != "*" && $0 != "`" }
  }

  /// A warning where some means are of few instances; nil where none is.
  public static func smallCounts(_ counts: some Sequence<Int>) -> String? {
    guard let least = counts.filter({ $0 > 0 }).min(), least < Statistics.smallCount else {
      return nil
    }
    var text =
      "n is small (\(least)): below \(Statistics.smallCount) instances intervals of skewed values cover "
      + "less than they say (see `dilution coverage`)."
    if least < BootstrapT.leastCount {
      text +=
        " Below \(BootstrapT.leastCount) instances means have no interval but for accuracies, and one "
        + "instance has none at all."
    }
    return text
  }
}
