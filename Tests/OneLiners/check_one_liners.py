"""Runs the commands and then the Python of Results/README.md, in the lab's folder.

    python check_one_liners.py PROGRAM

Every block is run in the order of the document, in one namespace. What its last line gives must not be
empty, and must hold no number that is not finite, unless it is a table in which a column may be empty.
"""

import ast
import math
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

DOCUMENT = Path("Results/README.md")
OUTPUTS = Path("out/outputs")


def blocks(language):
    """The blocks of a language with the numbers of their first lines."""
    text = DOCUMENT.read_text()
    for match in re.finditer(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield text[: match.start()].count("\n") + 2, match.group(1)


def make_outputs(program):
    shutil.rmtree(OUTPUTS, ignore_errors=True)
    folder = Path(program).resolve().parent
    environment = dict(os.environ, PATH=f"{folder}{os.pathsep}{os.environ['PATH']}")
    for _, block in blocks("sh"):
        subprocess.run(
            ["sh", "-e"], input=block, text=True, check=True, env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def run(block, line, namespace):
    """Runs a block and returns what its last line gives; nothing where that is no expression."""
    tree = ast.parse(block)
    ast.increment_lineno(tree, line - 1)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, DOCUMENT, "exec"), namespace)
    if last is not None:
        return eval(compile(ast.Expression(last.value), DOCUMENT, "eval"), namespace)


def is_something(value):
    if value is None:
        return False
    if isinstance(value, (int, float)):
        return math.isfinite(value)
    if hasattr(value, "numel"):
        return value.numel() > 0 and bool(value.isfinite().all())
    if hasattr(value, "size"):
        return value.size > 0
    return len(value) > 0


def main(program):
    make_outputs(program)
    namespace, failures, count = {}, 0, 0
    for line, block in blocks("python"):
        try:
            value = run(block, line, namespace)
            # The block of imports, and what prints, give nothing.
            gives = isinstance(ast.parse(block).body[-1], ast.Expr) and "print(" not in block
            if gives and not is_something(value):
                raise ValueError(f"gives nothing: {value!r}")
            count += 1
        except Exception as error:
            print(f"{DOCUMENT}:{line}: {type(error).__name__}: {error}", file=sys.stderr)
            failures += 1
    import numpy, pandas, torch

    print(
        f"{count} blocks of {DOCUMENT} ran with NumPy {numpy.__version__}, pandas {pandas.__version__} and "
        f"PyTorch {torch.__version__}; {failures} failed.")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
