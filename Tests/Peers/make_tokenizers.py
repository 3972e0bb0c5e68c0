"""Trains the small tokenizers of Tests/TokenizationTests/Fixtures with Hugging Face tokenizers, and records
what they make of hard texts.

    python Tests/Peers/make_tokenizers.py

Every tokenizer is in the form of one that is in use (its normaliser, pre-tokenizer, model, post-processor
and decoder), with a vocabulary of a thousand tokens. `goldens.json` holds the texts and, for each tokenizer,
the ids, the offsets in characters (where the normaliser leaves the text as it is) and the decoded text.
Lines of a megabyte are given as recipes and recorded as counts and hashes.
"""

import hashlib
import json
import pathlib
import random
import unicodedata

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from tokenizers import trainers

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "TokenizationTests/Fixtures"

# The splits of the families, as their tokenizer.json files have them.
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
          r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
GPT4 = (r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}"
        r"| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+")
GPT4O = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
# The last one is nobody's: it holds what the others leave out of the engine.
PATTERNS = {
    "gpt2": GPT2, "llama3": LLAMA3, "qwen2": QWEN2, "gpt4": GPT4, "gpt4o": GPT4O,
    "groups": (r"(?:ab|a)(?:bc|c)*|(?>x+)y|x|(?:a|b){2,3}y|\d{2,}?x|\w+?\.|[^\s\S]|(?=é).|[一-龥ぁ-ヿ]+"
               r"|<\|[a-z_]++\|>|(?!T)[A-Z][a-z]*?e|\P{L}{3}|[\p{P}\p{S}&&[^<>]]+")}

TRAINING = """
The harbour was quiet before dawn, and nobody had moved the boats since the storm.
She'd counted 1,024 crates, 37 barrels and 5 anchors; they're all on the list, aren't they?
I've said it once and I'll say it again: it's the ledger that's wrong, we'd better check.
In 2019 the lighthouse keeper wrote down 365 temperatures, between -12.5 and 31.75 degrees.
    for row in rows:
        total += row["amount"] * scale
        if total >= limit: return None
\tdef normalise(values, epsilon=1e-6):\n\t\tmean = sum(values) / len(values)
let answer = tokens.map { $0 + 1 }.filter { $0 != 0 }  // keep the rest
The code word for amber-birch is cedar-coral. The code word for delta-dune is ember-fern.
From fjord-garnet the path leads to heron-iris. From ivory-jade the path leads to kelp-lotus.
The password for maple-meadow is nectar-olive. The first password for opal-pearl is quartz-raven.
Der Zug fährt über die Brücke, während die Möwen schreien; größer wird die Stadt nicht.
Où était le café où l'élève naïf mangeait des crêpes à Noël ? Ça, c'était près d'ici.
El niño soñó con pingüinos. ¿Cuántos había? ¡Más de cien!
Корабль вышел из гавани, и никто не знал, куда он направляется.
Η θάλασσα ήταν ήρεμη και ο ουρανός καθαρός.
השוק נפתח מוקדם בבוקר, ואנשים קנו לחם ודגים.
كان البحر هادئا والسماء صافية، ثم هبت الريح.
नदी के किनारे एक पुराना पेड़ था और बच्चे वहाँ खेलते थे।
今天早上港口很安静，没有人知道船去了哪里。天气很好，我们去看海。
朝の港は静かで、だれも船を動かしていなかった。カモメが鳴いている。
아침 항구는 조용했고 배는 움직이지 않았다.
ทะเลสงบและท้องฟ้าแจ่มใส
🚢 ⚓ 🙂 👍🏽 👩‍👩‍👧‍👦 🏳️‍🌈 🇳🇴 ❤️ — “quoted” ‘single’ … • ½ ² ™ €100 £20 ¥3000
x = 0xFF; y = 3.14159; z = 1_000_000; path = "/usr/local/lib"; url = "https://example.org/a?b=c&d=e#f"
<p class="note">A &amp; B</p> {"key": [1, 2, 3], "nested": {"a": null}} | a | b |\n|---|---|
aaaaaaaaaaaaaaaa bbbbbbbb abababababab ------------ ============ ........ ________ ########
"""

