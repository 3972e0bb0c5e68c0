import Testing

@testable import TestTimeCompute

@Suite struct CostReportTests {
  @Test func theReportCountsAsTheClosedFormsDo() throws {
    let report = CostReport(shape: .sandbox, length: 640, steps: 16, span: 64, traces: 4)
    let flops = FLOPs(KnownShape.sandbox.configuration)
    #expect(report.costs.first?.flops == flops.prefill(640))
    let match = try #require(report.matches.first)
    #expect(match.flops == 16 * flops.meanSpanStep(64, length: 640))
    #expect(match.rule == FLOPs.Count(2 * 16 * 64))
    // Another token would cost more than is left.
    let token = flops.decode(1, after: 640 + match.thinkingTokens)
    #expect(match.remainder < token)
    #expect(report.matches.dropFirst().allSatisfy { $0.rule == nil })
  }

  @Test func tablesAreAligned() throws {
    let report = CostReport(shape: .sandbox, length: 640, steps: 16, span: 64, traces: 4)
    let first = try #require(report.lines.firstIndex { $0.hasPrefix("Cost of") })
    let table = report.lines[first...(first + report.costs.count)]
    #expect(Set(table.map(\.count)).count == 1)
    #expect(report.lines.last?.hasPrefix("The rule 2Nk gives 2048 thinking tokens") == true)
  }

  @Test func theScanBeginsWithWhatWasGiven() {
    let given = KnownShape(name: "own", configuration: KnownShape.sandbox.configuration)
    let scan = RuleScan(given: given, steps: 8, span: 600)
    #expect(scan.rows.map(\.shape).first == "own")
    #expect(scan.rows.count == KnownShape.all.count + 1)
    // A span needs a context that is longer.
    #expect(scan.rows.allSatisfy { $0.cells.first?.length == 2048 })
    #expect(scan.lines.count == 2 * (scan.rows.count + 2) + 1)
  }
}
