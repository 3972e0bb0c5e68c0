import DataFiles
import Instrumentation
import SandboxTasks
import TensorKernels
import TestTimeCompute

extension SweepSpec {
  /// The keys of a sweep.
  static let keys = [
    "model", "tasks", "lengths", "methods", "budgets", "rotary", "kv_precision", "count", "seed",
    "split", "instruments",
  ]

  /// Reads a spec of one sweep from JSON5 text.
  ///
  /// - Parameter file: what errors call the text.
  /// - Throws: `JSONError` at the first mistake; a key that is not known is one.
  public init(_ text: String, file: String) throws(JSONError) {
    var reader = try JSONObjectReader(JSONValue.parse(text, file: file), file: file)
    // A misspelt key first: otherwise the key that it was meant to be is said to be missing.
    for key in Self.keys { _ = reader.valueIfPresent(key) }
    try reader.finish()
    try self.init(&reader, part: nil, text: text)
  }

  /// Reads the members of a sweep, whose keys are known to be right.
  init(
    _ reader: inout JSONObjectReader, part: String?, text: String
  ) throws(JSONError) {
    self.part = part
    self.text = text
    model = try reader.string("model")
    guard !model.isEmpty else { throw reader.invalid("model", "must name a checkpoint folder") }
    lengths = try reader.ints("lengths", in: 1...TaskSettings.lengthLimit)
    count = try reader.int("count", default: 100, in: 1...1_000_000_000)
    seed = try reader.uint64("seed", default: 0)
    split = try reader.choice("split", default: .test)
    rotary = try Self.rotary(&reader)
    keyValuePrecision = try reader.choice("kv_precision", default: .float32)
    instruments = try Self.instruments(&reader)
    let budgets = try Self.budgets(&reader)
    methods = try Self.methods(&reader, budgets: budgets)
    tasks = try Self.tasks(&reader)
    try checkLengths(reader)
    try checkCount(reader)
  }

  private static func instruments(_ reader: inout JSONObjectReader) throws(JSONError) -> [String] {
    guard reader.contains("instruments") else { return [] }
    let names = try reader.strings("instruments")
    if let unknown = names.first(where: { !Instruments.optionalNames.contains($0) }) {
      throw reader.invalid(
        "instruments",
        "has no \"\(unknown)\"; known are "
          + Instruments.optionalNames.joined(separator: ", "))
    }
    return Instruments.optionalNames.filter(names.contains)
  }

  private static func rotary(_ reader: inout JSONObjectReader) throws(JSONError) -> [Bool] {
    guard let value = reader.valueIfPresent("rotary") else { return [true] }
    if let single = value.bool { return [single] }
    let switches = (value.elements ?? []).compactMap(\.bool)
    guard !switches.isEmpty, switches.count == value.elements?.count,
      Set(switches).count == switches.count
    else {
      throw reader.invalid("rotary", "must be true, false or a list of both")
    }
    return switches
  }

  /// The elements of a list of objects, or the one object in its place, with all lists in them
  /// expanded.
  private static func points(
    _ key: String, _ reader: inout JSONObjectReader, isOptional: Bool = false
  ) throws(JSONError) -> [(reader: JSONObjectReader, choices: [String])] {
    guard let value = reader.valueIfPresent(key) else {
      if isOptional { return [] }
      _ = try reader.value(key)
      return []
    }
    let isList = value.elements != nil
    var readers: [(JSONObjectReader, [String])] = []
    for (number, element) in (value.elements ?? [value]).enumerated() {
      let path = isList ? "\(key)[\(number)]" : key
      for point in try GridExpansion.points(of: element, file: reader.file, path: path) {
        readers.append(
          (try JSONObjectReader(point.value, file: reader.file, path: path), point.choices))
      }
    }
    guard !readers.isEmpty else { throw reader.invalid(key, "must name at least one") }
    return readers
  }

  private static func budgets(
    _ reader: inout JSONObjectReader
  ) throws(JSONError) -> [ComputeBudget] {
    var budgets: [ComputeBudget] = []
    for (point, _) in try points("budgets", &reader, isOptional: true) {
      var point = point
      let budget = try ComputeBudget(&point)
      guard !budgets.contains(budget) else {
        throw reader.invalid("budgets", "names the budget \(budget) twice")
      }
      budgets.append(budget)
    }
    return budgets
  }

