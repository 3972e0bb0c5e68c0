import Foundation
import Plotting
import Testing

/// A directory that is gone when the test is over.
final class TemporaryDirectory {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("plotting-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path) } }
}

/// Two falling curves with bands, as the lab's main figure has them.
func sampleCurve() -> DilutionCurve {
  let lengths: [Double] = [160, 320, 640, 1280, 2560]
  func series(_ name: String, _ means: [Double]) -> LengthSeries {
    LengthSeries(
      name, lengths: lengths, means: means,
      intervals: (means.map { $0 - 0.03 }, means.map { $0 + 0.03 }))
  }
  return DilutionCurve(
    bestHead: [
      series("in-context", [0.96, 0.9, 0.8, 0.55, 0.2]),
      series("qTTT", [0.95, 0.92, 0.85, 0.7, 0.5]),
    ],
    layerHeadMean: [
      series("in-context", [0.3, 0.27, 0.22, 0.15, 0.05]),
      series("qTTT", [0.3, 0.29, 0.26, 0.2, 0.14]),
    ],
    trainingLength: 160, title: "Dilution", caption: "n = 64 instances, seed 7")
}

@Suite struct FigureFileTests {
  @Test(arguments: FigureFormat.allCases)
  func writesEveryFormatByItsExtension(format: FigureFormat) throws {
    let directory = try TemporaryDirectory()
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
    let second = try sampleCurve().figure.render(format)
    #expect(first == second)
    #expect(first.count > 2000)
  }
}
