// How much attention does the best head of the shipped checkpoint give the needle as the context grows?
// Run in the lab's folder: make example

import Instrumentation
import Plotting
import SandboxTasks
import TransformerModel

let model = Transformer(try Checkpoint.load("Models/sandbox-facts"))
let lengths = [160, 320, 640, 1280]
let generator = try TaskGenerator(
  TaskSettings(.keyValue, length: lengths[0]), seed: 1, split: .test)
var sums = [Double](repeating: 0, count: lengths.count)
let count = 8

for index in 0..<count {
  // One instance in nested haystacks: the lengths compare pairwise.
  for (rung, instance) in try generator.ladder(lengths: lengths, index: index).enumerated() {
    let session = InferenceSession(model, capacity: instance.settings.length + 16)
    session.append(instance.context, logits: .none)
    let targets = instance.gold.map { WatchedTarget(hop: $0.hop, span: $0.span, value: $0.value) }
    let recorder = TargetMassRecorder(
      rows: [WatchedRow(row: instance.question.count - 1, answerStep: 0, targets: targets)])
    session.append(instance.question, logits: .none, observing: recorder.observation)
    sums[rung] += recorder.records.map(\.reading.mass).max() ?? 0
  }
}

let curve = DilutionCurve(
  bestHead: [
    LengthSeries(
      "in context", lengths: lengths.map(Double.init), means: sums.map { $0 / Double(count) })
  ], trainingLength: 160)
try curve.figure.write(to: "out/own-study.svg")
for (length, sum) in zip(lengths, sums) { print(length, sum / Double(count)) }
