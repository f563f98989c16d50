"""Calibration: settings within ranges that bring outcomes to targets.

Trials are asked of Optuna's sampler in batches, and each batch is a study in a folder of its own. A calibration that
was stopped asks again from the beginning: the sampler is seeded and the finished batches answer from the disk, so it
comes to where it was without a database. All trials share the random numbers of their replicates.

    calibration.json   what is sought, by which program
    batches/0000/      the first batch, a study's folder
    confirmed/ID/      a setting asked again in fresh worlds, a study's folder
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.lab import design
from sim.lab.design import Point, Range
from sim.lab.errors import BadInput, did_you_mean, extra
from sim.lab.overrides import Override
from sim.lab.scenario import load
from sim.lab.store import Store, hold_against
from sim.lab.study import CONTROL, Plan, Study, planned
from sim.lab.sweep import sweep
from sim.lab.targets import Target
from sim.model import disk

if TYPE_CHECKING:
    import pandas as pd

FILE = "calibration.json"
Run = Callable[[Plan, Path], Store]


@dataclass(frozen=True)
class Calibration:
    """What is sought.

    scenario : name or file of the base scenario
    factors : dotted key → range in which its setting is sought
    targets : at least one; each is a response of an arm, its value and half the width of its band
    arms : name → settings by dotted key; the first is what differences are taken from
    replicates : int ≥ 1, runs of every trial and arm, with the same random numbers in all trials
    batch : int ≥ 1, trials that are asked at once; more use more workers and learn less from each other
    seed : int ≥ 0, of the sampler
    """

    name: str
    scenario: str | Path
    factors: Mapping[str, Range]
    targets: Sequence[Target]
    arms: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: {CONTROL: {}})
    replicates: int = 4
    batch: int = 8
    seed: int = 0

    def __post_init__(self) -> None:
        for key, fits, allowed in (
            ("factors", bool(self.factors), "at least one"),
            ("targets", bool(self.targets), "at least one"),
            ("batch", self.batch >= 1, "1 or more"),
            ("seed", self.seed >= 0, "0 or more"),
        ):
            if not fits:
                raise BadInput(self.name, None, key, f"must be {allowed}")
        for one in self.targets:
            if one.arm not in self.arms:
                known = f"the arms are {', '.join(self.arms)}{did_you_mean(one.arm, self.arms)}"
                raise BadInput(self.name, None, "targets", f'"{one.arm}" of {one.column} is no arm; {known}')

    def study(self, points: Sequence[Point]) -> Study:
        """The study of these settings."""
        outcomes = tuple(dict.fromkeys(one.outcome for one in self.targets))
        question = f"Which settings bring {', '.join(outcomes)} to their targets?"
        return Study(self.name, question, self.scenario, design.unique(points), self.arms, self.replicates, outcomes)

    def told(self, overrides: Sequence[Override] = ()) -> dict[str, Any]:
        """Everything its trials depend on, as plain values; BadInput if an end of a range is no setting."""
        ends = [{key: one.at(end) for key, one in self.factors.items()} for end in (0.0, 1.0)]
        more = {
            "factors": {key: asdict(one) for key, one in self.factors.items()},
            "targets": [asdict(one) for one in self.targets],
            "sampler": {"batch": self.batch, "seed": self.seed, "optuna": extra("optuna", "calibrate").__version__},
        }
        return json.loads(json.dumps(planned(self.study(ends), overrides).told() | more, default=str))


@dataclass(frozen=True)
class Trial:
    """Settings that were tried.

    values : one float64[replicates] per target, nan where the outcome is null
    """

    point: Point
    values: tuple[np.ndarray, ...]

    def apart(self, targets: Sequence[Target]) -> np.ndarray:
        """float64[targets], distances of the means over replicates from the targets, in half widths of the bands."""
        return np.array([(x.mean() - one.value) / one.within for one, x in zip(targets, self.values, strict=True)])

    def loss(self, targets: Sequence[Target]) -> float:
        """Sum of the squared distances; infinite if an outcome has no value."""
        total = float(np.sum(self.apart(targets) ** 2))
        return total if np.isfinite(total) else float("inf")


@dataclass(frozen=True)
class Fit:
    """What a calibration found.

    trials : one row per trial, in order: trial, the factors by their bare names, responses by their columns, loss
    best : settings of the trial of least loss, the first of equals
    distances : one row per target, as `distances` gives them, at `best`
    """

    trials: pd.DataFrame
    best: Point
    distances: pd.DataFrame

    @property
    def met(self) -> bool:
        """Is every target within its band?"""
        return bool(self.distances["met"].all())


def calibrate(
    calibration: Calibration,
    folder: Path,
    batches: int = 8,
    overrides: Sequence[Override] = (),
    run: Run = sweep,
    advance: Callable[[int, float], None] = lambda trials, loss: None,
) -> Fit:
    """Run `batches` batches of trials, or what of them is not on the disk yet, and return the best.

    The best is judged by the draws that chose it, which flatters it: `confirmed` asks again with others.

    run : works a plan in a folder; `functools.partial(sweep, workers=2)` for instance
    advance : called after each batch with the number of trials done and the least loss so far

    Raises BadInput for settings or outcomes that are not there, for a folder that holds something else, and where
    Optuna is not installed.
    """
    if batches < 1:
        raise BadInput(calibration.name, None, "batches", "must be 1 or more")
    sampled = _sampled(calibration.seed)
    _claim(calibration, folder, overrides)
    trials: list[Trial] = []
    for number in range(batches):
        asked = [sampled.ask() for _ in range(calibration.batch)]
        points = [_point(one, calibration.factors) for one in asked]
        new = _tried(calibration, points, folder / "batches" / f"{number:04d}", overrides, run)
        for one, trial in zip(asked, new, strict=True):
            sampled.tell(one, trial.loss(calibration.targets))
        trials += new
        advance(len(trials), min(trial.loss(calibration.targets) for trial in trials))
    best = min(trials, key=lambda trial: trial.loss(calibration.targets))
    return Fit(_table(calibration, trials), best.point, distances(calibration.targets, best))


def confirmed(
    calibration: Calibration,
    point: Point,
    folder: Path,
    replicates: int = 20,
    overrides: Sequence[Override] = (),
    run: Run = sweep,
) -> pd.DataFrame:
    """The distances of a setting in worlds that did not choose it: another seed, `replicates` runs an arm."""
    seed = (load(calibration.scenario, overrides).settings.seed + 1) % 2**32
    fresh = replace(calibration, replicates=replicates)
    others = [*overrides, Override(("seed",), seed, "seed")]
    place = folder / "confirmed" / planned(fresh.study([point]), others).parts[0].id
    return distances(calibration.targets, _tried(fresh, [point], place, others, run)[0])


def distances(targets: Sequence[Target], trial: Trial) -> pd.DataFrame:
    """One row per target: outcome, arm, difference, value, within, source; found, mean over replicates, with its
    standard error (nan for a single one); distance, from value in half widths of the band; met, at most 1 away."""
    import pandas as pd

    rows = []
    for one, x, apart in zip(targets, trial.values, trial.apart(targets), strict=True):
        error = float(x.std(ddof=1) / np.sqrt(x.size)) if x.size > 1 else float("nan")
        rows.append(asdict(one) | {"found": x.mean(), "error": error, "distance": apart, "met": abs(apart) <= 1})
    return pd.DataFrame(rows)


def _sampled(seed: int) -> Any:
    """An Optuna study in memory; pending trials count as bad ones, so that a batch spreads."""
    optuna = extra("optuna", "calibrate")
    optuna.logging.set_verbosity(optuna.logging.WARNING)  # it would tell every trial
    return optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed, constant_liar=True))


def _point(trial: Any, factors: Mapping[str, Range]) -> Point:
    return {key: one.at(trial.suggest_float(key, 0.0, 1.0)) for key, one in factors.items()}


def _tried(
    calibration: Calibration, points: list[Point], folder: Path, overrides: Sequence[Override], run: Run
) -> list[Trial]:
    study = calibration.study(points)
    plan = planned(study, overrides)
    runs = run(plan, folder).read(part.id for part in plan.parts)
    values = [one.of(study, runs) for one in calibration.targets]
    place = {tuple(point.items()): number for number, point in enumerate(study.points)}
    return [Trial(point, tuple(x[place[tuple(point.items())]] for x in values)) for point in points]


def _claim(calibration: Calibration, folder: Path, overrides: Sequence[Override]) -> None:
    """Make the folder that of this calibration, or go on in it."""
    wanted, path = calibration.told(overrides), folder / FILE
    if path.is_file():
        hold_against(path, wanted, "calibration")
        return
    if folder.exists() and not (folder.is_dir() and all(one.name.startswith(".part-") for one in folder.iterdir())):
        raise BadInput(folder, None, "-o", "holds something that is not a calibration; choose another folder")
    disk.folder(folder)
    Store(folder, ()).sweep_up()
    disk.write(path, json.dumps(wanted, indent=1) + "\n")


def _table(calibration: Calibration, trials: Sequence[Trial]) -> pd.DataFrame:
    import pandas as pd

    study = calibration.study([trial.point for trial in trials])
    rows = [
        {"trial": number, **study.bare(trial.point)}
        | {one.column: x.mean() for one, x in zip(calibration.targets, trial.values, strict=True)}
        | {"loss": trial.loss(calibration.targets)}
        for number, trial in enumerate(trials)
    ]
    return pd.DataFrame(rows)
