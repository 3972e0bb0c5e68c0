import Experiments
import Foundation
import Prompts
import SandboxTasks
import Synchronization
import TestTags
import Testing
import TextSupport

@Suite(.tags(.slow)) struct TextProbeItemsTests {
  /// The lab's own texts are of their families, and a wrong line holds all that is asked of it.
  @Test(arguments: [TaskFamily.transactionLog, .codeBug])
  func textsAreOfTheirFamilies(_ family: TaskFamily) throws {
    let file =
      URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
        "Tasks/\(family.rawValue)"
      ).path
      + "/sample-text.jsonl"
    let (model, text) = try TextFixture.model()
    let items = try ProbeItem.readText(file, text)
    #expect(items.allSatisfy { $0.instance.family == family })
    let run = try ProbeRun(model, settings: ProbeSettings(), items: items, threads: 1)
    let hops = Mutex<Set<Int>>([])
    try run.run { result in
      let found = result.measurements.flatMap(\.answer.records).map(\.hop)
      hops.withLock { $0.formUnion(found) }
    }
    #expect(hops.withLock { $0 } == [0])
  }
}
