"""Whatever goes wrong becomes one line on stderr and an exit code: 2 bad input, 3 disk or memory, 4 interrupted, 70 our
bug."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Any

import typer

from sim.lab.errors import BadInput, Interrupted, TooLarge, WorkerLost


def told(trouble: Exception) -> int:
    """Say what went wrong; returns the exit code."""
    from sim.model.disk import DiskTrouble

    if os.environ.get("KINDLING_DEBUG") == "1":
        traceback.print_exception(trouble)
    if isinstance(trouble, BadInput):
        return say(str(trouble), 2)
    if isinstance(trouble, typer.Abort | Interrupted):
        return interrupted(str(trouble))
    if isinstance(
        trouble, typer.BadParameter.__mro__[2]
    ):  # any fault of usage: typer's ClickException has no public name
        return say(_usage(trouble), 2)
    if isinstance(trouble, DiskTrouble | TooLarge | WorkerLost):
        return say(str(trouble), 3)
    if isinstance(trouble, OSError) and trouble.filename:
        return say(f"{trouble.filename}: {trouble.strerror}", 3)
    if isinstance(trouble, MemoryError):
        return say("not enough memory for this many people, ties or days; fewer of them will fit", 3)
    what = " ".join(f"{type(trouble).__name__}: {trouble}".split())
    return say(f"our bug: {what}; please report this line with your command (KINDLING_DEBUG=1 shows where)", 70)


def _usage(trouble: Any) -> str:
    context = getattr(trouble, "ctx", None)
    where = context.command_path if context else "kindling"
    return f"{where}: {' '.join(trouble.format_message().split())} (see {where} --help)"


def interrupted(kept: str = "") -> int:
    """The line and the code after Ctrl-C; `kept` says what is kept and how to go on."""
    return say(f"interrupted; {kept or 'nothing is left half done, the same line starts again'}", 4)


def say(line: str, code: int = 0) -> int:
    """One line on stderr; returns the code."""
    print(line, file=sys.stderr)
    return code
