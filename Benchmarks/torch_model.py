"""The Qwen3-form model in PyTorch, as its user would write it for speed: fused projections, rotary
tables made once, no copy that is not needed."""

import json
import pathlib

import torch
import torch.nn.functional as F
from safetensors.torch import load_file


class Model(torch.nn.Module):
    """Weights of a checkpoint folder; `[out, in]` as they are stored, neighbours joined."""

    def __init__(self, folder):
        super().__init__()
        folder = pathlib.Path(folder)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        weights = load_file(folder / "model.safetensors")
        self.layers = config["num_hidden_layers"]
        self.heads = config["num_attention_heads"]
        self.groups = config["num_key_value_heads"]
        self.width = config["head_dim"]
        self.epsilon = config["rms_norm_eps"]
        self.theta = config["rope_theta"]
        table = {"embedding": weights["model.embed_tokens.weight"],
                 "final_norm": weights["model.norm.weight"], "head": weights["lm_head.weight"]}
        for i in range(self.layers):
            of = lambda name, i=i: weights[f"model.layers.{i}.{name}.weight"]  # noqa: E731
            table |= {
                f"qkv{i}": torch.cat([of(f"self_attn.{p}_proj") for p in "qkv"]),
                f"o{i}": of("self_attn.o_proj"),
                f"q_norm{i}": of("self_attn.q_norm"), f"k_norm{i}": of("self_attn.k_norm"),
                f"in_norm{i}": of("input_layernorm"), f"post_norm{i}": of("post_attention_layernorm"),
                f"gate_up{i}": torch.cat([of("mlp.gate_proj"), of("mlp.up_proj")]),
                f"down{i}": of("mlp.down_proj"),
            }
        for name, value in table.items():
            self.register_parameter(name, torch.nn.Parameter(value.clone()))

    def __getitem__(self, name):
        return getattr(self, name)

    def rotary(self, length):
        """Cosines and sines of positions 0 … length − 1, `[length, 1, width]`."""
        frequencies = 1 / self.theta ** (torch.arange(0, self.width, 2).float() / self.width)
        angles = torch.arange(length).float()[:, None] * frequencies
        angles = torch.cat([angles, angles], -1)[:, None]
        return angles.cos(), angles.sin()

    def norm(self, x, name):
        return F.rms_norm(x, (x.shape[-1],), self[name], self.epsilon)

    def transform(self, x, gain, rotary):
        """QK-norm and half-split rotary of heads, `[…, n, heads, width]`."""
        cosines, sines = rotary
        x = self.norm(x, gain)
        low, high = x.chunk(2, -1)
        return x * cosines + torch.cat([-high, low], -1) * sines

    def project(self, x, i, rotary):
        """Queries, keys and values of layer i, `[…, heads, n, width]` each."""
        qkv = F.linear(self.norm(x, f"in_norm{i}"), self[f"qkv{i}"])
        q, k, v = qkv.unflatten(-1, (-1, self.width)).split(
            [self.heads, self.groups, self.groups], -2)
        q = self.transform(q, f"q_norm{i}", rotary)
        k = self.transform(k, f"k_norm{i}", rotary)
        return q.transpose(-3, -2), k.transpose(-3, -2), v.transpose(-3, -2)

    def mix(self, x, attended, i):
        """Output projection and MLP of layer i; `attended` is `[…, heads, n, width]`."""
        x = x + F.linear(attended.transpose(-3, -2).flatten(-2), self[f"o{i}"])
        gate, up = F.linear(self.norm(x, f"post_norm{i}"), self[f"gate_up{i}"]).chunk(2, -1)
        return x + F.linear(F.silu(gate) * up, self[f"down{i}"])

    def logits(self, x):
        return F.linear(self.norm(x, "final_norm"), self["head"])

    def attend(self, q, k, v, **options):
        return F.scaled_dot_product_attention(
            q, k, v, enable_gqa=self.heads != self.groups, **options)

    def prefill(self, tokens, cache, rotary):
        """Reads `[1, n]` tokens into a cache, keys and values `[1, groups, room, width]` for each layer;
        the last layer's stream."""
        x = F.embedding(tokens, self["embedding"])
        n = tokens.shape[-1]
        rotary = rotary[0][:n], rotary[1][:n]
        for i in range(self.layers):
            q, k, v = self.project(x, i, rotary)
            cache[i][0][:, :, :n] = k
            cache[i][1][:, :, :n] = v
            x = self.mix(x, self.attend(q, k, v, is_causal=True), i)
        return x

    def new_cache(self, room):
        return [(torch.zeros(1, self.groups, room, self.width),
                 torch.zeros(1, self.groups, room, self.width)) for _ in range(self.layers)]

    def answer(self, tokens, start, cache, rotary):
        """Reads a few tokens behind `start` cached ones; their logits, and the whole attention of
        every layer, `[layers, heads, n, start + n]`."""
        n = tokens.shape[-1]
        end = start + n
        x = F.embedding(tokens, self["embedding"])
        rotary = rotary[0][start:end], rotary[1][start:end]
        mask = torch.full((n, end), float("-inf")).triu(start + 1)
        rows = []
        for i in range(self.layers):
            q, k, v = self.project(x, i, rotary)
            cache[i][0][:, :, start:end] = k
            cache[i][1][:, :, start:end] = v
            k, v = cache[i][0][:, :, :end], cache[i][1][:, :, :end]
            pattern = torch.softmax(q @ k.transpose(-1, -2) * self.width**-0.5 + mask, -1)
            rows.append(pattern[0])
            x = self.mix(x, pattern @ v, i)
        return self.logits(x), torch.stack(rows)

    def step(self, token, position, cache, rotary):
        """Decodes one token `[1, 1]` at an int position; the logits' best token, `[1, 1]`."""
        x = F.embedding(token, self["embedding"])
        rotary = rotary[0][position:position + 1], rotary[1][position:position + 1]
        for i in range(self.layers):
            q, k, v = self.project(x, i, rotary)
            keys, values = cache[i]
            keys[:, :, position:position + 1] = k
            values[:, :, position:position + 1] = v
            attended = self.attend(q, keys[:, :, :position + 1], values[:, :, :position + 1])
            x = self.mix(x, attended, i)
        return self.logits(x).argmax(-1)

    def static_step(self, token, position, cache, rotary, mask):
        """The same with a position that is a tensor `[1]`, so that one compiled graph serves every
        token; what is not read yet is masked by `mask` `[room, room]`."""
        x = F.embedding(token, self["embedding"])
        rotary = rotary[0].index_select(0, position), rotary[1].index_select(0, position)
        seen = mask.index_select(0, position)
        for i in range(self.layers):
            q, k, v = self.project(x, i, rotary)
            keys, values = cache[i]
            keys.index_copy_(2, position, k)
            values.index_copy_(2, position, v)
            x = self.mix(x, self.attend(q, keys, values, attn_mask=seen), i)
        return self.logits(x).argmax(-1)

    def language_loss(self, tokens, rotary):
        """Mean next-token loss of `[n, length]` sequences."""
        x = F.embedding(tokens, self["embedding"])
        for i in range(self.layers):
            q, k, v = self.project(x, i, rotary)
            x = self.mix(x, self.attend(q, k, v, is_causal=True), i)
        logits = self.logits(x[:, :-1])
        return F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())

    def span_loss(self, queries, tokens, targets, keys, values, rotary, mask, is_explicit):
        """Mean loss of a span against frozen keys and values `[1, groups, n, width]` a layer, with
        `queries` in the place of the model's W_Q."""
        x = F.embedding(tokens, self["embedding"])
        for i in range(self.layers):
            q = F.linear(self.norm(x, f"in_norm{i}"), queries[i]).unflatten(-1, (-1, self.width))
            q = self.transform(q, f"q_norm{i}", rotary).transpose(-3, -2)
            if is_explicit:
                scores = q @ keys[i].transpose(-1, -2) * self.width**-0.5 + mask
                attended = torch.softmax(scores, -1) @ values[i]
            else:
                attended = self.attend(q, keys[i], values[i], attn_mask=mask)
            x = self.mix(x, attended, i)
        return F.cross_entropy(self.logits(x)[0], targets)