FIXED = [
    "", " ", "  ", "   ", "\n", "\r\n", "\t", " \n ", "\n\n\n", "   \n   \n", "a\n", "\na", " a", "a ", "  a  b   c    ",
    "\u00a0", "\u00a0\u00a0a", "\u2003a\u3000b", "a\u200bb", "\ufeffa", "\u0085a", "\u2028a\u2029", "a\x0b\x0cb", "\x00", "a\x00b",
    "Hello world", "hello,world!", "Hello, y'all! How are you 😁 ?", "it's I'M we'Re THEY'LL don'T you'Ve 'sup 'tis 'ſ o'clock",
    "0", "00", "000", "0000", "00000", "1234567890", "3.14159", "1,000,000", "２０２４年", "١٢٣٤٥", "½²³Ⅷ", "x1y22z333w4444",
    "今天早上港口很安静", "港口,船;天气。海", "龘𠀀𪚥", "カモメ ガガ", "한국어 각 각", "ทะเลสงบ",
    "e\u0301", "\u00e9", "cafe\u0301s nai\u0308ve", "A\u030a \u212b \u00c5", "a\u0323\u0307 a\u0307\u0323", "\u1e9b\u0323", "ﬁ ﬀ ㎏ Ⅳ ½",
    "\u0301", "\u0301\u0301a", "q\u0307\u0323\u0301", "\u1100\u1161\u11a8", "\u0958", "\u2126",
    "क्षत्रिय नदी के", "שָׁלוֹם עוֹלָם", "مرحبا بالعالم", "abc שלום 123 مرحبا xyz", "\u202eevil\u202c",
    "🙂", "👍🏽", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇳🇴🇸🇪", "❤️❤", "a🙂b🚢c", "🙂" * 20, "\U0010ffff", "\ue000", "\ufffd", "\uffff",
    "<|endoftext|>", "<|im_start|>user\nHi<|im_end|>\n", "a<|endoftext|>b", "<|endoftext|><|endoftext|>", "<|endoftext", "<|im_start|",
    "<|begin_of_text|>Hi<|eot_id|>", "<think>\n\n</think>\n\n", "<think >", "x<think>y</think>z", "[MASK]", "a [MASK] b", "a  [MASK]  b",
    "x[MASK]y", "\n[MASK]\t[MASK] ", "WORD", "a WORD b", "aWORDb", "WORD WORDS", "(WORD)", "éWORD WORD1 _WORD WORD-", "rstrip ", "RIGHT  x", "xRIGHT\n\ny",
    "normalised Ⅸ ix", "IX Ⅸ", "Å Å", "cafe\u0301 token café token", "unreachable Unreachableword unreachableword",
    "    for row in rows:\n        total += row[\"amount\"]\n\n\n    return", "\t\tif x:\r\n\t\t\ty\r\n", "a \n b", "a  \n\n  b", "end of line   \nnext",
    "a" * 300, "ab" * 100, "=" * 100, " " * 100 + "x", "\n" * 50 + "x", " \n" * 30, "x" + "\u0301" * 40, "........!!!!????",
    "The code word for amber-birch is cedar-coral.", "https://example.org/a?b=c&d=e#f", "naïve façade Ωmega Straße ǅ ǈ ʰ ª º",
    "▁", "▁▁a", "a▁b", "<0x41>", "<0xE4>", "Ġ", "Ċ a Ġb", "<unk>", "<s>x</s>", "Ç ç \u0327c\u0327",
]

INVALID = ["80", "61 80 62", "c3", "c3 28", "e4 bd", "e4 bd a0 e5", "f0 9f 99", "f0 9f 99 82 f0 9f", "ed a0 80", "f4 90 80 80", "c0 af",
           "ff fe fd", "61 f0 80 80 41", "e2 28 a1", "20 e4 20 bd 20 a0 20", "f8 88 80 80 80", "61 c3 a9 c3 62"]

PARTS = [" ", " ", "  ", "   ", "\n", "\r\n", "\t", "\u00a0", "\u3000", "a", "B", "the", "The", "ing", "Ünder", "ñ", "ж", "Привет", "λ", "ש", "ع", "क", "्",
         "0", "7", "42", "123", "٣", "½", "中", "文字", "あ", "カ", "한", "e\u0301", "\u0301", "\u0323", "🙂", "👍🏽", "\u200d", "\ufe0f", "'", "'s", "'LL", "'ve", "ſ",
         ".", ",", "!", "-", "_", "(", ")", "=", "//", "#", "$", "€", "“", "…", "<|endoftext|>", "<|im_end|>", "<think>", "<|", "|>", "[MASK]", "WORD", "RIGHT", "Ⅸ", "ǅ",
         "ʰ", "\u0000", "\u2028", "x" * 9, "0" * 7, "-" * 5, " code word", "aren't", "▁", "ﬁ", "\u1161", "\u1100"]

# Which of the long lines each tokenizer is given; the first one takes all of them.
LONG_FOR = {"llama3": [2, 5, 12], "gpt2-prefix": [0, 3, 11], "digits": [6, 8], "gpt4o": [12, 14], "sentencepiece": [3, 8, 12]}
# The tokenizers whose offsets are recorded.
OFFSETS_FOR = ["qwen", "gpt2-prefix", "digits", "sentencepiece", "words"]

