import DataFiles
import Foundation

/// Good input to begin with: files of the repository, shortened where they are long.
enum Corpus {
  /// The bytes of files, by their paths in the repository.
  static func files(_ paths: String...) throws -> [[UInt8]] { try paths.map(file) }

  static func file(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Problem("\(path) is missing: run this in the repository's own folder")
    }
    return [UInt8](data)
  }

  /// The chat templates of a file of goldens.
  static func chatTemplates(_ path: String) throws -> [[UInt8]] {
    let value = try JSONValue.parse(file(path), file: path)
    let goldens = (value["forms"]?.elements ?? []) + (value["snippets"]?.elements ?? [])
    return goldens.compactMap { $0["template"]?.string }.map { Array($0.utf8) }
  }

  /// The first lines of files, each file by itself.
  static func heads(_ count: Int, _ paths: String...) throws -> [[UInt8]] {
    try paths.map { path in
      let lines = try file(path).split(
        separator: 0x0A, maxSplits: count, omittingEmptySubsequences: false)
      return Array(lines.prefix(count).joined(separator: [0x0A])) + [0x0A]
    }
  }

  /// A safetensors file of a few small tensors of every kind.
  static func tensors() -> [UInt8] {
    let header = """
      {"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},\
      "b":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]},\
      "c":{"dtype":"I64","shape":[],"data_offsets":[32,40]},\
      "d":{"dtype":"F16","shape":[0,7],"data_offsets":[40,40]},\
      "e":{"dtype":"I32","shape":[1,2],"data_offsets":[40,48]}}
      """
    let length = UInt64(header.utf8.count)
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> UInt64(8 * $0)) }
    return bytes + Array(header.utf8) + (0..<48).map { UInt8($0 * 5) }
  }

  static let longBench = Array(
    """
    [{"_id": "66fa", "domain": "Single-Document QA", "sub_domain": "Academic", "difficulty": "hard",
      "length": "short", "question": "Which?", "choice_A": "one", "choice_B": "two",
      "choice_C": "three", "choice_D": "four", "answer": "B",
      "context": "\(String(repeating: "It is two.\\n", count: 60))"}]
    """.utf8)

  static let scrolls = Array(
    """
    {"id": "1", "pid": "1_0", "input": "Read.\\n\\nIt is two.\\n\\nWhich?\\nAnswer:", "output": "two",\
     "document_start_index": 7, "document_end_index": 19, "query_start_index": 19,\
     "query_end_index": 25, "truncation_seperator": "..."}

    """.utf8)

  static let ruler = Array(
    """
    {"index": 0, "input": "Read.\\nOne of the numbers is 7.\\nWhich number is it?", "outputs": ["7"],\
     "length": 21, "answer_prefix": " It is"}
    {"index": 1, "input": "VAR X = 3.\\nWhich hold 3?", "outputs": ["X", "Y"], "length": 12}

    """.utf8)

  static let benchmarkRecords = Array(
    """
    {"version": 1, "file": "d.json", "id": "66fa", "method": "in-context", "row": "Law", "length": 90,\
     "full_length": 120, "budget": 0, "budget_flops": null, "flops": 9100, "predicted_flops": 9900,\
     "prefill_flops": 87000, "generated_tokens": 3, "thought": "", "answer": "It is (B)", "score": 100,\
     "answer_loss": 1.25, "diverged": false,\
     "seconds": {"prefill": 0.5, "adapt": 0, "think": 0, "answer": 0.125}}
    {"version": 1, "file": "d.json", "id": "66fa", "method": "qttt", "row": "Law", "length": 90,\
     "full_length": 120, "budget": 32, "budget_flops": 12000, "flops": 11000,\
     "predicted_flops": 12000, "prefill_flops": 87000, "generated_tokens": 0, "thought": "",\
     "answer": "", "score": 0, "answer_loss": null, "diverged": true, "diverged_at": "step 3",\
     "seconds": {"prefill": 0.5, "adapt": 1.5, "think": 0, "answer": 0}}

    """.utf8)

  static let benchmarkProvenance = Array(
    """
    {"format": "benchmark", "format_version": 1, "schemas": {"table.csv": 1},
     "plan_sha256": "3f0a", "version": "1.0", "command": ["dilution", "benchmark", "ruler"],
     "machine": {"cores": "2"}, "questions": [{"row": "vt", "asked": 3, "skipped": 1}],
     "settings": {"benchmark": "ruler", "methods": ["in-context", "thinking", "qttt"], "limit": null}}

    """.utf8)

  static let answers = Array(
    """
    {"id": "66fa", "method": "qttt", "answer": "The correct answer is (B)"}
    {"id": "66fb", "method": "qttt", "answer": ""}

    """.utf8)
}

/// Why nothing can be tried at all.
struct Problem: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
