"""Arms compared on shared people, network and draws: means over the second half of a run, paired by replicate."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from sim.lab.run import Series

HEADLINE = ("kind_acts", "needs_met", "resting", "wellbeing")  # of scenarios that name none


@dataclass(frozen=True)
class Compared:
    """One outcome of one arm over the second half of a run.

    level : mean over replicates, None where the outcome never exists
    change : mean paired difference to the control, None for the control itself
    error : standard error of the change, None with fewer than two replicates
    """

    outcome: str
    arm: str
    level: float | None
    change: float | None
    error: float | None


def compared(arms: Mapping[str, Sequence[Series]], outcomes: Sequence[str]) -> list[Compared]:
    """Every outcome for every arm, the control first; each arm has one series per replicate, in the same order."""
    found = []
    for outcome in outcomes:
        control: list[float | None] | None = None
        for arm, series in arms.items():
            levels = [one.late(outcome) for one in series]
            found.append(_row(outcome, arm, levels, control))
            control = control or levels
    return found


def _row(outcome: str, arm: str, levels: list[float | None], control: list[float | None] | None) -> Compared:
    known = [level for level in levels if level is not None]
    pairs = zip(levels, control or [], strict=False)
    changes = [one - other for one, other in pairs if one is not None and other is not None]
    error = stdev(changes) / math.sqrt(len(changes)) if len(changes) > 1 else None
    return Compared(outcome, arm, fmean(known) if known else None, fmean(changes) if changes else None, error)