LONG = [
    {"repeat": "a", "count": 1 << 20}, {"repeat": " ", "count": 1 << 20}, {"repeat": "ab", "count": 1 << 16},
    {"repeat": "The code word for amber-birch is cedar-coral. ", "count": 22000}, {"repeat": "\n", "count": 1 << 17},
    {"repeat": " \n", "count": 1 << 16}, {"repeat": "0123456789", "count": 10000}, {"repeat": "今天早上港口很安静", "count": 40000},
    {"repeat": "e\u0301", "count": 50000}, {"repeat": "=-", "count": 1 << 16}, {"repeat": "👩‍👩‍👧‍👦", "count": 5000},
    {"letters": "abcdefghij", "count": 1 << 20, "multiplier": 1103515245},
    {"letters": "ab \n.'s12é中", "count": 1 << 18, "multiplier": 1103515245},
    {"repeat": " ", "count": 1 << 17, "end": "x"}, {"repeat": "aA", "count": 1 << 17},
]


def long_text(recipe):
    if "repeat" in recipe:
        return recipe["repeat"] * recipe["count"] + recipe.get("end", "")
    # A linear congruential generator modulo 2^31, its top bits as letters.
    state, letters = 1, recipe["letters"]
    out = []
    for _ in range(recipe["count"]):
        state = (state * recipe["multiplier"] + 12345) % (1 << 31)
        out.append(letters[(state >> 16) % len(letters)])
    return "".join(out)


def random_texts(count):
    draw = random.Random(5)
    return ["".join(draw.choice(PARTS) for _ in range(draw.randint(2, 24))) for _ in range(count)]


def byte_level(prefix=False, regex=False):
    return pre_tokenizers.ByteLevel(add_prefix_space=prefix, use_regex=regex, trim_offsets=False)


def split(pattern, behavior="isolated", invert=False):
    return pre_tokenizers.Split(Regex(pattern), behavior, invert)


def train(tokenizer, size=1000, texts=None, **options):
    if texts is None:
        options["initial_alphabet"] = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=size, show_progress=False, **options)
    tokenizer.train_from_iterator(texts or TRAINING.strip().split("\n") * 2, trainer)
    return tokenizer


def qwen():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split(QWEN2), byte_level()])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    train(tokenizer)
    tokenizer.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    tokenizer.add_tokens([AddedToken(t, normalized=False) for t in ["<tool_call>", "<think>", "</think>"]])
    return tokenizer


def llama3():
    tokenizer = Tokenizer(models.BPE(ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split(LLAMA3), byte_level()])
    tokenizer.decoder = decoders.ByteLevel()
    train(tokenizer)
    # Words that no merge reaches.
    content = json.loads(tokenizer.to_str())
    for word in ["unreachable", "Ġunreachableword", "ĠÐ¿ÑĢÐ¸Ð²ÐµÑĤ"]:
        content["model"]["vocab"][word] = len(content["model"]["vocab"])
    tokenizer = Tokenizer.from_str(json.dumps(content))
    specials = ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|endoftext|>"]
    tokenizer.add_special_tokens(specials)
    bos = tokenizer.token_to_id("<|begin_of_text|>")
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(
            single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A <|begin_of_text|>:1 $B:1",
            special_tokens=[("<|begin_of_text|>", bos)])])
    return tokenizer


def gpt2(prefix):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = byte_level(prefix=prefix, regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    train(tokenizer)
    tokenizer.add_special_tokens(["<|endoftext|>"])
    tokenizer.add_tokens([
        AddedToken("[MASK]", lstrip=True, special=True, normalized=False), AddedToken("WORD", single_word=True),
        AddedToken("RIGHT", rstrip=True), AddedToken("café token")])
    return tokenizer


def digits():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(True), byte_level(regex=True)])
    tokenizer.decoder = decoders.ByteLevel()
    train(tokenizer)
    tokenizer.add_tokens([AddedToken("IX", normalized=True), AddedToken("Ⅸ ix", normalized=True), AddedToken("[MASK]", normalized=False, lstrip=True, rstrip=True)])
    return tokenizer


def gpt4o():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split(GPT4O, "removed", True), byte_level()])
    tokenizer.decoder = decoders.ByteLevel()
    train(tokenizer)
    return tokenizer


