import DataFiles

/// What the records of a sweep are the records of: the content of `run.json`.
public struct SweepProvenance: Sendable {
  /// The spec, word for word.
  public var specText: String
  /// The path under which it was read.
  public var specFile: String
  /// The part of the study; nil where the spec is one sweep.
  public var part: String?
  /// The seed, which may be another than the spec's.
  public var seed: UInt64
  /// `SweepPlan.hash`.
  public var planHash: String
  /// `SweepPlan.modelHash`.
  public var modelHash: String

  /// Writes what a run is.
  ///
  /// - Parameters:
  ///   - model: the checkpoint's files; none where records of other machines were merged.
  ///   - logs: the records that were merged.
  /// - Throws: `FileSystemError`.
  public static func write(
    _ plan: SweepPlan, specFile: String, shard: Shard, model: [HashedFile],
    provenance: Provenance, mergedFrom logs: [HashedFile] = [], to path: String
  ) throws {
    var json = JSONWriter(indentation: 2)
    try json.object { json in
      json.member("format", "sweep")
      json.member("format_version", SweepSpec.formatVersion)
      json.member(schemas: [SweepResults.schema])
      json.member("plan_sha256", plan.hash)
      json.member("model_sha256", plan.modelHash)
      json.member("shard", shard.description)
      json.member("seed", plan.spec.seed)
      json.member("split", plan.spec.split.rawValue)
      json.member("count", plan.spec.count)
      json.member("cells", plan.cells.count)
      // A sweep may be interrupted: what its records took is told by them.
      try provenance.writeMembers(to: &json, isDone: false)
      json.array("model") { json in for file in model { file.write(to: &json) } }
      if !logs.isEmpty {
        json.array("merged_from") { json in for file in logs { file.write(to: &json) } }
      }
      json.member("spec_file", specFile)
      if let part = plan.spec.part { json.member("part", part) }
      json.member("spec", plan.spec.text)
    }
    try AtomicFile.write(json.text + "\n", to: path)
  }

  /// Reads the part of `run.json` by which runs are told apart.
  ///
  /// - Throws: `FileSystemError`, `JSONError`.
  public init(_ path: String) throws {
    var reader = try JSONObjectReader(JSONValue.read(path), file: path)
    guard try reader.string("format") == "sweep" else {
      throw reader.invalid("format", "must be \"sweep\"")
    }
    try reader.version("format_version", understood: SweepSpec.formatVersion)
    specText = try reader.string("spec")
    specFile = try reader.string("spec_file")
    part = try reader.ifPresent("part") { reader, key throws(JSONError) in try reader.string(key) }
    seed = try reader.uint64("seed")
    planHash = try reader.string("plan_sha256")
    modelHash = try reader.string("model_sha256")
  }

  /// The plan, expanded again; nil where the spec has no such part.
  ///
  /// - Throws: `JSONError`.
  public func plan() throws(JSONError) -> SweepPlan? {
    let study = try SweepStudy(specText, file: specFile)
    guard var spec = study.specs.first(where: { $0.part == part }) else { return nil }
    spec.seed = seed
    return SweepPlan(spec, modelHash: modelHash)
  }
}