  /// The methods; one that says nothing of its amount is there once for each of `budgets`.
  private static func methods(
    _ reader: inout JSONObjectReader, budgets: [ComputeBudget]
  ) throws(JSONError) -> [SweepMethod] {
    var methods: [SweepMethod] = []
    var places: [JSONObjectReader] = []
    for (point, choices) in try points("methods", &reader) {
      var point = point
      let label = try label(&point, key: "method", choices: choices)
      var choice = try ChosenMethod(&point, wantsBudget: budgets.isEmpty)
      try point.finish()
      var named: [SweepMethod] = []
      if choice.takesBudget && choice.amount == nil {
        for budget in budgets {
          choice.amount = .budget(budget)
          named.append(
            SweepMethod(
              label: budgets.count > 1 ? "\(label) budget=\(budget)" : label, choice: choice))
        }
      } else {
        named.append(SweepMethod(label: label, choice: choice))
      }
      for method in named {
        if let same = methods.first(where: { $0.choice == method.choice }) {
          throw point.invalid("method", "is the same method as \"\(same.label)\"; leave one out")
        }
        methods.append(method)
        places.append(point)
      }
    }
    let names = MethodLabels.unique(methods)
    for (number, name) in names.enumerated() {
      if names[..<number].contains(name) {
        throw places[number].invalid(
          "method", "makes a second method named \"\(name)\"; give one of them a label")
      }
      methods[number].label = name
    }
    return methods
  }

  private static func tasks(_ reader: inout JSONObjectReader) throws(JSONError) -> [SweepTask] {
    var tasks: [SweepTask] = []
    for (point, choices) in try points("tasks", &reader) {
      var point = point
      let label = try label(&point, key: "task", choices: choices)
      let task = try SweepTask(&point, label: label)
      try point.finish()
      if tasks.contains(where: { $0.label == label }) {
        throw point.invalid(
          "task", "makes a second task named \"\(label)\"; give one of them a label")
      }
      let same = tasks.first {
        $0.settings(length: 1) == task.settings(length: 1) && $0.text == task.text
      }
      if let same {
        throw point.invalid("task", "is the same task as \"\(same.label)\"; leave one out")
      }
      tasks.append(task)
    }
    return tasks
  }

  /// The label given, or the name of method or task, with what was chosen from lists behind it.
  private static func label(
    _ reader: inout JSONObjectReader, key: String, choices: [String]
  ) throws(JSONError) -> String {
    let name = try reader.string(key)
    let label = try reader.string("label", default: name)
    guard !label.isEmpty, label.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
    else { throw reader.invalid("label", "must be a line of text") }
    let chosen = choices.filter { !$0.hasPrefix("\(key)=") && !$0.hasPrefix("label=") }
    return ([label] + chosen).joined(separator: " ")
  }

  /// The most records that a sweep may have: all of their keys are held in memory.
  private static let recordLimit = 10_000_000

  private func checkCount(_ reader: JSONObjectReader) throws(JSONError) {
    let records = [tasks.count, rotary.count, lengths.count, methods.count, count]
      .reduce(1.0) { $0 * Double($1) }
    guard records <= Double(Self.recordLimit) else {
      throw reader.invalid(
        "count", "makes more than \(Self.recordLimit) records, over all cells of the grid")
    }
  }

  private func checkLengths(_ reader: JSONObjectReader) throws(JSONError) {
    guard !lengths.isEmpty else { throw reader.invalid("lengths", "must name at least one") }
    guard Set(lengths).count == lengths.count else {
      throw reader.invalid("lengths", "names a length twice")
    }
    for task in tasks {
      let files = Set(lengths.compactMap { task.text?.file(length: $0) })
      if files.count == 1 && lengths.count > 1 {
        throw reader.invalid(
          "tasks",
          "have one file of text for several lengths; write {length} where its name gives T")
      }
      for method in methods where task.text != nil {
        if let defect = method.choice.settings.defectOnText {
          throw reader.invalid("methods", "cannot have \(method.label) on text: it \(defect)")
        }
      }
      // How many of a model's tokens a text takes is known when it is made.
      for length in lengths where task.text == nil {
        do throws(TaskSettingsError) {
          try task.settings(length: length).validate()
        } catch {
          throw reader.invalid("lengths", "allows no instance of \(task.label): \(error)")
        }
      }
      for method in methods {
        if let defect = method.choice.defect(length: lengths.min() ?? 1) {
          throw reader.invalid("methods", "cannot have \(method.label): \(defect)")
        }
      }
    }
  }
}
