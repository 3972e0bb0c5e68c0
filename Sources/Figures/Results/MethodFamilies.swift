import Experiments
import TestTimeCompute

/// The chosen methods of a run, with those together that differ in the amount they spend alone: one
/// family has one line in a figure, and a point for each amount.
struct MethodFamilies {
  struct Family {
    let name: String
    let methods: [String]
  }

  let families: [Family]

  /// Settings that distinguish families even where no label names them: in the order in which names say
  /// them, and then all others that methods declare.
  private static let columns: [String] = {
    let named = [
      "method", "policy", "control", "trace_end", "traces", "weights", "span_kv", "span_length",
      "learning_rate", "factor",
    ]
    return named + SettingColumns.ofMethods.filter { !named.contains($0) }
  }()
  private static let amounts: Set = ["steps", "tokens", "budget"]

  /// What distinguishes a family from others.
  private struct Key: Hashable {
    /// Name and settings as the label has them.
    var name: String
    /// The values of columns.
    var settings: [String]
  }

  /// Groups the chosen methods of a sweep.
  ///
  /// - Parameter ignoring: settings that do not distinguish families, either.
  /// - Throws: `CSVError`.
  init(_ selection: RunSelection, ignoring: Set<String> = []) throws {
    let columns = Self.columns.filter { !ignoring.contains($0) && selection.table.contains($0) }
    let texts = try columns.map(selection.table.texts)
    var first: [String: Int] = [:]
    for row in selection.rows where first[row.method] == nil { first[row.method] = row.number }
    var keys: [Key] = []
    var methods: [Key: [String]] = [:]
    for method in selection.methods {
      guard let number = first[method], let settings = selection.settings[method] else { continue }
      let key = Key(
        name: Self.name(method, settings, leavingOut: Self.amounts.union(ignoring)),
        settings: texts.map { $0[number] })
      if methods[key] == nil { keys.append(key) }
      methods[key, default: []].append(method)
    }
    families = keys.map { key in
      let rivals = keys.filter { $0.name == key.name }
      let details = columns.indices.compactMap { column -> String? in
        let value = key.settings[column]
        guard !value.isEmpty, Set(rivals.map { $0.settings[column] }).count > 1 else { return nil }
        return MethodNames.detail("\(columns[column])=\(value)", isNamed: false)
      }
      return Family(
        name: ([key.name] + details).joined(separator: ", "), methods: methods[key] ?? [])
    }
  }

  /// The name of a method without its amount and some settings.
  private static func name(
    _ label: String, _ settings: MethodColumns, leavingOut: Set<String>
  ) -> String {
    let words = label.split(separator: " ").map(String.init)
    let head = MethodNames.head(of: label)
    let details = words.filter { word in
      guard word.contains("=") else { return false }
      return !leavingOut.contains(String(word.prefix { $0 != "=" && $0 != "." }))
    }
    let isFamily = head == settings["method"] || head.isEmpty
    let base = isFamily ? MethodNames.family(settings) : MethodNames.literal(head)
    // What columns distinguish is named by them.
    let own = details.filter { word in
      isFamily || !Self.columns.contains(String(word.prefix { $0 != "=" }))
    }
    return ([base] + own.compactMap { MethodNames.detail($0) }).joined(separator: ", ")
  }
}
