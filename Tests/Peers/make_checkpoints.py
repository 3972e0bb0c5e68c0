"""Writes the checkpoints of published form under Tests/TransformerModelTests/Fixtures, and one with a
tokenizer in Tests/TextSupport.

    python make_checkpoints.py

Each is a small random model in bfloat16, as `save_pretrained` leaves it, with `golden.safetensors`:
`input_ids` [T], the `logits` [T, V] that transformers computes in float32 from the bfloat16 weights, and
`greedy` [64], what it generates behind the first `prompt_length` tokens. `rotary.safetensors` holds the
inverse frequencies of published models. Written with transformers 5.
"""

import json
import pathlib
import shutil

import torch
import transformers
from safetensors.torch import save_file
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

TESTS = pathlib.Path(__file__).resolve().parents[1]
FIXTURES = TESTS / "TransformerModelTests" / "Fixtures"
PROMPT, GENERATED, TOKENS, VOCABULARY = 40, 64, 180, 96

YARN = dict(rope_type="yarn", rope_theta=1e4, factor=4.0, original_max_position_embeddings=40)
LLAMA3 = dict(rope_type="llama3", rope_theta=500.0, factor=8.0, low_freq_factor=1.0,
              high_freq_factor=4.0, original_max_position_embeddings=48)
LINEAR = dict(rope_type="linear", rope_theta=1e4, factor=2.5)

# name: (configuration, greatest shard, whether config.json is spelt as transformers 4 does, the shape)
CASES = {
    "qwen3-yarn": (
        transformers.Qwen3Config, "1GB", True,
        dict(hidden_size=40, num_attention_heads=4, num_key_value_heads=2, head_dim=16,
             tie_word_embeddings=True, rope_parameters=YARN)),
    "llama3-scaled": (
        transformers.LlamaConfig, "30KB", False,
        dict(hidden_size=48, num_attention_heads=4, num_key_value_heads=1, head_dim=10,
             tie_word_embeddings=False, rope_parameters=LLAMA3)),
    "qwen3-linear": (
        transformers.Qwen3Config, "20KB", False,
        dict(hidden_size=32, num_attention_heads=6, num_key_value_heads=3, head_dim=8,
             tie_word_embeddings=False, rope_parameters=LINEAR)),
}

PUBLISHED = {
    "qwen3": (transformers.Qwen3Config, 128, 40960, dict(rope_type="default", rope_theta=1e6)),
    "qwen3-yarn": (transformers.Qwen3Config, 128, 131072, dict(
        rope_type="yarn", rope_theta=1e6, factor=4.0, original_max_position_embeddings=32768)),
    "llama-3.1": (transformers.LlamaConfig, 128, 131072, dict(
        rope_type="llama3", rope_theta=5e5, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
        original_max_position_embeddings=8192)),
    "llama-3.2": (transformers.LlamaConfig, 64, 131072, dict(
        rope_type="llama3", rope_theta=5e5, factor=32.0, low_freq_factor=1.0, high_freq_factor=4.0,
        original_max_position_embeddings=8192)),
    "yarn-mscale": (transformers.LlamaConfig, 64, 163840, dict(
        rope_type="yarn", rope_theta=1e4, factor=40.0, beta_fast=16, beta_slow=2, mscale=1.0,
        mscale_all_dim=0.5, truncate=False, original_max_position_embeddings=4096)),
}


def old_spelling(folder):
    """Turns config.json into what transformers 4 wrote: base and scaling apart, at the top level."""
    path = folder / "config.json"
    before = transformers.AutoConfig.from_pretrained(folder)
    config = json.loads(path.read_text())
    rope = config.pop("rope_parameters")
    config["rope_theta"] = rope.pop("rope_theta")
    config["rope_scaling"] = rope
    config["torch_dtype"] = config.pop("dtype")
    config["sliding_window"] = None
    config["transformers_version"] = "4.51.0"
    path.write_text(json.dumps(config, indent=2) + "\n")
    after = transformers.AutoConfig.from_pretrained(folder)
    assert after.rope_parameters == before.rope_parameters


