"""The PyTorch side of compare.py: eager, or with torch.compile.

    python torch_side.py FOLDER eager|compile
"""

import contextlib
import sys
import time

import torch

from side import load_inputs, measured, serve
from torch_model import Model

# Which choices of its own a workload has besides the number of threads; all are tried.
CHOICES = {"d": ["sdpa", "explicit"], "d32": ["sdpa", "explicit"]}


class TorchSide:
    def __init__(self, folder, variant):
        self.inputs = load_inputs(folder)
        self.compiles = variant == "compile"
        self.made = {}

    def machine(self):
        return {"version": torch.__version__, "blas": blas_name(),
                "capability": torch.backends.cpu.get_cpu_capability()}

    def peak(self):
        """The best rate of square products, by threads, as the lab measures its own."""
        rates = []
        for threads in (1, 2):
            torch.set_num_threads(threads)
            best = 0
            for order in (1024, 2048):
                a, b = torch.rand(order, order), torch.rand(order, order)
                out = a @ b
                for _ in range(5):
                    clock = time.perf_counter()
                    torch.mm(a, b, out=out)
                    best = max(best, 2 * order**3 / (time.perf_counter() - clock))
            rates.append(best)
        return {"flops": rates}

    def get(self, name):
        if name not in self.made:
            kind = {"a": Training, "b": Training, "c": Prefill, "d": Step, "d32": Adaptation,
                    "e": Decoding, "f": Probe}[name]
            self.made[name] = kind(self.inputs, name, self)
        return self.made[name]

    def compile(self, function, **options):
        return torch.compile(function, **options) if self.compiles else function

    def check(self, name):
        return self.get(name).check()

    def tune(self, name):
        """Tries every number of threads and every choice, and keeps the fastest."""
        work = self.get(name)
        tried = {}
        for choice in CHOICES.get(name, [None]):
            # A compiled program is made for a number of threads, and making it takes long: one thread
            # is tried only where there is little to share.
            for threads in (2,) if self.compiles and name != "e" else (2, 1):
                torch.set_num_threads(threads)
                work.choice = choice
                work.run(0, is_trial=True)
                tried[choice, threads] = measured(lambda: work.run(0, is_trial=True))["seconds"]
        work.choice, work.threads = min(tried, key=tried.get)
        return {"threads": work.threads, "choice": work.choice,
                "tried": {f"{c or ''}{t}": s for (c, t), s in tried.items()}}

    def run(self, name, number):
        work = self.get(name)
        torch.set_num_threads(getattr(work, "threads", 2))
        return measured(lambda: work.run(int(number)), work.units)


def blas_name():
    lines = torch.__config__.show().splitlines()
    return next((line.strip(" -") for line in lines if "MKL" in line or "BLAS" in line), "?")


class Training:
    """(a), (b)"""
    units = 1
    choice = None

    def __init__(self, inputs, name, side):
        self.given = inputs[name]
        self.side = side
        self.tokens = torch.tensor(self.given["batch"])
        self.reset()

    def reset(self):
        self.model = Model(self.given["model"])
        rotary = self.model.rotary(self.tokens.shape[1])
        parameters = list(self.model.parameters())
        self.optimizer = torch.optim.AdamW(
            [{"params": [p for p in parameters if p.dim() > 1]},
             {"params": [p for p in parameters if p.dim() == 1], "weight_decay": 0}],
            lr=self.given["learning_rate"], weight_decay=0.01, fused=True)
        loss = self.side.compile(self.model.language_loss)
        self.loss = lambda: loss(self.tokens, rotary)

    def update(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.given["clip"])
        self.optimizer.step()
        return loss

    def check(self):
        losses = [self.update().item() for _ in range(3)]
        return {"losses": losses}

    def run(self, number, is_trial=False):
        self.update()


class Reader:
    """What has a model that reads a context."""
    units = 1
    choice = None
    threads = 2

    def read(self, given, extra=0):
        self.given = given
        self.model = Model(given["model"]).requires_grad_(False)
        if "context" not in given:
            return
        self.context = torch.tensor([given["context"]])
        self.length = self.context.shape[1]
        self.rotary = self.model.rotary(self.length + extra)
        self.cache = self.model.new_cache(self.length + extra)
        with torch.inference_mode():
            self.last = self.model.prefill(self.context, self.cache, self.rotary)[:, -1:]


class Prefill(Reader):
    """(c)"""

    def __init__(self, inputs, name, side):
        self.read(inputs["long"])
        self.prefill = side.compile(self.model.prefill)

    @torch.inference_mode()
    def run(self, number, is_trial=False):
        x = self.prefill(self.context, self.cache, self.rotary)
        return self.model.logits(x[:, -1])

    def check(self):
        return {"logits": self.run(0)[0].tolist()}


