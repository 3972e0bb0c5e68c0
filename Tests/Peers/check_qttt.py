"""Trains the queries of a checkpoint that transformers saved, and looks whether target mass rises.

    python check_qttt.py [--program .build/release/dilution] [--count 64]

The shipped sandbox model goes through transformers into shards of bfloat16. On held-out instances of a ladder
of lengths, 32 steps at the rate that Models/sandbox-facts/README.md recommends have to lower the loss of their
spans at every length, and to raise the target mass of the best head over all value tokens from 1280 tokens on,
where attention is diluted. Below, the model hardly needs help, and that mass falls or stays; the mass where a
value begins is another head's and need not rise: both are printed, and are no failure.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402

MODEL = Path("Models/sandbox-facts")
LENGTHS = [160, 320, 640, 1280, 2560]
DILUTED = [1280, 2560]
STEPS = 32
# Steps at the beginning and at the end whose losses are compared: each is of spans of its own.
PART = 8


def save_in_shards(folder):
    model = transformers.AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.bfloat16)
    model.save_pretrained(folder, max_shard_size="300KB")
    shards = list(folder.glob("model-*-of-*.safetensors"))
    assert len(shards) > 1, "the checkpoint is to be sharded"
    return len(shards)


def column(rows, name):
    """The numbers of a column as [instance, step]."""
    steps = max(int(row["step"]) for row in rows) + 1
    values = np.full((len(rows) // steps, steps), np.nan)
    for row in rows:
        if row[name]:
            values[int(row["index"]), int(row["step"])] = float(row[name])
    return values


def interval(values, resamples=10_000):
    """Mean and percentile-bootstrap 95 % interval."""
    random = np.random.default_rng(1)
    picked = random.integers(0, len(values), (resamples, len(values)))
    means = values[picked].mean(axis=1)
    return values.mean(), *np.quantile(means, [0.025, 0.975])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=".build/release/dilution")
    parser.add_argument("--count", type=int, default=64)
    arguments = parser.parse_args()
    failures = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shards = save_in_shards(folder / "model")
        print(f"transformers {transformers.__version__}: {shards} shards of bfloat16")

        def run(*words):
            subprocess.run(
                [arguments.program, *map(str, words), "--quiet"], check=True,
                stdout=subprocess.DEVNULL)

        run("generate", "--task", "key-value", "--length", ",".join(map(str, LENGTHS)),
            "--count", arguments.count, "--seed", 13, "--split", "held-out",
            "--out", folder / "tasks")
        tasks = [
            word for length in LENGTHS
            for word in ("--tasks", folder / "tasks" / f"key-value-{length}.jsonl")
        ]
        run("probe", "--model", folder / "model", *tasks, "--adapt", "qttt", "--steps", STEPS,
            "--span-length", 128, "--learning-rate", "5e-4", "--seed", 3,
            "--out", folder / "probe")
        with open(folder / "probe" / "probe.csv", newline="") as file:
            table = list(csv.DictReader(file))
    print("    T  loss of the first spans, change to the last    mass over all value tokens in context, change"
          "    mass where a value begins, change")
    for length in LENGTHS:
        rows = [row for row in table if int(row["length"]) == length]
        loss = column(rows, "span_loss")[:, 1:]
        mass = column(rows, "mass_best_all")
        opening = column(rows, "mass_best")
        assert loss.shape == (arguments.count, STEPS), loss.shape
        change = interval(loss[:, -PART:].mean(axis=1) - loss[:, :PART].mean(axis=1))
        gain = interval(mass[:, STEPS] - mass[:, 0])
        opened = interval(opening[:, STEPS] - opening[:, 0])
        is_wrong = change[2] >= 0 or (length in DILUTED and gain[1] <= 0)
        failures += is_wrong
        print(f"{length:5}  {loss[:, :PART].mean():.4f}  {change[0]:+.4f} [{change[1]:+.4f}, "
              f"{change[2]:+.4f}]      {mass[:, 0].mean():.4f}  {gain[0]:+.4f} [{gain[1]:+.4f}, "
              f"{gain[2]:+.4f}]      {opening[:, 0].mean():.4f}  {opened[0]:+.4f} [{opened[1]:+.4f}, "
              f"{opened[2]:+.4f}]{'  WRONG' if is_wrong else ''}")
    if failures:
        sys.exit(f"{failures} lengths are not as they are to be")
    print("qTTT lowers the loss of its spans at every length, and raises the mass where it is diluted")


main()
