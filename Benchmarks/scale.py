#!/usr/bin/env python3
"""How time and memory grow: with the context, with the model, with the workers.

    python3 Benchmarks/scale.py lengths            # 1K to 128K tokens, two minutes on two quiet cores
    python3 Benchmarks/scale.py million            # up to 1M tokens with a smaller model
    python3 Benchmarks/scale.py million-probe      # 1M tokens with sandbox-facts, half an hour
    python3 Benchmarks/scale.py ladder             # models of 0.1 M to 100 M parameters
    python3 Benchmarks/scale.py training           # training memory over the length of a sequence
    python3 Benchmarks/scale.py workers            # one worker and two

Everything is done by the lab's own commands; this script names them, reads what they print, and
writes tables into --out. It needs Python 3.9 and nothing beside its standard library.
"""

import argparse
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import time

FACTS = "Models/sandbox-facts"


class Lab:
    """The built program."""

    def __init__(self, path):
        self.path = os.path.abspath(path)

    def run(self, *words):
        """Runs a command; returns its seconds, what it prints, and what it says of time and memory."""
        start = time.monotonic()
        done = subprocess.run([self.path, *map(str, words)], text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=dict(os.environ, DILUTION_ACCOUNT="1"))
        seconds = time.monotonic() - start
        if done.returncode != 0:
            sys.exit(f"{' '.join(map(str, words))} failed: {done.stderr.strip().splitlines()[-1]}")
        return seconds, done.stdout, Account(done.stderr)


class Account:
    """What a command says of its own time and memory where DILUTION_ACCOUNT is set."""

    pattern = re.compile(r"Processor time ([\d.]+) s: ([\d.]+) s shared out among workers, "
                         r"([\d.]+) s by one alone.*most memory held: (\d+) MiB")

    def __init__(self, text):
        found = self.pattern.search(text)
        if not found:
            sys.exit("the program prints no account of its time and memory: is it of this version?")
        self.all, self.shared, self.alone = (float(found[i]) for i in (1, 2, 3))
        self.mebibytes = int(found[4])


def table(path, columns, rows):
    """Writes rows as CSV and prints them."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    widths = [max(len(str(row[i])) for row in [columns, *rows]) for i in range(len(columns))]
    for row in [columns, *rows]:
        print("  ".join(str(cell).rjust(width) for cell, width in zip(row, widths)))
    print(f"Wrote {path}.", flush=True)


def recipe(folder, name, *, width, layers, heads, head_width, mlp, steps, tokens, facts, rate):
    """Writes a recipe for key-value sequences of one length and returns its path."""
    path = os.path.join(folder, f"{name}.json5")
    with open(path, "w") as file:
        json.dump({
            "model": {"width": width, "layers": layers, "queryHeads": heads,
                      "headWidth": head_width, "mlpWidth": mlp},
            "seed": 1, "steps": steps, "batchTokens": tokens,
            "optimizer": {"learningRate": rate, "beta2": 0.98, "weightDecay": 0.05},
            "schedule": {"warmup": 1, "decayFrom": 1},
            "unpredictableWeight": 1, "stretchTo": max(16384, 8 * facts),
            "curriculum": {"start": facts, "end": facts, "grow": 1, "accuracy": 1},
            "mixture": {"keyValue": 1, "needle": 0, "multiHop": 0}}, file, indent=2)
    return path


def rows_of(path):
    with open(path) as file:
        return list(csv.DictReader(file))


def lengths(lab, options, scratch):
    """Contexts of growing length: the lab's own command, and the figure of its table."""
    out = os.path.join(options.out, "lengths")
    words = ["--threads", options.threads, "--span-length", 128, "--out", out]
    for precision, upto, start in [("float32", "1K,2K,4K,8K,16K,32K,64K,128K", "--force"),
                                   ("float16", "1K,4K,16K,64K", "--append")]:
        _, text, _ = lab.run("scaling", "--model", FACTS, "--lengths", upto, "--kv-precision",
                             precision, start, *words)
        print(f"{precision}:\n{text}", flush=True)
    plot(lab, out, "lengths")


def million(lab, options, scratch):
    """Contexts of up to a million tokens, on a model whose one attending layer can read them."""
    # Two layers, because the last one computes keys and values alone.
    small = recipe(scratch, "small", width=32, layers=2, heads=1, head_width=32, mlp=64, steps=2,
                   tokens=640, facts=4, rate=1e-3)
    model = os.path.join(scratch, "small-model")
    lab.run("train", small, "--out", model)
    out = os.path.join(options.out, "million")
    _, text, _ = lab.run("scaling", "--model", model, "--lengths", "1K,4K,16K,64K,256K,1M",
                         "--kv-precision", "float16", "--threads", options.threads,
                         "--span-length", 128, "--out", out, "--force")
    print(f"two layers of width 32, float16:\n{text}", flush=True)
    plot(lab, out, "million")


