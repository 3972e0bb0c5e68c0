import DataFiles
import Foundation
import TestSupport
import Testing
import TransformerModel

@Suite struct CheckpointTests {
  /// The tensors of a model under their names, for tests that tamper with them.
  private func tensors(_ parameters: Parameters) -> [(name: String, shape: [Int], values: [Float])]
  {
    parameters.layout.entries.map { ($0.name, $0.shape, parameters.view($0.name).array) }
  }

  private func write(
    _ tensors: [(name: String, shape: [Int], values: [Float])], to path: String
  ) throws {
    var writer = SafetensorsWriter()
    for (name, shape, values) in tensors { writer.add(name, shape: shape, floats: values) }
    try writer.write(to: path)
  }

  /// A saved model in a folder of its own.
  private func saved(_ test: ModelCase) throws -> (folder: TemporaryFolder, model: Parameters) {
    let folder = try TemporaryFolder()
    let parameters = test.makeParameters()
    try Checkpoint.save(parameters, to: folder.path)
    return (folder, parameters)
  }

  private func failure(_ folder: TemporaryFolder) throws -> CheckpointError {
    try #require(throws: CheckpointError.self) { try Checkpoint.load(folder.path) }
  }

  @Test(arguments: ModelCase.all.filter(\.isWritten))
  func whatIsSavedIsLoaded(_ test: ModelCase) throws {
    let (folder, parameters) = try saved(test)
    let loaded = try Checkpoint.load(folder.path)
    #expect(loaded.configuration == test.configuration)
    #expect(sameBits(loaded.flat.array, parameters.flat.array))
    let again = try Checkpoint.load(folder.path + "/")
    #expect(sameBits(again.flat.array, parameters.flat.array))
    // Nothing is left lying about, and saving again replaces.
    try Checkpoint.save(parameters, to: folder.path)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(files == ["config.json", "model.safetensors"])
  }

