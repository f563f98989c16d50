"""What a picture shows of a person: a slow mood from the acts of the last week, or how far a campaign has come."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.model.arith import chance
from sim.model.compiled import f32
from sim.model.law.campaign_columns import IN
from sim.model.world import World

MEMORY = 7.0  # days over which acts and tiredness are averaged
STEPS = np.array([1, 2, 3], np.float32)  # kind acts a day; in `everyday` about 9, 39 and 73 % of people stay below
LOST_BELOW = f32(0.85)  # a level is reached at its step and lost this much below, so that nobody flickers
TIRED, AWAY = np.uint8(4), np.uint8(5)


class Level(NamedTuple):
    """One mood: its number 0..5, its name, and what it means in a sentence."""

    number: int
    name: str
    says: str


EVERYDAY = (
    Level(0, "not yet", "less than one kind act a day, over the last week"),
    Level(1, "now and then", "one to two kind acts a day"),
    Level(2, "kind", "two to three kind acts a day"),
    Level(3, "very kind", "three kind acts a day or more"),
)
TIRED_LEVEL = Level(4, "tired", "burned out and resting, or worn out for a week")
AWAY_LEVEL = Level(5, "away", "has left, for now")
CAMPAIGN = (
    Level(0, "not reached", "has not met the campaign"),
    Level(1, "aware", "has met it and not joined"),
    Level(2, "in", "has joined with the token"),
    Level(3, "acted", "has done the real act"),
)


class Moods:
    """The mood of everybody in a world; feed it with `watch` after every tick, from the first.

    levels : uint8[n], numbers of `legend`; a new array after every tick
    legend : the levels this world can show, in ascending order

    A pure function of the world's history: it draws nothing, changes nothing, and is the same for both engines.
    """

    def __init__(self, world: World) -> None:
        self._given = np.zeros(world.people, np.float32)
        self._tiredness = np.zeros(world.people, np.float32)
        self._step = np.zeros(world.people, np.uint8)
        self._worn = np.zeros(world.people, bool)
        self.legend = legend(world)
        self.levels = self._seen(world)

    def watch(self, world: World) -> None:
        """Take in the tick just over."""
        dt = f32(world.settings.dt)
        share = chance(dt / f32(MEMORY))
        self._given += share * (world.columns.acts_today / dt - self._given)
        self._tiredness += share * (world.columns.exhaustion - self._tiredness)
        rising = np.searchsorted(STEPS, self._given, side="right").astype(np.uint8)
        falling = np.searchsorted(STEPS * LOST_BELOW, self._given, side="right").astype(np.uint8)
        np.clip(self._step, rising, falling, out=self._step)
        rules = world.settings.rules
        self._worn &= self._tiredness >= f32(rules.recovery_level)
        self._worn |= self._tiredness >= f32(rules.burnout_onset)
        self.levels = self._seen(world)

    def _seen(self, world: World) -> np.ndarray:
        levels = _campaigned(world) if world.campaign.is_on else self._everyday(world)
        if world.extra.columns.lapsed.size:
            levels[world.extra.columns.lapsed > 0] = AWAY
        return levels

    def _everyday(self, world: World) -> np.ndarray:
        levels = self._step.copy()
        levels[self._worn | (world.columns.resting > 0)] = TIRED
        return levels


def _campaigned(world: World) -> np.ndarray:
    """A token that is over still counts as in: the picture shows how far each person ever came."""
    columns = world.campaign.columns
    levels = np.minimum(columns.stage, IN)
    levels[columns.acted > 0] = 3
    return levels


def legend(world: World) -> tuple[Level, ...]:
    """The levels that a world can show."""
    away = (AWAY_LEVEL,) if world.extra.columns.lapsed.size else ()
    return (*CAMPAIGN, *away) if world.campaign.is_on else (*EVERYDAY, TIRED_LEVEL, *away)


def shares(levels: np.ndarray, shown: tuple[Level, ...]) -> list[float]:
    """Share of people at each level of a legend, 0..1, in its order; 0 where there is nobody."""
    count = np.bincount(levels, minlength=int(AWAY) + 1) / max(len(levels), 1)
    return [float(count[level.number]) for level in shown]
