"""What outcomes read, and what one outcome is: a column of the tables.

Per-day rates divide by the length of a tick. On day 0, before anything happened, rates are missing (None).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeVar

import numpy as np

from sim.model.engine import measuring
from sim.model.interventions.account import Account
from sim.model.law import letters
from sim.model.law.campaign_columns import CampaignColumns
from sim.model.law.columns import Columns
from sim.model.law.extras import Extra
from sim.model.law.gestures import Gesture
from sim.model.law.levers import Levers
from sim.model.network.networks import Network
from sim.model.outcomes.mail import Mail
from sim.model.outcomes.memory import Memory, Past
from sim.model.stream import Ties

T = TypeVar("T")
Number = float | int | None
Over = Literal["recent", "run", "end"]
_PIECE = 8 * 8192  # rows; numpy adds up 8,192 at a time


@dataclass(frozen=True)
class Outcome:
    """One column of the tables.

    over : what one row per run says of it. "recent": the mean of the last days; "run": the value after the last tick,
        since it counts from day 0; "end": it is costly, so it is measured once, after the last tick, and not in series
    past : what it reads of earlier ticks, see `Memory`
    long : whether it takes as long as many others; threads begin with such ones
    """

    name: str
    meaning: str
    unit: str
    low: float
    high: float
    measure: Callable[[Tally], Number]
    over: Over = "recent"
    past: Past = "none"
    long: bool = False


class Tally:
    """What the outcomes read: the state, the last letters counted by their marks, and what was kept of earlier ticks.

    campaign : may have length 0
    threads : how many outcomes may be measured at once
    shown : how often each person's items will be read in the coming tick, int64[n]; costly, so it is called for
    """

    def __init__(
        self,
        columns: Columns,
        mail: Mail,
        levers: Levers,
        gestures: tuple[Gesture, ...],
        tick: int,
        network: Network,
        memory: Memory,
        shown: Callable[[], np.ndarray],
        extra: Extra,
        ties: Ties,
        campaign: CampaignColumns,
        account: Callable[[], Account],
        seed: tuple[int, int] = (0, 0),
        threads: int = 1,
    ) -> None:
        self._account, self.threads = account, threads
        self.columns, self.mail, self.levers, self.gestures, self.tick = columns, mail, levers, gestures, tick
        self.network, self.memory, self.shown, self.seed = network, memory, shown, seed
        self.extra, self.ties, self.campaign = extra, ties, campaign
        self.people = columns.key.size
        self._made: dict[Callable[[Tally], Any], Any] = {}
        self.day = float(levers.dt)

    def once(self, made: Callable[[Tally], T]) -> T:
        """An outcome that others read too, or what several of them need: made once, whoever asks."""
        if made not in self._made:
            self._made[made] = made(self)
        return self._made[made]

    @cached_property
    def account(self) -> Account:
        """What interventions came to so far."""
        return self._account()

    @property
    def letters(self) -> np.ndarray:
        """The acts of the last tick, uint64[m, 3]; to count them by their marks costs less than to look at each."""
        return self.mail.letters

    @cached_property
    def kinds(self) -> np.ndarray:
        """int64[k], the marks that letters of the last tick have: gesture, marks and cause, see `law.letters`."""
        return np.flatnonzero(self.mail.counted.marks > 0)

    @cached_property
    def kind(self) -> np.ndarray:
        """bool[k], which marks are those of kind acts."""
        return ~self.marked(letters.HOSTILE)

    @cached_property
    def counts(self) -> np.ndarray:
        """int64[k], letters with each of these marks."""
        return self.mail.counted.marks[self.kinds]

    def count(self, chosen: np.ndarray) -> int:
        """Number of letters whose marks are chosen (bool[k])."""
        return int(self.counts[chosen].sum())

    def marked(self, mark: np.uint64) -> np.ndarray:
        """Which marks include this bit: bool[k]."""
        return self.kinds & int(mark) != 0

    def caused(self, cause: np.uint64) -> np.ndarray:
        """Which marks belong to this cause: bool[k]."""
        return (self.kinds >> 10) & 3 == int(cause)

    @property
    def depths(self) -> np.ndarray:
        """int64[4096], kind acts by the number of acts since the beginning of their chain, the last = that or more."""
        return self.mail.counted.depths

    @cached_property
    def chains(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Sizes, depths and sums of all chains so far, see `Chains.closed`."""
        return self.memory.chains.closed()

    def daily(self, number: int) -> Number:
        """A number of this tick per person and day."""
        return number / (self.people * self.day) if self.tick and self.people else None

    def mean(self, column: np.ndarray) -> Number:
        """Mean of a column over people."""
        return float(np.mean(column, dtype=np.float64)) if column.size else None

    def mean_of(self, made: Callable[[slice], np.ndarray]) -> Number:
        """Mean over people of what is made for some rows at a time, so that working arrays stay in the cache; it has the
        bits of a `mean` over all."""
        parts = (made(slice(row, row + _PIECE)) for row in range(0, self.people, _PIECE))
        return sum(float(np.sum(part, dtype=np.float64)) for part in parts) / self.people if self.people else None

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
    n, room = values.size, np.empty((2, values.size))
    places = np.empty((measuring.PASSES, 1 << measuring.DIGIT), np.int64)
    room[0] = values
    total, by_rank = measuring.ranked_sums(room[0], room[1], places)
    return 2 * by_rank / (n * total) - (n + 1) / n if total else None
