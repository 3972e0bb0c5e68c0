import Foundation
import Plotting
import TestSupport
import Testing

@Suite struct FigureFileTests {
  @Test(arguments: FigureFormat.allCases)
  func writesEveryFormatByItsExtension(format: FigureFormat) throws {
    let directory = try TemporaryFolder()
    let name = "figure.\(format.rawValue.uppercased())"
    try sampleCurve().figure.write(to: directory.file(name))
    let data = try Data(contentsOf: URL(fileURLWithPath: directory.file(name)))
    let signatures: [FigureFormat: String] = [
      .png: "\u{89}PNG", .svg: "<?xml", .pdf: "%PDF-",
    ]
    let signature = try #require(signatures[format]).unicodeScalars.map { UInt8($0.value) }
    #expect(Array(data.prefix(signature.count)) == signature)
    #expect(try directory.names == [name], "a temporary file was left behind")
  }

  @Test(arguments: FigureFormat.allCases)
  func equalFiguresHaveEqualBytes(format: FigureFormat) throws {
    let first = try sampleCurve().figure.render(format)
    // Another figure in between must not leave traces, such as Cairo's count of surfaces.
    _ = try figure(.line("a", x: [1, 2], y: [1, 2])).render(format)
    #expect(try sampleCurve().figure.render(format) == first)
    #expect(first.count > 2000)
  }

  @Test func figuresDrawnAtTheSameTimeAreEqual() async throws {
    let expected = try sampleCurve().figure.render(.svg)
    try await withThrowingTaskGroup(of: Data.self) { group in
      for _ in 0..<6 { group.addTask { try sampleCurve().figure.render(.svg) } }
      for try await data in group { #expect(data == expected) }
    }
  }

  @Test func replacesTheFileOnlyWhenTheFigureIsSound() throws {
    let directory = try TemporaryFolder()
    let path = directory.file("figure.svg")
    try figure(.line("a", x: [1, 2], y: [1, 2])).write(to: path)
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(throws: PlottingError.self) {
      try figure(.line("a", x: [1, 2], y: [1, .nan])).write(to: path)
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    try sampleCurve().figure.write(to: path)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) != before)
    #expect(try directory.names == ["figure.svg"])
  }

  @Test(arguments: ["figure.jpg", "figure", "a.svg/figure", ".", "", "figure.svgz", "svg"])
  func otherExtensionsAreNamedWithTheThree(path: String) {
    #expect(throws: PlottingError.unknownFormat(path: path)) {
      try sampleCurve().figure.write(to: path)
    }
    let sentence = PlottingError.unknownFormat(path: path).description
    for ending in [".png", ".svg", ".pdf", "'\(path)'"] { #expect(sentence.contains(ending)) }
  }

  @Test func aMissingDirectoryIsNamed() throws {
    let directory = try TemporaryFolder()
    let path = directory.file("missing/figure.png")
    let error = #expect(throws: PlottingError.self) { try sampleCurve().figure.write(to: path) }
    #expect(
      error?.description
        == "cannot write '\(path)': its folder does not exist; create it first")
  }

  @Test func whatAKilledProcessLeftBehindIsTakenOver() throws {
    let directory = try TemporaryFolder()
    let path = directory.file("figure.svg")
    try Data("half a fig".utf8).write(
      to: URL(fileURLWithPath: directory.file(".figure.svg.partial")))
    try sampleCurve().figure.write(to: path)
    #expect(try directory.names == ["figure.svg"])
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    #expect(text.hasPrefix("<?xml") && !text.contains("half a fig"))
  }

  @Test func aDirectoryInThePlaceOfTheFileStays() throws {
    let directory = try TemporaryFolder()
    let path = directory.file("figure.png")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(throws: PlottingError.self) { try sampleCurve().figure.write(to: path) }
    #expect(try directory.names == ["figure.png"])
  }
}
