"""One run: a scenario, its network, a world stepped to the last day, and what was measured on the way."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.lab import memory
from sim.lab.errors import BadInput
from sim.lab.scenario import Scenario

if TYPE_CHECKING:
    from sim.model.law.settings import NetworkSettings
    from sim.model.network.networks import Network

Frame = dict[str, list[float | None]]
Values = dict[str, float | None]
READ_BY_COURSES = ("kind_acts", "norm", "needs_answered")  # outcomes of whole courses are made from these


def window(days: float) -> float:
    """Days that stand for "now" at the end of a run: 30, or a quarter of a run shorter than 120."""
    return min(30.0, days / 4)


@dataclass
class Series:
    """One row per tick, day 0 included.

    columns : name → array of float64[rows]; nan where an outcome does not exist (rates on day 0)
    """

    columns: dict[str, array[float]] = field(default_factory=dict)

    def add(self, day: float, outcomes: Mapping[str, float | int | None]) -> None:
        for name, value in {"day": day, **outcomes}.items():
            self.columns.setdefault(name, array("d")).append(math.nan if value is None else float(value))

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
        start = next(row for row, day in enumerate(days) if day > days[-1] - window(days[-1]) or day == days[-1])
        last = since_day_0()
        return {name: _mean(values[-1 if name in last else start :]) for name, values in self._outcomes()}

    def course(self) -> Values:
        """Outcomes of the whole course of the run."""
        import numpy as np

        from sim.model.outcomes import COURSES

        arrays = {name: np.asarray(values) for name, values in self.columns.items()}
        return {one.name: one.measure(arrays) for one in COURSES}

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

    chosen : outcomes that are asked for, all where empty; what nobody asks for is not measured where that saves work
    """

    scenario: Scenario
    world: Any  # sim.model.world.World
    step: Callable[[], None]
    engine: str
    threads: int | None
    series: Series = field(default_factory=Series)
    closing: Values = field(default_factory=dict)
    watch: Callable[[Any], None] = lambda world: None  # called with the world after every tick
    chosen: Sequence[str] = ()

    def __iter__(self) -> Iterator[int]:
        """Steps to the last tick, as `steps` does, and measures what is measured once."""
        yield from self.steps(self.scenario.ticks)
        if not self._few:
            self.closing = self.world.outcomes_at_end()

    @cached_property
    def _few(self) -> tuple[str, ...]:
        """The outcomes to measure after every tick, if they are few and remember nothing; else none."""
        if not self.chosen:
            return ()
        from sim.model.outcomes import COURSES, OUTCOMES, Remembers, measure_some

        courses = {course.name for course in COURSES}
        wanted = tuple(dict.fromkeys([*(name for name in self.chosen if name not in courses), *READ_BY_COURSES]))
        if not set(wanted) <= set(OUTCOMES):
            return ()
        try:
            measure_some(self.world.tally(), wanted)
        except Remembers:
            return ()
        return wanted

    def _measured(self) -> Values:
        if not self._few:
            return dict(self.world.outcomes())
        from sim.model.outcomes import measure_some

        return dict(measure_some(self.world.tally(), self._few))

    def steps(self, until: int) -> Iterator[int]:
        """Steps to a tick and yields each one's number; day 0 is measured before the first."""
        if not self.series.columns:
            self.series.add(self.world.day, self._measured())
        while self.world.tick < until:
            self.step()
            self.watch(self.world)
            self.series.add(self.world.day, self._measured())
            yield self.world.tick

    def summary(self) -> Values:
        """One row: every outcome of the run."""
        return self.series.recent() | self.closing | self.series.course()


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
