"""Does a conclusion hold where its assumptions might be otherwise? One unpinned parameter at a time, end to end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sim.lab.design import Point
from sim.lab.overrides import Override
from sim.lab.sensitivity import unpinned
from sim.lab.study import Study

if TYPE_CHECKING:
    import pandas as pd

AS_SET = "as set"
SUFFIX = "_robust"  # of the name of such a study
PASSED_ON = "rules.beta_gratitude"  # pay-it-forward, which is off at 0
REPLICATES = 4
SHOWN = 5  # settings that a sentence names


@dataclass(frozen=True)
class Headline:
    """What a study concludes: an arm has more (or less) of an outcome than the control.

    at : settings under which it is claimed, by dotted key; the study's base where empty
    """

    outcome: str
    arm: str
    at: Mapping[str, Any] = field(default_factory=dict)


def around(study: Study, headline: Headline, overrides: Sequence[Override] = ()) -> tuple[Study, list[str]]:
    """The study where its headline is claimed, and there with each unpinned parameter at either end of its range.

    Returns it with a name for each setting.

    Parameters that an arm sets are left alone. Pay-it-forward off is one of the settings.
    """
    study = replace(study, changes={**study.changes, **headline.at})
    base = next(iter(study.scenarios({}, overrides).values())).settings
    taken = {key for changes in study.arms.values() for key in changes}
    ranges = {key: one for key, one in unpinned(study.scenario, overrides).items() if key not in taken}
    default = {key: _setting(base, key) for key in ranges}
    points: list[Point] = [default]
    for key, one in ranges.items():
        points += [default | {key: end} for end in (one.low, one.high) if end != default[key]]
    made = replace(
        study, name=f"{study.name}{SUFFIX}", points=points, outcomes=(headline.outcome,), replicates=REPLICATES,
        series=False,
    )  # fmt: skip
    return made, names(points)


def names(points: Sequence[Point]) -> list[str]:
    """A name for each setting of a study that `around` made: what it moves away from the first."""
    moved = [next((key for key in point if point[key] != points[0][key]), "") for point in points]
    return [_called(key, point[key]) if key else AS_SET for key, point in zip(moved, points, strict=True)]


def _setting(settings: Any, key: str) -> Any:
    for part in key.split("."):
        settings = getattr(settings, part)
    return settings


def _called(key: str, value: float) -> str:
    if key == PASSED_ON and value == 0:
        return "nothing passed on (beta gratitude 0)"
    return f"{key.rpartition('.')[2].replace('_', ' ')} {value:g}"


def verdicts(contrasts: pd.DataFrame, names: Sequence[str], arm: str) -> pd.DataFrame:
    """One row per setting: difference, low, high, and whether the conclusion at the base holds there.

    contrasts : of the study that `around` made, one outcome; names : its settings in order
    holds : clear of 0 on the same side; turns : clear of 0 on the other side; else it is unclear
    """
    import numpy as np

    rows = contrasts[contrasts["arm"] == arm].reset_index(drop=True)
    if len(rows) != len(names):
        raise ValueError(f"{len(rows)} settings were run, and {len(names)} are named")
    side = np.sign(rows["difference"].iloc[0])
    same = np.sign(rows["difference"]) == side
    holds, turns = rows["clear"] & same, rows["clear"] & ~same
    verdict = np.select([holds, turns], ["holds", "turns"], "unclear")
    return rows[["difference", "low", "high"]].assign(setting=list(names), verdict=verdict)


def words(found: pd.DataFrame) -> str:
    """One sentence: in how many settings the conclusion holds, and where it does not."""
    held = int((found["verdict"] == "holds").sum())
    told = [f"It holds in {held} of {len(found)} settings of the unpinned parameters"]
    for verdict, says in (("unclear", "is unclear at"), ("turns", "turns at")):
        where = list(found.loc[found["verdict"] == verdict, "setting"])
        if where:
            more = f" and {len(where) - SHOWN} more" if len(where) > SHOWN else ""
            told.append(f"{says} {', '.join(where[:SHOWN])}{more}")
    return "; ".join(told) + "."
