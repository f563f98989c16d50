"""Stills of a running world: enough to go back some ticks, on copies, and take another way from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.lab.twins import become
from sim.model import outcomes
from sim.model.world import World

EVERY = 8  # ticks between stills
KEPT = 4


@dataclass(frozen=True)
class Still:
    """What a world was at the start of a tick; nothing in it is shared with the world that goes on.

    It has what `sim.lab.twins.become` reads of a world, but for outcomes, which begin anew.
    """

    settings: Any
    network: Any
    columns: tuple[np.ndarray, ...]
    parts: Mapping[str, Any]
    tick: int

    @classmethod
    def of(cls, world: Any) -> Still:
        parts = {owner: {name: array.copy() for name, array in own.items()} for owner, own in world.memories().items()}
        return cls(world.settings, world.network, tuple(map(np.copy, world.columns)), parts, world.tick)

    @property
    def memory(self) -> outcomes.Memory:
        return outcomes.Memory(self.network.people)

    def memories(self) -> Mapping[str, Any]:
        return self.parts

    def letters(self) -> np.ndarray:
        """None: those of the last tick have arrived, and the next tick writes its own."""
        return np.empty((0, 3), np.uint64)

    def world(self) -> World:
        """A world that goes on from here."""
        made = World(self.settings, self.network, threads=1)
        become(made, self)
        return made


class Trail:
    """The last stills of a world, one every few ticks and one at every change of its settings or switches: between two
    of them it only took ticks."""

    def __init__(self) -> None:
        self._stills: list[Still] = []

    def follow(self, world: Any, changed: bool = False) -> None:
        """Look at a world before its next tick."""
        last = self._stills[-1] if self._stills else None
        if last is not None and not changed and world.tick - last.tick < EVERY:
            return
        if last is not None and last.tick == world.tick:
            self._stills.pop()
        self._stills = [*self._stills, Still.of(world)][-KEPT:]

    def before(self, tick: int) -> Still | None:
        """The latest still from which so many ticks are reached without a change; None where it was too long ago."""
        return next((still for still in reversed(self._stills) if still.tick <= tick), None)
