"""Responses: the numbers that a study's points are judged by, read from its table of runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.lab.errors import BadInput, did_you_mean
from sim.lab.study import CONTROL, Study

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Response:
    """An outcome in an arm, or how it differs there from the study's first arm, replicate by replicate."""

    outcome: str
    arm: str = CONTROL
    difference: bool = False

    @property
    def column(self) -> str:
        """What a table calls it: `kind_acts_control`, `kind_acts_reminder_difference`."""
        return f"{self.outcome}_{self.arm}" + ("_difference" if self.difference else "")

    def of(self, study: Study, runs: pd.DataFrame) -> np.ndarray:
        """float64[points, replicates], nan where the outcome is null.

        runs : the `runs` table of the study's sweep, in any order

        Raises BadInput for an arm or outcome that is not there, for points of another study and for missing runs.
        """
        found = _levels(study, runs, self.outcome, self.arm)
        return found - _levels(study, runs, self.outcome, next(iter(study.arms))) if self.difference else found


def responses(study: Study, outcomes: Sequence[str]) -> list[Response]:
    """Every outcome's level in the first arm, and its difference from there in the others."""
    first = next(iter(study.arms))
    return [Response(outcome, arm, arm != first) for outcome in outcomes for arm in study.arms]


def _levels(study: Study, runs: pd.DataFrame, outcome: str, arm: str) -> np.ndarray:
    if arm not in study.arms:
        known = f"the arms are {', '.join(study.arms)}{did_you_mean(arm, study.arms)}"
        raise BadInput(study.name, None, "arm", f'"{arm}" is no arm; {known}')
    columns = [*study.bare(study.points[0]), "replicate", outcome]
    for name in columns:
        if name not in runs:
            raise BadInput(study.name, None, name, f"is no column of the runs{did_you_mean(name, runs)}")
    rows = runs[runs["arm"] == arm]
    return _placed(study, list(rows[columns[:-1]].itertuples(index=False, name=None)), rows[outcome].to_numpy(float))


def _placed(study: Study, keys: list[tuple[float, ...]], values: np.ndarray) -> np.ndarray:
    """float64[points, replicates] from values by (factors…, replicate)."""
    place = {tuple(study.bare(point).values()): number for number, point in enumerate(study.points)}
    found = np.full((len(place), study.replicates), np.nan)
    there = np.zeros(found.shape, bool)
    for (*point, replicate), value in zip(keys, values, strict=True):
        if tuple(point) not in place or not 1 <= int(replicate) <= study.replicates:
            raise BadInput(study.name, None, "runs", f"hold a run that is not of this study: {(*point, replicate)}")
        cell = place[tuple(point)], int(replicate) - 1
        found[cell], there[cell] = value, True
    if not there.all():
        point_number, replicate = np.argwhere(~there)[0]
        told = f"{np.count_nonzero(~there)} are missing, the first is replicate {replicate + 1} of point {point_number}"
        raise BadInput(study.name, None, "runs", f"{told}; let the study run to its end")
    return found
