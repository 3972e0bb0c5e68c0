"""Holds the lab's checkpoints and forward pass against Hugging Face transformers.

Both directions: what the lab writes is opened with AutoConfig and AutoModelForCausalLM, and what
save_pretrained writes is read by `dilution forward` and `dilution gradients`. Every row of the table is
one checkpoint, one sequence of tokens, the greatest absolute difference of logits and of the last
token's attention, and the greatest relative difference, norm over norm, of any parameter's gradient.
Anything that is not below its tolerance ends with exit code 1.

    make check-peers

sets up a Python environment of its own and runs this with two releases of transformers.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch  # noqa: E402
import transformers  # noqa: E402
from safetensors.torch import load_file  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOLERANCE = {"logits": 1e-3, "attention": 1e-4, "gradient": 1e-3}
MAJOR = int(transformers.__version__.split(".")[0])

# A recipe of a few steps. Untrained weights would do for the layout, but trained ones make scores
# that tell one position from another.
RECIPE = """{
  model: {width: 48, layers: 2, queryHeads: 4, keyValueHeads: 2, headWidth: 16, mlpWidth: 64,
          queryKeyNorm: %(norm)s, tiedHead: %(tied)s, rotaryTheta: 1e4},
  seed: 5, steps: 20, batchTokens: 1200, optimizer: {learningRate: 3e-3}, schedule: {warmup: 5},
  stretchTo: 2048, curriculum: {start: 4, end: 8}, mixture: {keyValue: 1, needle: 1, multiHop: 1},
}"""


class Checks:
    """Runs the program and collects the rows of the table."""

    def __init__(self, dilution, folder):
        self.dilution = str(dilution)
        self.folder = pathlib.Path(folder)
        self.failures = 0
        print(f"transformers {transformers.__version__}, torch {torch.__version__}")
        print(f"{'checkpoint':<38}{'opened as':<18}{'tokens':>7}{'logits':>10}{'attention':>11}"
              f"{'gradient':>10}")

    def run(self, *words):
        done = subprocess.run(
            [self.dilution, *map(str, words)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"dilution {' '.join(map(str, words))}: {done.stderr.strip()}")

    def contexts(self, task, lengths, *options):
        """Context and question of the first generated instance at each length."""
        out = self.folder / "tasks"
        self.run("generate", "--task", task, "--length", ",".join(map(str, lengths)), "--count", 1,
                 "--seed", 21, "--out", out, "--force", "--quiet", *options)
        for length in lengths:
            with open(out / f"{task}-{length}.jsonl", encoding="utf-8") as lines:
                item = json.loads(next(lines))
            yield item["context"] + item["question"] + item["answer"]

    def ours(self, command, model, tokens):
        """The tensors that `dilution forward` or `dilution gradients` writes."""
        listed, out = self.folder / "tokens.json", self.folder / "out.safetensors"
        listed.write_text(json.dumps(tokens))
        self.run(command, "--model", model, "--tokens", f"@{listed}", "--out", out, "--quiet")
        return load_file(out)

    def compare(self, name, path, tokens):
        """One row: the checkpoint at `path`, in both implementations, in float32."""
        config = transformers.AutoConfig.from_pretrained(path)
        dtype = {"dtype" if MAJOR >= 5 else "torch_dtype": torch.float32}
        model = transformers.AutoModelForCausalLM.from_pretrained(
            path, attn_implementation="eager", **dtype).eval()
        assert type(model.config) is type(config)
        ids = torch.tensor([tokens])
        theirs = model(ids, labels=ids, output_attentions=True)
        theirs.loss.backward()
        rows = torch.stack([layer[0, :, -1, :] for layer in theirs.attentions])
        forward = self.ours("forward", path, tokens)
        gradients = self.ours("gradients", path, tokens)
        del gradients["lm_loss"]
        # A tied head is one parameter, which PyTorch counts once.
        parameters = {f"grad.{name}": weight.grad for name, weight in model.named_parameters()}
        assert parameters.keys() == gradients.keys(), parameters.keys() ^ gradients.keys()
        found = {
            "logits": (forward["logits"] - theirs.logits[0]).abs().max().item(),
            "attention": (forward["attention_last_row"] - rows).abs().max().item(),
            "gradient": max(
                ((gradients[name] - grad).norm() / grad.norm()).item()
                for name, grad in parameters.items()),
        }
        # Written this way round so that a NaN is a failure too.
        good = all(found[key] < TOLERANCE[key] for key in TOLERANCE)
        self.failures += not good
        print(f"{name:<38}{type(model).__name__:<18}{len(tokens):>7}{found['logits']:>10.1e}"
              f"{found['attention']:>11.1e}{found['gradient']:>10.1e}{'' if good else '   FAILED'}",
              flush=True)


def written_by_the_lab(checks):
    """Shipped checkpoints, and freshly trained ones in the forms that are not shipped."""
    cases = {
        "sandbox-facts": [("key-value", [160, 2560]), ("needle", [640])],
        "sandbox-hops": [("multi-hop", [160, 2560])],
    }
    for name, tasks in cases.items():
        for task, lengths in tasks:
            for tokens in checks.contexts(task, lengths):
                checks.compare(f"Models/{name}, {task}", ROOT / "Models" / name, tokens)
    for norm in ("true", "false"):
        for tied in ("true", "false"):
            form = "qwen3" if norm == "true" else "llama"
            name = f"trained {form}, {'tied' if tied == 'true' else 'untied'}"
            folder = checks.folder / name.replace(", ", "-").replace(" ", "-")
            recipe = folder.with_suffix(".json5")
            recipe.write_text(RECIPE % {"norm": norm, "tied": tied})
            checks.run("train", recipe, "--out", folder, "--held-out", 8, "--quiet")
            for tokens in checks.contexts("key-value", [333]):
                checks.compare(name, folder, tokens)


def written_by_transformers(checks):
    """Random models of both families: each precision, in one file and in shards."""
    torch.manual_seed(7)
    shapes = {
        # Head width times heads is not the width; one key-value head; more than one group.
        "qwen3": dict(num_key_value_heads=2, head_dim=24, tie_word_embeddings=False),
        "qwen3 tied": dict(num_key_value_heads=4, head_dim=8, tie_word_embeddings=True),
        "llama": dict(num_key_value_heads=1, tie_word_embeddings=False),
        "llama tied": dict(num_key_value_heads=2, head_dim=20, tie_word_embeddings=True),
    }
    tokens = torch.randint(0, 211, (257,)).tolist()
    for name, shape in shapes.items():
        family = name.split()[0]
        make = {"qwen3": transformers.Qwen3Config, "llama": transformers.LlamaConfig}[family]
        config = make(
            vocab_size=211, hidden_size=64, intermediate_size=96, num_hidden_layers=3,
            num_attention_heads=4, max_position_embeddings=4096, initializer_range=0.2, **shape)
        model = transformers.AutoModelForCausalLM.from_config(config)
        # Gains of 1, as a fresh model has them, would hide a gain that is not applied.
        with torch.no_grad():
            for key, weight in model.named_parameters():
                if key.endswith("norm.weight"):
                    weight.uniform_(0.5, 1.5)
        for dtype in (torch.float32, torch.bfloat16, torch.float16):
            for shard in (None, "40KB"):
                label = f"{str(dtype).removeprefix('torch.')}, {'shards' if shard else 'one file'}"
                folder = checks.folder / f"saved {name} {label}".replace(" ", "-").replace(",", "")
                options = {"max_shard_size": shard} if shard else {}
                model.to(dtype).save_pretrained(folder, **options)
                files = len(list(folder.glob("*.safetensors")))
                assert (files > 1) == bool(shard), f"{folder} has {files} files"
                checks.compare(f"saved {name}, {label}", folder, tokens)
                model.float()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dilution", type=pathlib.Path, default=ROOT / ".build/release/dilution")
    arguments = parser.parse_args()
    if not arguments.dilution.exists():
        sys.exit(f"{arguments.dilution} is missing: run 'make build' first")
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    with tempfile.TemporaryDirectory() as folder:
        checks = Checks(arguments.dilution, folder)
        written_by_the_lab(checks)
        written_by_transformers(checks)
    tolerances = ", ".join(f"{key} to {value:g}" for key, value in TOLERANCE.items())
    if checks.failures:
        sys.exit(f"{checks.failures} checkpoints disagree by more than {tolerances}")
    print(f"All agree: {tolerances}.")


if __name__ == "__main__":
    main()
