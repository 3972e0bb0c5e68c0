"""Making needle items the way that RULER's loop does, for (g) of compare.py.

RULER (Hsieh et al. 2024) writes English and learns how long it is by tokenising it. Once for a run it
looks for the number of haystack sentences, growing a sample by a fixed number of sentences until it
is too long; then it makes every item anew from its words, tokenises it whole, and takes sentences off
until it fits. This is that loop, written from its description, with the fastest tokenizer at hand and
nothing else in it.

    python ruler_side.py FOLDER TEXTS

TEXTS is a JSON Lines file of the lab's English, from which the tokenizer learns as much as from this
loop's own.
"""

import contextlib
import json
import pathlib
import random
import sys

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from side import measured, serve

LENGTH = 32768
ANSWER_ROOM = 128
GROWTH = 25
HAYSTACK = ("The kettle is warm. The lane is quiet. The lamp is lit. Nothing has happened. "
            "It is evening again.")
NEEDLE = "The secret number that belongs to {key} is {value}."
PROMPT = ("A secret number is told somewhere in the text below. Keep it in mind, for you will be asked "
          "about it.\n{context}\nWhich secret number belongs to {key} according to the text above?")
PREFIX = " The secret number that belongs to {key} is"
ADJECTIVES = ("amber bold calm dull eager fair gentle heavy idle jolly keen lively merry noble odd proud "
              "quick rough shy tall").split()
NOUNS = ("anchor basket candle dancer engine feather garden hammer island jacket kitten ladder mirror "
         "needle orchard pepper quarry ribbon saddle teapot").split()


def byte_pair_tokenizer(others):
    """A byte-level tokenizer of the form that published models have, trained on both sides' texts, so
    that nothing is downloaded."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    loop = RulerLoop(None, random.Random(0))
    texts = others + [loop.sample(200)["input"] for _ in others]
    tokenizer.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=8192, show_progress=False))
    return tokenizer


class RulerLoop:
    def __init__(self, tokenizer, stream):
        self.tokenizer = tokenizer
        self.stream = stream
        self.sentences = None

    def sample(self, count):
        """One item with `count` haystack sentences."""
        draw = self.stream
        key = f"{draw.choice(ADJECTIVES)}-{draw.choice(NOUNS)}"
        value = str(draw.randint(1_000_000, 9_999_999))
        sentences = [HAYSTACK] * count
        sentences.insert(draw.randrange(count + 1), NEEDLE.format(key=key, value=value))
        return {"input": PROMPT.format(context="\n".join(sentences), key=key), "outputs": [value],
                "answer_prefix": PREFIX.format(key=key)}

    def tokens(self, text):
        return len(self.tokenizer.encode(text).ids)

    def find_length(self):
        """The greatest multiple of `GROWTH` sentences that fits."""
        count = GROWTH
        while True:
            item = self.sample(count)
            text = item["input"] + item["answer_prefix"] + " ".join(item["outputs"])
            if self.tokens(text) + ANSWER_ROOM > LENGTH:
                break
            count += GROWTH
        self.sentences = count - GROWTH

    def make(self):
        """One item that fits, with the number of its tokens."""
        count = self.sentences
        while True:
            item = self.sample(count)
            length = self.tokens(item["input"] + item["answer_prefix"]) + ANSWER_ROOM
            if length <= LENGTH:
                return item | {"length": length}
            count -= GROWTH


class RulerSide:
    def __init__(self, folder, texts):
        self.out = pathlib.Path(folder) / "ruler.jsonl"
        with open(texts, encoding="utf-8") as lines:
            self.tokenizer = byte_pair_tokenizer([json.loads(line)["input"] for line in lines])

    def write(self, loop, count):
        with open(self.out, "w", encoding="utf-8") as lines:
            for index in range(count):
                lines.write(json.dumps({"index": index} | loop.make()) + "\n")

    def run(self, name, number, count, whole):
        """Makes `count` items; of the search for the length, which comes once in `whole` items, an item
        bears its share."""
        loop = RulerLoop(self.tokenizer, random.Random(int(number)))
        search = measured(loop.find_length, int(whole))
        items = measured(lambda: self.write(loop, int(count)), int(count))
        return {key: search[key] + items[key] for key in ("seconds", "processor_seconds")} | {
            "units": int(count)}

    def machine(self):
        import tokenizers
        return {"version": tokenizers.__version__}

    def describe(self, path):
        """Tokens and bytes of the text of each item of a file, on average."""
        with open(path, encoding="utf-8") as lines:
            items = [json.loads(next(lines)) for _ in range(10)]
        # The lab's own format holds its text apart from the question.
        texts = [item["input"] if "input" in item else item["text"]["context"] for item in items]
        tokens = sum(len(self.tokenizer.encode(text).ids) for text in texts)
        return {"tokens": tokens / len(texts), "bytes": sum(map(len, texts)) / len(texts)}

    def tune(self, name):
        return {"threads": 1}


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        serve(RulerSide(sys.argv[1], sys.argv[2]))
