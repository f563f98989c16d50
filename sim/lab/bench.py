"""How fast this machine runs the model: both engines, network generation, memory. `kindling bench` prints it.

Times are of this machine and this minute; compare ratios, not absolute times. The first tick (which loads or compiles
the kernel) is not counted.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.model.law.settings import ScenarioSettings
    from sim.model.network.networks import Network
    from sim.model.world import World

FAMILIES = ("random", "small_world", "scale_free", "homophilic", "communities")
_SMALL, _LARGE, _DEGREE = 10_000, 1_000_000, 20.0


@dataclass(frozen=True)
class Figure:
    """One measured line: what was done, how much of it per second or how long, and a remark."""

    work: str
    figure: str
    remark: str = ""


def main(quick: bool = False) -> list[Figure]:
    """Measure and print; `quick` stays at 10,000 people (for tests)."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, numba {version('numba')}")
    figures = []
    for figure in _figures(quick):
        figures.append(figure)
        print(f"{figure.work:<58} {figure.figure:>18}  {figure.remark}", flush=True)
    return figures


def _figures(quick: bool) -> Iterator[Figure]:
    yield from _engines(ticks=2 if quick else 5)
    if not quick:
        yield from _large(ticks=30)
        for family in FAMILIES:
            seconds = _timed(partial(_network, family, _LARGE, 10.0))
            yield Figure(f"network: {family}, 1,000,000 people, degree 10", f"{seconds:.2f} s")
    yield Figure("peak memory of this process", f"{_peak_memory() / 2**30:.2f} GiB")


def _engines(ticks: int) -> Iterator[Figure]:
    """Kernel and Mesa engine on the same world, tick by tick in turn, so that a busy machine slows both."""
    from sim.model.kindness import KindnessModel
    from sim.model.world import World

    settings, network = _everyday(_SMALL), _network("scale_free", _SMALL, _DEGREE)
    kernel, mesa = World(settings, network, threads=1), KindnessModel(settings, network=network, engine="mesa")
    for step in (kernel.step, mesa.step_people):
        step()
    pairs = [(_timed(kernel.step), _timed(mesa.step_people)) for _ in range(ticks)]
    fast, slow = (median(times) / _SMALL for times in zip(*pairs, strict=True))
    same = "same bits" if kernel.digest() == mesa.world.digest() else "DIFFERENT BITS"
    yield Figure("kernel, 10,000 people, 1 thread", _speed(fast), f"{fast * 1e9:.0f} ns per person-tick")
    yield Figure("Mesa engine, 10,000 people", _speed(slow), f"{slow * 1e6:.0f} µs per person-tick; {same}")
    ratio = median(b / a for a, b in pairs)
    yield Figure("kernel against Mesa engine", f"{ratio:.0f} ×")


def _large(ticks: int) -> Iterator[Figure]:
    """The kernel at a million people."""
    from sim.model.world import World

    settings, network = _everyday(_LARGE), _network("scale_free", _LARGE, _DEGREE)
    for threads in sorted({1, min(2, os.cpu_count() or 1)}):
        world = World(settings, network, threads=threads)
        world.step()
        total = _timed(partial(_steps, world, ticks))
        cost = total / ticks / _LARGE
        remark = f"{cost * 1e9:.0f} ns per person-tick; {ticks} ticks in {total:.1f} s"
        yield Figure(f"kernel, 1,000,000 people, {threads} thread{'s' * (threads > 1)}", _speed(cost), remark)


def _steps(world: World, ticks: int) -> None:
    for _ in range(ticks):
        world.step()


def _everyday(people: int) -> ScenarioSettings:
    from sim.model.law.settings import NetworkSettings, ScenarioSettings

    return ScenarioSettings(name="bench", network=NetworkSettings(kind="scale_free", people=people, degree=_DEGREE))


def _network(kind: str, people: int, degree: float) -> Network:
    from sim.model.law.settings import NetworkSettings
    from sim.model.network.networks import build

    return build(NetworkSettings(kind=kind, people=people, degree=degree))  # type: ignore[arg-type]


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _speed(seconds: float) -> str:
    return f"{1 / seconds / 1e6:.3g} M person-ticks/s"


def _peak_memory() -> int:
    """Bytes; Linux counts in KiB, macOS in bytes."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    main()
