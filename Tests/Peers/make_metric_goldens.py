"""Writes Tests/TextBenchmarksTests/Fixtures/metrics.jsonl: pairs of texts with what rouge_score, the
evaluation rules of SQuAD and ZeroSCROLLS, and lifelines say of them.

    pip install rouge_score unidecode lifelines
    python Tests/Peers/make_metric_goldens.py
"""

import collections
import json
import pathlib
import random
import re
import string

from lifelines.utils import concordance_index
from nltk.stem.porter import PorterStemmer
from rouge_score import rouge_scorer
from unidecode import unidecode

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "TextBenchmarksTests/Fixtures"

TEXTS = [
    "", " ", "The cat sat on the mat.", "a cat sat on a mat", "An apple, the apple & THE apple!",
    "The correct answer is (B).", "It was 12.5% of all reviews.", "Roughly 80 %, or 80%.",
    "naïve café – Ørsted’s “quoted” word", "Émile Zola wrote J'accuse…!", "state-of-the-art models",
    "the-end of a_b and an_x", "3, 1, 2, 5, 4", "Sorting: 1 2 3 4 5", "Answer: C", "ABCD", "B) because",
    "relational conditional rational valency hesitancy digitizer conformably radically differently",
    "analogously vietnamization predication operator feudalism decisiveness hopefulness callousness",
    "formality sensitivity sensibility triplicate formative formalize electricity electrical goodness",
    "revival allowance inference airliner gyroscopic adjustable defensible irritant replacement",
    "adjustment dependent adoption communism activate angularity homologous effective bowdlerize",
    "probate rate cease controlling rolling caresses ponies ties cats feed agreed plastered motoring",
    "conflated troubled sized hopping tanned falling hissing fizzed failing filing happy sky skies",
    "dying lying tying news innings outings cannings proceed exceed succeed howe enjoying spied died",
    "The quick brown fox jumps over the lazy dog. The dog sleeps; the fox does not.",
    "A quick brown dog jumps over a lazy fox while the other fox sleeps.",
    "In 2023 the committee approved 1,250 grants worth $3.5 million.",
    "The committee approved grants in 2023, worth millions of dollars in total.",
    "geologically theologically biologies apologize fully helpfully really finally generally",
]
WORDS = sorted(set(" ".join(TEXTS).lower().split()))


def normalize(text):
    text = "".join(c for c in text.lower() if c not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def f1(a, b, form):
    a, b = form(a).split(), form(b).split()
    common = sum((collections.Counter(a) & collections.Counter(b)).values())
    if common == 0:
        return 0.0
    return 2 * (common / len(a)) * (common / len(b)) / (common / len(a) + common / len(b))


def similarity(a, b):
    def share(text):
        found = re.search(r"\d+\.?\d*%", text)
        return float(found.group(0)[:-1]) if found else None

    if share(a) is None:
        return 0.0
    return 0.5 ** (abs((share(b) or 0) - share(a)) / 10)


def concordance(a, b):
    def places(order):
        return [order.index(i + 1) for i in range(len(order))]

    a, b = ([int(x) for x in re.findall(r"\d+", re.sub(r"[^0-9\s,]", "", t))] for t in (a, b))
    if sorted(a) != sorted(b) or sorted(a) != list(range(1, len(a) + 1)) or len(a) < 2:
        return 0.0
    return concordance_index(places(b), places(a))


def main():
    draw = random.Random(5)
    pairs = [(a, b) for a in TEXTS for b in (a, draw.choice(TEXTS), draw.choice(TEXTS))]
    pairs += [(TEXTS[12], TEXTS[13]), (TEXTS[6], TEXTS[7]), ("1.2.5% or 7%", "20.%"), ("5 4 3 2 1", TEXTS[13])]
    for _ in range(60):
        pairs.append(tuple(" ".join(draw.choices(WORDS, k=draw.randrange(1, 60))) for _ in range(2)))
    for _ in range(10):
        order = list(range(1, draw.randrange(3, 12)))
        shuffled = draw.sample(order, len(order))
        pairs.append((", ".join(map(str, shuffled)), " ".join(map(str, draw.sample(order, len(order))))))
    scorers = {s: rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=s) for s in (False, True)}
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / "metrics.jsonl", "w", encoding="utf-8") as out:
        for a, b in pairs:
            rouge = {
                name: [list(scorers[stems].score(b, a)[key]) for key in ("rouge1", "rouge2", "rougeL")]
                for name, stems in (("rouge", False), ("rouge_stemmed", True))
            }
            record = {
                "answer": a, "right": b, **rouge, "f1": f1(a, b, normalize),
                "exact_match": float(normalize(a) == normalize(b)),
                "f1_folded": f1(a, b, lambda t: unidecode(normalize(t))),
                "similarity": similarity(a, b), "concordance": concordance(a, b),
                "letter": (re.search(r"\b[A-D]\b", a) or [None])[0],
            }
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    stemmer = PorterStemmer()
    words = [w for w in sorted({re.sub(r"[^a-z0-9]", "", w) for w in WORDS}) if len(w) > 3]
    (FOLDER / "stems.json").write_text(
        json.dumps({w: stemmer.stem(w) for w in words}, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
