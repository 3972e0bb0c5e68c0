"""What every Python side of compare.py shares: questions come in one a line on standard input, and
answers go out as one JSON object a line."""

import json
import pathlib
import sys
import time

# The peers' libraries may print to standard output; answers keep a channel of their own.
ANSWERS = sys.stdout
sys.stdout = sys.stderr


def load_inputs(folder):
    """The inputs that the lab wrote, for which the same work is done."""
    return json.loads((pathlib.Path(folder) / "inputs.json").read_text(encoding="utf-8"))


def measured(body, units=1):
    """Seconds and processor seconds of one unit of what `body` does."""
    processor, clock = time.process_time(), time.perf_counter()
    body()
    seconds = time.perf_counter() - clock
    return {
        "seconds": seconds / units,
        "processor_seconds": (time.process_time() - processor) / units,
        "units": units,
    }


def serve(side):
    """Answers by calling the method of the question's first word with the others."""
    for line in sys.stdin:
        name, *words = line.split()
        try:
            answer = getattr(side, name)(*words)
        except Exception as error:  # noqa: BLE001: a failure is an answer, and goes into the table
            text = " ".join(str(error).split())
            answer = {"error": f"{type(error).__name__}: {text[:300]}"}
        print(json.dumps(answer), file=ANSWERS, flush=True)
