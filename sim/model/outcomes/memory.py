"""What outcomes keep of earlier ticks: who has given so far, trailing sums, since when needs are open, and chains.

It looks on and changes nothing. Fed with every tick from the first; where a tick was not measured it knows too little,
and outcomes that need it are missing from then on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np

from sim.model.engine import measuring
from sim.model.law.columns import Columns
from sim.model.outcomes.chains import Chains
from sim.model.outcomes.mail import Mail

TRAILING = 30.0  # days after which a trailing sum has faded to 1/e
Past = Literal["none", "people", "chains"]
PASTS: tuple[Past, ...] = get_args(Past)  # each holds the ones before it


class Memory:
    """
    past : what is kept: nothing, what there is of people, or chains as well
    tick : ticks followed
    complete : whether none was missed
    gave, got, reached : bool[n], who has given, received, and been reached (received or seen kindness) so far
    given, received : float64[n], kind acts given and value received, fading with 30 days
    open_since : int64[n], tick at whose end the open need began; -1 = none
    waited, answered : ticks that the needs met in the last tick had been open, and how many these were
    """

    def __init__(self, people: int, past: Past = "chains") -> None:
        self.past, self.tick, self.complete = past, 0, True
        self.gave, self.got, self.reached = (np.zeros(people, bool) for _ in range(3))
        self.given, self.received = np.zeros(people), np.zeros(people)
        self.open_since = np.full(people, measuring.NEVER)
        self.waited = self.answered = 0
        self.chains = Chains(people)

    def follow(self, columns: Columns, mail: Mail, dt: float, tick: int) -> None:
        """Take in the tick just over; once only."""
        if tick == self.tick or self.past == "none":
            return
        self.complete = self.complete and tick == self.tick + 1
        self.tick = tick
        if self.complete:
            self._look_at_people(columns, mail, math.exp(-dt / TRAILING))
            if self.past == "chains":
                self.chains.follow(columns, mail.traced)

    def _look_at_people(self, columns: Columns, mail: Mail, left: float) -> None:
        c, own = columns, (self.gave, self.got, self.reached, self.given, self.received)
        today, needs = (c.acts_today, c.gestures_today, c.kindness_today, c.received_today), (c.events_today, c.need)
        met = list[tuple[int, int]]()

        def look(wards: tuple[int, int]) -> None:
            rows = mail.rows(wards)
            measuring.remember(*rows, left, *today, *own)
            met.append(measuring.time_needs(*rows, self.tick, *needs, self.open_since))

        mail.each(look)
        self.waited, self.answered = map(sum, zip(*met, strict=True))

    def arrays(self) -> dict[str, np.ndarray]:
        """All that a checkpoint must keep. A world that goes on from it knows too little where not all was kept."""
        own = ("gave", "got", "reached", "given", "received", "open_since")
        numbers = np.array([self.tick, self.complete and self.past == "chains", self.waited, self.answered])
        return {"numbers": numbers, **{name: getattr(self, name) for name in own}, **self.chains.arrays()}

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Go on from `arrays`."""
        kept = dict(arrays)
        self.tick, complete, self.waited, self.answered = kept.pop("numbers").tolist()
        self.complete = bool(complete)
        for name in ("gave", "got", "reached", "given", "received", "open_since"):
            getattr(self, name)[:] = kept.pop(name)
        self.chains.restore(kept)
