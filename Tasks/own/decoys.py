"""Makes a task of one's own out of key-value instances: every decoy's key begins like the needle's.

    python3 Tasks/own/decoys.py key-value-320.jsonl 24 > decoys.jsonl

rewrites the keys of up to 24 distractors of each instance so that they share the needle's first symbol.
Needs nothing beyond Python.
"""

import json
import sys

FACT = 1  # the token that opens a fact
SYMBOLS = range(32, 64)


def rewrite(instance, decoys):
    context = instance["context"]
    start, end = instance["gold"][0]["key"]
    first, second = context[start:end]
    facts = [i for i, token in enumerate(context) if token == FACT]
    keys = list(dict.fromkeys((context[i + 1], context[i + 2]) for i in facts))
    free = [(first, s) for s in SYMBOLS if (first, s) not in keys]
    others = [key for key in keys if key[0] != first]
    renamed = dict(zip(others[:decoys], free))
    for i in facts:
        key = (context[i + 1], context[i + 2])
        context[i + 1 : i + 3] = renamed.get(key, key)
    # The gold positions stay; which distractors are similar has to be told anew.
    instance["similar_distractors"] = [
        [i, i + 5]
        for i in facts
        if (context[i + 1] == first) != (context[i + 2] == second)
    ]
    return instance


def main():
    lines = [json.loads(line) for line in open(sys.argv[1])]
    words = {}
    for instance in lines:
        words.update(zip(instance["context"], instance["text"]["context"].split()))
    for instance in lines:
        rewrite(instance, int(sys.argv[2]))
        instance["text"]["context"] = " ".join(words[t] for t in instance["context"])
        print(json.dumps(instance, separators=(",", ":")))


main()
