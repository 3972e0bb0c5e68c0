import Foundation
import Synchronization
import TensorKernels
import TestTags
import Testing

@Suite(.tags(.kernel)) struct WorkersTests {
  @Test(arguments: [0, 1, 2, 5], [0, 1, 2, 3, 100])
  func everyTaskRunsOnce(workers: Int, tasks: Int) {
    let counts = Mutex([Int](repeating: 0, count: tasks))
    let team = Workers(count: workers)
    #expect(team.count == max(1, workers))
    team.run(tasks) { task, worker in
      #expect((0..<team.count).contains(worker))
      counts.withLock { $0[task] += 1 }
    }
    #expect(counts.withLock { $0.allSatisfy { $0 == 1 } })
  }

  /// Scratch memory is given out by worker number, so no number may be in use twice at a time.
  @Test func workerNumbersAreDistinctAtAnyTime() {
    let busy = Mutex(Set<Int>())
    Workers(count: 4).run(400) { _, worker in
      #expect(busy.withLock { $0.insert(worker).inserted })
      for _ in 0..<200 { _ = busy.withLock { $0.count } }
      #expect(busy.withLock { $0.remove(worker) } == worker)
    }
  }

  /// Jobs within jobs, from several threads at once, each shorter than a thread takes to wake: every
  /// task still runs once, and a job has ended when its call returns.
  @Test func jobsWithinAndBesideEachOther() {
    let total = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      for round in 0..<300 {
        let outer = Mutex(0)
        Workers(count: 2).run(3) { _, _ in
          let inner = Mutex(0)
          Workers(count: 3).run(round % 5) { _, _ in inner.withLock { $0 += 1 } }
          let count = inner.withLock { $0 }
          outer.withLock { $0 += count }
        }
        let count = outer.withLock { $0 }
        #expect(count == 3 * (round % 5))
        total.withLock { $0 += count }
      }
    }
    // Four callers, three tasks, sixty rounds of each of 0 … 4 inner tasks.
    let counted = total.withLock { $0 }
    #expect(counted == 7200)
  }

  /// Helpers that have gone to sleep come back.
  @Test func jobsAfterARest() {
    for rest in [0.0, 0.0001, 0.0003, 0.002] {
      for _ in 0..<20 {
        Thread.sleep(forTimeInterval: rest)
        let counts = Mutex([Int](repeating: 0, count: 8))
        Workers(count: 2).run(8) { task, _ in counts.withLock { $0[task] += 1 } }
        #expect(counts.withLock { $0.allSatisfy { $0 == 1 } })
      }
    }
  }

  /// A helper may be at work for long after the caller has run out of tasks.
  @Test func callerWaitsForALongTask() {
    let ended = Mutex(0)
    for _ in 0..<5 {
      Workers(count: 2).run(2) { _, worker in
        if worker > 0 { Thread.sleep(forTimeInterval: 0.02) }
        ended.withLock { $0 += 1 }
      }
    }
    #expect(ended.withLock { $0 } == 10)
  }

  @Test func tallyCountsAcrossThreads() {
    let tally = Tally()
    let a = OwnedMatrix(rows: 3, columns: 4, [Float](repeating: 1, count: 12))
    let b = OwnedMatrix(rows: 5, columns: 4, [Float](repeating: 1, count: 20))
    Workers(count: 3).run(100) { _, _ in
      let c = OwnedMatrix(rows: 3, columns: 5)
      MatrixProduct.timesTransposed(a.view, b.view, into: c.view, tally: tally)
    }
    #expect(tally.multiplyAdds == 100 * 3 * 4 * 5)
  }
}
