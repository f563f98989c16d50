"""How far a run is: a bar on a terminal, a plain line for each tenth of a long run elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, TextIO

Advance = Callable[[int], None]  # called with the number of ticks done

PATIENCE = 2.0  # seconds a run may take before plain lines are worth anybody's while
REFRESH = 0.1  # seconds between two looks of the bar


@contextlib.contextmanager
def progress(total: int, quiet: bool = False, stream: TextIO | None = None) -> Iterator[Advance]:
    """A function to call after each of `total` ticks; everything is written to stderr (or `stream`)."""
    stream = stream or sys.stderr
    if quiet:
        yield lambda done: None
    elif stream.isatty():
        with _bar(total, stream) as advance:
            yield advance
    else:
        yield Plain(total, stream)


class Plain:
    """One line for each tenth, once the run has taken longer than `PATIENCE`."""

    def __init__(self, total: int, stream: TextIO, clock: Callable[[], float] = time.monotonic):
        self.total, self.stream, self.clock = max(total, 1), stream, clock
        self.began, self.tenths = clock(), 0

    def __call__(self, done: int) -> None:
        tenths = done * 10 // self.total
        if tenths <= self.tenths:
            return
        self.tenths = tenths
        taken = self.clock() - self.began
        if taken >= PATIENCE:
            left = taken / done * (self.total - done)
            line = f"{tenths * 10} %: tick {done:,} of {self.total:,}, {done / taken:,.0f} ticks/s, {left:,.0f} s left"
            print(line, file=self.stream, flush=True)


@contextlib.contextmanager
def _bar(total: int, stream: TextIO) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        yield _Ticker(bar, bar.add_task("making ready", total=max(total, 1), speed=""))


class _Ticker:
    def __init__(self, bar: Any, task: Any):
        self.bar, self.task = bar, task
        self.began = self.shown = time.monotonic()

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        if now - self.shown >= REFRESH:
            self.shown = now
            speed = f"{done / (now - self.began):,.0f} ticks/s"
            self.bar.update(self.task, completed=done, description="running", speed=speed)
