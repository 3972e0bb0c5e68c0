import Synchronization
import TensorKernels
import Testing

struct WorkersTests {
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
