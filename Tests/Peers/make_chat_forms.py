"""Records what transformers renders of chat templates, for Tests/TokenizationTests/Fixtures/chat-forms.json.

    python Tests/Peers/make_chat_forms.py

The templates below are ours. Each says in Jinja what a family of models documents about its form, in the
constructs that such templates use, so that `apply_chat_template` holds the lab's interpreter to both. They are
given `date_string`, because the lab knows no function for today's date and takes the day that a template falls
back to.
"""

import json
import pathlib

from transformers import PreTrainedTokenizerFast

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "TokenizationTests/Fixtures"

CHATML = r"""{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"""

DEFAULT_SYSTEM = r"""
{%- if messages[0]['role'] == 'system' %}
    {%- set head = messages[0]['content'] %}
    {%- set rest = messages[1:] %}
{%- else %}
    {%- set head = 'You are Qwen, created by Alibaba Cloud. You are a helpful assistant.' %}
    {%- set rest = messages %}
{%- endif %}
{{- '<|im_start|>system\n' ~ head }}
{%- if tools %}{{- '\n\n# Tools' }}{% for tool in tools %}{{ tool | tojson }}{% endfor %}{%- endif %}
{{- '<|im_end|>\n' }}
{%- for message in rest %}
    {%- if message.role in ('user', 'system') or message.role == 'assistant' and not message.tool_calls %}
        {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>' + '\n' }}
    {%- elif message.role == 'tool' %}
        {{- raise_exception('no tools here') }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\n' }}
{%- endif %}
"""

SMOLLM2 = r"""{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system
You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>
' }}{% endif %}{{'<|im_start|>' + message['role'] + '
' + message['content'] + '<|im_end|>' + '
'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant
' }}{% endif %}"""

QWEN3 = r"""
{%- set ns = namespace(searching=true, last=messages|length - 1) %}
{%- for m in messages[::-1] %}
    {%- set place = (messages|length - 1) - loop.index0 %}
    {%- if ns.searching and m.role == "user" and m.content is string and not(m.content.startswith('<tool_response>') and m.content.endswith('</tool_response>')) %}
        {%- set ns.searching = false %}
        {%- set ns.last = place %}
    {%- endif %}
{%- endfor %}
{%- for m in messages %}
    {%- if m.role != 'assistant' %}
        {{- '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>' + '\n' }}
    {%- else %}
        {%- set thought = '' %}
        {%- set answer = m.content %}
        {%- if m.reasoning_content is string %}
            {%- set thought = m.reasoning_content %}
        {%- elif '</think>' in m.content %}
            {%- set thought = m.content.split('</think>')[0].rstrip('\n').split('<think>')[-1].lstrip('\n') %}
            {%- set answer = m.content.split('</think>')[-1].lstrip('\n') %}
        {%- endif %}
        {{- '<|im_start|>assistant\n' }}
        {%- if loop.index0 > ns.last and (loop.last or (not loop.last and thought)) %}
            {{- '<think>\n' + thought.strip('\n') + '\n</think>\n\n' + answer.lstrip('\n') }}
        {%- else %}
            {{- answer }}
        {%- endif %}
        {{- '<|im_end|>\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\n\n</think>\n\n' }}
    {%- endif %}
{%- endif %}"""

THINKING = CHATML.replace(r"assistant\n' }}{% endif %}", r"assistant\n<think>\n' }}{% endif %}")

LLAMA2 = r"""{% if messages[0]['role'] == 'system' %}{% set rest = messages[1:] %}{% set system = messages[0]['content'] %}{% else %}{% set rest = messages %}{% set system = false %}{% endif %}{% for message in rest %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}{% if loop.index0 == 0 and system != false %}{% set content = '<<SYS>>\n' + system + '\n<</SYS>>\n\n' + message['content'] %}{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' ' + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}"""

LLAMA2_DEFAULT = LLAMA2.replace("{% set system = false %}", "{% set system = 'Be helpful.' %}")

LLAMA3 = r"""{% set rest = messages %}{% for message in rest %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>

'+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>

' }}{% endif %}"""

LLAMA3_DATED = r"""{{- bos_token }}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}

{#- The system's message goes into a place of its own. #}
{%- if messages[0]['role'] == 'system' %}
    {%- set system = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system = "" %}
{%- endif %}

{{- "<|start_header_id|>system<|end_header_id|>\n\n" }}
{%- if tools is not none %}
    {{- "Environment: ipython\n" }}
{%- endif %}
{{- "Cutting Knowledge Date: December 2023\n" }}
{{- "Today Date: " + date_string + "\n\n" }}
{{- system }}
{{- "<|eot_id|>" }}

{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' }}
    {%- elif 'tool_calls' in message %}
        {%- if not message.tool_calls|length == 1 %}
            {{- raise_exception("one call at once") }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
{%- endif %}
"""

