import BatchJobs
import Testing

/// What is submitted, given what is done and what is in the queue.
@Suite struct ShardJobsTests {
  private let jobs = ShardJobs(run: "runs/a b", path: "/home/ada/runs/a b", work: "plan 4")

  private func tasks(_ job: String, _ numbers: [Int]) -> [QueuedTask] {
    numbers.map { QueuedTask(job: job, task: $0, name: jobs.arrayName) }
  }

  private func decide(
    _ unfinished: [Int], isMerged: Bool = false, _ queue: [QueuedTask]
  ) throws -> ShardSubmission {
    try jobs.submission(unfinished: unfinished, isMerged: isMerged, queue: queue)
  }

  @Test func namesTellRunsAndWorksApart() {
    #expect(jobs.arrayName.hasPrefix("dilution-a_b-"))
    #expect(jobs.mergeName == jobs.arrayName + "-merge")
    let elsewhere = ShardJobs(run: "runs/a b", path: "/home/eve/runs/a b", work: "plan 4")
    let other = ShardJobs(run: "runs/a b", path: "/home/ada/runs/a b", work: "plan 8")
    #expect(Set([jobs.arrayName, elsewhere.arrayName, other.arrayName]).count == 3)
    #expect(
      ShardJobs(run: "x", path: "/home/ada/runs/a b", work: "plan 4").arrayName == jobs.arrayName)
  }

  @Test func aNewRunIsSubmittedWhole() throws {
    let plan = try decide(
      [1, 2, 3], [QueuedTask(job: "7", name: "another"), QueuedTask(job: "8", task: 1, name: "x")])
    #expect(plan.shards == [1, 2, 3] && plan.needsMerge && plan.waiting.isEmpty)
  }

  @Test func whatIsInTheQueueIsNotSubmittedTwice() throws {
    let merge = QueuedTask(job: "13", name: jobs.mergeName)
    let plan = try decide([1, 3], tasks("12", [1, 3]) + [merge])
    #expect(plan.shards.isEmpty && !plan.needsMerge && plan.staleMerges.isEmpty)
    #expect(plan.waiting.map(\.id) == ["12_1", "12_3"] && plan.waitingMerge == "13")
    // The merge job was never submitted, or was cancelled.
    let alone = try decide([1, 3], tasks("12", [1, 3]))
    #expect(alone.shards.isEmpty && alone.needsMerge)
  }

  @Test func aFailedTaskIsSubmittedAgainAndItsMergeJobReplaced() throws {
    let merge = QueuedTask(job: "13", name: jobs.mergeName)
    let plan = try decide([2, 3], tasks("12", [1, 3]) + [merge])
    #expect(plan.shards == [2] && plan.needsMerge && plan.staleMerges == ["13"])
    // Task 1 has all records and is about to end: the merge need not wait for how it ends.
    #expect(plan.waiting.map(\.id) == ["12_3"])
  }

  @Test func finishedShardsAreMergedOnce() throws {
    #expect(try decide([], []).needsMerge)
    #expect(try decide([], [QueuedTask(job: "5", name: jobs.mergeName)]).needsMerge == false)
    let done = try decide([], isMerged: true, [])
    #expect(!done.needsMerge && done.shards.isEmpty && done.waitingMerge == nil)
  }

  @Test func anotherWorkInTheQueueIsNamed() throws {
    let other = ShardJobs(run: "runs/a b", path: "/home/ada/runs/a b", work: "plan 8")
    let queue =
      [1, 2].map { QueuedTask(job: "12", task: $0, name: other.arrayName) }
      + [QueuedTask(job: "13", name: other.mergeName)]
    #expect(throws: SlurmError.otherJobs(run: "runs/a b", jobs: ["12", "13"])) {
      try decide([1], queue)
    }
  }

  @Test func optionsPassThroughButForThoseTheScriptsSet() throws {
    #expect(try SlurmOption.normalized("partition=long") == "--partition=long")
    #expect(try SlurmOption.normalized("--mem=4G") == "--mem=4G")
    #expect(try SlurmOption.normalized("-p long") == "-p long")
    for text in ["--array=1-3", "array=1", "-a1-3", "-J x", "--wait", "--dependency afterok:1"] {
      #expect(throws: SlurmOption.Unfit.self) { try SlurmOption.normalized(text) }
    }
    for text in ["", "--", "--x\n#SBATCH --array=1"] {
      #expect(throws: SlurmOption.Unfit.notAnOption) { try SlurmOption.normalized(text) }
    }
  }
}
