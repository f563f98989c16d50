"""What outcomes keep of earlier ticks: who has given so far, trailing sums, since when needs are open, and chains.

It looks on and changes nothing. Fed with every tick from the first; where a tick was not measured it knows too little,
and outcomes that need it are missing from then on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from sim.model.law.columns import MET, OPENED, UNMET, Columns
from sim.model.outcomes.chains import Chains

TRAILING = 30.0  # days after which a trailing sum has faded to 1/e
_NEVER = -1


class Memory:
    """
    tick : ticks followed
    complete : whether none was missed
    gave, got, reached : bool[n], who has given, received, and been reached (received or seen kindness) so far
    given, received : float64[n], kind acts given and value received, fading with 30 days
    open_since : int64[n], tick at whose end the open need began; -1 = none
    waited, answered : ticks that the needs met in the last tick had been open, and how many these were
    """

    def __init__(self, people: int) -> None:
        self.tick, self.complete = 0, True
        self.gave, self.got, self.reached = (np.zeros(people, bool) for _ in range(3))
        self.given, self.received = np.zeros(people), np.zeros(people)
        self.open_since = np.full(people, _NEVER)
        self.waited = self.answered = 0
        self.chains = Chains(people)

    def follow(self, columns: Columns, post: np.ndarray, dt: float, tick: int) -> None:
        """Take in the tick just over; once only."""
        if tick == self.tick:
            return
        self.complete = self.complete and tick == self.tick + 1
        self.tick = tick
        if self.complete:
            self._remember_people(columns, math.exp(-dt / TRAILING))
            self._time_needs(columns)
            self.chains.follow(columns, post)

    def _remember_people(self, columns: Columns, left: float) -> None:
        self.gave |= columns.acts_today > 0
        self.got |= columns.gestures_today > 0
        self.reached |= (columns.gestures_today > 0) | (columns.kindness_today > 0)
        for memory, today in ((self.given, columns.acts_today), (self.received, columns.received_today)):
            memory *= left
            memory += today

    def _time_needs(self, columns: Columns) -> None:
        """A need that an intervention opened between ticks counts from the end of the tick before."""
        events = columns.events_today
        met = np.flatnonzero(events & MET)
        since = np.where(self.open_since[met] == _NEVER, self.tick - 1, self.open_since[met])
        self.waited, self.answered = int((self.tick - since).sum()), met.size
        self.open_since[(events & (MET | UNMET)) > 0] = _NEVER
        self.open_since[(events & OPENED) > 0] = self.tick
        unknown = (columns.need > 0) & (self.open_since == _NEVER)
        self.open_since[unknown] = self.tick - 1

    def arrays(self) -> dict[str, np.ndarray]:
        """All that a checkpoint must keep."""
        own = ("gave", "got", "reached", "given", "received", "open_since")
        numbers = np.array([self.tick, self.complete, self.waited, self.answered])
        return {"numbers": numbers, **{name: getattr(self, name) for name in own}, **self.chains.arrays()}

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Go on from `arrays`."""
        kept = dict(arrays)
        self.tick, complete, self.waited, self.answered = kept.pop("numbers").tolist()
        self.complete = bool(complete)
        for name in ("gave", "got", "reached", "given", "received", "open_since"):
            getattr(self, name)[:] = kept.pop(name)
        self.chains.restore(kept)
