/// All methods of the lab. A new one is a file beside this one's, and a line here.
public enum MethodCatalog {
  /// In the order of help and tables.
  public static let kinds: [any MethodSettings.Type] = [
    InContextMethod.self, QueryScaleMethod.self, ScalableSoftmaxMethod.self, QTTTMethod.self,
    AlignmentMethod.self, FullTrainingMethod.self, ThinkingMethod.self,
    SelfConsistencyMethod.self, BeamMethod.self, TrainingThinkingMethod.self,
    RetrieveMethod.self,
  ]

  public static let names = kinds.map { $0.name }

  /// The kind of a name; nil where there is none.
  public static func kind(_ name: String) -> (any MethodSettings.Type)? {
    kinds.first { $0.name == name }
  }

  /// What figures call a method, in their markup; nil for a name that is no method's.
  ///
  /// - Parameter columns: its settings as a table has them.
  public static func title(_ name: String, _ columns: MethodColumns) -> String? {
    kind(name)?.title(columns)
  }
}
