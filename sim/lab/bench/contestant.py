"""One contestant in a process of its own: `python -m sim.lab.bench.contestant NAME CASE.npz`.

Every line of input is the number of a run; the answer is one line of JSON with the run's seconds, the share ever
infected and the most memory held so far. What a peer prints goes to stderr.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter
from typing import TextIO

from sim.lab.bench.lines import peak_memory
from sim.lab.bench.peers import CONTESTANTS, Case


def answer(name: str, case: Case, asked: Iterable[str], out: TextIO) -> None:
    """Answer every line that asks for a run, until there are no more."""
    start = CONTESTANTS[name].start(case)
    for line in asked:
        run = start(int(line))
        began = perf_counter()
        infected = run()
        seconds = perf_counter() - began
        print(json.dumps({"seconds": seconds, "infected": infected, "memory": peak_memory()}), file=out, flush=True)


if __name__ == "__main__":
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    answer(sys.argv[1], Case.load(Path(sys.argv[2])), sys.stdin, answers)
