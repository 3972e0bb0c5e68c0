"""Holds the tokenizers that the lab writes, and the texts that it fits to tokens, against transformers.

The shipped checkpoints' tokenizers must give the ids of generated instances back from their text. Texts of
`generate --format text` must have, under the tokenizers of the tests and in the frames of the lab's chat
templates, exactly the tokens that the lab says, and their gold tokens must hold the facts.

    python Tests/Peers/check_tokenizers.py
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from tokenizers import Tokenizer  # noqa: E402
from transformers import AutoTokenizer  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Tests/TokenizationTests/Fixtures"
TASKS = {
    "key-value": [], "multi-hop": ["--hops", "3"],
    "needle": ["--haystack", "noise", "--keys", "3", "--values", "2", "--queries", "2"],
}


def generate(dilution, task, folder, *options):
    """The lines of the file that `generate` writes."""
    words = [dilution, "generate", "--task", task, "--count", "8", "--seed", "3", "--out", folder, "--force", "--quiet",
             *TASKS[task], *options]
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}: {done.stderr.strip()}")
    with open(done.stdout.split(":")[0], encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def check_words(dilution, folder):
    for model in ("sandbox-facts", "sandbox-facts-narrow", "sandbox-hops"):
        tokenizer = AutoTokenizer.from_pretrained(ROOT / "Models" / model)
        config = json.loads((ROOT / "Models" / model / "config.json").read_text())
        assert len(tokenizer) == config["vocab_size"] == 64
        for task in TASKS:
            for item in generate(dilution, task, folder, "--length", "500"):
                for part in ("context", "question", "answer", "trace"):
                    ids = tokenizer(item["text"][part])["input_ids"]
                    assert ids == item[part], (model, task, part)
                    assert tokenizer.decode(ids) == item["text"][part]
        assert tokenizer.convert_ids_to_tokens([0, 20]) == [tokenizer.pad_token, tokenizer.eos_token]
        print(f"Models/{model:<24}AutoTokenizer gives the sandbox's own tokens")


def check_texts(dilution, folder):
    cases = [("gpt2", "plain", []), ("qwen", "qwen3", []), ("qwen", "qwen3", ["--no-think"]), ("llama3", "llama3", []),
             ("llama3", "plain", []), ("gpt4o", "plain", []), ("sentencepiece", "plain", [])]
    for name, template, options in cases:
        path = FIXTURES / f"{name}.json"
        tokenizer = Tokenizer.from_file(str(path))
        short = 0
        for task in TASKS:
            for length in (900, 3000):
                items = generate(dilution, task, folder, "--format", "text", "--tokenizer", path, "--template", template,
                                 "--length", length, *options)
                for item in items:
                    frame = item["frame"]
                    text = frame["before"] + item["input"] + frame["after"]
                    text += item["answer_prefix"] if frame["begins_answer"] else ""
                    encoded = tokenizer.encode(text, add_special_tokens=frame["adds_special_tokens"])
                    assert len(encoded.ids) == item["length"] == length - item["missing"], (name, task, length)
                    short += item["missing"] > 0
                    assert item["outputs"][0] in item["answer"]
                    at = len(frame["before"])
                    for gold in item["gold"]:
                        start, end = gold["value"]
                        tokens = range(*gold["value_tokens"])
                        covered = [encoded.offsets[i] for i in tokens]
                        assert covered[0][0] <= at + start < covered[0][1] and covered[-1][0] < at + end <= covered[-1][1]
                        assert item["input"][start:end] in " ".join(item["outputs"]) or task == "multi-hop"
        print(f"{name:<16}{template:<8}{' '.join(options):<12}{6 * 8} texts of exact length, {short} of them short of it")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dilution", type=pathlib.Path, default=ROOT / ".build/release/dilution")
    dilution = parser.parse_args().dilution
    if not dilution.exists():
        sys.exit(f"{dilution} is missing: run 'make build' first")
    with tempfile.TemporaryDirectory() as folder:
        check_words(dilution, folder)
        check_texts(dilution, folder)
    print("Tokenizers and fitted texts agree.")


if __name__ == "__main__":
    main()
