"""Comparing arms that share their random numbers: differences run by run, with intervals.

Run r of one arm and run r of another draw the same numbers for everybody, so their difference is effect, not noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

LEVEL = 0.95
ENOUGH = 50  # pairs from which a BCa interval covers what it says (tests/test_contrast.py); Student's t below
RESAMPLES = 4_000
PAIR = ("run_id", "arm", "digest")  # columns that tell the runs of a pair apart
IDENTITY = {"scenario", "replicate", "seed", "days", "dt", "people", "ties"}


@dataclass(frozen=True)
class Difference:
    """An arm against the control in one outcome, over pairs of runs.

    low, high : ends of the interval of the mean difference, at `LEVEL`
    effect : mean difference in standard deviations of a run of the control (Glass's delta)
    better : chance that a run of the arm has more of the outcome than its twin; ties count half
    saved : variance of the difference had the arms not shared their luck, over the variance it has
    clear : whether 0 lies outside the interval; among_many : also after Bonferroni over the whole table
    """

    outcome: str
    arm: str
    control: str
    pairs: int
    control_mean: float
    arm_mean: float
    difference: float
    low: float
    high: float
    interval: str
    effect: float
    better: float
    saved: float
    clear: bool
    among_many: bool


def contrasts(runs: pd.DataFrame, outcomes: Sequence[str] = (), control: str | None = None) -> pd.DataFrame:
    """One row per point, arm and outcome: the arm against the control (the first arm if not named).

    runs : the `runs` table of a sweep; every run of the control needs its twin in every arm, and missing outcomes
    (null) are left out in pairs

    Raises ValueError for a control that is not there and for arms without twins.
    """
    import pandas as pd

    arms = list(dict.fromkeys(runs["arm"]))
    control = control or arms[0]
    if control not in arms:
        raise ValueError(f"no arm {control}; the arms are {', '.join(arms)}")
    chosen, factors = list(outcomes) or _outcomes(runs), varied(runs, outcomes)
    tests = len(chosen) * (len(arms) - 1) * (runs.groupby(factors).ngroups if factors else 1)
    rows: list[dict[str, Any]] = []
    for point, group in runs.groupby(factors, sort=False) if factors else [((), runs)]:
        wide = group.pivot(index=["seed", "replicate"], columns="arm", values=chosen)
        for arm in arms:
            if arm != control:
                _check_twins(wide, chosen, arm, control)
                told = dict(zip(factors, point, strict=True))
                rows += [told | asdict(_difference(wide[name], name, arm, control, tests)) for name in chosen]
    return pd.DataFrame(rows)


def _outcomes(runs: pd.DataFrame) -> list[str]:
    from sim.model.outcomes import EVERY

    return [name for name in runs.columns if name in EVERY or name.startswith("acts_")]


def varied(runs: pd.DataFrame, outcomes: Sequence[str]) -> list[str]:
    """Columns of a table of runs that tell its points apart."""
    other = {*PAIR, *IDENTITY, *_outcomes(runs), *outcomes}
    return [name for name in runs.columns if name not in other]


def _check_twins(wide: pd.DataFrame, outcomes: Sequence[str], arm: str, control: str) -> None:
    there = {name: set(wide[outcomes[0]].columns) for name in outcomes[:1]}
    if not {arm, control} <= there[outcomes[0]]:
        raise ValueError(f"a point has no runs of {arm} or of {control}")


def _difference(values: pd.DataFrame, outcome: str, arm: str, control: str, tests: int) -> Difference:
    pairs = values[[arm, control]].dropna().astype(float)
    with_arm, without = pairs[arm].to_numpy(), pairs[control].to_numpy()
    d = with_arm - without
    low, high, how = interval(d)
    strict_low, strict_high, _ = interval(d, 1 - (1 - LEVEL) / tests, student=True)
    spread = float(np.std(without, ddof=1)) if d.size > 1 else 0.0
    apart, together = (np.var(with_arm) + np.var(without), float(np.var(d))) if d.size else (0.0, 0.0)
    return Difference(
        outcome, arm, control, d.size, _mean(without), _mean(with_arm), _mean(d), low, high, how,
        effect=_mean(d) / spread if spread else float("nan"),
        better=_mean((d > 0) + 0.5 * (d == 0)),
        saved=float(apart / together) if together else float("nan"),
        clear=bool(low > 0 or high < 0),
        among_many=bool(strict_low > 0 or strict_high < 0),
    )  # fmt: skip


def _mean(x: np.ndarray) -> float:
    return float(np.mean(x)) if x.size else float("nan")


def interval(x: np.ndarray, level: float = LEVEL, student: bool = False) -> tuple[float, float, str]:
    """Ends of a confidence interval of the mean of float64[n], and its kind: BCa bootstrap (Efron 1987) or Student's t.

    Below `ENOUGH` values the bootstrap covers too little, so t serves there; below 2 there is no interval (nan).
    """
    from scipy import stats

    if x.size < 2:
        return float("nan"), float("nan"), "none"
    if np.ptp(x) == 0:
        return float(x[0]), float(x[0]), "exact"
    if student or x.size < ENOUGH:
        low, high = stats.t.interval(level, x.size - 1, np.mean(x), stats.sem(x))
        return float(low), float(high), "t"
    random = np.random.default_rng(x.size)  # fixed: the same runs give the same interval
    found = stats.bootstrap((x,), np.mean, n_resamples=RESAMPLES, confidence_level=level, method="BCa", rng=random)
    return float(found.confidence_interval.low), float(found.confidence_interval.high), "BCa"
