/// Shares from 0 to 1, a character each.
public enum ShareCells {
  /// - Parameter isPlain: whether only ASCII can be shown.
  public static func text(_ shares: [Double], isPlain: Bool = false) -> String {
    let steps: [Character] = isPlain ? [".", "-", "+", "*", "#"] : ["·", "░", "▒", "▓", "█"]
    return String(
      shares.map { share in
        // The ends mean nothing and everything: what has begun is not empty, what lacks something not full.
        if share >= 1 { return steps[4] }
        if share <= 0 || share.isNaN { return steps[0] }
        return steps[1 + min(Int(share * 3), 2)]
      })
  }
}
