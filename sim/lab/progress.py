"""How far a run is: a bar on a terminal, a plain line for each tenth of a long run elsewhere."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TextIO

Advance = Callable[[int], None]  # called with the number of ticks done

PATIENCE = 2.0  # seconds a run may take before plain lines are worth anybody's while
MAKING_READY = "making ready (rules are compiled when they are new or changed; that may take a minute)"
REFRESH = 0.1  # seconds between two looks of the bar


@contextlib.contextmanager
def progress(total: int, quiet: bool = False, stream: TextIO | None = None, unit: str = "tick") -> Iterator[Advance]:
    """A function to call after each of `total` ticks (or runs, as `unit` says); it writes to stderr (or `stream`).

    Speed and time left count from the first call on: until then the world is made and the rules may be compiled.
    """
    stream = stream or sys.stderr
    if quiet:
        yield lambda done: None
    else:
        with _bar(total, stream, unit) if stream.isatty() or in_notebook() else _lines(total, stream, unit) as advance:
            yield advance


def in_notebook() -> bool:
    """Whether a notebook's kernel runs us, which shows a bar as it shows tables."""
    return "ipykernel" in sys.modules


class Plain:
    """One line for each tenth, once the run has taken longer than `PATIENCE`."""

    def __init__(self, total: int, stream: TextIO, clock: Callable[[], float] = time.monotonic, unit: str = "tick"):
        self.total, self.stream, self.unit = max(total, 1), stream, unit
        self.pace, self.began, self.tenths = Pace(self.total, clock, unit), clock(), 0

    def __call__(self, done: int) -> None:
        now = self.pace(done)
        tenths = done * 10 // self.total
        if tenths > self.tenths:
            self.tenths = tenths
            if now - self.began >= PATIENCE:
                line = f"{tenths * 10} %: {self.unit} {done:,} of {self.total:,}{self.pace.words(done, now)}"
                print(line, file=self.stream, flush=True)


class Pace:
    """Ticks (or runs) a second since the first was done."""

    def __init__(self, total: int, clock: Callable[[], float] = time.monotonic, unit: str = "tick"):
        self.total, self.clock, self.unit = total, clock, unit
        self.first: tuple[int, float] | None = None

    def __call__(self, done: int) -> float:
        """The time, in seconds."""
        now = self.clock()
        self.first = self.first or (done, now)
        return now

    def words(self, done: int, now: float) -> str:
        """`, 120 ticks/s, 3 s left`, or nothing before a second tick."""
        start, began = self.first or (done, now)
        if done == start or now <= began:
            return ""
        speed = (done - start) / (now - began)
        rate = f"{speed:,.0f}" if speed >= 10 else f"{speed:.2g}"
        return f", {rate} {self.unit}s/s, {(self.total - done) / speed:,.0f} s left"


@contextlib.contextmanager
def _lines(total: int, stream: TextIO, unit: str) -> Iterator[Advance]:
    plain = Plain(total, stream, unit=unit)
    told = threading.Timer(PATIENCE, lambda: print(MAKING_READY, file=stream, flush=True))
    told.daemon = True
    told.start()

    def advance(done: int) -> None:
        told.cancel()
        plain(done)

    try:
        yield advance
    finally:
        told.cancel()


@contextlib.contextmanager
def _bar(total: int, stream: TextIO, unit: str) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[pace]}"))
    with Progress(*columns, console=Console(file=None if in_notebook() else stream), transient=True) as bar:
        task = bar.add_task(MAKING_READY, total=max(total, 1), pace="")
        yield _Ticker(bar, task, Pace(total, unit=unit))


class _Ticker:
    def __init__(self, bar: Any, task: Any, pace: Pace):
        self.bar, self.task, self.pace, self.shown = bar, task, pace, 0.0

    def __call__(self, done: int) -> None:
        now = self.pace(done)
        if now - self.shown >= REFRESH:
            self.shown = now
            words = self.pace.words(done, now).removeprefix(", ")
            self.bar.update(self.task, completed=done, description="running", pace=words)