class Step(Reader):
    """(d)"""
    units = 8

    def __init__(self, inputs, name, side):
        self.read(inputs["long"])
        self.gradient = side.compile(self.gradient_of_span, dynamic=True)
        self.reset()

    def reset(self):
        h = self.model.heads * self.model.width
        self.queries = [self.model[f"qkv{i}"][:h].clone().requires_grad_()
                        for i in range(self.model.layers)]
        self.optimizer = torch.optim.AdamW(
            self.queries, lr=self.given["learning_rate"], weight_decay=0.01, fused=True)

    def gradient_of_span(self, tokens, targets, keys, values, rotary, mask, is_explicit):
        return self.model.span_loss(
            self.queries, tokens, targets, keys, values, rotary, mask, is_explicit)

    def step(self, start):
        k = self.given["span_length"]
        end = start + k
        # Rows see what is cached up to and including themselves: no more than that is handed over.
        keys, values = ([pair[j][:, :, :end] for pair in self.cache] for j in (0, 1))
        mask = torch.full((k, end), float("-inf")).triu(start + 1)
        rotary = self.rotary[0][start:end], self.rotary[1][start:end]
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.gradient(
            self.context[:, start:end], self.context[0, start + 1:end + 1], keys, values, rotary,
            mask, self.choice == "explicit")
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.queries, 1.0)
        self.optimizer.step()
        return loss

    def check(self):
        self.reset()
        losses = [self.step(self.given["single_start"]).item() for _ in range(4)]
        return {"losses": losses,
                "queries": torch.cat([q.detach().flatten() for q in self.queries]).tolist()}

    def run(self, number, is_trial=False):
        for _ in range(1 if is_trial else self.units):
            self.step(self.given["single_start"])


class Adaptation(Step):
    """(d32)"""
    units = 1

    def adapt(self, starts):
        with torch.inference_mode():
            self.model.prefill(self.context, self.cache, self.rotary)
        self.reset()
        return [self.step(start).item() for start in starts]

    def check(self):
        return {"losses": self.adapt(self.given["span_starts"])}

    def run(self, number, is_trial=False):
        self.adapt(self.given["span_starts"][:4 if is_trial else None])


class Decoding(Reader):
    """(e)"""

    def __init__(self, inputs, name, side):
        given = inputs["decoding"]
        self.units = given["count"]
        self.read(given, self.units)
        if side.compiles:
            room = self.cache[0][0].shape[-2]
            mask = torch.full((room, room), float("-inf")).triu(1)
            step = side.compile(self.model.static_step)
            self.step = lambda token, n: step(
                token, torch.tensor([n]), self.cache, self.rotary, mask)
        else:
            self.step = lambda token, n: self.model.step(token, n, self.cache, self.rotary)

    @torch.inference_mode()
    def run(self, number, is_trial=False):
        token = self.model.logits(self.last).argmax(-1)
        tokens = [token]
        for i in range(self.units - 1 if not is_trial else 16):
            token = self.step(token, self.length + i)
            tokens.append(token)
        # The lab hears the logits behind every token it reports, the last one included.
        self.step(token, self.length + len(tokens) - 1)
        return tokens

    def check(self):
        return {"tokens": [int(token) for token in self.run(0)]}


class Probe(Reader):
    """(f): the context with fused attention, and explicit attention for the rows of question and
    answer alone."""

    def __init__(self, inputs, name, side):
        self.read(inputs["probe"])
        self.items = self.given["items"]
        self.units = self.given["at_once"]
        room = len(self.items[0]["context"]) + 64
        self.rotary = self.model.rotary(room)
        self.cache = self.model.new_cache(room)
        self.prefill = side.compile(self.model.prefill)
        self.answer = side.compile(self.model.answer)

    @torch.inference_mode()
    def measure(self, item):
        context = torch.tensor([item["context"]])
        self.prefill(context, self.cache, self.rotary)
        answer = torch.tensor(item["answer"])
        tokens = torch.tensor([item["question"] + item["answer"][:-1]])
        logits, rows = self.answer(tokens, context.shape[1], self.cache, self.rotary)
        first, end = item["gold"]
        masses = rows[:, :, -len(answer):, first:end].sum(-1)
        chosen = torch.softmax(logits[0, -len(answer):], -1)
        return masses.transpose(1, 2), chosen.gather(1, answer[:, None])

    def run(self, number, is_trial=False):
        count = 2 if is_trial else self.units
        start = number * count % len(self.items)
        return [self.measure(item) for item in self.items[start:start + count]]

    def check(self):
        found = [self.measure(item) for item in self.items[:2]]
        return {"masses": [m for masses, _ in found for m in masses.flatten().tolist()],
                "probabilities": [p for _, ps in found for p in ps.flatten().tolist()]}


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        serve(TorchSide(sys.argv[1], sys.argv[2]))