MISTRAL1 = r"""{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ message['content'] + eos_token}}{% else %}{{ raise_exception('only user and assistant') }}{% endif %}{% endfor %}"""

MISTRAL3 = r"""{%- if messages[0]["role"] == "system" %}
    {%- set system = messages[0]["content"] %}
    {%- set rest = messages[1:] %}
{%- else %}
    {%- set rest = messages %}
{%- endif %}
{%- set asked = rest | selectattr("role", "equalto", "user") | list %}
{%- set ns = namespace() %}
{%- set ns.index = 0 %}
{%- for message in rest %}
    {%- if not (message.role == "tool" or message.tool_calls is defined and message.tool_calls is not none) %}
        {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}
            {{- raise_exception("after the system's message, roles must alternate") }}
        {%- endif %}
        {%- set ns.index = ns.index + 1 %}
    {%- endif %}
{%- endfor %}
{{- bos_token }}
{%- for message in rest %}
    {%- if message["role"] == "user" %}
        {%- if loop.last and system is defined %}
            {{- "[INST] " + system + "\n\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"]|trim + eos_token}}
    {%- endif %}
{%- endfor %}
"""

GEMMA = r"""{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system here') }}{% endif %}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}{{ '<start_of_turn>' + role + '
' + message['content'] | trim + '<end_of_turn>
' }}{% endfor %}{% if add_generation_prompt %}{{'<start_of_turn>model
'}}{% endif %}"""

GEMMA3 = r"""{{ bos_token }}
{%- if messages[0]['role'] == 'system' -%}
    {%- if messages[0]['content'] is string -%}
        {%- set prefix = messages[0]['content'] + '

' -%}
    {%- else -%}
        {%- set prefix = messages[0]['content'][0]['text'] + '

' -%}
    {%- endif -%}
    {%- set rest = messages[1:] -%}
{%- else -%}
    {%- set prefix = "" -%}
    {%- set rest = messages -%}
{%- endif -%}
{%- for message in rest -%}
    {%- if (message['role'] == 'assistant') -%}
        {%- set role = "model" -%}
    {%- else -%}
        {%- set role = message['role'] -%}
    {%- endif -%}
    {{ '<start_of_turn>' + role + '
' + (prefix if loop.first else "") }}
    {%- if message['content'] is string -%}
        {{ message['content'] | trim }}
    {%- elif message['content'] is iterable -%}
        {%- for item in message['content'] -%}{{ item['text'] | trim }}{%- endfor -%}
    {%- else -%}
        {{ raise_exception("neither text nor parts") }}
    {%- endif -%}
    {{ '<end_of_turn>
' }}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{'<start_of_turn>model
'}}
{%- endif -%}
"""

PHI3 = r"""{% for message in messages %}{% if message['role'] == 'system' and message['content'] %}{{'<|system|>
' + message['content'] + '<|end|>
'}}{% elif message['role'] == 'user' %}{{'<|user|>
' + message['content'] + '<|end|>
'}}{% elif message['role'] == 'assistant' %}{{'<|assistant|>
' + message['content'] + '<|end|>
'}}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>
' }}{% else %}{{ eos_token }}{% endif %}"""

ZEPHYR = r"""{% for message in messages %}
{% if message['role'] == 'user' %}
{{ '<|user|>
' + message['content'] + eos_token }}
{% elif message['role'] == 'system' %}
{{ '<|system|>
' + message['content'] + eos_token }}
{% elif message['role'] == 'assistant' %}
{{ '<|assistant|>
'  + message['content'] + eos_token }}
{% endif %}
{% if loop.last and add_generation_prompt %}
{{ '<|assistant|>' }}
{% endif %}
{% endfor %}"""

DEEPSEEK_R1 = r"""{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}{% set ns = namespace(is_tool=false, system='') %}{%- for message in messages %}{%- if message['role'] == 'system' %}{% set ns.system = message['content'] %}{%- endif %}{%- endfor %}{{bos_token}}{{ns.system}}{%- for message in messages %}{%- if message['role'] == 'user' %}{%- set ns.is_tool = false -%}{{'<｜User｜>' + message['content']}}{%- endif %}{%- if message['role'] == 'assistant' and message['content'] is not none %}{%- set content = message['content'] %}{%- if '</think>' in content %}{%- set content = content.split('</think>')[-1] %}{%- endif %}{{'<｜Assistant｜>' + content + '<｜end▁of▁sentence｜>'}}{%- endif %}{%- endfor -%}{% if ns.is_tool %}{{'<｜tool▁outputs▁end｜>'}}{% endif %}{% if add_generation_prompt and not ns.is_tool %}{{'<｜Assistant｜><think>\n'}}{% endif %}"""

