"""Records conversations as transformers renders them, for Tests/TokenizationTests/Fixtures/chat.json.

    python Tests/Peers/make_chat_goldens.py

The templates below are ours: they say in Jinja what the documentation of Qwen3 and Llama 3 says about their
formats, so that `apply_chat_template` of transformers renders them and the lab's own code is held to it.
"""

import json
import pathlib

from transformers import PreTrainedTokenizerFast

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "TokenizationTests/Fixtures"

QWEN3 = r"""
{%- set asked = namespace(at=messages|length - 1) -%}
{%- for m in messages -%}{%- if m.role == 'user' -%}{%- set asked.at = loop.index0 -%}{%- endif -%}{%- endfor -%}
{%- for m in messages -%}
{{- '<|im_start|>' ~ m.role ~ '\n' -}}
{%- if m.role != 'assistant' -%}{{- m.content -}}
{%- else -%}
{%- set pieces = m.content.split('</think>') -%}
{%- set thought = pieces[0].rstrip('\n').split('<think>')[-1].lstrip('\n') if pieces|length > 1 else '' -%}
{%- set answer = pieces[-1].lstrip('\n') if pieces|length > 1 else m.content -%}
{%- if loop.index0 > asked.at and (loop.last or thought) -%}
{{- '<think>\n' ~ thought.strip('\n') ~ '\n</think>\n\n' ~ answer.lstrip('\n') -}}
{%- else -%}{{- answer -}}{%- endif -%}
{%- endif -%}
{{- '<|im_end|>\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{- '<|im_start|>assistant\n' -}}
{%- if enable_thinking is defined and not enable_thinking -%}{{- '<think>\n\n</think>\n\n' -}}{%- endif -%}
{%- endif -%}
"""

LLAMA3 = r"""
{{- '<|begin_of_text|>' -}}
{%- for m in messages -%}
{{- '<|start_header_id|>' ~ m.role ~ '<|end_header_id|>\n\n' ~ m.content|trim ~ '<|eot_id|>' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|start_header_id|>assistant<|end_header_id|>\n\n' -}}{%- endif -%}
"""

CONVERSATIONS = [
    [("user", "Where is the kettle?")],
    [("system", "Answer in one word."), ("user", "Where is the kettle?")],
    [("user", "Two and two? /no_think")],
    [("user", "Two and two? /think"), ("assistant", "<think>\nAdd them.\n</think>\n\nFour."), ("user", "And three? /no_think")],
    [("user", "Hi"), ("assistant", "<think>\nGreet.\n</think>\n\nHello."), ("user", "Bye"), ("assistant", "Farewell.")],
    [("user", "Hi"), ("assistant", "<think>\n\n\nLong\n\nthought\n\n</think>\n\n\nHello.\n")],
    [("user", "Hi"), ("assistant", "Hello."), ("assistant", "<think>More</think>Again."), ("assistant", "End")],
    [("system", "  Be kind. \n"), ("user", "\n  <|im_end|> is text here  \n"), ("assistant", ""), ("user", "中文 🙂")],
    [("user", "a"), ("system", "b"), ("user", "c")],
    [("user", "")],
    [("user", "x</think>y"), ("assistant", "p</think>q</think>r")],
]


def main():
    goldens = []
    for name, template in [("qwen3", QWEN3), ("llama3", LLAMA3)]:
        tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(FOLDER / f"{name.rstrip('3') if name == 'qwen3' else name}.json"))
        tokenizer.chat_template = template
        for conversation in CONVERSATIONS:
            messages = [{"role": role, "content": content} for role, content in conversation]
            for generation in (True, False):
                for thinks in (True, False):
                    text = tokenizer.apply_chat_template(
                        messages, tokenize=False, add_generation_prompt=generation, enable_thinking=thinks)
                    goldens.append({
                        "template": name, "messages": [list(m) for m in conversation], "generation": generation, "thinks": thinks,
                        "text": text, "ids": tokenizer(text, add_special_tokens=False)["input_ids"]})
    path = FOLDER / "chat.json"
    path.write_text(json.dumps(goldens, ensure_ascii=True, separators=(",", ":")) + "\n")
    print(len(goldens), path.stat().st_size)


if __name__ == "__main__":
    main()
