"""What outcomes read, and what one outcome is: a column of every table.

Per-day rates divide by the length of a tick. On day 0, before anything happened, rates are missing (None).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.model.interventions.account import NO_ACCOUNT, Account
from sim.model.law import letters
from sim.model.law.columns import Columns
from sim.model.law.gestures import Gesture
from sim.model.law.levers import Levers

Number = float | int | None
_MARKS = 12  # low bits of a letter's second word: gesture, marks, cause


@dataclass(frozen=True)
class Outcome:
    """One column of the tables."""

    name: str
    meaning: str
    unit: str
    low: float
    high: float
    measure: Callable[[Tally], Number]


class Tally:
    """What the outcomes read: the state, and the last letters counted by their marks."""

    def __init__(
        self,
        columns: Columns,
        post: np.ndarray,
        levers: Levers,
        gestures: tuple[Gesture, ...],
        tick: int,
        account: Account = NO_ACCOUNT,
    ) -> None:
        self.account = account
        self.columns, self.letters, self.levers, self.gestures, self.tick = columns, post, levers, gestures, tick
        self.people = columns.key.size
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

    def daily(self, number: int) -> Number:
        """A number of this tick per person and day."""
        return number / (self.people * float(self.levers.dt)) if self.tick and self.people else None

    def mean(self, column: np.ndarray) -> Number:
        """Mean of a column over people."""
        return float(np.mean(column, dtype=np.float64)) if column.size else None

    def share(self, part: int, whole: int) -> Number:
        """part/whole, missing where there is nothing to divide."""
        return part / whole if whole and self.tick else None

    def events(self, event: np.uint8) -> int:
        """How many people had this event in the tick."""
        return int(np.count_nonzero(self.columns.events_today & event))
