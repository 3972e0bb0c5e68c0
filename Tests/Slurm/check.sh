#!/usr/bin/env bash
# Runs a small study through `dilution sweep --slurm` on a real Slurm that it starts and stops, kills
# tasks on the way, gives the same command again, and compares the joined results with those of the
# study in one piece. `make check-slurm` installs what it needs and calls it.
#
#   Tests/Slurm/check.sh DILUTION
set -euo pipefail

program=$(realpath "${1:?usage: check.sh DILUTION}")
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
work=$(mktemp -d /tmp/dilution-slurm.XXXXXX)
spec=Tests/Slurm/study.json5
# A blank and a per cent sign, because both mean something to Slurm.
run="$work/a run, 10%"

finish() {
  local code=$?
  trap - EXIT
  if [ $code != 0 ]; then
    tail -n 4 "$run"/slurm/*.log "$work"/cluster/log/* >&2 2>/dev/null || true
    [ -z "${SLURM_CONF:-}" ] || squeue >&2 || true
  fi
  "$here/cluster.sh" stop "$work/cluster"
  rm -rf "$work"
  exit $code
}
trap finish EXIT

step() { echo "check-slurm: $*"; }
die() { echo "check-slurm: $*" >&2; exit 1; }
submit() { "$program" sweep "$spec" --out "$run" --slurm --shards 4 --slurm-option=--time=10 "$@"; }
expect() { grep -q "$2" <<<"$1" || die "expected '$2' in: $1"; }
# Waits until a command succeeds; $1 says for what.
await() {
  local what=$1
  shift
  for _ in $(seq 600); do
    if "$@"; then return; fi
    sleep .1
  done
  die "waited a minute in vain for $what"
}
queue_is_empty() { [ -z "$(squeue --noheader --me)" ]; }
has_records() { [ -s "$run/facts/records-$1-of-4.jsonl" ]; }

eval "$("$here/cluster.sh" start "$work/cluster")"
step "Slurm runs: $(sinfo --version)"

if refusal=$(submit --slurm-option=--partition=none 2>&1); then die "an unknown partition passed"; fi
expect "$refusal" "sbatch refused the array job: invalid partition specified: none"

first=$(submit --json)
array=$(sed -n 's/.*"array_job" : "\([0-9]*\)".*/\1/p' <<<"$first")
[ -n "$array" ] || die "no array job in: $first"
step "submitted four shards as job $array"
again=$(submit)
expect "$again" "queued or running"
if grep -q "array job" <<<"$again"; then die "submitted twice: $again"; fi
if other=$("$program" sweep "$spec" --out "$run" --slurm --shards 5 2>&1); then
  die "another number of shards passed"
fi
expect "$other" "another spec, part, seed or number of shards"

# One task dies of a signal that nothing survives, another is taken away by its user.
await "the first shard's records" has_records 1
pid=$(pgrep -f -- "--out $run --shard 1/4") || die "no process does the first shard"
kill -9 "$pid"
scancel "${array}_2"
step "killed the task of shard 1 (process $pid), cancelled that of shard 2"
await "the array and the merge job behind it to end" queue_is_empty
[ ! -e "$run/facts/results.jsonl" ] || die "a half-done run was joined"

second=$(submit 2>&1)
expect "$second" "array job [0-9]*: 2 shards"
expect "$second" "Shard 1 ended before it was done"
step "submitted again: $(grep 'array job' <<<"$second")"
await "the second array and its merge job" queue_is_empty
third=$(submit)
expect "$third" "nothing is left to do"

"$program" sweep "$spec" --out "$work/whole" --quiet >/dev/null
for part in facts hops; do
  for file in results.jsonl results.csv; do
    [ -s "$run/$part/$file" ] || die "$part/$file is missing"
    # Seconds come last, in lines as in the table.
    for side in "$run" "$work/whole"; do
      if [ $file = results.csv ]; then
        sed -E 's/(,[^,]*){4}$//' "$side/$part/$file"
      else
        sed 's/,"seconds":.*//' "$side/$part/$file"
      fi >"$work/side-$(basename "$side")"
    done
    cmp "$work/side-$(basename "$run")" "$work/side-whole" || die "$part/$file differs"
  done
  step "$part: $(wc -l <"$run/$part/results.jsonl") records, equal to those of one machine"
done
step "passed"
