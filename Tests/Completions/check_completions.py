#!/usr/bin/env python3
"""Presses the tab key in real shells and looks at what arrives.

    check_completions.py PROGRAM

A stand-in for the program prints its arguments, so that a line such as `dilution swe<TAB><RETURN>`
shows what the shell made of it. Shells that are not installed are named and passed over; bash must
be there. Also formats every manual page with groff, where that is installed. Standard library only.
"""

import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

# What is typed after the program's name, with \t for the tab key, and the arguments that must arrive.
CASES = [
    ("swe\t", ["sweep"]),
    ("plot dilution-c\t", ["plot", "dilution-curve"]),
    ("sweep --dry\t", ["sweep", "--dry-run"]),
    ("--quiet doct\t", ["--quiet", "doctor"]),
    ("--seed 5 doct\t", ["--seed", "5", "doctor"]),
    ("plot --title sweep front\t", ["plot", "--title", "sweep", "frontier"]),
    ("probe --adapt q\t", ["probe", "--adapt", "qttt"]),
    ("generate --task mul\t", ["generate", "--task", "multi-hop"]),
    ("generate --task=mul\t", ["generate", "--task=multi-hop"]),
    ("completions z\t", ["completions", "zsh"]),
    ("train rec\t", ["train", "recipe.json5"]),
    ("sweep --out fol\t", ["sweep", "--out", "folder/"]),
    ("stats fol\t", ["stats", "folder/"]),
    ("merge folder/ oth\t", ["merge", "folder/", "other/"]),
    ("plot frontier --out fig\t", ["plot", "frontier", "--out", "figure.svg"]),
    ("sweep --seed q\t", ["sweep", "--seed", "q"]),
    ("nonsense swe\t", ["nonsense", "swe"]),
]

FILES = ["recipe.json5", "recipe.txt", "folder.txt", "figure.svg", "figure.txt"]


class Shell:
    """An interactive shell on a terminal of its own."""

    def __init__(self, words, folder, environment):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(words[0], words, environment)
        self.text = ""

    def read(self, until, seconds):
        """Reads until a pattern stands in what came since the last call; None when it never does."""
        deadline = time.monotonic() + seconds
        while True:
            found = re.search(until, self.text, re.S)
            if found:
                self.text = self.text[found.end():]
                return found
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.terminal], [], [], left)[0]:
                return None
            try:
                piece = os.read(self.terminal, 65536).decode(errors="replace")
            except OSError:
                return None
            self.text += piece

    def type(self, text):
        os.write(self.terminal, text.encode())

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


def start(name, folder, script, environment):
    if name == "bash":
        shell = Shell(["bash", "--norc", "--noprofile", "-i"], folder, environment)
        setup = f"source {script}"
    elif name == "zsh":
        shell = Shell(["zsh", "-f", "-i"], folder, environment)
        setup = f"autoload -Uz compinit && compinit -u -D && source {script}"
    else:
        shell = Shell(["fish", "--no-config", "-i"], folder, environment)
        setup = f"source {script}"
    # Typed in two halves, so that the echo of the command is not taken for its output.
    shell.type(setup + "; echo rea''dy\r")
    if not shell.read("ready\r?\n", 20):
        raise SystemExit(f"{name} did not start: {shell.text!r}")
    time.sleep(0.3)
    return shell


def check(name, program, scratch, environment):
    script = scratch / f"completion.{name}"
    script.write_bytes(subprocess.check_output([program, "completions", name]))
    shell = start(name, scratch / "files", script, environment)
    failures = 0
    for typed, expected in CASES:
        shell.type("dilution " + typed)
        time.sleep(0.4)
        shell.type("\r")
        found = shell.read(r"<<(.*?)>>", 5)
        arrived = found.group(1).split("|")[:-1] if found else None
        # zsh takes the slash behind a folder away again when the line is sent.
        if arrived is None or [word.rstrip("/") for word in arrived] != [
                word.rstrip("/") for word in expected]:
            failures += 1
            print(f"{name}: {typed!r} gave {arrived}, not {expected}")
        time.sleep(0.1)
    shell.end()
    print(f"{name}: {len(CASES) - failures} of {len(CASES)} lines completed as expected")
    return failures


def check_pages(program, scratch):
    folder = scratch / "man"
    pages = subprocess.check_output(
        [program, "manual", "--out", folder], text=True).splitlines()
    complaints = 0
    for page in pages:
        outcome = subprocess.run(
            ["groff", "-man", "-Tutf8", "-ww", "-z", page], capture_output=True, text=True)
        if outcome.returncode or outcome.stderr:
            complaints += 1
            print(f"{page}: {outcome.stderr.strip()}")
    print(f"groff: {len(pages) - complaints} of {len(pages)} pages without a complaint")
    return complaints


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    failures = 0
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        (scratch / "files").mkdir()
        for file in FILES:
            (scratch / "files" / file).write_text("")
        (scratch / "files" / "folder").mkdir()
        (scratch / "files" / "other").mkdir()
        (scratch / "bin").mkdir()
        stand_in = scratch / "bin" / "dilution"
        stand_in.write_text("#!/bin/sh\nprintf '<<'\nprintf '%s|' \"$@\"\nprintf '>>\\n'\n")
        stand_in.chmod(0o755)
        environment = dict(
            os.environ, PATH=f"{scratch / 'bin'}:{os.environ['PATH']}", HOME=str(scratch),
            TERM="dumb", PS1="$ ", XDG_CONFIG_HOME=str(scratch), XDG_DATA_HOME=str(scratch),
            LC_ALL="C.UTF-8")
        for shell in ["bash", "zsh", "fish"]:
            if shutil.which(shell):
                failures += check(shell, program, scratch, environment)
            else:
                print(f"{shell} is not installed: not tried")
                failures += shell == "bash"
        if shutil.which("groff"):
            failures += check_pages(program, scratch)
        else:
            print("groff is not installed: manual pages not tried")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
