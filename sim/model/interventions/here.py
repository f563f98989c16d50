"""What an intervention sees while it acts: the day, the people, its own draws and what it remembers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.model import rng
from sim.model.compiled import f32
from sim.model.interventions.base import Who
from sim.model.interventions.fading import word
from sim.model.law import letters
from sim.model.law.inputs import Inputs
from sim.model.stream import Moment, draw

Memory = dict[str, np.ndarray]
SINCE, SWITCH, REACHED, DELIVERED = range(4)  # places in an intervention's ledger
_LATE = 1e-9  # days; sums of dt miss whole days by less
_ROW = np.uint64(0xFFFFFFFF)


def whole_day(tick: int, dt: float) -> int:
    """Number of the day a tick begins in."""
    return math.floor(tick * dt + _LATE)


class Here:
    """One intervention in one tick.

    columns : the state, which only a shock writes; inputs : this tick's, once people have browsed
    memory : float or integer arrays by name, kept between ticks, saved and part of the digest
    """

    inputs: Inputs

    def __init__(self, world: Any, name: str, memory: Memory) -> None:
        self.world, self.name, self.memory = world, name, memory
        self.columns, self.dt, self.tick = world.columns, world.settings.dt, world.tick
        self.people = world.people
        self._scraps: dict[str, Any] = {}

    @property
    def ledger(self) -> np.ndarray:
        """int64[4]: tick it opened, switched (1 on, -1 off, 0 by its window), person-ticks reached, deliveries."""
        return self.memory[f"{self.name}.ledger"]

    @property
    def opened(self) -> bool:
        """Whether this is its first tick."""
        return int(self.ledger[SINCE]) == self.tick

    @property
    def days(self) -> float:
        """Days since it opened."""
        return (self.tick - int(self.ledger[SINCE])) * self.dt

    @property
    def dawn(self) -> bool:
        """Whether a day begins with this tick, or the intervention does."""
        return self.opened or whole_day(self.tick, self.dt) > whole_day(self.tick - 1, self.dt)

    @property
    def followers(self) -> np.ndarray:
        """int64[n], how many people read each person."""
        return self.world.network.followers()

    def attention(self) -> np.ndarray:
        """float32[n], feed items a day as things are without interventions."""
        return self.columns.attention * f32(self.world.settings.rules.quiet)

    def today(self, who: Who, rate: float) -> np.ndarray:
        """bool[n], whose day it is, drawn once a day with chance `rate`."""
        chosen = self.draw(rng.DELIVER, whole_day(self.tick, self.dt))[0] < f32(rate)
        return chosen if who is None else chosen & who

    def now(self) -> np.ndarray:
        """float32[n], uniform numbers of this tick."""
        return self.draw(rng.MESSAGE, self.tick)[0]

    def lots(self) -> tuple[np.ndarray, ...]:
        """Four float32[n], uniform numbers of the whole run."""
        return self.draw(rng.CHOOSE, 0)

    def draw(self, purpose: np.uint64, moment: int) -> tuple[np.ndarray, ...]:
        """Four uniform numbers per person, keyed by the intervention's name."""
        return uniforms(self.world, self.name, purpose, moment)

    def prompted(self) -> np.ndarray:
        """float32[n], prompts received, fading within weeks."""
        return self.memory.get("prompted", np.zeros(self.people, np.float32))

    def remember_prompts(self, many: np.ndarray) -> None:
        """Count prompts that came while people read."""
        self.memory["prompted"] = self.prompted() + many.astype(np.float32)

    def delivers(self, number: int) -> None:
        """So many prompts or messages have gone out."""
        self.ledger[DELIVERED] += number

    def pays(self, fee: float) -> None:
        """A fee beside the stated cost."""
        paid = self.memory.setdefault(f"{self.name}.fees", np.zeros(1))
        paid += fee

    def removed(self, who: Who) -> int:
        """Acts of this tick by these people that moderation removed, kind ones by mistake."""
        post = self.world.letters()
        sender, what = (post[:, 0] & _ROW).astype(np.int64), post[:, 1]
        gone = taken_away(what)
        return int(gone.sum() if who is None else (gone & who[sender]).sum())

    def keep(self, name: str, value: Any) -> None:
        """Put something aside until the end of the tick."""
        self._scraps[name] = value

    def kept(self, name: str) -> Any:
        """What was put aside."""
        return self._scraps[name]


def taken_away(what: np.ndarray) -> np.ndarray:
    """bool[m], which acts were removed, from the second words of letters."""
    hidden = (what & letters.HOSTILE > 0) & (what & letters.VISIBLE == 0)
    return (what & letters.VOID > 0) | hidden


def uniforms(world: Any, name: str, purpose: np.uint64, moment: int) -> tuple[np.ndarray, ...]:
    """Four uniform numbers per person, float32[n] each, for the word of a name."""
    key = world.columns.key.astype(np.uint64)
    low, high = np.empty(key.size, np.uint64), np.empty(key.size, np.uint64)
    clock = Moment(world.moment.seed, world.moment.replicate, np.uint64(moment))
    draw(key, np.full(key.size, word(name), np.uint64), clock, purpose, low, high)
    return tuple(_uniform(half) for pair in (low, high) for half in (pair & _ROW, pair >> np.uint64(32)))


def _uniform(words: np.ndarray) -> np.ndarray:
    """As `rng.uniform`, for arrays of 32-bit words."""
    return ((words >> np.uint64(9)).astype(np.float32) + f32(0.5)) * f32(2.0**-23)
