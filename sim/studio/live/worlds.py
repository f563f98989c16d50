"""One world on the page: its arm of the scenario, what is measured after every tick, who is in what mood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.lab.run import prepared
from sim.lab.scenario import Scenario
from sim.lab.twins import changed, is_kind, receivers, senders
from sim.model.outcomes import OUTCOMES, measure, past_of
from sim.studio.live.trail import Trail
from sim.studio.mood import Moods

NEVER = -1
SHOWN = 2_000  # acts of a tick that are drawn


class Watched:
    """A world with what the page shows of it.

    world : sim.model.world.World; another one after a lever was put
    rows : outcomes after every tick, day 0 included, in the order of `names`
    gave : int32[n], number of the last tick in which each person did something kind, counted from 0; -1 = none
    """

    def __init__(self, scenario: Scenario, network: Any, names: Sequence[str]) -> None:
        self.world = prepared(scenario, threads=1, network=network).world
        self.names = tuple(names)
        self.moods = Moods(self.world)
        self.gave = np.full(self.world.people, NEVER, np.int32)
        self.trail = Trail()
        self._wanted = self.world.settings
        self._moved = False
        self._remembers = past_of(self.names) != "none"
        self.rows: list[list[float | None]] = [self._row()]

    @property
    def settings(self) -> Any:
        """The settings of the coming tick."""
        return self._wanted

    def put(self, settings: Any) -> None:
        """Other settings from the coming tick on."""
        self._wanted, self._moved = settings, True

    def switch(self, name: str, on: bool) -> None:
        """Open or close an intervention from the coming tick on."""
        self.world.switch(name, on)
        self._moved = True

    def open(self) -> list[Any]:
        """The interventions that act in the coming tick."""
        world = self.world
        return [one for one in world.programme.plan if world.programme.is_open(one, world.day)]

    def step(self) -> None:
        """One tick."""
        self.settle()
        self.trail.follow(self.world, self._moved)
        self._moved = False
        self.world.step()
        self.moods.watch(self.world)
        self.gave[self.world.columns.acts_today > 0] = self.world.tick - 1
        self.rows.append(self._row())

    def settle(self) -> None:
        """Make the world one of the settings that are wanted."""
        if self._wanted is not self.world.settings:
            self.world = changed(self.world, self._wanted)

    def acts(self) -> np.ndarray:
        """uint32[k, 2], givers and receivers of kind acts in the last tick, at most `SHOWN` of them, evenly picked."""
        post = self.world.letters()
        post = post[is_kind(post)]
        if len(post) > SHOWN:
            post = post[np.linspace(0, len(post) - 1, SHOWN).astype(np.int64)]
        return np.column_stack([senders(post), receivers(post)]).astype(np.uint32)

    def _row(self) -> list[float | None]:
        measured = self.world.outcomes(self.names) if self._remembers else measure(self.world.tally(), self.names)
        return [_number(measured[name]) for name in self.names]


def _number(value: float | int | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)


def headline(settings: Any, most: int = 4) -> list[str]:
    """The outcomes a page shows: those the scenario is asked by, filled up with the usual ones."""
    usual = ["kind_acts", "resting", "needs_met", "norm"]
    if settings.campaign:
        usual = ["campaign_over", "campaign_aware", "campaign_acted", *usual]
    known = [name for name in [*settings.headline, *usual] if name in OUTCOMES]
    return list(dict.fromkeys(known))[:most]
