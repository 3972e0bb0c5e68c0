import DataFiles
import TransformerModel

/// A kind of method, its settings, and how much it spends.
public struct ChosenMethod: Sendable {
  /// How the amount is chosen.
  public enum Amount: Sendable, Equatable {
    case given(Int)
    case budget(ComputeBudget)
  }

  public var settings: any MethodSettings
  /// Nil where there is nothing to choose, or nothing has been chosen yet.
  public var amount: Amount?

  public init(_ settings: any MethodSettings, amount: Amount? = nil) {
    self.settings = settings
    self.amount = amount
  }

  /// What specs and tables call the kind.
  public var name: String { settings.kind.name }

  /// Whether an amount of compute is to be chosen and is not given.
  public var takesBudget: Bool {
    if case .given = amount { return false }
    return settings.kind.amount != nil
  }

  /// Reads the members of a method.
  ///
  /// - Parameter wantsBudget: whether the method itself must say how much it spends.
  public init(_ reader: inout JSONObjectReader, wantsBudget: Bool) throws(JSONError) {
    let name = try reader.string("method", oneOf: MethodCatalog.names)
    guard let kind = MethodCatalog.kind(name) else { preconditionFailure("\(name) was checked") }
    settings = try kind.init(&reader)
    guard let choice = kind.amount else { return }
    let isGiven = reader.valueIfPresent(choice.name) != nil
    if reader.valueIfPresent("budget") != nil {
      guard !isGiven else {
        throw reader.invalid(
          "budget", "and \(choice.name) both say how much is spent; give one of them")
      }
      var object = try reader.object("budget")
      amount = .budget(try ComputeBudget(&object))
    } else if isGiven || wantsBudget {
      amount = .given(try reader.int(choice.name, in: choice.range))
    }
  }

  /// Writes every setting that decides the result into an open object: what keys are made of.
  public func writeIdentity(to json: inout JSONWriter) throws {
    json.member("method", name)
    try settings.writeSettings(to: &json)
    switch amount {
    case .given(let amount): json.member(settings.kind.amount?.name ?? "amount", amount)
    case .budget(let budget): json.object("budget") { budget.writeMembers(to: &$0) }
    case nil: break
    }
  }

  /// Why the method cannot run at a length, as the end of a sentence; nil where it can.
  public func defect(length: Int) -> String? {
    if case .budget(let budget) = amount, let defect = budget.defect(length: length) {
      return defect
    }
    return settings.defect(length: length)
  }
}

extension ChosenMethod: Equatable {
  /// Whether two methods are known by the same settings.
  public static func == (one: ChosenMethod, other: ChosenMethod) -> Bool {
    one.identity == other.identity
  }

  private var identity: String {
    var json = JSONWriter()
    do {
      try json.object { try writeIdentity(to: &$0) }
    } catch {
      preconditionFailure("settings are finite: \(error)")
    }
    return json.text
  }
}

/// A method whose amounts are decided for one length.
public struct ResolvedMethod: Sendable {
  /// What is run.
  public let method: Method
  /// N, or the steps that a budget pays for where spans cost what they cost on average; nil where
  /// nothing trains.
  public let steps: Int?
  /// The most thinking tokens of each trace, in the same sense; nil where nothing is thought.
  public let tokensEach: Int?
  /// What was chosen, in the same sense; nil where there is nothing to choose.
  public let amount: Int?
  /// What the budget comes to; nil without one.
  public let budget: FLOPs.Count?

  init(_ method: Method, counts: Method, amount: Int?, budget: FLOPs.Count?) {
    self.method = method
    self.amount = amount
    steps = (counts.adaptation as? any TrainingAdaptation)?.steps
    tokensEach = (counts.decoding as? any ThinkingDecoding)?.tokens
    self.budget = budget
  }
}

extension ChosenMethod {
  /// The method for problems of an extent: with a budget, the most that it pays for.
  ///
  /// Where spans are drawn, a run decides by the spans that it drew: the method is given as much as the
  /// cheapest spans leave, and the budget to stop at.
  ///
  /// - Parameters:
  ///   - marksAnswers: whether a trace opens its answer by a token of its own.
  ///   - answers: how an instance is answered.
  ///   - limit: what may be spent where the method itself does not say.
  /// - Returns: nil where the budget pays for not even one step or trace.
  public func resolved(
    _ extent: ProblemExtent, marksAnswers: Bool, costs: FLOPs, answers: AnswerForm = .sandbox,
    limit: FLOPs.Count? = nil
  ) -> ResolvedMethod? {
    let least = settings.leastAmount(marksAnswers: marksAnswers)
    var limit = takesBudget ? limit : nil
    if case .budget(let budget) = amount {
      limit = budget.operations(extent, costs, direct: answers.direct)
    }
    guard let limit else {
      var share = 0
      if case .given(let amount) = amount { share = settings.share(of: amount) }
      let method = settings.method(share, answers)
      if method.decoding is any ThinkingDecoding, share < least { return nil }
      return ResolvedMethod(
        method, counts: method, amount: amount == nil ? nil : share, budget: nil)
    }
    let most = settings.kind.amount?.range.upperBound ?? .max
    func largest(_ cost: (Method) -> FLOPs.Count) -> Int? {
      BudgetMatch(within: limit, least: least, most: most) { cost(settings.method($0, answers)) }?
        .tokens
    }
    guard let mean = largest({ $0.expectedFLOPs(extent, costs) }),
      let cheapest = largest({ $0.leastFLOPs(extent, costs) })
    else { return nil }
    var method = settings.method(cheapest, answers)
    method.budget = limit
    return ResolvedMethod(
      method, counts: settings.method(mean, answers), amount: mean, budget: limit)
  }
}
