"""Our own lines: the kernel against the Mesa engine, many people, a year, networks, memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from sim.lab.bench.lines import ROUNDS, Line, Spread, alternated, peak_memory, ratios, rounded, timed

if TYPE_CHECKING:
    from sim.model.law.settings import ScenarioSettings
    from sim.model.network.networks import Network

FAMILIES = ("random", "small_world", "scale_free", "homophilic", "communities")
SMALL, LARGE, DEGREE = 10_000, 1_000_000, 20.0
TICKS, YEAR = 30, 365


def everyday(people: int, **rules: float) -> ScenarioSettings:
    """Everyday life on a scale-free network of mean degree 20."""
    from sim.model.law.settings import NetworkSettings, RuleSettings, ScenarioSettings

    network = NetworkSettings(kind="scale_free", people=people, degree=DEGREE)
    return ScenarioSettings(name="bench", network=network, rules=RuleSettings.model_validate(rules))


def network_of(kind: str, people: int, degree: float) -> Network:
    """A network of a standard family."""
    from sim.model.law.settings import NetworkSettings
    from sim.model.network.networks import build

    return build(NetworkSettings.model_validate({"kind": kind, "people": people, "degree": degree}))


def against_mesa(people: int = SMALL, rounds: int = ROUNDS) -> Iterator[Line]:
    """Kernel and Mesa engine on the same world, tick by tick in turn."""
    from sim.model.kindness import KindnessModel
    from sim.model.world import World

    settings, network = everyday(people), network_of("scale_free", people, DEGREE)
    kernel, mesa = World(settings, network, threads=1), KindnessModel(settings, network=network, engine="mesa")
    for step in (kernel.step, mesa.step_people):
        step()
    times = alternated({"kernel": partial(timed, kernel.step), "mesa": partial(timed, mesa.step_people)}, rounds)
    fast, slow = (Spread.of([seconds / people for seconds in times[name]]) for name in ("kernel", "mesa"))
    same = "same bits" if kernel.digest() == mesa.world.digest() else "DIFFERENT BITS"
    yield Line(f"kernel, {people:,} people, 1 thread", _speed(fast), _cost(fast))
    slowly = f"{rounded(slow.median * 1e6)} µs per person-tick; {same}"
    yield Line(f"Mesa engine, {people:,} people", _speed(slow), slowly)
    yield Line("kernel against Mesa engine", f"{ratios(times['mesa'], times['kernel']).words()} ×")


def many(people: int = LARGE, ticks: int = TICKS) -> Iterator[Line]:
    """The kernel on many people, one thread and all of them tick by tick in turn."""
    from sim.model.world import World

    settings, network = everyday(people), network_of("scale_free", people, DEGREE)
    worlds = {threads: World(settings, network, threads=threads) for threads in sorted({1, os.cpu_count() or 1})}
    for world in worlds.values():
        world.step()
    times = alternated({threads: partial(timed, world.step) for threads, world in worlds.items()}, ticks)
    for threads, found in times.items():
        cost = Spread.of([seconds / people for seconds in found])
        remark = f"{_cost(cost)}; {ticks} ticks in {rounded(sum(found))} s"
        yield Line(f"kernel, {people:,} people, {threads} thread{'s' * (threads > 1)}", _speed(cost), remark)
    if len(times) > 1:
        one, *_, most = times
        yield Line(f"{most} threads against 1", f"{ratios(times[one], times[most]).words()} ×")


def year(people: int = LARGE, ticks: int = TICKS) -> Iterator[Line]:
    """What a year of everyday life takes with all its outcomes: network and world once, some ticks, reckoned up."""
    from sim.lab.overrides import from_settings
    from sim.lab.run import network_of as made
    from sim.lab.run import prepared
    from sim.lab.scenario import load

    scenario = load("everyday", from_settings({"network.people": people}, "bench"))
    networks: list[Network] = []
    built = timed(lambda: networks.append(made(scenario)))
    run = prepared(scenario, network=networks[0])
    begun = timed(lambda: next(iter(run.steps(1))))
    each = Spread.of([timed(lambda: next(iter(run.steps(run.world.tick + 1)))) for _ in range(ticks)])
    total = built + begun + each.median * (YEAR - 1)
    parts = f"network {built:.1f} s, first tick {begun:.1f} s, then {rounded(each.median * 1e3)} ms with outcomes"
    yield Line(f"a year of {people:,} people, reckoned from {ticks} ticks", f"{total:.0f} s", parts)


def networks(people: int = LARGE, degree: float = 10.0, rounds: int = 3) -> Iterator[Line]:
    """Seconds to make a network of every standard family, in turn."""
    works = {family: partial(timed, partial(network_of, family, people, degree)) for family in FAMILIES}
    for family, found in alternated(works, rounds).items():
        yield Line(f"network: {family}, {people:,} people, degree {degree:g}", f"{Spread.of(found).words()} s")


def memory() -> Iterator[Line]:
    """The most this process has held so far."""
    yield Line("peak memory of this process", f"{peak_memory() / 2**30:.2f} GiB")


def _speed(seconds: Spread) -> str:
    return f"{rounded(1e-6 / seconds.median)} M person-ticks/s"


def _cost(seconds: Spread) -> str:
    return Spread(*(1e9 * value for value in (seconds.median, seconds.low, seconds.high))).words(" ns per person-tick")
