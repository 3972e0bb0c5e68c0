import DataFiles
import Foundation
import TestSupport

@testable import Figures

extension RunFixture {
  /// Draws a figure of `run` and returns its data and the text of its SVG.
  ///
  /// - Parameter words: settings as options, each with its value.
  func draw(_ figure: String, _ words: String...) throws -> (data: CSVTable, svg: String) {
    let drawn = try drawn(figure, "run", words)
    var csv = CSVFormatter(columns: drawn.data.columns)
    for row in drawn.data.rows { try csv.append(row) }
    return (
      try CSVTable(csv.text), String(decoding: try drawn.figure.render(.svg), as: UTF8.self)
    )
  }

  /// What is said to results and settings that make no figure; nothing where they make one.
  func complaint(_ figure: String, _ path: String, _ words: String...) throws -> String {
    try complaint(figure, path, words)
  }

  func complaint(_ figure: String, _ path: String, _ words: [String]) throws -> String {
    do {
      _ = try drawn(figure, path, words)
      return ""
    } catch {
      let said = "\(error)".replacing(folder.path + "/", with: "")
      return said.hasSuffix(".") ? String(said.dropLast()) : said
    }
  }

  private func drawn(_ name: String, _ path: String, _ words: [String]) throws -> DrawnFigure {
    guard let figure = FigureCatalog.named(name) else { throw NoSuch(name: name) }
    return try Self.draw(figure, folder.file(path), words)
  }

  private static func draw<Drawn: ResultFigure>(
    _ figure: Drawn, _ path: String, _ words: [String]
  ) throws -> DrawnFigure {
    var figure = figure
    var input = FigureInput(path)
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--title" {
        input.title = rest.popFirst()
        continue
      }
      guard let setting = figure.settings.first(where: { "--\($0.optionName)" == word }) else {
        throw NoSuch(name: word)
      }
      let text = setting.shape == .flag ? "" : rest.popFirst() ?? ""
      let old = setting.value(in: figure).elements ?? []
      setting.set(value(text, setting.shape, after: old), in: &figure)
    }
    return try figure.draw(input)
  }

  private static func value(
    _ text: String, _ shape: ValueShape, after old: [JSONValue] = []
  ) -> JSONValue {
    switch shape {
    case .flag: JSONValue(.bool(true))
    case .integer: JSONValue(.integer(Int(text) ?? 0))
    case .number: JSONValue(.double(Double(text) ?? .nan))
    case .list(of: .text): JSONValue(.array(old + [JSONValue(.string(text))]))
    case .list(let element):
      JSONValue(.array(old + text.split(separator: ",").map { value(String($0), element) }))
    case .choice, .text, .path: JSONValue(.string(text))
    }
  }

  struct NoSuch: Error { let name: String }
}