  /// Earlier releases of transformers saved the rotary frequencies, for each layer or once.
  @Test func savedFrequenciesArePassedOver() throws {
    let (folder, parameters) = try saved(ModelCase.all[0])
    let frequencies = parameters.configuration.rotaryFrequencies
    let saved = [
      "model.layers.0.self_attn.rotary_emb.inv_freq", "model.rotary_emb.inv_freq",
    ].map { (name: $0, shape: [frequencies.count], values: frequencies) }
    try write(tensors(parameters) + saved, to: folder.file("model.safetensors"))
    #expect(
      sameBits(try Checkpoint.load(folder.path).flat.array, parameters.flat.array))
    _ = try Checkpoint.open(folder.path)
  }

  /// Published checkpoints hold 16-bit weights; widened, they lose nothing.
  @Test(arguments: ["BF16", "F16"])
  func sixteenBitWeights(type: String) throws {
    let (folder, parameters) = try saved(ModelCase.all[3])
    var header: [String] = []
    var data: [UInt8] = []
    var expected: [Float] = []
    for (name, shape, values) in tensors(parameters) {
      let start = data.count
      for value in values {
        // bfloat16 is the upper half of a float32; float16 of a number near 1 is put together here
        // from the number's sign, exponent and ten bits of mantissa.
        let bits = value.bitPattern
        let half = UInt16(bits >> 16)
        let short =
          UInt16(bits >> 16 & 0x8000) | UInt16(Int(bits >> 23 & 0xff) - 112) << 10
          | UInt16(bits >> 13 & 0x3ff)
        let stored = type == "BF16" ? half : short
        data += [UInt8(stored & 0xff), UInt8(stored >> 8)]
        expected.append(Float(bitPattern: bits & (type == "BF16" ? 0xffff_0000 : 0xffff_e000)))
      }
      header.append(
        "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),"
          + "\"data_offsets\":[\(start),\(data.count)]}")
    }
    let text = "{" + header.joined(separator: ",") + "}"
    let length = withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { Data($0) }
    try (length + Data(text.utf8) + Data(data))
      .write(to: URL(fileURLWithPath: folder.file("model.safetensors")))
    #expect(sameBits(try Checkpoint.load(folder.path).flat.array, expected))
  }

  @Test func shards() throws {
    let (folder, parameters) = try saved(ModelCase.all[0])
    let all = tensors(parameters)
    try FileManager.default.removeItem(atPath: folder.file("model.safetensors"))
    let half = all.count / 2
    try write(Array(all[..<half]), to: folder.file("a.safetensors"))
    try write(Array(all[half...]), to: folder.file("b.safetensors"))
    func writeIndex(_ second: String) throws {
      let map = all.enumerated().map {
        "\"\($1.name)\": \"\($0 < half ? "a.safetensors" : second)\""
      }
      try folder.write(
        "{\"metadata\": {}, \"weight_map\": {\(map.joined(separator: ", "))}}",
        to: "model.safetensors.index.json")
    }
    try writeIndex("b.safetensors")
    #expect(sameBits(try Checkpoint.load(folder.path).flat.array, parameters.flat.array))

    // A name that ends early for the system must not lead to the file that is meant by its beginning.
    try writeIndex("b.safetensors\\u0000")
    #expect(throws: FileSystemError.self) { try Checkpoint.load(folder.path) }
    let endless = String(repeating: "a", count: 256)
    for stray in ["../b.safetensors", "/etc/passwd", ".b.safetensors", endless] {
      try writeIndex(stray)
      guard case .strayShard(_, let name, stray) = try failure(folder) else {
        Issue.record("\(stray) was not refused as a shard")
        continue
      }
      #expect(name == all[half].name)
    }
    for (map, word) in [
      ("[]", "must be an object"), ("{}", "names no shard"), ("{\"a\": 5}", "a string"),
    ] {
      try folder.write("{\"weight_map\": \(map)}", to: "model.safetensors.index.json")
      let error = #expect(throws: JSONError.self) { try Checkpoint.load(folder.path) }
      #expect(error?.description.contains(word) == true)
    }
    try writeIndex("gone.safetensors")
    #expect(throws: FileSystemError.self) { try Checkpoint.load(folder.path) }
    // A tensor in both shards has no place the second time.
    try writeIndex("b.safetensors")
    try write(Array(all[(half - 1)...]), to: folder.file("b.safetensors"))
    #expect(
      try failure(folder)
        == .extraTensor(file: folder.file("b.safetensors"), name: all[half - 1].name))
  }

  @Test func missingExtraAndMisshapenTensorsAreNamed() throws {
    let (folder, parameters) = try saved(ModelCase.all[0])
    let file = folder.file("model.safetensors")
    let all = tensors(parameters)
    let victim = "model.layers.1.mlp.up_proj.weight"
    let at = try #require(all.firstIndex { $0.name == victim })

    var fewer = all
    fewer.remove(at: at)
    try write(fewer, to: file)
    #expect(try failure(folder) == .missingTensor(file: file, name: victim))

    try write(all + [("model.layers.0.self_attn.q_proj.bias", [2], [1, 2])], to: file)
    #expect(
      try failure(folder)
        == .extraTensor(file: file, name: "model.layers.0.self_attn.q_proj.bias"))

    var turned = all
    turned[at].shape.reverse()
    try write(turned, to: file)
    let error = try failure(folder)
    #expect(
      error
        == .misshapen(file: file, name: victim, shape: turned[at].shape, expected: all[at].shape))
    #expect("\(error)".contains(victim) && "\(error)".contains(file))

    for value in [Float.nan, .infinity] {
      var broken = all
      broken[at].values[5] = value
      try write(broken, to: file)
      #expect(try failure(folder) == .notFinite(file: file, name: victim, index: 5))
    }
  }

  /// A tied checkpoint may hold the head all the same.
  @Test func tiedHeadIsPassedOver() throws {
    let (folder, parameters) = try saved(ModelCase.all[0])
    let embedding = parameters.view("model.embed_tokens.weight").array
    let shape = [parameters.configuration.vocabularySize, parameters.configuration.width]
    try write(
      tensors(parameters) + [("lm_head.weight", shape, embedding)],
      to: folder.file("model.safetensors"))
    #expect(sameBits(try Checkpoint.load(folder.path).flat.array, parameters.flat.array))
  }

  /// A configuration that claims more than the files hold must not be given the memory for it.
  @Test func claimsAreCheckedBeforeMemoryIsTaken() throws {
    let (folder, _) = try saved(ModelCase.all[0])
    let text = try folder.read("config.json")
    let claim = text.replacing("\"vocab_size\": 29", with: "\"vocab_size\": 268435456")
      .replacing("\"hidden_size\": 20", with: "\"hidden_size\": 4000")
    try folder.write(claim, to: "config.json")
    guard case .misshapen = try failure(folder) else {
      Issue.record("the shapes should not have fitted")
      return
    }
    try folder.write(
      claim.replacing("\"num_hidden_layers\": 2", with: "\"num_hidden_layers\": 10000")
        .replacing("\"hidden_size\": 4000", with: "\"hidden_size\": 16777216")
        .replacing("\"head_dim\": 10", with: "\"head_dim\": 65536"),
      to: "config.json")
    guard case .impossible(_, let defect) = try failure(folder) else {
      Issue.record("the size should have been called impossible")
      return
    }
    #expect(defect.contains("parameters"))
  }

  @Test func emptyFolders() throws {
    let (folder, _) = try saved(ModelCase.all[0])
    try FileManager.default.removeItem(atPath: folder.file("model.safetensors"))
    #expect(try failure(folder) == .noWeights(folder: folder.path))
    try FileManager.default.removeItem(atPath: folder.file("config.json"))
    #expect(try failure(folder) == .noConfiguration(folder: folder.path))
    try folder.write("", to: "file")
    let file = folder.file("file")
    #expect(throws: CheckpointError.noConfiguration(folder: file)) { try Checkpoint.load(file) }
  }
}
