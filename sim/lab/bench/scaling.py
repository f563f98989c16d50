"""What a tick costs as the world grows: by people, by ties, by feed and by acts, on one thread and on all cores.

Every point runs alternately with one base world, so that a ratio stays comparable where the machine is busy.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from csv import DictWriter
from dataclasses import asdict, dataclass, fields
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.lab.bench.lines import ROUNDS, Line, Spread, alternated, machine, ratios, timed

if TYPE_CHECKING:
    from sim.model.law.settings import ScenarioSettings
    from sim.model.world import World

PEOPLE = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
DEGREES = (5.0, 10.0, 20.0, 50.0, 100.0)
ATTENTION = (3.0, 8.0, 20.0, 50.0)
# friction takes acts away, a reminder on every item adds some: about .1 to 10 acts a day
ACTS = ((4.5, 0.0), (3.0, 0.0), (1.5, 0.0), (0.5, 0.0), (0.0, 1.0), (0.0, 3.0))
BASE, DEGREE, READ, READ_FOR_ACTS = 100_000, 20.0, 8.0, 12.0
MOST = 1_000_000  # people, where nothing else is asked for: 10,000,000 take minutes and 8 GB
_WARM = 2  # ticks before the first that counts
_LONG, _SHORT = 100_000, 2_000  # person-ticks in one measurement; few of them show the noise of the clock


@dataclass(frozen=True)
class Point:
    """One measured world.

    axis : what is varied along with this point; attention : items a day; acts : kind acts per person-tick, measured
    nanoseconds, low, high : per person-tick; ratio, ratio_low, ratio_high : against the base world, 1 thread
    """

    axis: str
    people: int
    degree: float
    attention: float
    friction: float
    prompt: float
    threads: int
    acts: float
    nanoseconds: float
    low: float
    high: float
    ratio: float
    ratio_low: float
    ratio_high: float


@dataclass(frozen=True)
class Size:
    """Settings of one world along an axis."""

    axis: str
    people: int = BASE
    degree: float = DEGREE
    attention: float = READ
    friction: float = 0.5
    prompt: float = 0.0

    def settings(self) -> ScenarioSettings:
        """Everyday life of this size; everybody reads the same number of items."""
        from sim.model.law.settings import ScenarioSettings

        network = {"kind": "scale_free", "people": self.people, "degree": self.degree}
        feed = {"attention_mean": self.attention, "attention_sd": 0.0}
        rules = {"friction": self.friction, "prompt": self.prompt}
        return ScenarioSettings.model_validate({"network": network, "population": feed, "rules": rules})


def sizes(quick: bool = False, most: int | None = None) -> list[Size]:
    """All worlds to measure; `quick` stays at a few thousand people and two points an axis."""
    if quick:
        base = min(most or 2_000, 2_000)
        people = [Size("people", base // 2), Size("people", base)]
        others = [Size("degree", base, degree=d) for d in DEGREES[:2]]
        others += [Size("attention", base, attention=a) for a in ATTENTION[:2]]
        return people + others + [Size("acts", base, friction=f, prompt=p) for f, p in ACTS[3:5]]
    found = [Size("people", people) for people in PEOPLE if people <= (most or MOST)]
    found += [Size("degree", degree=degree) for degree in DEGREES]
    found += [Size("attention", attention=attention) for attention in ATTENTION]
    return found + [Size("acts", attention=READ_FOR_ACTS, friction=f, prompt=p) for f, p in ACTS]


def measured(path: Path, quick: bool = False, most: int | None = None, rounds: int = ROUNDS) -> list[Point]:
    """Measure every point, print it, and write all of them as a table (CSV)."""
    from sim.model import disk

    points = []
    disk.folder(path.parent)  # no minutes of work for a folder that cannot be
    print(machine(), flush=True)
    for point in _points(sizes(quick, most), rounds, _SHORT if quick else _LONG):
        points.append(point)
        print(_line(point), flush=True)
    disk.write(path, as_csv(points))
    return points


def as_csv(points: Sequence[Point]) -> str:
    """The points as a table, one a line."""
    text = StringIO()
    table = DictWriter(text, [field.name for field in fields(Point)], lineterminator="\n")
    table.writeheader()
    table.writerows(asdict(point) for point in points)
    return text.getvalue()


def _points(wanted: Sequence[Size], rounds: int, long: int) -> Iterator[Point]:
    from sim.model.world import World

    base = World(Size("base", min(BASE, max(size.people for size in wanted))).settings(), threads=1)
    _steps(base, 1, _WARM)
    for size in wanted:
        yield from _at(size, base, rounds, long)


def _at(size: Size, base: World, rounds: int, long: int) -> Iterator[Point]:
    """One world on one thread and on all cores, in turn with the base world."""
    from sim.model.world import World

    world = World(size.settings())
    _steps(world, 1, _WARM)
    hands = sorted({1, os.cpu_count() or 1})
    works: dict[Any, Any] = {threads: partial(_cost, world, threads, long) for threads in hands}
    found = alternated({"base": partial(_cost, base, 1, long), **works}, rounds)
    acts = float(world.columns.acts_today.mean())
    for threads in hands:
        cost, ratio = Spread.of(found[threads]), ratios(found[threads], found["base"])
        spread = (cost.median, cost.low, cost.high, ratio.median, ratio.low, ratio.high)
        where = (size.axis, size.people, size.degree, size.attention, size.friction, size.prompt)
        yield Point(*where, threads, acts, *spread)


def _cost(world: World, threads: int, long: int) -> float:
    """ns per person-tick, over at least so many person-ticks."""
    ticks = max(1, long // world.people)
    return timed(partial(_steps, world, threads, ticks)) / ticks / world.people * 1e9


def _steps(world: World, threads: int, ticks: int) -> None:
    world.threads = threads
    for _ in range(ticks):
        world.step()


def _line(point: Point) -> Line:
    size = f"{point.people:,} people, {point.degree:g} ties, {point.attention:g} items, {point.acts:.2g} acts"
    cost = Spread(point.nanoseconds, point.low, point.high).words(" ns")
    ratio = Spread(point.ratio, point.ratio_low, point.ratio_high).words(" × the base")
    return Line(size, cost, f"{point.threads} thread{'s' * (point.threads > 1)}; {ratio}")
