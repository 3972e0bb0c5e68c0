#!/bin/sh
# Looks for memory that is lost: valgrind over a probe and a sweep, whose blocks that nobody can reach any
# more must not grow with the instances; and the most memory that a sweep of 40 and of 400 instances holds.
#
#     check_leaks.sh DILUTION
set -eu
program=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
command -v valgrind >/dev/null || { echo "Install valgrind first: apt-get install valgrind" >&2; exit 1; }

study() {
  cat > "$place/study-$1.json5" <<STUDY
{
  model: "$root/Models/sandbox-facts", tasks: [{task: "key-value"}], lengths: [160],
  budgets: {steps: 2, span_length: 64},
  methods: [{method: "in-context"}, {method: "qttt", learning_rate: 5e-4}, {method: "thinking"}],
  count: $1, seed: 1, split: "test",
}
STUDY
}

# Bytes that are definitely lost in a run. Errors of access are the address sanitizer's to find: valgrind sees
# some in Foundation's own code where it starts a process.
watch() {
  name=$1; shift
  # valgrind knows vectors of 256 bits, and runs one thread at a time.
  SCORE_DILUTION_VECTOR_BITS=256 OPENBLAS_CORETYPE=Haswell SWIFT_BACKTRACE=enable=no \
    valgrind --leak-check=full --errors-for-leak-kinds=none \
    --log-file="$place/$name.log" "$program" "$@" --threads 1 --quiet >/dev/null
  sed -n 's/.*definitely lost: \([0-9,]*\) bytes.*/\1/p; s/.*All heap blocks were freed.*/0/p' \
    "$place/$name.log" | tr -d , | head -1
}

"$program" generate --task key-value --length 80 --count 8 --seed 3 --out "$place/tasks" --quiet
head -2 "$place/tasks/key-value-80.jsonl" > "$place/two.jsonl"
echo "bytes lost"
few=$(watch probe-2 probe --model "$root/Models/sandbox-facts" --tasks "$place/two.jsonl" \
  --adapt qttt --steps 2 --span-length 16 --learning-rate 5e-4 --out "$place/probe-2")
many=$(watch probe-8 probe --model "$root/Models/sandbox-facts" \
  --tasks "$place/tasks/key-value-80.jsonl" --adapt qttt --steps 2 --span-length 16 \
  --learning-rate 5e-4 --out "$place/probe-8")
echo "  probe of 2 instances $few, of 8 instances $many"
study 2; study 8; study 40
least=$(watch sweep-2 sweep "$place/study-2.json5" --out "$place/sweep-2")
most=$(watch sweep-8 sweep "$place/study-8.json5" --out "$place/sweep-8")
echo "  sweep of 2 instances $least, of 8 instances $most"
[ "$many" -le "$few" ] && [ "$most" -le "$least" ] || { echo "What is lost grows." >&2; exit 1; }

# Kilobytes at the peak of a run.
peak() { /usr/bin/env time -f %M -o "$place/peak" "$program" "$@" >/dev/null; tail -1 "$place/peak"; }
study 400
few=$(peak sweep "$place/study-40.json5" --out "$place/again-40" --quiet)
many=$(peak sweep "$place/study-400.json5" --out "$place/again-400" --quiet)
echo "kilobytes at the peak of a sweep: $few with 40 instances, $many with 400"
[ "$many" -le $((few + few / 10 + 4096)) ] || { echo "Memory grows with the instances." >&2; exit 1; }