def sentencepiece():
    """As converters write SentencePiece models: spaces as ▁, unknown characters as bytes."""
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    bytes_ = [f"<0x{b:02X}>" for b in range(256)]
    latin = [line for line in TRAINING.strip().split("\n") if line.isascii()]
    train(tokenizer, texts=latin, special_tokens=["<unk>", "<s>", "</s>"] + bytes_)
    model = json.loads(tokenizer.to_str())
    model["added_tokens"] = [t for t in model["added_tokens"] if t["content"] not in bytes_]
    tokenizer = Tokenizer.from_str(json.dumps(model))
    tokenizer.decoder = decoders.Sequence([
        decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> <s>:1 $B:1 </s>:1",
        special_tokens=[("<s>", tokenizer.token_to_id("<s>")), ("</s>", tokenizer.token_to_id("</s>"))])
    return tokenizer


def unknowns():
    """Without byte fallback: unknown characters become one <unk> a run."""
    model = json.loads(sentencepiece().to_str())
    model["model"]["byte_fallback"] = False
    model["normalizer"] = None
    model["post_processor"] = None
    model["pre_tokenizer"] = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": True}
    model["decoder"] = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": True}
    return Tokenizer.from_str(json.dumps(model))


def words():
    tokenizer = Tokenizer(models.WordLevel(
        {w: i for i, w in enumerate(["<unk>", "amber", "birch", ".", "first", "?", "é", "e\u0301", "<|endoftext|>"])}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


def adjusted(name, tokenizer):
    """What is saved, with the merges as strings, as older files have them, for some."""
    content = json.loads(tokenizer.to_str())
    if name.startswith("gpt2"):
        content["model"]["merges"] = [" ".join(pair) for pair in content["model"]["merges"]]
    return content


def record(name, tokenizer, texts, plain):
    """What a tokenizer makes of the texts: decoded texts are null where they are the text again."""
    encoded = [tokenizer.encode(text, add_special_tokens=False) for text in texts]
    decoded = [tokenizer.decode(e.ids, skip_special_tokens=False) for e in encoded]
    item = {"ids": [e.ids for e in encoded],
            "with_special_tokens": [tokenizer.encode(text).ids for text in texts[25:30]],
            "decoded": [None if d == text else d for d, text in zip(decoded, texts)],
            "without_special_tokens": {
                str(i): tokenizer.decode(e.ids) for i, e in enumerate(encoded) if tokenizer.decode(e.ids) != decoded[i]}}
    if name in OFFSETS_FOR:
        item["offsets"] = [
            [place for pair in e.offsets for place in pair] if keep else None for e, keep in zip(encoded, plain)]
    return item


def main():
    assert tokenizers.__version__ >= "0.20"
    FOLDER.mkdir(exist_ok=True)
    texts = FIXED + random_texts(160)
    invalid = [bytes.fromhex(h).decode("utf-8", "replace") for h in INVALID]
    made = {"qwen": qwen(), "llama3": llama3(), "gpt2": gpt2(False), "gpt2-prefix": gpt2(True), "digits": digits(), "gpt4o": gpt4o(),
            "sentencepiece": sentencepiece(), "unknowns": unknowns(), "words": words()}
    goldens = {"made_with": f"tokenizers {tokenizers.__version__}", "texts": texts, "invalid": INVALID, "long": LONG,
               "patterns": {}, "tokenizers": {}}
    for name, pattern in PATTERNS.items():
        pieces = [split(pattern).pre_tokenize_str(text) for text in texts]
        goldens["patterns"][name] = {"pattern": pattern, "lengths": [[b - a for _, (a, b) in p] for p in pieces]}
    for name, tokenizer in made.items():
        content = adjusted(name, tokenizer)
        path = FOLDER / f"{name}.json"
        path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
        tokenizer = Tokenizer.from_file(str(path))
        form = {"qwen": "NFC", "digits": "NFKC"}.get(name)
        plain = [form is None or unicodedata.normalize(form, text) == text for text in texts]
        item = record(name, tokenizer, texts, plain)
        item["invalid"] = [tokenizer.encode(text, add_special_tokens=False).ids for text in invalid]
        item["long"] = {}
        for number in range(len(LONG)) if name == "qwen" else LONG_FOR.get(name, []):
            ids = tokenizer.encode(long_text(LONG[number]), add_special_tokens=False).ids
            blob = b"".join(i.to_bytes(4, "little") for i in ids)
            item["long"][str(number)] = {"count": len(ids), "sha256": hashlib.sha256(blob).hexdigest()}
        goldens["tokenizers"][name] = item
        print(name, tokenizer.get_vocab_size(), path.stat().st_size, sum(map(len, item["ids"])))
    path = FOLDER / "goldens.json"
    path.write_text(json.dumps(goldens, ensure_ascii=True, separators=(",", ":")) + "\n")
    print(path.stat().st_size)


if __name__ == "__main__":
    main()
