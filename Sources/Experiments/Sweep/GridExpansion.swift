import DataFiles

/// One of the settings that an object with lists in it stands for.
struct GridPoint {
  /// The object, with one element in the place of each list.
  var value: JSONValue
  /// What was chosen from lists, in the order of the file: `steps=8`.
  var choices: [String]
}

/// Expands lists among settings to a grid.
enum GridExpansion {
  /// The most points that one object may stand for.
  static let limit = 10_000

  /// All objects that `value` stands for, when a list in the place of a setting means each of its
  /// elements in turn; the first setting of the file varies slowest. Objects in it are expanded too.
  ///
  /// - Parameter path: what errors call the object.
  /// - Throws: `JSONError` for an empty list, or for more than `limit` points.
  static func points(
    of value: JSONValue, file: String, path: String
  ) throws(JSONError) -> [GridPoint] {
    guard let members = value.members else { return [GridPoint(value: value, choices: [])] }
    var points = [GridPoint(value: JSONValue(.object([]), at: value.location), choices: [])]
    for member in members {
      let choices = try choices(of: member, file: file, path: "\(path).\(member.key)")
      guard points.count * choices.count <= limit else {
        throw JSONError(
          file: file, location: member.keyLocation,
          problem: .invalid(
            path: "\(path).\(member.key)",
            reason: "makes the grid of these lists larger than \(limit) points"))
      }
      points = points.flatMap { point in
        choices.map { choice in
          var members = point.value.members ?? []
          members.append(JSONMember(member.key, choice.value, at: member.keyLocation))
          return GridPoint(
            value: JSONValue(.object(members), at: value.location),
            choices: point.choices + choice.choices)
        }
      }
    }
    return points
  }

  /// What one setting stands for.
  private static func choices(
    of member: JSONMember, file: String, path: String
  ) throws(JSONError) -> [GridPoint] {
    if member.value.members != nil {
      return try points(of: member.value, file: file, path: path).map { point in
        GridPoint(value: point.value, choices: point.choices.map { "\(member.key).\($0)" })
      }
    }
    guard let elements = member.value.elements else {
      return [GridPoint(value: member.value, choices: [])]
    }
    guard !elements.isEmpty else {
      throw JSONError(
        file: file, location: member.value.location,
        problem: .invalid(path: path, reason: "is an empty list; name at least one value"))
    }
    var choices: [GridPoint] = []
    for element in elements {
      for var point in try points(of: element, file: file, path: path) {
        // A list of one is another form of its element.
        if element.members == nil && elements.count > 1 {
          point.choices = ["\(member.key)=\(text(element))"]
        } else {
          point.choices = point.choices.map { "\(member.key).\($0)" }
        }
        choices.append(point)
      }
    }
    return choices
  }

  private static func text(_ value: JSONValue) -> String {
    value.string ?? (try? value.text()) ?? value.kind
  }
}