@torch.no_grad()
def write(name, seed):
    """Writes a checkpoint and its goldens, unless two tokens were too close for a greedy choice."""
    make, shard, is_old, shape = CASES[name]
    torch.manual_seed(seed)
    config = make(vocab_size=VOCABULARY, intermediate_size=56, num_hidden_layers=2,
                  max_position_embeddings=160, initializer_range=0.25, bos_token_id=None,
                  eos_token_id=None, pad_token_id=None, **shape)
    model = transformers.AutoModelForCausalLM.from_config(config)
    for key, weight in model.named_parameters():
        if key.endswith("norm.weight"):
            weight.uniform_(0.5, 1.5)
    folder = FIXTURES / name
    shutil.rmtree(folder, ignore_errors=True)
    model.to(torch.bfloat16).save_pretrained(folder, max_shard_size=shard)
    (folder / "generation_config.json").unlink(missing_ok=True)
    if is_old:
        old_spelling(folder)
    # Opened again rather than widened, because .to(dtype) rounds the rotary frequencies as well.
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    tokens = torch.randint(0, VOCABULARY, (TOKENS,))
    logits = model(tokens[None]).logits[0]
    text = tokens[:PROMPT].tolist()
    for _ in range(GENERATED):
        row = model(torch.tensor([text])).logits[0, -1]
        best = row.topk(2)
        # Far enough apart that no rounding of float32 changes the text.
        if best.values[0] - best.values[1] < 5e-3:
            return False
        text.append(int(best.indices[0]))
    save_file({"input_ids": tokens.int(), "logits": logits.contiguous(),
               "prompt_length": torch.tensor([PROMPT], dtype=torch.int32),
               "greedy": torch.tensor(text[PROMPT:], dtype=torch.int32)},
              folder / "golden.safetensors")
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{name}: {size} bytes, seed {seed}, greedy {text[PROMPT:]}")
    return True


# The marks by which a chat template is known; the published one is longer.
TEMPLATE = """{%- for message in messages %}
{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|im_start|>assistant\\n' }}
{%- if enable_thinking is defined and enable_thinking is false %}
{{- '<think>\\n\\n</think>\\n\\n' }}
{%- endif %}
{%- endif %}"""

QUESTIONS = [
    "Some notes follow.\n\nThe code of amber is birch. The code of coral is dune.\n\nWhat is the code of coral?",
    "One line only, and the question is its last word",
]


@torch.no_grad()
def write_text():
    """A checkpoint with tokenizer and chat template, and what transformers says to two prompts."""
    folder = TESTS / "TextSupport" / "qwen3-text"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(TESTS / "TokenizationTests" / "Fixtures" / "qwen.json", folder / "tokenizer.json")
    (folder / "tokenizer_config.json").write_text(json.dumps(
        {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|im_end|>",
         "chat_template": TEMPLATE}, indent=2) + "\n")
    tokenizer = transformers.PreTrainedTokenizerFast.from_pretrained(folder)
    torch.manual_seed(31)
    config = transformers.Qwen3Config(
        vocab_size=-(-len(tokenizer) // 16) * 16, hidden_size=32, intermediate_size=48,
        num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=16,
        max_position_embeddings=4096, initializer_range=0.25, tie_word_embeddings=True,
        rope_parameters=dict(rope_type="default", rope_theta=1e6), bos_token_id=None,
        eos_token_id=None, pad_token_id=None)
    model = transformers.AutoModelForCausalLM.from_config(config).to(torch.bfloat16)
    model.save_pretrained(folder, max_shard_size="40KB")
    (folder / "generation_config.json").unlink(missing_ok=True)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    goldens = []
    for question in QUESTIONS:
        for thinks in (False, True):
            prompt = tokenizer.apply_chat_template(
                [{"role": "user", "content": question}], tokenize=False,
                add_generation_prompt=True, enable_thinking=thinks)
            ids = tokenizer(prompt, add_special_tokens=False)["input_ids"]
            text = list(ids)
            for _ in range(16):
                best = model(torch.tensor([text])).logits[0, -1].topk(2)
                assert best.values[0] - best.values[1] > 1e-3
                text.append(int(best.indices[0]))
            goldens.append({"input": question, "thinks": thinks, "tokens": ids,
                            "greedy": text[len(ids):], "text": tokenizer.decode(text[len(ids):])})
    (folder / "golden.json").write_text(json.dumps(goldens, indent=1) + "\n")
    print("qwen3-text:", sum(file.stat().st_size for file in folder.iterdir()), "bytes")


def write_rotary():
    tensors = {}
    for name, (make, head, positions, rope) in PUBLISHED.items():
        config = make(hidden_size=4 * head, num_attention_heads=4, head_dim=head,
                      max_position_embeddings=positions, rope_parameters=dict(rope))
        if rope["rope_type"] == "default":
            steps = torch.arange(0, head, 2, dtype=torch.int64).float() / head
            frequencies, amplitude = 1.0 / (rope["rope_theta"] ** steps), 1.0
        else:
            frequencies, amplitude = ROPE_INIT_FUNCTIONS[rope["rope_type"]](config, "cpu")
        tensors[name + ".frequencies"] = frequencies.float().contiguous()
        tensors[name + ".amplitude"] = torch.tensor([amplitude], dtype=torch.float32)
    save_file(tensors, FIXTURES / "rotary.safetensors")


if __name__ == "__main__":
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    for case in CASES:
        next(seed for seed in range(23, 123) if write(case, seed))
    write_rotary()
    write_text()
