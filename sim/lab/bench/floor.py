"""The floor: what a tick must move, gather and draw, at the best rates of this machine, beside what it takes.

Counted from one tick of the world itself: items listed, letters written, columns changed, ties. Read from the kernel:
two blocks a person (day, settling), two an item (feed, race) and two a letter (gesture, cause); `candidates` profiles
an item and as many logarithms; one logistic curve an item, one exponential a letter and gesture; a letter is written,
looked back on, copied and received. Everything else counts as free, so no kernel can be as fast as the floor.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.lab.bench import rates
from sim.lab.bench.engines import LARGE, everyday
from sim.lab.bench.lines import ROUNDS, Line, Spread, rounded, timed

if TYPE_CHECKING:
    from sim.model.world import World

_WARM = 5  # ticks after which everyday life has found its pace
_LETTER = 5 * 24  # written, looked back on, read and written by delivery, received


class Counts(NamedTuple):
    """What a person-tick takes at least."""

    bytes: float
    profiles: float
    blocks: float
    logistics: float
    exps: float
    logs: float
    items: float
    letters: float

    def lines(self) -> Iterator[Line]:
        """What was counted."""
        yield Line("a person-tick: items listed, letters written", f"{self.items:.2f}, {self.letters:.2f}")
        yield Line("a person-tick: bytes streamed", f"{self.bytes:.0f}", "columns, ties of the reader, letters")
        yield Line("a person-tick: profiles read at random", f"{self.profiles:.1f}")
        yield Line("a person-tick: blocks of the generator", f"{self.blocks:.1f}")
        curves = f"{self.logistics:.1f}, {self.exps:.1f}, {self.logs:.1f}"
        yield Line("a person-tick: logistic, exp, log", curves)

    def costs(self, rate: dict[str, float]) -> dict[str, float]:
        """ns of each part at these rates (ns per unit)."""
        curves = self.logistics * rate["logistic"] + self.exps * rate["exp"] + self.logs * rate["log"]
        return {
            "streams": self.bytes * rate["stream"],
            "profiles": self.profiles * rate["gather profiles"],
            "blocks": self.blocks * rate["block"],
            "curves": curves,
        }


def counted(world: World) -> Counts:
    """Counts of the coming tick of a world without campaign and interventions, which it takes."""
    n, items = world.people, _listed(world)
    before = [column.copy() for column in world.columns]
    world.step()
    letters = int(world.counts.sum())
    pairs = list(zip(before, world.columns, strict=True))
    written = sum(now.nbytes for was, now in pairs if not np.array_equal(was, now))
    streamed = sum(was.nbytes for was in before) + written + world.ties.indptr.nbytes + world.ties.indices.nbytes
    profiles = items * world.settings.rules.candidates
    curves = (items, letters * len(world.gestures), profiles)
    whole = (streamed + letters * _LETTER, profiles, 2 * (n + items + letters), *curves, items, letters)
    return Counts(*(part / n for part in whole))


def _listed(world: World) -> int:
    """Items and replies that the coming tick lists. Changes nothing."""
    from sim.model.engine.desk import BLOCK, browse_arrays

    scratch, sheet = browse_arrays(len(world.gestures)), world.sheet(world.felt)
    starts = range(0, world.people, BLOCK)
    return sum(int(world.kernel.open_feed(sheet, lo, min(lo + BLOCK, world.people), scratch)) for lo in starts)


def lines(people: int = LARGE, sizes: tuple[int, ...] = rates.SIZES, rounds: int = ROUNDS) -> Iterator[Line]:
    """Rates, counts, and the floor beside the measured tick, for one thread and for all cores."""
    from sim.model.world import World

    settings, network = everyday(people), None
    for threads in sorted({1, os.cpu_count() or 1}):
        world = World(settings, network, threads=threads)
        network = world.network
        for _ in range(_WARM):
            world.step()
        counts = counted(world)
        if threads == 1:
            yield from counts.lines()
        tick = partial(_tick, world)
        found = rates.measured(rounds, sizes, people, threads, {"tick": tick})
        yield from _report(counts, found, threads, people)


def _tick(world: World) -> float:
    """ns per person-tick of one step."""
    return timed(world.step) / world.people * 1e9


def _report(counts: Counts, found: dict[str, list[float]], threads: int, people: int) -> Iterator[Line]:
    hands = f"{threads} thread{'s' * (threads > 1)}"
    for name, values in found.items():
        if name == "stream":
            yield Line(f"{hands}: {name}", Spread.of([1 / ns for ns in values]).words(" GB/s"))
        elif name != "tick":
            yield Line(f"{hands}: {name}", Spread.of(values).words(" ns"))
    rounds = [{name: values[at] for name, values in found.items()} for at in range(len(found["tick"]))]
    floors = [counts.costs(rate) for rate in rounds]
    total = [sum(parts.values()) for parts in floors]
    parts = ", ".join(f"{name} {rounded(Spread.of([one[name] for one in floors]).median)}" for name in floors[0])
    yield Line(f"{hands}: floor, {people:,} people", Spread.of(total).words(" ns"), parts)
    yield Line(f"{hands}: measured", Spread.of(found["tick"]).words(" ns"))
    above = Spread.of([rate["tick"] / floor for rate, floor in zip(rounds, total, strict=True)])
    yield Line(f"{hands}: measured ÷ floor", f"{above.words()} ×")
