import DataFiles
import TestTimeCompute

/// The names of a sweep's methods, no two of which are the same: a label names one method.
enum MethodLabels {
  /// The label of each method; where several share one, with the settings behind it in which they differ,
  /// such as `qttt control=shuffled`.
  static func unique(_ methods: [SweepMethod]) -> [String] {
    var names = methods.map(\.label)
    for same in Dictionary(grouping: methods.indices, by: { names[$0] }).values where same.count > 1
    {
      let settings = same.map { members(of: methods[$0].choice) }
      for (place, number) in same.enumerated() {
        let own = settings[place].filter { member in
          settings.contains { other in !other.contains { $0 == member } }
        }
        names[number] = ([names[number]] + own.map { "\($0.key)=\($0.value)" })
          .joined(separator: " ")
      }
    }
    return names
  }

  private struct Member: Equatable {
    var key: String
    var value: String
  }

  /// All settings by which a method is known, as a spec names them.
  private static func members(of method: ChosenMethod) -> [Member] {
    var json = JSONWriter()
    do {
      try json.object { try method.writeIdentity(to: &$0) }
      let value = try JSONValue.parse(json.text, file: "settings")
      return (value.members ?? []).map { member in
        Member(
          key: member.key,
          value: member.value.string ?? (try? member.value.text()) ?? member.value.kind)
      }
    } catch {
      preconditionFailure("settings are finite: \(error)")
    }
  }
}
