"""Which parameters that no study pins down move the outcomes: Morris screening of many, Sobol indices of a few.

A design is made from factors, size and seed, and so is its analysis, which is held against the points that were run:
results of another design are refused. All points share the random numbers of their replicates, so that what differs
between points is the factors' doing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.lab import design
from sim.lab.contrast import LEVEL
from sim.lab.design import Point, Range
from sim.lab.errors import BadInput, extra
from sim.lab.overrides import Override
from sim.lab.responses import Response, responses
from sim.lab.scenario import load
from sim.lab.study import CONTROL, Study
from sim.model.law.parameters import Settings

if TYPE_CHECKING:
    import pandas as pd

WIDE = 10.0  # a positive range of at least this ratio of its ends spreads the logarithm
RESAMPLES = 1_000
ALONE: Mapping[str, Mapping[str, Any]] = {CONTROL: {}}
_UNIT = Range(0.0, 1.0)
_BOOTSTRAP: dict[str, Any] = {"conf_level": LEVEL, "num_resamples": RESAMPLES, "seed": 1}
Columns = dict[str, np.ndarray]
_ASSUMED = re.compile(r"Assumption\b.*\((?P<low>[\d.]+)-(?P<high>[\d.]+)\)")


def unpinned(scenario: str | Path = "everyday", overrides: Sequence[Override] = ()) -> dict[str, Range]:
    """Dotted key → range of every parameter whose source says "Assumption (low-high)", of the tables a scenario has.

    Doses of interventions are left out: they are choices of whoever acts, not unknowns of the world.
    """
    return dict(_assumed(load(scenario, overrides).settings))


def _assumed(table: Settings, above: str = "") -> Iterator[tuple[str, Range]]:
    for name, info in type(table).model_fields.items():
        told = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        if match := _ASSUMED.match(str(told.get("source", ""))):
            low, high = float(match["low"]), float(match["high"])
            yield above + name, Range(low, high, log=low > 0 and high >= WIDE * low)
        inner = getattr(table, name)
        if isinstance(inner, Settings):
            yield from _assumed(inner, f"{above}{name}.")


def screening(
    scenario: str | Path,
    factors: Mapping[str, Range],
    outcomes: Sequence[str],
    trajectories: int = 10,
    replicates: int = 2,
    seed: int = 0,
    arms: Mapping[str, Mapping[str, Any]] = ALONE,
) -> Study:
    """The study for Morris screening: at most trajectories · (len(factors) + 1) points.

    Raises BadInput for no factors or outcomes, fewer than 2 trajectories, or where SALib is not installed.
    """
    question = f"Which of {len(factors)} parameters move the outcomes? {trajectories} Morris trajectories, seed {seed}"
    points = design.unique(_trajectories(factors, trajectories, seed))
    return Study("screening", question, scenario, points, arms, replicates, _some(outcomes))


def screened(
    study: Study, runs: pd.DataFrame, factors: Mapping[str, Range], trajectories: int = 10, seed: int = 0
) -> pd.DataFrame:
    """One row per outcome, arm and factor: the elementary effects of a screening, most influential factor first.

    runs : the study's `runs` table, whole
    factors, trajectories, seed : as given to `screening`

    Columns: factor, outcome, arm, difference (from the first arm, else the level); mu_star, mean size of the change in
    the outcome when the factor crosses its range (Campolongo et al. 2007); low, high, ends of its interval at `LEVEL`
    by the bootstrap's standard error, which cover what they say from 20 trajectories on and about 90 % at 10
    (tests/test_sensitivity.py); sigma, standard deviation of the change, large against mu_star where a factor is
    curved or depends on others.

    Raises BadInput for runs or factors of another study.
    """
    morris = extra("SALib.analyze.morris", "sensitivity")
    shares = _array(_trajectories(dict.fromkeys(factors, _UNIT), trajectories, seed))

    def effects(y: np.ndarray) -> Columns:
        found = morris.analyze(design.problem(factors), shares, y, **_BOOTSTRAP)
        columns = _with_ends(("mu_star", "low", "high"), found["mu_star"], found["mu_star_conf"])
        return columns | {"low": np.maximum(columns["low"], 0.0), "sigma": found["sigma"]}

    return _analysed(study, runs, _trajectories(factors, trajectories, seed), effects)


def variance_design(
    scenario: str | Path,
    factors: Mapping[str, Range],
    outcomes: Sequence[str],
    blocks: int = 128,
    replicates: int = 2,
    seed: int = 0,
    arms: Mapping[str, Mapping[str, Any]] = ALONE,
) -> Study:
    """The study for Sobol indices: blocks (a power of 2) times len(factors) + 2 points.

    Raises BadInput for no factors or outcomes, a size that is no power of 2, or where SALib is not installed.
    """
    question = f"What share of the variance is due to each of {len(factors)} parameters? {blocks} blocks, seed {seed}"
    points = design.unique(_blocks(factors, blocks, seed))
    return Study("variance", question, scenario, points, arms, replicates, _some(outcomes))


def indices(
    study: Study, runs: pd.DataFrame, factors: Mapping[str, Range], blocks: int = 128, seed: int = 0
) -> pd.DataFrame:
    """One row per outcome, arm and factor: Sobol indices, the largest total first.

    runs : the study's `runs` table, whole
    factors, blocks, seed : as given to `variance_design`

    Columns: factor, outcome, arm, difference (from the first arm, else the level); first, share of the variance over
    the factors' ranges due to the factor alone; total, share in which it takes part (Saltelli et al. 2010); first_low,
    first_high, total_low, total_high, ends of intervals at `LEVEL` by the bootstrap's standard error, which cover what
    they say from 64 blocks on. Estimates may stray a little below 0 or above 1. All are nan for an outcome that never
    changes: it has no variance to share.

    Raises BadInput for runs or factors of another study.
    """
    sobol = extra("SALib.analyze.sobol", "sensitivity")

    def shares(y: np.ndarray) -> Columns:
        found = dict.fromkeys(("ST", "ST_conf", "S1", "S1_conf"), np.full(len(factors), np.nan))
        if np.ptp(y) > 0:
            found = sobol.analyze(design.problem(factors), y, calc_second_order=False, **_BOOTSTRAP)
        total = _with_ends(("total", "total_low", "total_high"), found["ST"], found["ST_conf"])
        return total | _with_ends(("first", "first_low", "first_high"), found["S1"], found["S1_conf"])

    return _analysed(study, runs, _blocks(factors, blocks, seed), shares)


def _trajectories(factors: Mapping[str, Range], trajectories: int, seed: int) -> list[Point]:
    _check(factors, "trajectories", trajectories)
    return design.morris(factors, trajectories, seed=seed)


def _blocks(factors: Mapping[str, Range], blocks: int, seed: int) -> list[Point]:
    _check(factors, "blocks", blocks)
    return design.saltelli(factors, blocks, seed=seed)


def _check(factors: Mapping[str, Range], key: str, size: int) -> None:
    if not factors:
        raise BadInput("sensitivity", None, "factors", "are none; at least one parameter with a range is needed")
    if size < 2:
        raise BadInput("sensitivity", None, key, f"{size} is too few for an interval; at least 2 are needed")


def _some(outcomes: Sequence[str]) -> tuple[str, ...]:
    if not outcomes:
        raise BadInput("sensitivity", None, "outcomes", "are none; at least one is needed")
    return tuple(outcomes)


def _analysed(
    study: Study, runs: pd.DataFrame, points: list[Point], analyse: Callable[[np.ndarray], Columns]
) -> pd.DataFrame:
    """The table of an analysis, which takes float64[len(points)]; sorted within a response by its first column."""
    import pandas as pd

    order, tables = _order(study, points), []
    for one in responses(study, study.outcomes):
        told = {"factor": study.factors, "outcome": one.outcome, "arm": one.arm, "difference": one.difference}
        columns = analyse(_means(study, runs, one)[order])
        table = pd.DataFrame(told | columns)
        tables.append(table.sort_values(next(iter(columns)), ascending=False, kind="stable"))
    return pd.concat(tables, ignore_index=True)


def _order(study: Study, points: list[Point]) -> np.ndarray:
    """int64[len(points)], where in the study each point of the design is."""
    known = design.unique(points)
    if list(study.points) != known:
        raise BadInput(study.name, None, "points", "are not those of this design: other factors, ranges, size or seed")
    place = {tuple(point.items()): number for number, point in enumerate(known)}
    return np.array([place[tuple(point.items())] for point in points])


def _means(study: Study, runs: pd.DataFrame, one: Response) -> np.ndarray:
    """float64[points], means over replicates."""
    means = one.of(study, runs).mean(axis=1)
    lost = np.flatnonzero(~np.isfinite(means))
    if lost.size:
        told = f"has no value at {lost.size} of {means.size} points, the first of them {study.points[lost[0]]}"
        raise BadInput(study.name, None, one.outcome, f"{told}; choose an outcome that always exists")
    return means


def _array(points: list[Point]) -> np.ndarray:
    return np.array([list(point.values()) for point in points])


def _with_ends(names: tuple[str, str, str], middle: np.ndarray, half: np.ndarray) -> Columns:
    return dict(zip(names, (middle, middle - half, middle + half), strict=True))