ALPACA = r"""{% for message in messages %}{% if message.role == 'user' %}{{ '### Instruction:\n' + message.content + '\n\n' }}{% else %}{{ '### Response:\n' + message.content + '\n\n' }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '### Response:\n' }}{% endif %}"""

NO_ANSWER = CHATML[: CHATML.index("{% if add_generation_prompt")]

QWEN_TOKENS = {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}
SENTENCE_PIECES = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
LLAMA3_TOKENS = {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>"}
GEMMA_TOKENS = {"bos_token": "<bos>", "eos_token": "<eos>"}
DEEPSEEK_TOKENS = {"bos_token": "<｜begin▁of▁sentence｜>", "eos_token": "<｜end▁of▁sentence｜>"}

# Name, template, special tokens, the family that is to be recognised.
FORMS = [
    ("chatml", CHATML, QWEN_TOKENS, "chatml"),
    ("qwen2.5", DEFAULT_SYSTEM, QWEN_TOKENS, "chatml"),
    ("smollm2", SMOLLM2, QWEN_TOKENS, "chatml"),
    ("qwen3", QWEN3, QWEN_TOKENS, "qwen3"),
    ("qwen3-instruct", QWEN3[: QWEN3.index("    {%- if enable_thinking")] + "{%- endif %}", QWEN_TOKENS, "chatml"),
    ("qwen3-thinking", THINKING, QWEN_TOKENS, "chatml"),
    ("llama2", LLAMA2, SENTENCE_PIECES, "llama2"),
    ("llama2-default", LLAMA2_DEFAULT, SENTENCE_PIECES, "llama2"),
    ("llama3", LLAMA3, LLAMA3_TOKENS, "llama3"),
    ("llama3.2", LLAMA3_DATED, LLAMA3_TOKENS, "llama3"),
    ("mistral-v1", MISTRAL1, SENTENCE_PIECES, "mistral"),
    ("mistral-v3", MISTRAL3, SENTENCE_PIECES, "mistral"),
    ("mistral-tekken", MISTRAL3.replace("[INST] ", "[INST]"), SENTENCE_PIECES, "mistral"),
    ("gemma", GEMMA, GEMMA_TOKENS, "gemma"),
    ("gemma3", GEMMA3, GEMMA_TOKENS, "gemma"),
    ("phi-3", PHI3, {"bos_token": "<s>", "eos_token": "<|endoftext|>"}, "phi-3"),
    ("zephyr", ZEPHYR, SENTENCE_PIECES, "zephyr"),
    ("deepseek-r1", DEEPSEEK_R1, DEEPSEEK_TOKENS, "deepseek-r1"),
    ("deepseek-r1-first", DEEPSEEK_R1.replace(r"<think>\n", ""), DEEPSEEK_TOKENS, "deepseek-r1"),
    ("deepseek-v3", DEEPSEEK_R1.replace(r"<think>\n", "").replace("{%- set content = content.split('</think>')[-1] %}", ""), DEEPSEEK_TOKENS, "deepseek-r1"),
    ("phi-4", CHATML.replace(r"\n' + message", "<|im_sep|>' + message").replace(r"assistant\n", "assistant<|im_sep|>"), QWEN_TOKENS, "chatml"),
    ("alpaca", ALPACA, SENTENCE_PIECES, None),
    ("no-answer", NO_ANSWER, QWEN_TOKENS, None),
]

CONVERSATIONS = [
    [("user", "Where is the kettle?")],
    [("system", "Answer in one word."), ("user", "Where is the kettle?")],
    [("user", " \n Two and two? \n"), ("assistant", "<think>\nAdd them.\n</think>\n\nFour."), ("user", "And three?")],
    [("system", " Be kind. "), ("user", "中文 🙂 {{ x }} {% if %}"), ("assistant", " Yes ")],
    [("assistant", "I begin."), ("user", "No.")],
]

# Jinja by itself: white space, precedence, slices, loops, filters, tests and methods.
SNIPPETS = [
    "a\n{% if true %}\nb\n{% endif %}\nc\n", "a\n  {% if true %}  \n  b\n  {%- endif %}\n  c\n\n",
    "a  {{- 'b' -}}  c\n{# gone #}\nd\n   {# gone #}\ne", "  {%+ if true %} x {% endif %} y", "x {%- if true -%} \n y {%- endif +%}\n z",
    "{{ 1 ~ 2 * 3 }} {{ 1 + 2 * 3 }} {{ -2 + 5 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ -7 // 2 }}", "{{ not 1 == 2 and 3 > 2 or false }}",
    "{{ 'a' if false }}|{{ 'a' if false else 'b' if true else 'c' }}", "{{ 'abc'[1:] }} {{ 'abc'[::-1] }} {{ 'abc'[-2:-1] }} {{ 'abcdef'[4:1:-2] }} {{ 'abc'[5:] }}|",
    "{% for x in [1, 2, 3, 4] if x % 2 == 0 %}{{ loop.index }}/{{ loop.length }}:{{ x }}{{ ', ' if not loop.last }}{% else %}none{% endfor %}",
    "{% for x in [] %}{{ x }}{% else %}none{% endfor %}", "{% set x = 1 %}{% for i in range(3) %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}",
    "{% set n = namespace(x=1) %}{% for i in range(1, 7, 2) %}{% set n.x = n.x * i %}{% endfor %}{{ n.x }}", "{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}={{ v }};{% endfor %}",
    "{{ ' x '|trim }}|{{ 'xxaxx'.strip('x') }}|{{ 'a,b,c'.split(',', 1)[1] }}|{{ ' a  b '.split() | join('+') }}", "{{ missing is defined }} {{ missing }} {{ missing|default('d') }} {{ ''|default('e', true) }}",
    "{{ none }} {{ true }} {{ 1.5 }} {{ none is none }} {{ 'a' is string }} {{ {} is mapping }} {{ [] is iterable }} {{ 3 is odd }} {{ 9 is divisibleby 3 }}",
    "{% macro m(a, b='!') %}[{{ a }}{{ b }}]{% endmacro %}{{ m('x') }}{{ m('y', b='?') }}", "{% set t %} a {{ 1 }} {% endset %}<{{ t }}>", "{{ 'a' 'b' }}{{ \"q'\\\"\" }}{{ '\\u00e9\\t\\\\' }}",
    "{{ 'x' in 'axb' }} {{ 'x' not in ['y'] }} {{ 'k' in {'k': 1} }} {{ missing and missing.x }}", "{{ [1, 2, 3]|length }} {{ [3, 4]|first }} {{ [3, 4]|last }} {{ 'ab cd'|title }} {{ 'ab'|upper }} {{ 'aXbX'|replace('X', '-') }}",
    "{{ [{'r': 'u', 'c': 1}, {'r': 'a', 'c': 2}] | selectattr('r', 'equalto', 'a') | map(attribute='c') | join }}", "{% for i in range(5) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}",
    "{% generation %}said{% endgeneration %}", "{{ 'a' == 'a' is true }} {{ (1, 2)[1] }} {{ {'a': {'b': 'c'}}.a.b }} {{ {'a': {'b': 'c'}}['a']['b'] }} {{ {'g': 1}.get('h', 2) }}",
    "{{ missing.x }}", "{{ 1 + 'a' }}", "{{ raise_exception('no') }}",
]


def tokenizer(template, tokens):
    made = PreTrainedTokenizerFast(tokenizer_file=str(FOLDER / "qwen.json"), **tokens)
    made.chat_template = template
    return made


def rendered(made, conversation, generation, thinks):
    """The text, or None where the template refuses the conversation or cannot be rendered."""
    messages = [{"role": role, "content": content} for role, content in conversation]
    try:
        return made.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=generation, enable_thinking=thinks, date_string="26 Jul 2024")
    except Exception:
        return None


def golden(name, template, tokens, family):
    made = tokenizer(template, tokens)
    texts = [
        {"messages": [list(m) for m in conversation], "generation": generation, "thinks": thinks, "text": rendered(made, conversation, generation, thinks)}
        for conversation in CONVERSATIONS for generation in (True, False) for thinks in (True, False)]
    return {"name": name, "template": template, "tokens": tokens, "family": family, "texts": texts}


def main():
    forms = [golden(*form) for form in FORMS]
    snippets = [{"template": s, "text": rendered(tokenizer(s, {}), CONVERSATIONS[0], True, True)} for s in SNIPPETS]
    path = FOLDER / "chat-forms.json"
    path.write_text(json.dumps({"forms": forms, "snippets": snippets}, ensure_ascii=True, separators=(",", ":")) + "\n")
    print(len(forms), "forms,", len(snippets), "snippets,", path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
