"""What a trial of the table is: what was published, the band fixed beforehand, and the experiment that mirrors it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.lab.verify.estimates import Estimate

CLEAR = 5.0  # standard errors by which a sign must clear 0
Found = Mapping[str, Estimate]


@dataclass(frozen=True)
class Measure:
    """One figure of a trial.

    low, high : the band, in `unit`; sign : the band says only on which side of 0, and ours must clear 0 by far
    """

    name: str
    published: str
    low: float
    high: float
    unit: str = "log-odds"
    sign: bool = False

    def inside(self, ours: Estimate) -> bool:
        """Does our estimate lie in the band?"""
        clear = not self.sign or abs(ours.value) > CLEAR * ours.error
        return clear and self.low <= ours.value <= self.high

    @property
    def band(self) -> str:
        """The band in words: `.77 to 1.27`, `above 0`."""
        if self.low == self.high:
            return f"{self.low:g}"
        if math.isinf(self.high):
            return f"above {self.low:g}"
        if math.isinf(self.low):
            return f"below {self.high:g}"
        return f"{self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Trial:
    """One row or more of the table.

    run : experiment(people, **rules) → an estimate for every measure, and perhaps others to report without a band;
        `rules` are coefficients that a broken twin bends
    people, quick : size of the experiment, in full and for a look
    remark : what the table must say beside the figures
    """

    id: str
    title: str
    source: str
    measures: tuple[Measure, ...]
    run: Callable[..., Found]
    people: int
    quick: int
    remark: str = ""
