#!/bin/sh
# Looks for memory that is lost: valgrind over a probe and a sweep, whose blocks that nobody can reach any
# more must not grow with the instances; and the most memory that a sweep of 40 and of 400 instances holds.
# What may leak is done for each instance, whatever the model, so a tiny one does, which is trained first.
#
#     check_leaks.sh DILUTION
set -eu
program=$(realpath "$1")
root=$(cd "$(dirname "$0")/../.." && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
command -v valgrind >/dev/null || { echo "Install valgrind first: apt-get install valgrind" >&2; exit 1; }
cd "$place"

study() {
  cat > "study-$1.json5" <<STUDY
{
  model: "model", tasks: [{task: "key-value"}], lengths: [64], budgets: {steps: 2, span_length: 16},
  methods: [
    {method: "in-context"}, {method: "qttt", span_length: 16, learning_rate: 5e-4}, {method: "thinking"},
  ],
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
    --log-file="$name.log" "$program" "$@" --threads 1 --quiet >/dev/null
  sed -n 's/.*definitely lost: \([0-9,]*\) bytes.*/\1/p; s/.*All heap blocks were freed.*/0/p' \
    "$name.log" | tr -d , | head -1
}

# Kilobytes at the peak of a run.
peak() { /usr/bin/env time -f %M -o peak "$program" "$@" >/dev/null; tail -1 peak; }

"$program" train "$root/Tests/TrainingTests/Fixtures/tiny.json5" --out model --quiet >/dev/null
"$program" generate --task key-value --length 80 --count 8 --seed 3 --out tasks --quiet
head -2 tasks/key-value-80.jsonl > two.jsonl
for count in 2 8 40 400; do study $count; done

adapt="--adapt qttt --steps 2 --span-length 16 --learning-rate 5e-4"
few=$(watch probe-2 probe --model model --tasks two.jsonl $adapt --out probe-2)
many=$(watch probe-8 probe --model model --tasks tasks/key-value-80.jsonl $adapt --out probe-8)
echo "bytes lost in a probe: $few with 2 instances, $many with 8"
least=$(watch sweep-2 sweep study-2.json5 --out sweep-2)
most=$(watch sweep-8 sweep study-8.json5 --out sweep-8)
echo "bytes lost in a sweep: $least with 2 instances, $most with 8"
[ "$many" -le "$few" ] && [ "$most" -le "$least" ] || { echo "What is lost grows." >&2; exit 1; }

few=$(peak sweep study-40.json5 --out again-40 --quiet)
many=$(peak sweep study-400.json5 --out again-400 --quiet)
echo "kilobytes at the peak of a sweep: $few with 40 instances, $many with 400"
[ "$many" -le $((few + few / 10 + 4096)) ] || { echo "Memory grows with the instances." >&2; exit 1; }