def million_probe(lab, options, scratch):
    """A probe of a million tokens with two steps of qTTT, beside what its dry run tells."""
    folder = os.path.join(options.out, "million-probe")
    rows = []
    for length in [1 << 14, 1 << 17, 1 << 20]:
        # A place that stays the same, because the tables name it.
        tasks = "out/scale/tasks"
        lab.run("generate", "--task", "key-value", "--length", length, "--count", 1, "--seed", 7,
                "--out", tasks, "--force")
        out = os.path.join(folder, str(length))
        words = ["probe", "--model", FACTS, "--tasks", f"{tasks}/key-value-{length}.jsonl",
                 "--kv-precision", "float16", "--adapt", "qttt", "--steps", 2,
                 "--threads", options.threads, "--out", out]
        _, told, _ = lab.run(*words, "--dry-run")
        operations = re.search(r"instances: ([\d.]+) GFLOP", told)[1]
        hours, minutes, clock = re.search(r"About (\d+):(\d+):(\d+)", told).groups()
        most = re.search(r"At most about (\d+) MiB", told)[1]
        seconds, _, account = lab.run(*words, "--force")
        before, *_, after = rows_of(out + "/probe.csv")
        rows.append([length, operations, int(hours) * 3600 + int(minutes) * 60 + int(clock),
                     f"{seconds:.1f}", f"{float(operations) / seconds:.0f}", most,
                     account.mebibytes,
                     *(f"{float(row[key]):.3g}" for key in ("mass_best", "answer_probability")
                       for row in (before, after))])
    table(os.path.join(options.out, "million-probe.csv"),
          ["length", "gflop", "seconds_told", "seconds", "gflop_per_second", "peak_mib_told",
           "peak_mib", "mass_best_head", "mass_best_head_adapted", "answer_probability",
           "answer_probability_adapted"], rows)


def plot(lab, run, name):
    folder = os.path.join("Figures", "scale")
    os.makedirs(folder, exist_ok=True)
    lab.run("plot", "scaling", run, *(f"--out={folder}/{name}.{kind}" for kind in
                                      ("png", "svg", "csv")))
    print(f"Drew {folder}/{name}.png.", flush=True)


LADDER = [
    ("0.1 M", dict(width=64, layers=2, heads=2, head_width=32, mlp=128, rate=3e-3), 40, 2560),
    ("1 M", dict(width=128, layers=5, heads=4, head_width=32, mlp=384, rate=3e-3), 20, 2560),
    ("10 M", dict(width=384, layers=6, heads=6, head_width=64, mlp=1024, rate=1e-3), 8, 1280),
    ("100 M", dict(width=1024, layers=8, heads=16, head_width=64, mlp=2816, rate=5e-5), 6, 640),
]


def ladder(lab, options, scratch):
    """Models of growing size: trained for some steps, killed and continued, and swept."""
    rows = []
    for name, shape, steps, tokens in LADDER:
        if options.size and name.split()[0] not in options.size:
            continue
        folder = os.path.join(scratch, name.replace(" ", ""))
        path = recipe(scratch, name.replace(" ", ""), steps=steps, tokens=tokens, facts=16, **shape)
        words = ["--threads", options.threads, "--held-out", 8]
        _, text, account = lab.run("train", path, "--out", folder, *words)
        parameters = int(re.search(r"Trained (\d+) parameters", text)[1])
        points = rows_of(folder + "/curve.csv")
        losses = [float(point["loss"]) for point in points]
        seconds = float(points[-1]["seconds"]) - float(points[0]["seconds"])
        seen = int(points[-1]["tokens"]) - int(points[0]["tokens"])
        resumes = killed(lab, path, folder + "-again", words, folder)
        spec = os.path.join(scratch, "sweep.json5")
        with open(spec, "w") as file:
            json.dump({"model": folder, "tasks": [{"task": "key-value"}], "lengths": [160, 640],
                       "methods": [{"method": "in-context"},
                                   {"method": "qttt", "steps": 2, "span_length": 64},
                                   {"method": "thinking", "tokens": 8}],
                       "count": 2, "seed": 1}, file)
        sweep_seconds, _, sweep = lab.run("sweep", spec, "--out", folder + "-sweep", "--threads",
                                          options.threads)
        records = rows_of(folder + "-sweep/results.csv")
        good = sum(record["flops"] == record["predicted_flops"] and record["diverged"] == "0"
                   for record in records)
        rows.append([name, parameters, shape["layers"], shape["width"], f"{losses[0]:.3f}",
                     f"{losses[-1]:.3f}", resumes, f"{seen / seconds:.0f}", account.mebibytes,
                     f"{account.mebibytes * 2**20 / 4 / parameters:.1f}",
                     f"{good} of {len(records)}", f"{sweep_seconds:.1f}", sweep.mebibytes])
    table(os.path.join(options.out, "ladder.csv"),
          ["size", "parameters", "layers", "width", "first_loss", "last_loss", "resumes_bit_for_bit",
           "training_tokens_per_second", "training_peak_mib", "floats_per_parameter",
           "sweep_records_right", "sweep_seconds", "sweep_peak_mib"], rows)


