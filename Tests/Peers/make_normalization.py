"""Writes Tests/TokenizationTests/Fixtures/normalization.json: what normalization makes of every code point
and of random strings.

    pip install unicodedata2==15.1.0
    python Tests/Peers/make_normalization.py

The version of the package is that of Unicode. It should have the decompositions that Foundation knows.
"""

import hashlib
import json
import pathlib

import unicodedata2 as unicode

ROOT = pathlib.Path(__file__).resolve().parents[2]
FORMS = ["NFC", "NFD", "NFKC", "NFKD"]
SCALARS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def block_goldens():
    """Hashes of the four forms for each 4096 code points, a line each; those that no form changes are left out."""
    blocks = {}
    for start in range(0, 0x110000, 0x1000):
        texts = [chr(c) for c in range(start, start + 0x1000) if not 0xD800 <= c < 0xE000]
        forms = ["".join(unicode.normalize(f, t) + "\n" for t in texts) for f in FORMS]
        if any(form != "".join(t + "\n" for t in texts) for form in forms):
            blocks[f"{start:X}"] = [digest(form) for form in forms]
    return blocks


def alphabet():
    """Letters and marks that compose, decompose or change places, of every kind, each a few times at most."""
    kinds = {}
    for scalar in SCALARS:
        text = chr(scalar)
        forms = [unicode.normalize(f, text) for f in FORMS]
        if unicode.combining(text) or any(f != text for f in forms):
            block = scalar >> 7 if scalar < 0xAC00 or scalar > 0xD7A3 else -1
            kind = (block, unicode.combining(text), tuple(len(f) for f in forms), forms[0] == text)
            kinds.setdefault(kind, []).append(scalar)
    chosen = {s for scalars in kinds.values() for s in scalars[:: max(1, len(scalars) // 3)][:3]}
    # Second parts of composites, Hangul letters, and bases beyond the basic plane.
    for scalar in SCALARS:
        parts = unicode.normalize("NFD", chr(scalar))
        if len(parts) > 1 and unicode.normalize("NFC", parts) == chr(scalar):
            chosen.add(ord(parts[-1]))
    chosen |= {0x1100, 0x1112, 0x1113, 0x1160, 0x1161, 0x1175, 0x1176, 0x11A7, 0x11A8, 0x11C2, 0x11C3, 0xAC00, 0xAC01,
               0xAC1C, 0xD7A3, 0xD788}
    chosen |= {ord(c) for c in "AaEeOoUuIi <=>カウハヘ龘\u200d"} | {0x12265, 0x10041, 0x1F642, 0x22265}
    return "".join(map(chr, sorted(chosen)))


def random_strings(letters, count):
    """A generator that the test has, too."""
    state, strings = 1, []

    def draw(bound):
        nonlocal state
        state = (state * 1103515245 + 12345) % (1 << 31)
        return (state >> 8) % bound

    marks = [c for c in letters if unicode.combining(c)]
    for _ in range(count):
        text = "".join(letters[draw(len(letters))] for _ in range(1 + draw(2)))
        pool = [letters, marks, [c for c in marks if c < "\u0370"]][draw(3)]
        strings.append(text + "".join(pool[draw(len(pool))] for _ in range(draw(7))))
    return strings


def write_goldens():
    letters = alphabet()
    strings = random_strings(letters, 20000)
    hashes = [
        [digest("".join(unicode.normalize(f, t) + "\n" for t in strings[start:start + 1000])) for f in FORMS]
        for start in range(0, len(strings), 1000)]
    value = {
        "unicode": unicode.unidata_version, "forms": FORMS, "blocks": block_goldens(), "letters": letters,
        "marks": "".join(c for c in letters if unicode.combining(c)), "strings": hashes,
        "examples": [[t] + [unicode.normalize(f, t) for f in FORMS] for t in strings[:200]],
    }
    path = ROOT / "Tests/TokenizationTests/Fixtures/normalization.json"
    path.write_text(json.dumps(value, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    write_goldens()
