import DataFiles
import Foundation
import TestTags
import Testing
import Training

/// The table of recipe keys in Models/README.md, held to what the reader accepts.
@Suite(.tags(.slow)) struct RecipeReferenceTests {
  /// A row of the table.
  struct Row {
    var key: String
    var fallback: String
    var value: String
    /// The key's place in a recipe with one phase.
    var path: String { key.replacing("[]", with: "[0]") }
  }

  let rows: [Row]
  /// A recipe that says everything.
  let full: JSONValue

  init() throws {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Models/README.md")
    let header = "| key | default | unit | value | meaning |\n|---|---|---|---|---|\n"
    let table = try String(contentsOf: page, encoding: .utf8).split(separator: header)[1]
    rows = table.split(separator: "\n").prefix { $0.hasPrefix("|") }.map { line in
      let cells = line.split(separator: "|", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      return Row(
        key: cells[1].trimmingCharacters(in: ["`"]), fallback: cells[2], value: cells[4])
    }
    let least = try JSONValue.parse(
      """
      {model: {width: 64, layers: 2, queryHeads: 4, headWidth: 16, mlpWidth: 96,
        attention: {scale: "learned"}}, seed: 1,
       steps: 10, batchTokens: 100, optimizer: {learningRate: 1e-3}, curriculum: {start: 2, end: 8},
       phases: [{from: 0.5, accuracy: 0.9, mixture: {hops: 4}}], stopAt: {accuracy: 0.5}}
      """)
    full = try TrainingRecipe(least, file: "r.json5").json
  }

  /// The reader's objection to a recipe.
  private func problem(_ recipe: JSONValue) -> JSONError.Problem? {
    do {
      _ = try TrainingRecipe(recipe, file: "r.json5")
      return nil
    } catch {
      return (error as? JSONError)?.problem
    }
  }

  @Test func theTableHasExactlyTheKeysThatTheReaderAccepts() throws {
    var keys: [String] = []
    func collect(_ object: JSONValue, _ path: [String]) throws {
      let unknown = full.setting(path + ["?"], to: 1)
      guard case .unknownKey(_, _, let known)? = problem(unknown) else {
        Issue.record("an unknown key in \(path) was accepted")
        return
      }
      for key in known {
        let inner = try #require(object[key], "the recipe does not write \(key)")
        if let element = inner.elements?.first {
          try collect(element, path + [key + "[]"])
        } else if inner.members == nil || !path.isEmpty && ["mixture", "attention"].contains(key) {
          // The mixture of a phase has the keys of the mixture, and what a rule has, its parts decide.
          keys.append((path + [key]).joined(separator: "."))
        } else {
          try collect(inner, path + [key])
        }
      }
    }
    try collect(full, [])
    #expect(rows.map(\.key).sorted() == keys.sorted())
  }

  @Test func everyRangeIsTheReaders() throws {
    for row in rows {
      let path = row.key.split(separator: ".").map(String.init)
      guard
        case .mismatch(row.path, let wanted, _)? = problem(full.setting(path, to: "?"))
      else {
        Issue.record("\(row.key) accepts any text")
        continue
      }
      // A bound that is another key's value.
      var value = row.value
      for (key, number) in [("model.queryHeads", "4"), ("curriculum.start", "2")] {
        value = value.replacing("`\(key)`", with: number)
      }
      #expect(value == wanted, "\(row.key)")
    }
  }

  @Test func everyDefaultIsTheReaders() throws {
    for row in rows {
      let path = row.key.split(separator: ".").map(String.init)
      // What a recipe without the key, or without the section that is nothing but the key, trains by.
      let isSection = row.fallback == "none" && path[0] != "model"
      let without = full.setting(isSection ? [path[0]] : path, to: nil)
      if row.fallback == "required" {
        #expect(problem(without) == .missingKey(path: row.path))
        continue
      }
      let read = try path.reduce(TrainingRecipe(without, file: "r.json5").json) { object, key in
        object?[key]
      }
      switch row.fallback {
      case "none": #expect(read == nil, "\(row.key)")
      case "`model.queryHeads`": #expect(read == 4)
      case "a tenth of `steps`, at most 100": #expect(read == 1)
      case "true", "false": #expect(read?.bool == (row.fallback == "true"), "\(row.key)")
      default:
        #expect(read?.double == Double(row.fallback), "\(row.key)")
        #expect(read?.double != nil)
      }
    }
  }
}

extension JSONValue {
  /// The object with the value at a path of keys replaced, added, or (nil) left out; `key[]` is the
  /// first element of an array.
  fileprivate func setting(_ path: [String], to value: JSONValue?) -> JSONValue {
    guard let step = path.first else { return value ?? .null }
    let key = step.replacing("[]", with: "")
    var result = (members ?? []).filter { $0.key != key }
    if path.count > 1 {
      let old = key == step ? self[key] : self[key]?.elements?.first
      let new = (old ?? JSONValue(.object([]))).setting(Array(path.dropFirst()), to: value)
      result.append(JSONMember(key, key == step ? new : JSONValue(.array([new]))))
    } else if let value {
      result.append(JSONMember(key, value))
    }
    return JSONValue(.object(result))
  }
}
