/// The most frequent of several answers.
public enum MajorityVote {
  /// The winner: the answer stated most often, of equally frequent ones the first; nil of none.
  public static func winner(_ answers: [[Int32]]) -> [Int32]? {
    var counts: [[Int32]: Int] = [:]
    for answer in answers { counts[answer, default: 0] += 1 }
    guard let most = counts.values.max() else { return nil }
    return answers.first { counts[$0] == most }
  }
}
