"""The JAX side of compare.py: everything jitted, with static shapes, as XLA wants it.

    python jax_side.py FOLDER
"""

import contextlib
import functools
import json
import pathlib
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np
from safetensors.numpy import load_file

from side import load_inputs, measured, serve


class Model:
    """Shapes of a checkpoint folder, and its weights as a tree; `[in, out]`, neighbours joined."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        stored = load_file(folder / "model.safetensors")
        self.heads = config["num_attention_heads"]
        self.groups = config["num_key_value_heads"]
        self.width = config["head_dim"]
        self.epsilon = config["rms_norm_eps"]
        self.theta = config["rope_theta"]
        layers = []
        for i in range(config["num_hidden_layers"]):
            of = lambda name, i=i: jnp.asarray(  # noqa: E731
                stored[f"model.layers.{i}.{name}.weight"].T)
            layers.append({
                "q": of("self_attn.q_proj"),
                "kv": jnp.concatenate([of("self_attn.k_proj"), of("self_attn.v_proj")], 1),
                "o": of("self_attn.o_proj"), "q_norm": of("self_attn.q_norm"),
                "k_norm": of("self_attn.k_norm"), "in_norm": of("input_layernorm"),
                "post_norm": of("post_attention_layernorm"),
                "gate_up": jnp.concatenate([of("mlp.gate_proj"), of("mlp.up_proj")], 1),
                "down": of("mlp.down_proj"),
            })
        self.weights = {
            "embedding": jnp.asarray(stored["model.embed_tokens.weight"]), "layers": layers,
            "norm": jnp.asarray(stored["model.norm.weight"]),
            "head": jnp.asarray(stored["lm_head.weight"].T)}

    def rotary(self, positions):
        frequencies = 1 / self.theta ** (np.arange(0, self.width, 2, dtype=np.float32) / self.width)
        angles = positions[:, None].astype(jnp.float32) * frequencies.astype(np.float32)
        angles = jnp.concatenate([angles, angles], -1)[:, None]
        return jnp.cos(angles), jnp.sin(angles)

    def norm(self, x, gain):
        return x * jax.lax.rsqrt(jnp.mean(x * x, -1, keepdims=True) + self.epsilon) * gain

    def transform(self, x, gain, rotary):
        cosines, sines = rotary
        x = self.norm(x, gain)
        low, high = jnp.split(x, 2, -1)
        return x * cosines + jnp.concatenate([-high, low], -1) * sines

    def split(self, x):
        return x.reshape(*x.shape[:-1], -1, self.width)

    def queries(self, normed, weight, gain, rotary):
        """`[…, groups, heads of a group, n, width]`, scaled for attention."""
        q = self.transform(self.split(normed @ weight), gain, rotary) * self.width**-0.5
        q = q.reshape(*q.shape[:-2], self.groups, -1, self.width)
        return jnp.moveaxis(q, -4, -2)

    def keys_values(self, normed, layer, rotary):
        """`[…, groups, n, width]` each."""
        k, v = jnp.split(self.split(normed @ layer["kv"]), 2, -2)
        k = self.transform(k, layer["k_norm"], rotary)
        return jnp.swapaxes(k, -3, -2), jnp.swapaxes(v, -3, -2)

    def attend(self, q, k, v, mask):
        """Attention of `[…, groups, h, n, width]` queries, and its pattern."""
        scores = jnp.einsum("...ghnw,...gmw->...ghnm", q, k)
        pattern = jax.nn.softmax(scores + mask, -1)
        return jnp.einsum("...ghnm,...gmw->...ghnw", pattern, v), pattern

    def mix(self, x, attended, layer):
        joined = jnp.moveaxis(attended, -2, -4)
        x = x + joined.reshape(*joined.shape[:-3], -1) @ layer["o"]
        gate, up = jnp.split(self.norm(x, layer["post_norm"]) @ layer["gate_up"], 2, -1)
        return x + (jax.nn.silu(gate) * up) @ layer["down"]

    def logits(self, weights, x):
        return self.norm(x, weights["norm"]) @ weights["head"]

    def causal(self, rows, columns, start):
        """0 where row i, which is token start + i, sees a column; −∞ elsewhere."""
        sees = jnp.arange(columns) <= start + jnp.arange(rows)[:, None]
        return jnp.where(sees, 0.0, -jnp.inf)

    def prefill(self, weights, tokens, room, block=256):
        """Reads tokens; keys and values `[layers, 2, groups, room, width]` and the last stream.

        Rows go block by block, each against the keys that it can see, so that nothing is squared.
        """
        x = weights["embedding"][tokens]
        n = len(tokens)
        rotary = self.rotary(jnp.arange(n))
        cache = []
        for layer in weights["layers"]:
            normed = self.norm(x, layer["in_norm"])
            q = self.queries(normed, layer["q"], layer["q_norm"], rotary)
            k, v = self.keys_values(normed, layer, rotary)
            parts = []
            for start in range(0, n, block):
                end = min(start + block, n)
                mask = self.causal(end - start, end, start)
                parts.append(self.attend(q[:, :, start:end], k[:, :end], v[:, :end], mask)[0])
            x = self.mix(x, jnp.concatenate(parts, -2), layer)
            cache.append(jnp.pad(jnp.stack([k, v]), ((0, 0), (0, 0), (0, room - n), (0, 0))))
        return jnp.stack(cache), x

    def extend(self, weights, tokens, start, cache):
        """Reads a few tokens behind `start` cached ones: cache, logits, and patterns of all layers
        `[layers, heads, n, room]`."""
        x = weights["embedding"][tokens]
        n = len(tokens)
        rotary = self.rotary(start + jnp.arange(n))
        mask = self.causal(n, cache.shape[-2], start)
        patterns = []
        for i, layer in enumerate(weights["layers"]):
            normed = self.norm(x, layer["in_norm"])
            q = self.queries(normed, layer["q"], layer["q_norm"], rotary)
            own = jnp.stack(self.keys_values(normed, layer, rotary))[None]
            cache = jax.lax.dynamic_update_slice(cache, own, (i, 0, 0, start, 0))
            attended, pattern = self.attend(q, cache[i, 0], cache[i, 1], mask)
            patterns.append(pattern.reshape(self.heads, n, -1))
            x = self.mix(x, attended, layer)
        return cache, self.logits(weights, x), jnp.stack(patterns)

    def language_loss(self, weights, tokens):
        x = weights["embedding"][tokens]
        n = tokens.shape[1]
        rotary = self.rotary(jnp.arange(n))
        mask = self.causal(n, n, 0)
        for layer in weights["layers"]:
            normed = self.norm(x, layer["in_norm"])
            q = self.queries(normed, layer["q"], layer["q_norm"], rotary)
            x = self.mix(x, self.attend(q, *self.keys_values(normed, layer, rotary), mask)[0], layer)
        return next_token_loss(self.logits(weights, x[:, :-1]), tokens[:, 1:])

    def span_loss(self, queries, weights, tokens, targets, start, cache):
        """A span against the frozen keys and values of `cache`."""
        x = weights["embedding"][tokens]
        n = len(tokens)
        rotary = self.rotary(start + jnp.arange(n))
        mask = self.causal(n, cache.shape[-2], start)
        for i, layer in enumerate(weights["layers"]):
            normed = self.norm(x, layer["in_norm"])
            q = self.queries(normed, queries[i], layer["q_norm"], rotary)
            x = self.mix(x, self.attend(q, cache[i, 0], cache[i, 1], mask)[0], layer)
        return next_token_loss(self.logits(weights, x), targets)


def next_token_loss(logits, targets):
    chosen = jnp.take_along_axis(jax.nn.log_softmax(logits), targets[..., None], -1)
    return -chosen.mean()


def adamw_init(parameters):
    def zeros():
        return jax.tree.map(jnp.zeros_like, parameters)

    return zeros(), zeros(), jnp.zeros((), jnp.int32)


def adamw(parameters, gradients, state, rate, clip):
    """Clipping and one AdamW step; weight decay 0.01 for matrices alone."""
    first, second, count = state
    norm = jnp.sqrt(sum(jnp.vdot(g, g) for g in jax.tree.leaves(gradients)))
    gradients = jax.tree.map(lambda g: g * jnp.minimum(1, clip / (norm + 1e-6)), gradients)
    count = count + 1
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradients)
    second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradients)
    c1, c2 = 1 - 0.9**count, 1 - 0.999**count

    def update(p, m, v):
        kept = p * (1 - rate * 0.01) if p.ndim > 1 else p
        return kept - rate * (m / c1) / (jnp.sqrt(v / c2) + 1e-8)

    return jax.tree.map(update, parameters, first, second), (first, second, count)


class JaxSide:
    def __init__(self, folder):
        self.inputs = load_inputs(folder)
        self.made = {}

    def machine(self):
        return {"version": jax.__version__}

    def peak(self):
        multiply = jax.jit(jnp.matmul)
        best = 0
        for order in (1024, 2048):
            a, b = np.random.rand(2, order, order).astype(np.float32)
            a, b = jnp.asarray(a), jnp.asarray(b)
            multiply(a, b).block_until_ready()
            for _ in range(5):
                clock = time.perf_counter()
                multiply(a, b).block_until_ready()
                best = max(best, 2 * order**3 / (time.perf_counter() - clock))
        return {"flops": [best]}

    def get(self, name):
        if name not in self.made:
            kind = {"a": Training, "b": Training, "c": Prefill, "d": Step, "d32": Adaptation,
                    "e": Decoding, "f": Probe}[name]
            self.made[name] = kind(self.inputs, name)
        return self.made[name]

    def check(self, name):
        return self.get(name).check()

    def tune(self, name):
        self.get(name).run(0)
        return {}

    def run(self, name, number):
        work = self.get(name)
        return measured(lambda: work.run(int(number)), work.units)


class Training:
    """(a), (b)"""
    units = 1

    def __init__(self, inputs, name):
        given = inputs[name]
        model = Model(given["model"])
        self.weights = model.weights
        self.state = adamw_init(self.weights)
        self.tokens = jnp.asarray(given["batch"])
        gradient = jax.value_and_grad(model.language_loss)

        @functools.partial(jax.jit, donate_argnums=(0, 1))
        def update(weights, state, tokens):
            loss, gradients = gradient(weights, tokens)
            weights, state = adamw(
                weights, gradients, state, given["learning_rate"], given["clip"])
            return weights, state, loss

        self.update = update

    def run(self, number):
        self.weights, self.state, loss = self.update(self.weights, self.state, self.tokens)
        return loss.block_until_ready()

    def check(self):
        return {"losses": [float(self.run(0)) for _ in range(3)]}


class Prefill:
    """(c)"""
    units = 1

    def __init__(self, inputs, name):
        given = inputs["long"]
        self.model = Model(given["model"])
        self.tokens = jnp.asarray(given["context"])

        @jax.jit
        def read(weights, tokens):
            cache, x = self.model.prefill(weights, tokens, len(given["context"]))
            return cache, self.model.logits(weights, x[-1])

        self.read = read

    def run(self, number):
        return jax.block_until_ready(self.read(self.model.weights, self.tokens))

    def check(self):
        return {"logits": self.run(0)[1].tolist()}


class Step(Prefill):
    """(d); the cache is handed over up to the next of a few lengths, because each length has a
    program of its own."""
    units = 8
    lengths = (4096, 8192, 12288, 16384)

    def __init__(self, inputs, name):
        super().__init__(inputs, name)
        self.given = inputs["long"]
        self.cache = None
        gradient = jax.value_and_grad(self.model.span_loss)

        @functools.partial(jax.jit, static_argnames="length")
        def step(queries, state, weights, tokens, start, cache, length):
            k = self.given["span_length"]
            span = jax.lax.dynamic_slice(tokens, (start,), (k,))
            targets = jax.lax.dynamic_slice(tokens, (start + 1,), (k,))
            loss, gradients = gradient(
                queries, weights, span, targets, start, cache[..., :length, :])
            queries, state = adamw(queries, gradients, state, self.given["learning_rate"], 1.0)
            return queries, state, loss

        self.step = step

    def reset(self, reads):
        if reads or self.cache is None:
            self.cache = self.read(self.model.weights, self.tokens)[0]
        self.queries = [layer["q"] for layer in self.model.weights["layers"]]
        self.state = adamw_init(self.queries)

    def adapt(self, starts):
        losses = []
        for start in starts:
            end = start + self.given["span_length"]
            length = next(n for n in self.lengths if n >= end)
            self.queries, self.state, loss = self.step(
                self.queries, self.state, self.model.weights, self.tokens, start, self.cache,
                length)
            losses.append(loss)
        return [float(loss) for loss in losses]

    def check(self):
        self.reset(reads=False)
        losses = self.adapt([self.given["single_start"]] * 4)
        queries = np.concatenate([np.asarray(q).T.ravel() for q in self.queries])
        return {"losses": losses, "queries": queries.tolist()}

    def run(self, number):
        self.adapt([self.given["single_start"]] * self.units)


class Adaptation(Step):
    """(d32)"""
    units = 1

    def check(self):
        self.reset(reads=True)
        return {"losses": self.adapt(self.given["span_starts"])}

    def run(self, number):
        self.check()


class Decoding:
    """(e)"""

    def __init__(self, inputs, name):
        given = inputs["decoding"]
        self.model = Model(given["model"])
        self.units = given["count"]
        self.length = len(given["context"])
        room = self.length + self.units
        self.cache, x = jax.jit(self.model.prefill, static_argnums=2)(
            self.model.weights, jnp.asarray(given["context"]), room)
        self.first = self.model.logits(self.model.weights, x[-1:]).argmax(-1)

        @jax.jit
        def decode(weights, cache, token):
            def step(carried, position):
                cache, token = carried
                cache, logits, _ = self.model.extend(weights, token, position, cache)
                return (cache, logits.argmax(-1)), token

            positions = self.length + jnp.arange(self.units)
            return jax.lax.scan(step, (cache, token), positions)[1]

        self.decode = decode

    def run(self, number):
        return self.decode(self.model.weights, self.cache, self.first).block_until_ready()

    def check(self):
        return {"tokens": self.run(0).ravel().tolist()}


class Probe:
    """(f)"""

    def __init__(self, inputs, name):
        given = inputs["probe"]
        self.model = Model(given["model"])
        self.items = given["items"]
        self.units = given["at_once"]
        item = self.items[0]
        rows = len(item["question"]) + len(item["answer"]) - 1
        length = len(item["context"])
        watched = len(item["answer"])

        @jax.jit
        def measure(weights, context, tokens, answer, gold):
            cache, _ = self.model.prefill(weights, context, length + rows)
            _, logits, patterns = self.model.extend(weights, tokens, length, cache)
            columns = jnp.arange(length + rows)
            inside = (columns >= gold[0]) & (columns < gold[1])
            masses = jnp.where(inside, patterns[:, :, -watched:], 0).sum(-1)
            chosen = jax.nn.softmax(logits[-watched:], -1)
            return (jnp.swapaxes(masses, 1, 2),
                    jnp.take_along_axis(chosen, answer[:, None], 1))

        self.measure_arrays = measure

    def measure(self, item):
        return jax.block_until_ready(self.measure_arrays(
            self.model.weights, np.asarray(item["context"]),
            np.asarray(item["question"] + item["answer"][:-1]), np.asarray(item["answer"]),
            np.asarray(item["gold"])))

    def run(self, number):
        start = number * self.units % len(self.items)
        for item in self.items[start:start + self.units]:
            self.measure(item)

    def check(self):
        found = [self.measure(item) for item in self.items[:2]]
        return {"masses": [m for masses, _ in found for m in masses.ravel().tolist()],
                "probabilities": [p for _, ps in found for p in ps.ravel().tolist()]}


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        serve(JaxSide(sys.argv[1]))
