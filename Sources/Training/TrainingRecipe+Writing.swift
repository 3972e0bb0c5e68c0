import DataFiles
import SandboxTasks
import TransformerModel

extension TrainingRecipe {
  /// The recipe as a JSON object that reads back equal, every setting spelt out.
  ///
  /// Two recipes train alike exactly when these are equal.
  public var json: JSONValue {
    var members: [JSONMember] = [
      JSONMember("model", modelJSON),
      JSONMember("seed", JSONValue(Int(exactly: seed).map { .integer($0) } ?? .unsigned(seed))),
      JSONMember("steps", JSONValue(.integer(steps))),
      JSONMember("batchTokens", JSONValue(.integer(batchTokens))),
      JSONMember(
        "optimizer",
        [
          "learningRate": JSONValue(.double(schedule.peak)),
          "beta1": JSONValue(.double(optimizer.beta1)),
          "beta2": JSONValue(.double(optimizer.beta2)),
          "weightDecay": JSONValue(.double(optimizer.weightDecay)),
          "epsilon": JSONValue(.double(optimizer.epsilon)),
        ]),
      JSONMember(
        "schedule",
        [
          "warmup": JSONValue(.integer(schedule.warmup)),
          "decayFrom": JSONValue(.double(schedule.decayFrom)),
          "floor": JSONValue(.double(schedule.floor)),
        ]),
      JSONMember("clip", JSONValue(.double(clip))),
      JSONMember("unpredictableWeight", JSONValue(.double(unpredictableWeight))),
      JSONMember("stretchTo", JSONValue(.integer(stretchTo))),
      JSONMember(
        "curriculum",
        [
          "start": JSONValue(.integer(curriculum.start)),
          "end": JSONValue(.integer(curriculum.end)),
          "grow": JSONValue(.integer(curriculum.grow)),
          "accuracy": JSONValue(.double(curriculum.accuracy)),
        ]),
      JSONMember("mixture", mixture.json),
    ]
    if !phases.isEmpty {
      let list = phases.map { phase -> JSONValue in
        var members = [JSONMember("from", JSONValue(.double(phase.from)))]
        if let accuracy = phase.accuracy {
          members.append(JSONMember("accuracy", JSONValue(.double(accuracy))))
        }
        return JSONValue(.object(members + [JSONMember("mixture", phase.mixture.json)]))
      }
      members.append(JSONMember("phases", JSONValue(.array(list))))
    }
    if let accuracy = stopAtAccuracy {
      members.append(JSONMember("stopAt", ["accuracy": JSONValue(.double(accuracy))]))
    }
    return JSONValue(.object(members))
  }

  private var modelJSON: JSONValue {
    let members: JSONValue = [
      "width": JSONValue(.integer(model.width)),
      "layers": JSONValue(.integer(model.layers)),
      "queryHeads": JSONValue(.integer(model.queryHeads)),
      "keyValueHeads": JSONValue(.integer(model.keyValueHeads)),
      "headWidth": JSONValue(.integer(model.headWidth)),
      "mlpWidth": JSONValue(.integer(model.mlpWidth)),
      "rotaryTheta": JSONValue(.double(model.rotaryTheta)),
      "queryKeyNorm": JSONValue(.bool(model.hasQueryKeyNorm)),
      "tiedHead": JSONValue(.bool(model.hasTiedHead)),
    ]
    guard !model.plans.isEmpty, case .object(let shape) = members.content else { return members }
    return JSONValue(.object(shape + [JSONMember("attention", LayerPlan.json(model.plans))]))
  }
}

extension TrainingMixture {
  fileprivate var json: JSONValue {
    JSONValue(
      .object(
        Self.settings.map { JSONMember($0.camelCaseName, $0.value(in: self)) }))
  }
}

extension JSONValue {
  /// The first place where two objects differ, as a dotted path with the two values there.
  func firstDifference(
    from other: JSONValue, path: String = ""
  ) -> (path: String, here: String, there: String)? {
    guard let mine = members, let others = other.members else {
      if self == other { return nil }
      return (path, shortText, other.shortText)
    }
    let keys = mine.map(\.key) + others.map(\.key).filter { self[$0] == nil }
    for key in keys {
      let place = path.isEmpty ? key : "\(path).\(key)"
      switch (self[key], other[key]) {
      case (let here?, let there?):
        if let difference = here.firstDifference(from: there, path: place) { return difference }
      case (let here, let there):
        return (place, here?.shortText ?? "absent", there?.shortText ?? "absent")
      }
    }
    return nil
  }

  private var shortText: String { (try? text()) ?? kind }
}