def killed(lab, path, folder, words, reference):
    """Whether a run that is killed after its first step and continued ends in the same bytes."""
    running = subprocess.Popen([lab.path, "train", path, "--out", folder, "--save-every", "1",
                                *map(str, words)], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    while not os.path.exists(folder + "/training-state.safetensors"):
        if running.poll() is not None:
            return "too quick to be killed"
        time.sleep(0.001)
    running.kill()
    running.wait()
    lab.run("train", path, "--out", folder, *words)
    with open(folder + "/model.safetensors", "rb") as one:
        with open(reference + "/model.safetensors", "rb") as other:
            return "yes" if one.read() == other.read() else "NO"


def training(lab, options, scratch):
    """Memory of training over the length of a sequence."""
    rows = []
    for length in [640, 1280, 2560, 5120, 10240]:
        path = recipe(scratch, f"t{length}", width=128, layers=3, heads=4, head_width=32, mlp=256,
                      steps=2, tokens=2 * length, facts=length // 5, rate=1e-4)
        folder = os.path.join(scratch, f"t{length}-model")
        _, _, account = lab.run("train", path, "--out", folder, "--threads", options.threads,
                                "--held-out", 1)
        points = rows_of(folder + "/curve.csv")
        rows.append([length, f"{float(points[-1]['seconds']):.1f}", account.mebibytes,
                     f"{account.mebibytes * 1024 / length:.1f}"])
    table(os.path.join(options.out, "training-memory.csv"),
          ["length", "seconds", "peak_mib", "kib_per_token"], rows)


def workers(lab, options, scratch):
    """One worker against two, and what one of them does alone."""
    tasks = os.path.join(scratch, "tasks")
    for length, count in [(4096, 8), (32768, 1)]:
        lab.run("generate", "--task", "key-value", "--length", length, "--count", count, "--seed", 7,
                "--out", tasks)
    train = recipe(scratch, "workers", width=128, layers=3, heads=4, head_width=32, mlp=256,
                   steps=30, tokens=10240, facts=32, rate=1e-3)
    spec = os.path.join(scratch, "workers-sweep.json5")
    with open(spec, "w") as file:
        json.dump({"model": FACTS, "tasks": [{"task": "key-value"}], "lengths": [1280],
                   "methods": [{"method": "in-context"}, {"method": "qttt", "steps": 16},
                               {"method": "thinking", "tokens": 64}], "count": 16, "seed": 1}, file)
    probe = ["probe", "--model", FACTS, "--tasks"]
    works = {
        "training": ["train", train, "--held-out", 1],
        "prefill": [*probe, f"{tasks}/key-value-32768.jsonl"],
        "probe": [*probe, f"{tasks}/key-value-4096.jsonl", "--adapt", "qttt", "--steps", 4],
        "sweep": ["sweep", spec],
    }
    rows = []
    for name, words in works.items():
        one, _, _ = lab.run(*words, "--threads", 1, "--out", f"{scratch}/{name}-1")
        two, _, account = lab.run(*words, "--threads", 2, "--out", f"{scratch}/{name}-2")
        serial = account.alone / account.all
        rows.append([name, f"{one:.2f}", f"{two:.2f}", f"{one / two:.2f}", f"{account.all:.2f}",
                     f"{account.alone:.2f}", f"{100 * serial:.2f}",
                     *(f"{1 / (serial + (1 - serial) / n):.1f}" for n in (2, 16, 64))])
    table(os.path.join(options.out, "workers.csv"),
          ["work", "seconds_1", "seconds_2", "speedup", "cpu_seconds", "cpu_seconds_alone",
           "alone_percent", "amdahl_2", "amdahl_16", "amdahl_64"], rows)


def main():
    works = {"lengths": lengths, "million": million,
             "million-probe": million_probe, "ladder": ladder, "training": training,
             "workers": workers}
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", nargs="+", choices=works)
    parser.add_argument("--lab", default=".build/release/dilution", help="the built program")
    parser.add_argument("--out", default="Results/scale", help="where tables go")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--size", action="append", help="ladder: this size alone, such as 100")
    options = parser.parse_args()
    for name in options.work:
        with tempfile.TemporaryDirectory() as scratch:
            works[name](Lab(options.lab), options, scratch)


if __name__ == "__main__":
    main()
