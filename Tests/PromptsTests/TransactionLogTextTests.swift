import DataFiles
import Prompts
import SandboxTasks
import TestTags
import Testing

@Suite(.tags(.slow)) struct TransactionLogTextTests {
  func isSubsequence(_ shorter: [Substring], of longer: [Substring]) -> Bool {
    var rest = longer[...]
    for line in shorter {
      guard let place = rest.firstIndex(of: line) else { return false }
      rest = rest[(place + 1)...]
    }
    return true
  }

  /// Thousands of logs, each replayed by the checker.
  @Test func exactlyOneLineIsWrongAndItIsTheOneNamed() throws {
    var kinds: [String: Int] = [:]
    var checked = 0
    for (accounts, depth) in [(2, nil), (6, nil), (6, 0), (40, 1), (6, 0.5)] as [(Int, Double?)] {
      let settings = TransactionLogSettings(accounts: accounts, depth: depth)
      for index in 0..<500 {
        let log = TransactionLogText(settings, seed: 7, index: index)
        for lines in [log.leastLines, 25, 100] {
          let item = log.item(size: lines)
          let checker = TransactionLogChecker(item.contextText)
          #expect(checker.operations == lines)
          #expect(checker.faults.count == 1)
          let fault = try #require(checker.faults.first)
          #expect([fault.bugType, fault.transaction] == item.outputs)
          #expect(fault.bugType == log.anomaly.rawValue && fault.transaction == log.transaction)
          let places = [fault.line] + (fault.contradicted.map { [$0] } ?? [])
          let texts = item.contextText.split(separator: "\n")
          #expect(item.gold.map(\.hop) == Array(places.indices))
          for (gold, place) in zip(item.gold, places) {
            let parts = texts[place].split(separator: " ")
            #expect(item.text(gold.span) == texts[place])
            #expect(gold.value.map(item.text) == String(parts[0]))
            #expect(gold.key.map(item.text) == String(parts[1]))
          }
          if depth == 1 { #expect(fault.line == lines - 1) }
          if depth == 0 { #expect(fault.line == log.leastLines - 1) }
          if depth == 0.5 && lines == 100 { #expect(fault.line == 49) }
          checked += 1
        }
        kinds[log.anomaly.rawValue, default: 0] += 1
      }
    }
    #expect(checked == 7500)
    // A quarter of 2500 each, within five standard deviations.
    for anomaly in LedgerAnomaly.allCases { #expect(abs(kinds[anomaly.rawValue]! - 625) < 109) }
  }

  @Test func everyAnomalyCanBeAskedFor() {
    for anomaly in LedgerAnomaly.allCases {
      let settings = TransactionLogSettings(anomaly: anomaly)
      for index in 0..<50 {
        let log = TransactionLogText(settings, seed: 3, index: index)
        #expect(log.anomaly == anomaly)
        let fault = TransactionLogChecker(log.item(size: 60).contextText).faults.first
        #expect(fault?.bugType == anomaly.rawValue)
        // Its answer reads as the object that is asked for.
        let item = log.item(size: 60)
        let object = try? JSONValue.parse(item.answerPrefix + item.answer)
        #expect(object?["bug_type"]?.string == anomaly.rawValue)
        #expect(object?["tx_id"]?.string == log.transaction)
      }
    }
  }

  @Test func shorterLogsLieInsideLongerOnes() {
    for index in 0..<60 {
      let log = TransactionLogText(TransactionLogSettings(), seed: 1, index: index)
      let logs = [log.leastLines, 10, 25, 26, 100, 2000].map {
        log.item(size: $0).contextText.split(separator: "\n")
      }
      for (shorter, longer) in zip(logs, logs.dropFirst()) {
        #expect(isSubsequence(shorter, of: longer))
      }
    }
  }

  @Test func balancesStayWithinBoundsAndTransactionsAreToldApart() throws {
    let log = TransactionLogText(
      TransactionLogSettings(accounts: 3, anomaly: .calculationError), seed: 5, index: 2)
    let lines = log.item(size: 100_000).contextText.split(separator: "\n")
    #expect(TransactionLogChecker(lines.joined(separator: "\n")).faults.count == 1)
    #expect(Set(lines.map { $0.prefix(8) }).count == 100_000)
    let balances = lines.compactMap { Int($0.split(separator: " ")[6]) }
    #expect(balances.count == 100_000 && balances.min()! >= 0 && balances.max()! < 12_000)
  }

  @Test func aLogIsAFunctionOfItsNumber() {
    let settings = TransactionLogSettings()
    let texts = (0..<40).flatMap { index in
      Split.allCases.map { split in
        TransactionLogText(settings, seed: 2, split: split, index: index).item(size: 25)
          .contextText
      }
    }
    #expect(Set(texts).count == 120)
    #expect(
      TransactionLogText(settings, seed: 2, split: .train, index: 7).item(size: 25).contextText
        == texts[7 * 3])
  }

  @Test func theCheckerFindsWhatIsWrong() {
    let right = [
      "TX000001 ACC-1000 deposit 5: 10 -> 15", "TX000002 ACC-2000 withdraw 5: 10 -> 5",
      "TX000003 ACC-1000 withdraw 15: 15 -> 0", "TX000004 ACC-1000 deposit 7: 0 -> 7",
    ]
    #expect(TransactionLogChecker(right.joined(separator: "\n")).faults == [])
    for (line, text, bugType, contradicted) in [
      (2, "TX000003 ACC-1000 withdraw 15: 15 -> 1", "CALC_ERROR", nil),
      (3, "TX000004 ACC-1000 withdraw 7: 0 -> -7", "NEGATIVE_BAL", nil),
      (3, "TX000004 ACC-1000 deposit 7: 15 -> 22", "LOST_UPDATE", 2),
      (3, "TX000002 ACC-1000 deposit 7: 0 -> 7", "DUPLICATE_TXN", 1),
      (3, "TX000004 ACC-1000 deposit 7: 3 -> 10", "a balance from nowhere", 2),
      (3, "TX000004 ACC-1000 deposit", "not an operation", nil),
    ] as [(Int, String, String, Int?)] {
      var lines = right
      lines[line] = text
      let faults = TransactionLogChecker(lines.joined(separator: "\n")).faults
      #expect(faults.first?.bugType == bugType)
      #expect(faults.first?.line == line && faults.first?.contradicted == contradicted)
      #expect(faults.count == 1 || line == 2)
    }
  }

  @Test func recordsHoldWhatHarnessesRead() throws {
    let log = TransactionLogText(TransactionLogSettings(), seed: .max, index: 4)
    let record = TextPrompt(log, index: log.index, size: 30)
    let value = try JSONValue.parse(String(decoding: record.line(), as: UTF8.self))
    let input = try #require(value["input"]?.string)
    #expect(input == log.item(size: 30).prompt)
    #expect(value["length"]?.int == input.split(whereSeparator: \.isWhitespace).count)
    #expect(value["source"]?["settings"]?["lines"]?.int == 30)
    #expect(value["source"]?["needle"]?["tx_id"]?.string == log.transaction)
    let gold = try #require(value["gold"]?.elements?.first)
    let span = try #require(gold["span"]?.ints)
    let line = String(decoding: Array(input.utf8)[span[0]..<span[1]], as: UTF8.self)
    #expect(line.hasPrefix(log.transaction) && input.contains("\n\(line)") && !line.contains("\n"))
  }

  @Test func notesStandBeforeTheFirstOperation() {
    let log = TransactionLogText(TransactionLogSettings(), seed: 1, index: 0)
    let (plain, noted) = (log.item(size: 20), log.item(size: 20, padding: "so then"))
    #expect(noted.contextText == "# so then\n" + plain.contextText)
    #expect(noted.gold[0].span.lowerBound == plain.gold[0].span.lowerBound + 10)
    #expect(TransactionLogChecker(noted.contextText).operations == 20)
  }
}
