import Foundation
import TestSupport

/// Slurm, played by shell scripts on a search path of their own: jobs run at once, one after the other,
/// and the queue is what a test writes into a file.
struct FakeSlurm {
  let folder: TemporaryFolder

  /// - Parameter refusal: what `sbatch` says instead of taking a job.
  init(refusal: String? = nil) throws {
    folder = try TemporaryFolder()
    // Tasks named in `failing` end before they begin. A merge job whose tasks failed never runs.
    let sbatch = #"""
      d=$(dirname "$0")
      for script; do :; done
      echo "$*" >>"$d/calls"
      n=$(($(cat "$d/number" 2>/dev/null || echo 0) + 1)); echo $n >"$d/number"; echo $n
      echo "$n $(sed -n 's/^#SBATCH --job-name=//p' "$script")" >>"$d/names"
      # What '#SBATCH --chdir' asks for is done by hand.
      run() {
        (cd "$(sed -n 's/^#SBATCH --chdir=//p' "$script")" && exec bash "$script") >>"$d/log" 2>&1
      }
      shards=$(sed -n 's/^#SBATCH --array=//p' "$script" | tr , '\n' |
        awk -F- '{ for (i = $1; i <= $NF; i++) print i }')
      for i in $shards; do
        if grep -qx $i "$d/failing" 2>/dev/null; then echo $i >>"$d/failed"; continue; fi
        SLURM_ARRAY_TASK_ID=$i SLURM_CPUS_ON_NODE=1 run || echo $i >>"$d/failed"
      done
      if [ -z "$shards" ] && ! [ -e "$d/failed" ]; then run; fi
      exit 0
      """#
    let scripts = [
      "sbatch": refusal.map { "echo 'sbatch: error: \($0)' >&2; exit 1" } ?? sbatch,
      "squeue": #"cat "$(dirname "$0")/queue" 2>/dev/null || true"#,
      "scancel": #"echo "$*" >>"$(dirname "$0")/cancelled""#,
    ]
    for (name, body) in scripts {
      let path = folder.url.appendingPathComponent(name).path
      try Data("#!/bin/bash\n\(body)\n".utf8).write(to: URL(fileURLWithPath: path))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
  }

  /// A line in one of the scripts' files for each of these.
  func write(_ lines: [String], to name: String) throws {
    try Data(lines.map { "\($0)\n" }.joined().utf8).write(
      to: folder.url.appendingPathComponent(name))
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent(name))
  }

  func lines(_ name: String) -> [String] {
    let data = FileManager.default.contents(
      atPath: folder.url.appendingPathComponent(name).path)
    return String(decoding: data ?? Data(), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  func run(_ line: String, in directory: URL) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(
      line.split(separator: " ").map(String.init),
      environment: ["PATH": "\(folder.url.path):/usr/bin:/bin"], in: directory)
  }
}
