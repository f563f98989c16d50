"""What a measurement is made of: works timed in turn, ratios with their spread, and lines to print."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median
from typing import Any, TypeVar

ROUNDS = 5  # alternations of a comparison, the fewest that show a spread
_Name = TypeVar("_Name", bound=Hashable)


@dataclass(frozen=True)
class Line:
    """One measured line: what was done, how much of it per second or how long, and a remark."""

    work: str
    figure: str
    remark: str = ""

    def __str__(self) -> str:
        return f"{self.work:<52} {self.figure:>24}  {self.remark}".rstrip()


@dataclass(frozen=True)
class Spread:
    """Several measurements of one thing: median, lowest and highest."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of one or more numbers.

        >>> Spread.of([3.0, 1.0, 2.0])
        Spread(median=2.0, low=1.0, high=3.0)
        """
        return cls(median(values), min(values), max(values))

    def words(self, unit: str = "") -> str:
        """Median, and in brackets the lowest and the highest, each to three digits.

        >>> Spread(2.0, 1.0, 1234.5).words(" ns")
        '2.00 (1.00 to 1,230) ns'
        """
        return f"{rounded(self.median)} ({rounded(self.low)} to {rounded(self.high)}){unit}"


def rounded(number: float) -> str:
    """A number to three digits, without powers of ten.

    >>> rounded(0.01234), rounded(12.345), rounded(123456.0), rounded(0.0)
    ('0.0123', '12.3', '123,000', '0.00')
    """
    if number == 0:
        return "0.00"
    short = float(f"{number:.3g}")
    digits = max(0, 2 - int(f"{abs(short):e}".partition("e")[2]))
    return f"{short:,.{digits}f}"


def ratios(above: Iterable[float], below: Iterable[float]) -> Spread:
    """Spread of the ratios of measurements made in turn, round by round."""
    return Spread.of([a / b for a, b in zip(above, below, strict=True)])


def timed(work: Callable[[], Any]) -> float:
    """Seconds that a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def alternated(works: Mapping[_Name, Callable[[], float]], rounds: int = ROUNDS) -> dict[_Name, list[float]]:
    """What each work returns (seconds, as a rule), round by round; all in turn, so that a busy machine slows all."""
    found: dict[_Name, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            found[name].append(work())
    return found


def printed(lines: Iterable[Line]) -> list[Line]:
    """The lines, each printed as soon as it is measured."""
    made = []
    for line in lines:
        made.append(line)
        print(line, flush=True)
    return made


def machine() -> Line:
    """The machine and what runs on it."""
    packages = f"Python {platform.python_version()}, numba {version('numba')}, numpy {version('numpy')}"
    return Line(f"{platform.machine()}, {_processor()}, {os.cpu_count()} cores", "", packages)


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown processor"


def peak_memory() -> int:
    """Most bytes this process has held; Linux counts in KiB, macOS in bytes."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
