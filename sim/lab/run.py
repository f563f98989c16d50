"""One run: a scenario, its network, a world stepped to the last day, and what was measured on the way."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import repeat
from typing import TYPE_CHECKING, Any

from sim.lab import memory
from sim.lab.asked import Asked
from sim.lab.errors import BadInput
from sim.lab.scenario import Scenario

if TYPE_CHECKING:
    from sim.model.law.settings import NetworkSettings
    from sim.model.network.networks import Network
    from sim.model.outcomes import Course

Frame = dict[str, list[float | None]]
Values = dict[str, float | None]


def window(days: float) -> float:
    """Days that stand for "now" at the end of a run: 30, or a quarter of a run shorter than 120."""
    return min(30.0, days / 4)


def is_now(day: float, last: float) -> bool:
    """Whether a day is among those that stand for "now" at the end of a run."""
    return day > last - window(last) or day == last


@dataclass
class Series:
    """One row per tick, day 0 included.

    columns : name → array of float64[rows]; nan where an outcome does not exist (rates on day 0) or was not measured
    """

    columns: dict[str, array[float]] = field(default_factory=dict)

    def add(self, day: float, outcomes: Mapping[str, float | int | None]) -> None:
        """A row. An outcome that some rows leave out is missing in them, once a later row has it."""
        rows = len(self.columns.get("day", ()))
        for name, value in {"day": day, **outcomes}.items():
            values = self.columns.setdefault(name, array("d"))
            values.extend(repeat(math.nan, rows - len(values)))
            values.append(math.nan if value is None else float(value))

    def frame(self) -> Frame:
        """Plain lists by column; missing is None."""
        return {name: [_known(value) for value in values] for name, values in self.columns.items()}

    def first(self) -> Values:
        """Mean of each outcome over the first stretch of the run in which it exists (day 0 has no rates)."""
        return {name: self._early(values) for name, values in self._outcomes()}

    def recent(self) -> Values:
        """Mean of each outcome over the last stretch of the run, see `window`; of what counts from day 0,
        the last value."""
        days = self.columns["day"]
        start = next(row for row, day in enumerate(days) if is_now(day, days[-1]))
        last = since_day_0()
        return {name: _mean(values[-1 if name in last else start :]) for name, values in self._outcomes()}

    def course(self, courses: Sequence[Course] | None = None) -> Values:
        """Outcomes of the whole course of the run, all where none are named."""
        import numpy as np

        from sim.model.outcomes import COURSES

        arrays = {name: np.asarray(values) for name, values in self.columns.items()}
        return {one.name: one.measure(arrays) for one in (COURSES if courses is None else courses)}

    def late(self, name: str) -> float | None:
        """Mean of one outcome over the second half of the run."""
        days = self.columns["day"]
        values = self.columns.get(name, array("d"))
        half = array("d", (value for value, day in zip(values, days, strict=False) if day > days[-1] / 2))
        return _mean(half)

    def _early(self, values: array[float]) -> float | None:
        days = self.columns["day"]
        start = next((row for row, value in enumerate(values) if math.isfinite(value)), len(values) - 1)
        end = days[start] + window(days[-1])
        return _mean(array("d", (v for v, day in zip(values[start:], days[start:], strict=True) if day <= end)))

    def _outcomes(self) -> Iterator[tuple[str, array[float]]]:
        return ((name, values) for name, values in self.columns.items() if name != "day")


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _mean(values: array[float]) -> float | None:
    known = [value for value in values if math.isfinite(value)]
    return math.fsum(known) / len(known) if known else None


def since_day_0() -> set[str]:
    """Outcomes that count from day 0, so that a run is told by their last value."""
    from sim.model.outcomes import OUTCOMES

    return {name for name, outcome in OUTCOMES.items() if outcome.over == "run"}


@dataclass
class Run:
    """A world about to run, its series so far; `closing` is what is measured once, after the last tick.

    asked : what is measured; all of it, unless `ask` was called
    """

    scenario: Scenario
    world: Any  # sim.model.world.World
    step: Callable[[], None]
    engine: str
    threads: int | None
    series: Series = field(default_factory=Series)
    closing: Values = field(default_factory=dict)
    watch: Callable[[Any], None] = lambda world: None  # called with the world after every tick
    asked: Asked = field(default_factory=Asked)

    def ask(self, asked: Asked) -> None:
        """Measure what is asked for, and nothing else."""
        from sim.model.outcomes import Memory

        self.asked, self.world.memory = asked, Memory(self.world.people, asked.past)

    def __iter__(self) -> Iterator[int]:
        """Steps to the last tick, as `steps` does, and measures what is measured once."""
        yield from self.steps(self.scenario.ticks)
        self.closing = self.world.outcomes_at_end(self.asked.end)

    def steps(self, until: int) -> Iterator[int]:
        """Steps to a tick and yields each one's number; day 0 is measured before the first."""
        if not self.series.columns:
            self.series.add(self.world.day, self.world.outcomes(self.asked.lately))
        while self.world.tick < until:
            self.step()
            self.watch(self.world)
            self._look()
            yield self.world.tick

    def _look(self) -> None:
        """Measure what is asked of the tick just over."""
        day = self.world.day
        names = self.asked.lately if is_now(day, self._last_day) else self.asked.always
        if names == () and not self.asked.whole:
            self.world.follow()
        else:
            self.series.add(day, self.world.outcomes(names))

    @cached_property
    def _last_day(self) -> float:
        return self.scenario.ticks * self.scenario.settings.dt

    def summary(self) -> Values:
        """One row: every outcome of the run that was asked for."""
        return self.series.recent() | self.closing | self.series.course(self.asked.courses)


