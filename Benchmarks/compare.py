"""Times the lab against PyTorch, JAX and RULER's loop on the same work, in one run.

    make bench-peers
    make bench-peers BENCH="--quick --only c,d"

Every side is a process that stays alive, and is stopped while another one answers: threads of a
library go on spinning for a while when their work is done. For each workload all sides first compute
what the lab computes, and are held against it; then each peer tries its choices (threads, kinds of
attention) and keeps the fastest; then the sides take turns until each has had enough repetitions. A
turn does the work once untimed, as a processor that has idled is slow at first, and once timed. Medians
go into a table and a CSV. A side that fails or disagrees stands in the table with the reason and
without a ratio.
"""

import argparse
import atexit
import json
import os
import pathlib
import platform
import signal
import statistics
import subprocess
import sys
import time

from report import write_results

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
# The libraries choose threads and kernels for themselves, whatever the surroundings say.
LEFT_OUT = ("OPENBLAS_", "OMP_", "MKL_", "GOTO_", "XLA_", "TORCH")
TOLERANCE = 1e-3

WORKLOADS = {
    "a": "training step, 3 layers of 128, 64 × 160 tokens",
    "b": "training step, 6 layers of 256, 16 × 512 tokens",
    "c": "prefill of 16384 tokens",
    "d": "one qTTT step, k = 128, at T = 16384",
    "d32": "prefill of 16384 tokens and 32 qTTT steps",
    "e": "greedy decoding at T = 4096, batch 1",
    "f": "probing key-value items of 4096 tokens with target mass",
    "g": "making needle items of 32768 tokens",
    "g-text": "the same as English text of as many tokens as RULER's",
}
# The seconds that the turns of a workload may take, and the least number of turns.
BUDGET = {"full": (45, 3), "quick": (12, 2)}
MOST_TURNS = 15
MADE_ITEMS = 1000


