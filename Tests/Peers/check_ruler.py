"""Holds `dilution generate --format ruler` to the fields that RULER's files have, and the functions of
Tasks/README.md to what RULER's metric must say about known predictions.

    python Tests/Peers/check_ruler.py
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TASKS = {
    "key-value": [],
    "needle": ["--haystack", "noise", "--keys", "3", "--values", "2", "--queries", "2"],
    "multi-hop": ["--hops", "3"],
}


def documented_functions():
    """The functions that Tasks/README.md defines."""
    page = (ROOT / "Tasks/README.md").read_text(encoding="utf-8")
    scope = {}
    for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(block, scope)  # noqa: S102
    return scope["predict"], scope["string_match_all"]


def check_fields(items):
    for number, item in enumerate(items):
        assert item["index"] == number
        assert isinstance(item["input"], str) and isinstance(item["answer_prefix"], str)
        assert item["outputs"] and all(isinstance(output, str) for output in item["outputs"])
        assert item["length"] == len(item["input"].split())
        # The prefix continues the prompt, as RULER's do.
        assert item["answer_prefix"].startswith(" ") and not item["input"].endswith(" ")
        for gold in item["gold"]:
            assert item["input"].isascii()
            start, end = gold["value"]
            assert item["input"][start:end] in item["input"][slice(*gold["span"])]
        values = [item["input"][slice(*gold["value"])] for gold in item["gold"]]
        assert set(item["outputs"]) <= set(values)
        names = set(re.findall(r"[a-z]+-[a-z]+", item["input"]))
        assert not any(a != b and a in b for a in names for b in names)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dilution", type=pathlib.Path, default=ROOT / ".build/release/dilution")
    dilution = parser.parse_args().dilution
    if not dilution.exists():
        sys.exit(f"{dilution} is missing: run 'make build' first")
    predict, score = documented_functions()
    with tempfile.TemporaryDirectory() as folder:
        for task, options in TASKS.items():
            subprocess.run(
                [dilution, "generate", "--task", task, "--length", "400", "--count", "50", "--format",
                 "ruler", "--out", folder, "--quiet", *options],
                check=True, stdout=subprocess.DEVNULL)
            path = f"{folder}/{task}-400.jsonl"
            with open(path, encoding="utf-8") as lines:
                items = [json.loads(line) for line in lines]
            assert len(items) == 50
            check_fields(items)
            by_prompt = {item["input"] + item["answer_prefix"]: item["outputs"] for item in items}
            first = {prompt: outputs[:1] for prompt, outputs in by_prompt.items()}
            models = {
                "every output, upper case": (lambda prompt: " " + "\n".join(by_prompt[prompt]).upper(), 100),
                "the first output": (
                    lambda prompt: f"It is {first[prompt][0]}.",
                    round(100 * sum(o.count(o[0]) / len(o) for o in by_prompt.values()) / len(items), 2)),
                "nothing": (lambda prompt: "", 0),
                "control characters": (lambda prompt: "\x00" + "\x07".join(by_prompt[prompt]), 100),
            }
            for name, (model, expected) in models.items():
                predict(path, f"{folder}/predictions.jsonl", model)
                found = score(f"{folder}/predictions.jsonl")
                assert found == expected, f"{task}, {name}: {found} instead of {expected}"
                print(f"{task:<12}{name:<28}{found:>8}")
    print("RULER's fields and metric hold.")


if __name__ == "__main__":
    main()
