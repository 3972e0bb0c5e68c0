"""Writes Tests/TextBenchmarksTests/Fixtures/text.json: what Python makes of every code point, and of strings
with a capital sigma, in the normalisation of SQuAD; and what unidecode makes of what the library claims.

    pip install unidecode
    python Tests/Peers/make_text_goldens.py
"""

import hashlib
import json
import pathlib
import random
import re
import string
import unicodedata
import warnings

from unidecode import unidecode

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "TextBenchmarksTests/Fixtures"
SCALARS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
# What the library holds to unidecode, whose other tables are for scripts and signs that it leaves alone. U+2126 is the Greek omega.
FOLDED = [
    (0x80, 0x36F), (0x1E00, 0x1EFF), (0x2000, 0x2125), (0x2127, 0x27BF), (0x2C60, 0x2C7F), (0xE000, 0xF8FF),
    (0xFB00, 0xFB06), (0xFE00, 0xFE0F), (0xFEFF, 0xFF5E), (0xFFF0, 0xFFFF), (0x1D400, 0x1D6A7), (0x1D7CE, 0x1D7FF),
    (0x1F300, 0x1F64F), (0x1F680, 0x1FAFF), (0xE0000, 0xE0FFF),
]


def normalize(text):
    text = "".join(c for c in text.lower() if c not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def is_assigned(scalar):
    return unicodedata.category(chr(scalar)) != "Cn"


def digest(lines):
    return hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()[:16]


def sigma_strings():
    """Capital sigmas among what is cased, what is ignored, and what is neither."""
    draw = random.Random(3)
    letters = ["Σ"] * 6 + list("οαΑbİǅ'’.:· -1_\u0301\u0345\u00ad\u200d\u2019ʰⅣⓐª𝐀𐐀あ\u05d0σς")
    strings = ["Σ", "ΟΔΟΣ", "Η οδός είναι ΟΔΟΣ.", "ΣΑΣ ΣΣ", "Α.Σ.", "ΑΣ’Α", "ΑΣ\u0301", "1Σ", "αΣ1", "\u0345Σ", "ʰΣ"]
    return strings + ["".join(draw.choices(letters, k=draw.randrange(1, 12))) for _ in range(1000)]


def main():
    warnings.simplefilter("ignore")
    blocks = {}
    for start in range(0, 0x110000, 0x1000):
        lines = [
            normalize(f"x{chr(c)}x a{chr(c)} {chr(c)}B") for c in range(start, start + 0x1000)
            if c in range(0xD800) or c >= 0xE000 if is_assigned(c)]
        if lines and start < 0x40000:
            blocks[f"{start:X}"] = digest(lines)
    folded = {}
    for first, last in FOLDED:
        lines = [" ".join(unidecode(normalize(f"x{chr(c)}x")).split()) for c in range(first, last + 1) if is_assigned(c)]
        folded[f"{first:X}-{last:X}"] = digest(lines)
    digits = "".join(c for c in map(chr, SCALARS) if unicodedata.category(c) == "Nd" and unidecode(c))
    value = {
        "unicode": unicodedata.unidata_version, "blocks": blocks, "folded": folded,
        "digits": [digits, unidecode(digits)],
        "sigma": [[text, text.lower(), normalize(text)] for text in sigma_strings()],
    }
    (FOLDER / "text.json").write_text(json.dumps(value, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
