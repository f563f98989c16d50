"""What a sweep will take, reckoned from the first ticks of its first run."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from sim.lab import memory
from sim.lab.memory import shown_bytes
from sim.lab.study import Plan

EMPTY = 20_000  # bytes of a part beside its rows: names and kinds of some hundred columns


@dataclass(frozen=True)
class Estimate:
    """What a sweep will take, measured on one run's first ticks.

    seconds : by the hands at work; bytes : of all tables; memory : bytes at work
    """

    parts: int
    runs: int
    ticks: int
    seconds: float
    bytes: int
    memory: int

    def words(self) -> list[str]:
        """The estimate in plain lines."""
        return [
            f"{self.runs:,} runs in {self.parts:,} parts, {self.ticks:,} ticks in all",
            f"about {_duration(self.seconds)}, {shown_bytes(self.bytes)} on disk, {shown_bytes(self.memory)} of memory",
        ]


def estimate(plan: Plan, workers: int | None = None, clock: Callable[[], float] = perf_counter) -> Estimate:
    """Steps the first run for a few ticks and reckons from there; nothing is written."""
    from sim.lab.run import network_of, prepared

    scenarios = plan.scenarios(plan.parts[0])
    first, hands = next(iter(scenarios.values())), workers or os.cpu_count() or 1
    next(iter(prepared(first, threads=1)), None)  # compiles what is not compiled yet
    began = clock()
    network = network_of(first)
    made = iter(run := prepared(first, threads=1, network=network))
    built = clock() - began
    for _ in zip(made, range(3), strict=False):
        began = began if run.world.tick > 1 else clock()
    per_tick = (clock() - began) / max(run.world.tick - 1, 1)
    ticks = sum(scenario.ticks for scenario in scenarios.values()) * plan.runs // len(scenarios)
    row = len(run.series.columns) * 8 + 200
    rows = plan.runs + (ticks if plan.study.series else 0)
    size = row * rows * 2 // 3 + EMPTY * len(plan.parts)
    seconds = (built * plan.runs + per_tick * ticks) / min(hands, len(plan.parts))
    at_work = memory.footprint(first.settings, network, threads=1).peak * min(hands, len(plan.parts))
    return Estimate(len(plan.parts), plan.runs, ticks, seconds, size, at_work)


def _duration(seconds: float) -> str:
    """A time with the unit that suits it."""
    for unit, length in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.0f} seconds"
