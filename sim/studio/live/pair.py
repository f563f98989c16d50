"""One world, or two arms side by side on one network and clock; operations move them, and can be replayed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sim.lab.errors import BadInput
from sim.lab.run import network_of
from sim.lab.scenario import Scenario
from sim.model.law.settings import ScenarioSettings
from sim.studio.live import levers, shelf
from sim.studio.live.counters import counted
from sim.studio.live.operations import Lever, Refused, Start, Switch
from sim.studio.live.worlds import Watched, headline
from sim.studio.recording import shown_arms

MOST_TICKS = 20_000
_KEY = re.compile(r" \([a-z]+_[a-z_]+ [\d.]+\)")  # a setting in brackets, which the page has in plain words


@dataclass(frozen=True)
class Taken:
    """An operation, and the tick from whose start on it acts."""

    tick: int
    operation: Lever | Switch | Start


class Pair:
    """The worlds of one page.

    worlds : one or two, in the order of the page; arms : their names
    log : every operation since the pair was made, in order; with the ticks between them it tells the whole story
    """

    def __init__(self, scenario: Scenario, start: Start | None = None) -> None:
        self.scenario = scenario
        self.arms_at_hand = scenario.arms
        self.log: list[Taken] = []
        self.start(start or Start())

    def take(self, operation: Lever | Switch | Start) -> None:
        """Follow one operation; Refused leaves everything as it was."""
        {"lever": self.put, "switch": self.switch, "start": self.start}[operation.op](operation)  # type: ignore[operator]

    def start(self, asked: Start) -> None:
        """Worlds anew."""
        names = asked.arms or [one.arm for one in shown_arms(self.scenario, [])]
        for name in names:
            if name not in self.arms_at_hand:
                raise Refused(f"The scenario has no arm of that name; it has {', '.join(self.arms_at_hand)}.")
        made = Made(self.scenario, names, asked)
        for one in asked.levers:
            made.put(one)
        for other in asked.switches:
            made.switch(other)
        self.log.append(Taken(0, asked))
        self.made = made

    @property
    def worlds(self) -> list[Watched]:
        return self.made.worlds

    @property
    def arms(self) -> list[str]:
        return self.made.names

    @property
    def tick(self) -> int:
        return int(self.worlds[0].world.tick)

    @property
    def is_over(self) -> bool:
        """Whether no more ticks are taken."""
        return self.tick >= MOST_TICKS

    def put(self, asked: Lever) -> None:
        """Put a lever."""
        self.made.put(asked)
        self.log.append(Taken(self.tick, asked))

    def switch(self, asked: Switch) -> None:
        """Throw a switch."""
        self.made.switch(asked)
        self.log.append(Taken(self.tick, asked))

    def step(self) -> None:
        """One tick of every world."""
        for one in self.worlds:
            one.step()

    def digest(self) -> list[str]:
        """SHA-256 of each world."""
        for one in self.worlds:
            one.settle()
        return [one.world.digest() for one in self.worlds]


class Made:
    """The worlds of one start; nothing of them is left after the next one."""

    def __init__(self, scenario: Scenario, names: Sequence[str], asked: Start) -> None:
        self.names = list(names)
        arms = [one.settings for one in scenario.arms.values()]
        self.sliders = {one.key: one for one in levers.offered(arms)}
        chosen = [_asked(scenario.arms[name], asked, arms) for name in names]
        self.starts = [one.settings for one in chosen]
        self.ranges = {key: levers.reach(one, arms) for key, one in self.sliders.items()}
        self.arms = arms
        self.worlds = self._built(chosen)

    def _built(self, chosen: Sequence[Scenario]) -> list[Watched]:
        try:
            network = network_of(chosen[0])
            if not network.people:
                raise Refused("Nobody is there: the network has no people.")
            return [Watched(one, network, headline(one.settings)) for one in chosen]
        except BadInput as fault:
            raise Refused(f"{fault.message[:1].upper()}{fault.message[1:]}.") from fault

    def put(self, asked: Lever) -> None:
        """Put a lever in one world or in all."""
        if asked.key not in self.sliders:
            raise Refused("This page has no such lever.")
        low, high = self.ranges[asked.key]
        if not low <= asked.value <= high:
            raise Refused(f"{self.sliders[asked.key].label}: allowed is {low:g} to {high:g}.")
        try:
            wanted = [(one, levers.put(one.settings, asked.key, asked.value)) for one in self._meant(asked.world)]
        except ValueError:  # two settings that contradict each other
            raise Refused(f"{self.sliders[asked.key].label}: does not go with the other settings.") from None
        for one, settings in wanted:
            one.put(settings)

    def switch(self, asked: Switch) -> None:
        """Open or close an intervention in one world or in all."""
        meant = self._meant(asked.world)
        for one in meant:
            self._check(one, asked)
        for one in meant:
            one.switch(asked.name, asked.on)

    def _check(self, one: Watched, asked: Switch) -> None:
        known = {each.name: each for each in one.world.programme.plan}
        if asked.name not in known:
            raise Refused("This page has no such intervention.")
        others = [other for other in one.open() if other.name != asked.name] if asked.on else []
        name = shelf.clash(others, known[asked.name])
        if name:
            raise Refused(f"{asked.name} and {name} cannot both be on: they put one thing in two ways.")

    def _meant(self, world: int | None) -> list[Watched]:
        if world is None:
            return self.worlds
        if world >= len(self.worlds):
            raise Refused("There is only one world on this page.")
        return [self.worlds[world]]


def _asked(arm: Scenario, asked: Start, arms: Sequence[ScenarioSettings]) -> Scenario:
    """An arm as the page wants it: so many people, this seed, and every switch at hand."""
    settings = shelf.shelved(arm.settings, arms)
    if asked.people is not None and asked.people != settings.network.people:
        if settings.network.kind == "file":
            raise Refused("The people of this scenario come from a file; their number is given.")
        network = settings.network.model_copy(update={"people": asked.people})
        settings = settings.model_copy(update={"network": network})
    if asked.seed is not None:
        settings = settings.model_copy(update={"seed": asked.seed})
    return replace(arm, settings=settings)


def replayed(scenario: Scenario, log: Iterable[Taken], tick: int) -> Pair:
    """A pair that goes through all of a log by itself and on to a tick: the same worlds, bit for bit."""
    first, *rest = log
    assert isinstance(first.operation, Start)
    pair = Pair(scenario, first.operation)
    for taken in rest:
        while pair.tick < taken.tick:
            pair.step()
        pair.take(taken.operation)
    while pair.tick < tick:
        pair.step()
    return pair


def described(pair: Pair) -> dict[str, Any]:
    """The scenario and its worlds as the page gets them."""
    settings, made = pair.scenario.settings, pair.made
    outcomes = [counted(name) for name in pair.worlds[0].names]
    arms = [{"name": name, "says": _KEY.sub("", one.says)} for name, one in pair.arms_at_hand.items()]
    start = made.starts[0]
    return {
        "name": settings.name, "question": settings.question, "look_at": settings.look_at, "about": settings.about,
        "days": settings.days, "dt": settings.dt, "seed": start.seed, "people": pair.worlds[0].world.people,
        "people_fixed": settings.network.kind == "file", "arms": arms, "chosen": pair.arms, "outcomes": outcomes,
        "levers": [levers.described(one, made.starts, made.ranges[key]) for key, one in made.sliders.items()],
        "switches": shelf.described(made.starts, made.arms),
        "legend": [one._asdict() for one in pair.worlds[0].moods.legend],
    }  # fmt: skip


def standing(pair: Pair) -> dict[str, Any]:
    """Where levers and switches are now, world by world."""
    sliders = pair.made.sliders
    return {
        "levers": {key: [levers.value(one.settings, key) for one in pair.worlds] for key in sliders},
        "open": [[each.name for each in one.open()] for one in pair.worlds],
    }
