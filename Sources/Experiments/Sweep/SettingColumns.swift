import DataFiles
import SandboxTasks
import TestTimeCompute

/// The columns of `results.csv` that hold settings of tasks and methods.
///
/// Every setting that a family or a method declares may have a column of its name. Some stand in every
/// table; each of the others stands in those in which a task or a method departs from its default.
public enum SettingColumns {
  /// What figures are drawn against besides length and method: in every table, since version 2.
  static let standard =
    TaskSettings.common.map(\.name) + [
      "hops", "span_length", "learning_rate", "weights", "span_kv", "policy", "control",
      "trace_end",
      "traces", "factor",
    ]

  /// All that may be in a table, each once.
  public static let declared: [String] = {
    let families = TaskFamily.allCases.flatMap { $0.settings.map(\.name) }
    return once(standard + families + ofMethods)
  }()

  /// Those of methods.
  public static let ofMethods = once(MethodCatalog.kinds.flatMap { $0.tableColumns })

  /// Each name once; N has a column of its own, which is that of a budget, too.
  private static func once(_ names: [String]) -> [String] {
    names.reduce(into: []) { once, name in
      if !once.contains(name) && name != "steps" { once.append(name) }
    }
  }

  /// The columns that a grid adds to the standard ones.
  static func added(by cells: [SweepPlan.Cell]) -> [String] {
    declared.dropFirst(standard.count).filter { name in
      cells.contains { cell in
        let settings = cell.method.choice.settings
        let fresh = TaskShape(cell.task.shape.family).cell(name)
        return cell.task.shape.cell(name) != fresh
          || settings.cell(name) != type(of: settings).init().cell(name)
      }
    }
  }

  /// The values of a grid's cell in some columns.
  static func cells(_ names: [String], _ cell: SweepPlan.Cell) -> [CSVCell] {
    names.map { name in
      let settings = cell.settings
      if let common = TaskSettings.common.first(where: { $0.name == name }) {
        return common.cell(settings)
      }
      let own = settings.shape.cell(name)
      return own == .missing ? cell.method.choice.settings.cell(name) : own
    }
  }
}
