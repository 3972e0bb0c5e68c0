"""Writes the checkpoints under Tests/TransformerModelTests/Fixtures that save_pretrained makes.

    python make_fixtures.py llama-sharded     # with transformers 4
    python make_fixtures.py qwen3-tied        # with transformers 5

Each is a random model with `golden.safetensors`: `input_ids`, and the `logits` that transformers
computes in float32 from the weights as they were saved.
"""

import pathlib
import shutil
import sys

import torch
import transformers
from safetensors.torch import save_file

FIXTURES = pathlib.Path(__file__).resolve().parents[1] / "TransformerModelTests" / "Fixtures"

# The forms that qwen3-tiny, which is untied float32 in one file, does not have.
CASES = {
    "llama-sharded": (
        transformers.LlamaConfig, torch.bfloat16, "6KB",
        dict(hidden_size=24, num_attention_heads=3, num_key_value_heads=1,
             tie_word_embeddings=False)),
    "qwen3-tied": (
        transformers.Qwen3Config, torch.float16, "1GB",
        dict(hidden_size=20, num_attention_heads=4, num_key_value_heads=2, head_dim=6,
             tie_word_embeddings=True)),
}


def main(name):
    make, dtype, shard, shape = CASES[name]
    torch.manual_seed(11)
    config = make(vocab_size=61, intermediate_size=40, num_hidden_layers=2,
                  max_position_embeddings=512, initializer_range=0.2, **shape)
    model = transformers.AutoModelForCausalLM.from_config(config)
    with torch.no_grad():
        for key, weight in model.named_parameters():
            if key.endswith("norm.weight"):
                weight.uniform_(0.5, 1.5)
    folder = FIXTURES / name
    shutil.rmtree(folder, ignore_errors=True)
    model.to(dtype).save_pretrained(folder, max_shard_size=shard)
    # Opened again rather than widened, because .to(dtype) rounds the rotary frequencies as well.
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    tokens = torch.randint(0, 61, (73,))
    with torch.no_grad():
        logits = model(tokens[None]).logits[0]
    save_file({"input_ids": tokens.int(), "logits": logits.contiguous()},
              folder / "golden.safetensors")


if __name__ == "__main__":
    main(sys.argv[1])