def prepared(
    scenario: Scenario, engine: str = "kernel", threads: int | None = None, network: Network | None = None
) -> Run:
    """A run with its network given, made or read; BadInput when it cannot be had, TooLarge where it does not fit.

    Writes nothing.
    """
    network = network or network_of(scenario)
    memory.check(scenario.settings, network, threads)
    try:
        return _begun(scenario, network, engine, threads)
    except ValueError as trouble:  # a target or seed that this network does not have
        key, colon, rest = str(trouble).partition(": ")
        raise scenario.fault(key if colon else "network", rest or str(trouble)) from trouble


def _begun(scenario: Scenario, network: Network, engine: str, threads: int | None) -> Run:
    if engine == "mesa":
        from sim.model.kindness import KindnessModel

        model = KindnessModel(scenario.settings, network=network, engine="mesa")
        return Run(scenario, model.world, model.step, engine, None)
    from sim.model.world import World

    world = World(scenario.settings, network=network, threads=threads)
    return Run(scenario, world, world.step, engine, threads)


def network_of(scenario: Scenario) -> Network:
    """The scenario's network: read from its file, or made by its family. TooLarge where its world would not fit."""
    settings = scenario.settings
    memory.check(settings)
    if settings.network.kind == "file":
        from sim.lab.tiefile import read_network

        return read_network(settings.network, scenario.folder)
    from sim.model.network.networks import build

    try:
        return build(settings.network, settings.seed, settings.replicate, read_file=_reader(scenario))
    except ValueError as trouble:  # a family that cannot be made with these numbers
        raise _unbuildable(scenario, str(trouble)) from trouble


def _reader(scenario: Scenario) -> Callable[[NetworkSettings], Network]:
    """Reads the layers that come from files."""

    def read(settings: NetworkSettings) -> Network:
        from sim.lab.tiefile import read_network

        return read_network(settings, scenario.folder)

    return read


def _unbuildable(scenario: Scenario, message: str) -> BadInput:
    key, colon, rest = message.partition(": ")
    known = bool(colon) and key.startswith("network.") and " " not in key
    return scenario.fault(key if known else "network", rest if known else message)
