import DataFiles
import Runs

extension TextRun {
  /// Answers in a folder what is missing there, and writes the tables.
  ///
  /// - Parameters:
  ///   - model: the checkpoint's files.
  ///   - tasks: the files of texts.
  ///   - weights: how weights are stored; nil for as they are in the files.
  ///   - replaces: whether answers that stand there already may be replaced.
  /// - Returns: all answers.
  /// - Throws: `OtherRun`, `FolderHasResults`, `DirectoryLock.Held`, `FileSystemError`, and as `run`.
  public func work(
    in folder: String, model: [HashedFile], tasks: [HashedFile], weights: String? = nil,
    author: Provenance, replaces: Bool = false, observer: some RunObserver
  ) throws -> [ThinkRecord] {
    try RunSession<ThinkRecord>.work(
      in: RunFolder(folder, .think),
      provenance(author, model: model, tasks: tasks, weights: weights), total: count,
      results: ThinkFiles.names, replaces: replaces, observer: observer
    ) { session in
      var records = session.done
      try run(after: records.count, checkpoint: { try observer.check() }) { record, _ in
        try session.append(record)
        records.append(record)
        observer.advance()
      }
      observer.finish()
      try ThinkFiles.write(records, to: session.folder)
      try session.finish()
      return records
    }
  }

  private func provenance(
    _ author: Provenance, model: [HashedFile], tasks: [HashedFile], weights: String?
  ) throws -> RunProvenance {
    let ends = text.turnEnds.sorted()
    var plan = JSONWriter()
    try plan.object { json in
      try json.array("methods") { json in
        for method in settings.methods { try json.object { try method.writeIdentity(to: &$0) } }
      }
      try settings.writeTraining(to: &json)
      json.member("answer_tokens", settings.answerTokens)
      json.member("ends_with_line", settings.endsWithLine)
      json.member("end_tokens", int32s: ends)
      json.member("kv_precision", settings.precision.rawValue)
      json.member("weights", weights ?? "as in the files")
      json.member("seed", settings.seed)
      json.member("items", itemHash)
    }
    return RunProvenance(
      .think, schemas: [ThinkFiles.schema],
      planHash: RunProvenance.hash(of: plan.text, files: model + tasks), author: author,
      files: [("model", model), ("tasks", tasks)]
    ) { [name = text.template.name] json in
      json.member("chat_template", name)
      json.member("end_tokens", int32s: ends)
    }
  }

  /// 64 hexadecimal digits that differ where a text is read in other tokens.
  private var itemHash: String {
    var hash = SHA256()
    for encoded in items.map(\.planned.encoded) {
      for tokens in [
        encoded.context, encoded.directPrompt, encoded.thinkingPrompt, encoded.afterEnd,
        encoded.closing, encoded.answer,
      ] {
        tokens.withUnsafeBytes { hash.update($0) }
        hash.update([0xFF] as [UInt8])
      }
    }
    return hash.hex
  }
}