class Side:
    """A process that answers questions, and stands still between them."""

    def __init__(self, name, command, environment):
        self.name = name
        # In a process group of its own: where a group with a process that stands still loses its
        # terminal, the system hangs up on the whole of it, and where the comparison is killed, on this
        # process, which would otherwise outlive it.
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env=environment, preexec_fn=os.setpgrp)
        self.process.send_signal(signal.SIGSTOP)
        atexit.register(self.process.kill)

    def ask(self, *words):
        if self.process.poll() is not None:
            return {"error": f"the process ended with code {self.process.returncode}"}
        self.process.send_signal(signal.SIGCONT)
        try:
            return self.answer(words)
        finally:
            self.process.send_signal(signal.SIGSTOP)

    def answer(self, words):
        try:
            self.process.stdin.write(" ".join(map(str, words)) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            return {"error": f"the process ended with code {self.process.wait()}"}
        return json.loads(line)

    def run(self, name, turn):
        """One turn: the work untimed, then timed."""
        warming = self.ask("run", name, turn)
        return warming if "error" in warming else self.ask("run", name, turn)

    def close(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.stdin.close()
        self.process.wait()


class Generation:
    """The lab's side of (g): the program itself, from its start to the file on disk."""

    name = "lab"

    def __init__(self, program, folder, environment):
        self.program = program
        self.folder = folder / "tasks"
        self.environment = environment
        # Sandbox tokens that make as many tokens of English as RULER's items have; found at first use.
        self.text_length = 6000

    def generate(self, name, seed, count=MADE_ITEMS):
        made = ["--length", 32768] if name == "g" else [
            "--length", self.text_length, "--format", "ruler"]
        command = [self.program, "generate", "--task", "needle", "--haystack", "noise", *made,
                   "--count", count, "--seed", seed, "--out", self.folder / name, "--force",
                   "--quiet"]
        before = os.times()
        clock = time.perf_counter()
        subprocess.run([str(word) for word in command], check=True, env=self.environment,
                       stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - clock
        after = os.times()
        processor = sum(after[2:4]) - sum(before[2:4])
        return {"seconds": seconds / count, "processor_seconds": processor / count, "units": count}

    def path(self, name):
        """What was written last."""
        files = (self.folder / name).glob("*.jsonl")
        return max(files, key=lambda path: path.stat().st_mtime)


class Comparison:
    def __init__(self, options):
        self.options = options
        self.folder = options.folder
        self.environment = {
            key: value for key, value in os.environ.items() if not key.startswith(LEFT_OUT)}
        self.folder.mkdir(parents=True, exist_ok=True)
        self.lab = Side("lab", [options.lab, self.folder, options.model, os.cpu_count()],
                        self.environment)
        if "error" in (answer := self.lab.ask("prepare")):
            sys.exit(f"compare.py: {answer['error']}")
        self.inputs = json.loads((self.folder / "inputs.json").read_text(encoding="utf-8"))
        python = [sys.executable]
        torch = [*python, HERE / "torch_side.py", self.folder]
        commands = {
            "torch": [*torch, "eager"], "torch-compile": [*torch, "compile"],
            "jax": [*python, HERE / "jax_side.py", self.folder],
            "ruler": [*python, HERE / "ruler_side.py", self.folder, self.folder / "tasks/words.jsonl"],
        }
        needed = {side for name in options.only for side in self.peers(name)}
        if "ruler" in needed:
            self.make_words()
        self.sides = {name: Side(name, command, self.environment)
                      for name, command in commands.items() if name in needed}
        self.machines = {"lab": self.lab.ask("machine")} | {
            name: side.ask("machine") for name, side in self.sides.items()}
        self.peaks = {}
        self.rows = []

    def make_words(self):
        """A few of the lab's texts for the tokenizer to learn from."""
        lab = Generation(self.options.dilution, self.folder, self.environment)
        lab.generate("g-text", 0, count=20)
        lab.path("g-text").replace(self.folder / "tasks/words.jsonl")

    def peers(self, name):
        peers = ["ruler"] if name.startswith("g") else ["torch", "torch-compile", "jax"]
        return [peer for peer in peers if peer in self.options.sides]

    def measure_peaks(self):
        """The best rate of square products of every library so far, by threads."""
        for name, side in {"lab": self.lab, **self.sides}.items():
            if name in ("ruler", "torch-compile"):
                continue
            rates = side.ask("peak").get("flops", [])
            best = self.peaks.get(name, [0] * len(rates))
            self.peaks[name] = [max(pair) for pair in zip(best, rates)]

    def flops(self, name, side):
        """Operations that a side computes for one unit, counted by the lab's closed forms: peers take
        all rows of a context through the whole of the last layer."""
        given = self.inputs
        part, key = {"a": ("a", "flops"), "b": ("b", "flops"), "c": ("long", "flops"),
                     "d": ("long", "single_flops"), "d32": ("long", "adaptation_flops"),
                     "e": ("decoding", "flops"), "f": ("probe", "flops")}.get(name, (None, None))
        if part is None:
            return None
        return given[part].get(key if side == "lab" else f"peer_{key}", given[part][key])

    def rate(self, name):
        """What is told beside seconds: how many of what in a unit."""
        tokens = {"a": self.inputs["a"]["tokens"], "b": self.inputs["b"]["tokens"],
                  "c": len(self.inputs["long"]["context"]), "e": 1}
        if name in tokens:
            return tokens[name], "tokens/s"
        return 1, {"d": "steps/s", "d32": "runs/s"}.get(name, "items/s")

    def run(self):
        self.measure_peaks()
        for name in self.options.only:
            self.say(f"({name}) {WORKLOADS[name]}")
            if name.startswith("g"):
                self.compare_generation(name)
            else:
                self.compare(name)
            self.measure_peaks()

    def say(self, text):
        print(text, file=sys.stderr, flush=True)

    def compare(self, name):
        wanted = self.lab.ask("check", name)
        self.lab.ask("run", name, 0)
        runs = {"lab": lambda turn: self.lab.run(name, turn)}
        facts = {"lab": {"threads": self.machines["lab"].get("threads")}}
        for peer in self.peers(name):
            side = self.sides[peer]
            found = side.ask("check", name)
            reason = found.get("error") or wanted.get("error") or disagreement(name, wanted, found)
            if not reason:
                facts[peer] = side.ask("tune", name)
                reason = facts[peer].get("error")
            facts.setdefault(peer, {})["reason"] = reason
            self.say(f"  {peer}: {reason or 'agrees'} {facts[peer].get('tried', '')}")
            if not reason:
                runs[peer] = lambda turn, side=side: side.run(name, turn)
        self.take_turns(name, runs, facts)

    def compare_generation(self, name):
        lab = Generation(self.options.dilution, self.folder, self.environment)
        ruler = self.sides.get("ruler")
        facts = {"lab": {"threads": os.cpu_count()}}
        runs = {"lab": lambda turn: lab.generate(name, turn)}
        if ruler:
            count = 20 if self.options.quick else 100
            lab.generate(name, 0)
            ruler.ask("run", name, 0, 20, MADE_ITEMS)
            told = ruler.ask("describe", self.folder / "ruler.jsonl")
            made = ruler.ask("describe", lab.path(name))
            if name == "g-text" and "error" not in made:
                lab.text_length = round(lab.text_length * told["tokens"] / made["tokens"])
                lab.generate(name, 0)
                made = ruler.ask("describe", lab.path(name))
            for side, answer in (("lab", made), ("ruler", told)):
                if "error" not in answer:
                    own = name == "g" and side == "lab"
                    tokens = "32768 words of its own" if own else f"{answer['tokens']:.0f} tokens"
                    facts.setdefault(side, {})["note"] = (
                        f"{tokens}, {answer['bytes'] / 1e3:.0f} kB of text an item")
            facts.setdefault("ruler", {})["threads"] = 1
            runs["ruler"] = lambda turn: ruler.ask("run", name, turn, count, MADE_ITEMS)
        self.take_turns(name, runs, facts)

    def take_turns(self, name, runs, facts):
        seconds, least = BUDGET["quick" if self.options.quick else "full"]
        found = {side: [] for side in runs}
        end = time.monotonic() + seconds
        turn = 0
        while runs and turn < MOST_TURNS and (turn < least or time.monotonic() < end):
            # Who comes first changes from turn to turn.
            order = list(runs)
            for side in order[turn % len(order):] + order[:turn % len(order)]:
                answer = runs[side](turn)
                if "error" in answer:
                    facts.setdefault(side, {})["reason"] = answer["error"]
                    del runs[side]
                else:
                    found[side].append(answer)
            turn += 1
        for side, fact in facts.items():
            self.rows.append(self.row(name, side, fact, found.get(side, [])))
        self.say("  " + ", ".join(
            f"{row['side']} {row['seconds']:.4g} s" for row in self.rows
            if row["workload"] == name and row.get("seconds")))

    def row(self, name, side, fact, turns):
        row = {"workload": name, "work": WORKLOADS[name], "side": side,
               "threads": fact.get("threads"), "choice": fact.get("choice") or "",
               "note": fact.get("note", ""), "reason": fact.get("reason") or ""}
        if row["reason"] or not turns:
            return row
        seconds = sorted(turn["seconds"] for turn in turns)
        count, unit = self.rate(name)
        row |= {"turns": len(seconds), "seconds": statistics.median(seconds),
                "least": seconds[0], "greatest": seconds[-1],
                "processor_seconds": statistics.median(
                    turn["processor_seconds"] for turn in turns),
                "flops": self.flops(name, side)}
        row |= {"rate": count / row["seconds"], "rate_unit": unit}
        return row


def disagreement(name, wanted, found):
    """Why two answers are not the same, or nothing."""
    for key, numbers in wanted.items():
        others = found.get(key, [])
        if len(others) != len(numbers):
            return f"disagrees: {len(others)} {key} instead of {len(numbers)}"
        if key == "tokens":
            if others != numbers:
                return "disagrees: other tokens"
            continue
        apart = max(abs(a - b) for a, b in zip(numbers, others))
        if key == "queries":
            # An AdamW step moves every weight by the rate, so weights are compared as a whole.
            norm = sum(b * b for b in numbers) ** 0.5
            apart = sum((a - b) ** 2 for a, b in zip(numbers, others)) ** 0.5 / norm
        # Written this way round so that a NaN is a disagreement too.
        if not apart <= TOLERANCE:
            return f"disagrees: {key} are {apart:.1e} apart"
    return None


def arguments():
    parser = argparse.ArgumentParser(
        prog="make bench-peers", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    parser.add_argument("--only", default=",".join(WORKLOADS), metavar="a,b,…",
                        help=f"workloads among {', '.join(WORKLOADS)}")
    parser.add_argument("--sides", default="torch,torch-compile,jax,ruler", metavar="SIDE,…",
                        help="peers to compare with")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "out/bench",
                        help="where inputs and made items go")
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / "out/bench",
                        help="where the table and the CSV go")
    parser.add_argument("--lab", type=pathlib.Path,
                        default=ROOT / ".build/release/workload-benchmark")
    parser.add_argument("--dilution", type=pathlib.Path, default=ROOT / ".build/release/dilution")
    parser.add_argument("--model", type=pathlib.Path, default=ROOT / "Models/sandbox-facts")
    options = parser.parse_args()
    options.only = options.only.split(",")
    for name in options.only:
        if name not in WORKLOADS:
            parser.error(f"there is no workload {name}: choose among {', '.join(WORKLOADS)}")
    options.sides = options.sides.split(",")
    return options


def main():
    options = arguments()
    clock = time.monotonic()
    comparison = Comparison(options)
    comparison.run()
    for side in [comparison.lab, *comparison.sides.values()]:
        side.close()
    write_results(
        options.results, comparison.rows, WORKLOADS, comparison.peaks, comparison.machines,
        quick=options.quick, seconds=time.monotonic() - clock, python=platform.python_version())


if __name__ == "__main__":
    main()
