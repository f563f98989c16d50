"""What outcomes read, and what one outcome is: a column of the tables.

Per-day rates divide by the length of a tick. On day 0, before anything happened, rates are missing (None).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from sim.model.interventions.account import NO_ACCOUNT, Account
from sim.model.law import letters
from sim.model.law.campaign_columns import CampaignColumns
from sim.model.law.columns import Columns
from sim.model.law.extras import Extra
from sim.model.law.gestures import Gesture
from sim.model.law.levers import Levers
from sim.model.network.networks import Network
from sim.model.outcomes.memory import Memory
from sim.model.stream import Ties

Number = float | int | None
Over = Literal["recent", "run", "end"]
_MARKS = 12  # low bits of a letter's second word: gesture, marks, cause


@dataclass(frozen=True)
class Outcome:
    """One column of the tables.

    over : what one row per run says of it. "recent": the mean of the last days; "run": the value after the last tick,
        since it counts from day 0; "end": it is costly, so it is measured once, after the last tick, and not in series
    """

    name: str
    meaning: str
    unit: str
    low: float
    high: float
    measure: Callable[[Tally], Number]
    over: Over = "recent"


class Tally:
    """What the outcomes read: the state, the last letters counted by their marks, and what was kept of earlier ticks.

    campaign : may have length 0
    shown : how often each person's items will be read in the coming tick, int64[n]; costly, so it is called for
    """

    def __init__(
        self,
        columns: Columns,
        post: np.ndarray,
        levers: Levers,
        gestures: tuple[Gesture, ...],
        tick: int,
        network: Network,
        memory: Memory,
        shown: Callable[[], np.ndarray],
        extra: Extra,
        ties: Ties,
        campaign: CampaignColumns,
        account: Account = NO_ACCOUNT,
        seed: tuple[int, int] = (0, 0),
    ) -> None:
        self.account = account
        self.columns, self.letters, self.levers, self.gestures, self.tick = columns, post, levers, gestures, tick
        self.network, self.memory, self.shown, self.seed = network, memory, shown, seed
        self.extra, self.ties, self.campaign = extra, ties, campaign
        self.people = columns.key.size
        self.day = float(levers.dt)
        marks = (post[:, 1] & np.uint64((1 << _MARKS) - 1)).astype(np.int64)
        self.counts = np.bincount(marks, minlength=1 << _MARKS)
        self.kinds = np.arange(1 << _MARKS)
        self.kind = self.kinds & int(letters.HOSTILE) == 0

    def count(self, chosen: np.ndarray) -> int:
        """Number of letters whose marks are chosen (bool[4096])."""
        return int(self.counts[chosen].sum())

    def marked(self, mark: np.uint64) -> np.ndarray:
        """Which marks include this bit: bool[4096]."""
        return self.kinds & int(mark) != 0

    def caused(self, cause: np.uint64) -> np.ndarray:
        """Which marks belong to this cause: bool[4096]."""
        return (self.kinds >> 10) & 3 == int(cause)

    @cached_property
    def depth(self) -> np.ndarray:
        """int64[kind acts], acts since the beginning of each kind act's chain."""
        kind = self.letters[:, 1] & letters.HOSTILE == np.uint64(0)
        return ((self.letters[kind, 1] >> np.uint64(20)) & letters.DEEPEST).astype(np.int64)

    @cached_property
    def chains(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Sizes, depths and sums of all chains so far, see `Chains.closed`."""
        return self.memory.chains.closed()

    @cached_property
    def present(self) -> np.ndarray:
        """bool[n], who is neither resting nor away."""
        return self.columns.resting == 0

    def daily(self, number: int) -> Number:
        """A number of this tick per person and day."""
        return number / (self.people * self.day) if self.tick and self.people else None

    def mean(self, column: np.ndarray) -> Number:
        """Mean of a column over people."""
        return float(np.mean(column, dtype=np.float64)) if column.size else None

    def share(self, part: int, whole: int) -> Number:
        """part/whole, missing where there is nothing to divide."""
        return part / whole if whole and self.tick else None

    def part(self, chosen: np.ndarray) -> Number:
        """Share of people chosen (bool[n]); missing on day 0."""
        return self.share(int(np.count_nonzero(chosen)), self.people)

    def events(self, event: np.uint8) -> int:
        """How many people had this event in the tick."""
        return int(np.count_nonzero(self.columns.events_today & event))


def gini(values: np.ndarray) -> Number:
    """Gini coefficient of values ≥ 0: 0 = all have the same, 1 − 1/n = one has all; missing where nobody has any."""
    x = np.sort(values.astype(np.float64))
    total = x.sum()
    if total == 0:
        return None
    return float(2 * np.dot(np.arange(1, x.size + 1), x) / (x.size * total) - (x.size + 1) / x.size)
