import DataFiles
import Runs

/// What the records of a sweep are the records of, as `run.json` records it.
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

  /// Reads the part of `run.json` by which runs are distinguished.
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

extension SweepPlan {
  /// What a shard's records are the records of.
  ///
  /// - Parameters:
  ///   - model: the checkpoint's files; none where records of other machines were merged.
  ///   - logs: the records that were merged.
  public func provenance(
    _ shard: Shard, specFile: String, model: [HashedFile], author: Provenance,
    mergedFrom logs: [HashedFile] = []
  ) -> RunProvenance {
    RunProvenance(
      .sweep, version: SweepSpec.formatVersion, schemas: [SweepResults.schema], planHash: hash,
      author: author, files: [("model", model)] + (logs.isEmpty ? [] : [("merged_from", logs)])
    ) { json in
      json.member("model_sha256", modelHash)
      json.member("shard", shard.description)
      json.member("seed", spec.seed)
      json.member("split", spec.split.rawValue)
      json.member("count", spec.count)
      json.member("cells", cells.count)
    } settings: { json in
      json.member("spec_file", specFile)
      if let part = spec.part { json.member("part", part) }
      json.member("spec", spec.text)
    }
  }
}
