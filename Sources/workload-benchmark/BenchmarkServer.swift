import DataFiles
import Foundation
import TensorKernels
import TransformerModel

/// Answers one question a line.
final class BenchmarkServer {
  private let inputs: BenchmarkInputs
  private let folder: String
  private let workers: Workers
  private var workloads: [String: any Workload] = [:]

  init(folder: String, model: String, threads: Int) throws {
    self.folder = folder
    workers = Workers(count: threads)
    inputs = BenchmarkInputs(reader: Transformer(try Checkpoint.load(model)), readerFolder: model)
  }

  func serve() throws {
    while let line = readLine() {
      let words = line.split(separator: " ").map(String.init)
      var json = JSONWriter()
      do {
        try answer(words, &json)
      } catch {
        json = JSONWriter()
        json.object { $0.member("error", "\(error)") }
      }
      FileHandle.standardOutput.write(Data(json.bytes + [UInt8(ascii: "\n")]))
    }
  }

  private func answer(_ words: [String], _ json: inout JSONWriter) throws {
    switch (words.first ?? "", words.count) {
    case ("prepare", 1):
      try inputs.write(to: folder)
      json.object { $0.member("folder", folder) }
    case ("machine", 1):
      json.object {
        $0.member("core", BLASInformation.core)
        $0.member("configuration", BLASInformation.configuration)
        $0.member("threads", workers.count)
      }
    case ("peak", 1):
      let rates = (1...max(2, workers.count)).map {
        BLASInformation.peakRate(workers: $0, rounds: 3)
      }
      try json.object { try $0.member("flops", doubles: rates) }
    case ("check", 2):
      let values = try workload(words[1]).check()
      try json.object { json in
        for (name, numbers) in values { try json.member(name, doubles: numbers) }
      }
    case ("run", 3):
      let workload = try workload(words[1])
      guard let number = Int(words[2]) else { throw UnknownQuestion(words) }
      let start = (clock: ContinuousClock.now, processor: processorSeconds())
      let units = try workload.run(number)
      let seconds = (ContinuousClock.now - start.clock) / .seconds(1)
      let processor = processorSeconds() - start.processor
      try json.object { json in
        try json.member("seconds", seconds / Double(units))
        try json.member("processor_seconds", processor / Double(units))
        json.member("units", units)
      }
    default: throw UnknownQuestion(words)
    }
  }

  private func workload(_ name: String) throws -> any Workload {
    if let workload = workloads[name] { return workload }
    let made: any Workload =
      switch name {
      case "a": TrainingWorkload(inputs.narrow, workers)
      case "b": TrainingWorkload(inputs.wide, workers)
      case "c": PrefillWorkload(inputs, workers)
      case "d": StepWorkload(inputs, workers)
      case "d32": AdaptationWorkload(inputs, workers)
      case "e": DecodingWorkload(inputs, workers)
      case "f": try ProbeWorkload(inputs, workers)
      default: throw UnknownQuestion(["workload", name])
      }
    workloads[name] = made
    return made
  }
}

/// A question that is none.
struct UnknownQuestion: Error, CustomStringConvertible {
  let words: [String]
  init(_ words: [String]) { self.words = words }
  var description: String { "there is no such question as “\(words.joined(separator: " "))”" }
}

/// Processor time of all threads of this process so far.
private func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
