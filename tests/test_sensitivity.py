"""Sensitivity: known functions give their known indices, results of another design are refused, a real one resumes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import studies

from sim.lab.design import Range
from sim.lab.errors import BadInput, extra
from sim.lab.overrides import override
from sim.lab.results import Results
from sim.lab.scenario import load
from sim.lab.sensitivity import indices, screened, screening, unpinned, variance_design
from sim.lab.study import Study
from sim.lab.sweep import sweep

pytest.importorskip("SALib", reason="needs the extra `sensitivity`")

CIRCLE = {f"rules.x{k}": Range(-np.pi, np.pi) for k in (1, 2, 3)}
FIRST, TOTAL = np.array([0.3139, 0.4424, 0.0]), np.array([0.5576, 0.4424, 0.2437])  # Ishigami's, a = 7, b = .1


def ishigami(point: dict[str, float]) -> float:
    """Ishigami & Homma 1990: curved, with an interaction and a factor that acts through it alone."""
    x1, x2, x3 = point.values()
    return float(np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1))


def table(study: Study, function: Callable[[dict[str, float]], float]) -> pd.DataFrame:
    """The runs of a study whose outcome is a function of the point, in each arm twice that of the arm before; the
    replicates lie around it."""
    rows = [
        {**study.bare(point), "arm": arm, "replicate": r, "kind_acts": function(point) * 2**k + (r - 1.5) * 3}
        for point in study.points
        for k, arm in enumerate(study.arms)
        for r in range(1, study.replicates + 1)
    ]
    return pd.DataFrame(rows)


def shuffled(runs: pd.DataFrame) -> pd.DataFrame:
    """The broken twin: every run has the outcome of another."""
    luck = np.random.default_rng(1)
    return runs.assign(kind_acts=luck.permutation(runs.kind_acts.to_numpy()))


def by_factor(found: pd.DataFrame) -> pd.DataFrame:
    return found.set_index("factor").sort_index()


def test_ishigamis_indices_are_found_and_not_in_shuffled_results():
    study = variance_design("everyday", CIRCLE, ["kind_acts"], blocks=1024)
    runs = table(study, ishigami)
    found = by_factor(indices(study, runs.sample(frac=1, random_state=1), CIRCLE, blocks=1024))
    assert found["first"].to_numpy() == pytest.approx(FIRST, abs=0.03)
    assert found.total.to_numpy() == pytest.approx(TOTAL, abs=0.03)
    assert ((found.first_low < FIRST) & (found.first_high > FIRST)).all()
    assert ((found.total_low < TOTAL) & (found.total_high > TOTAL)).all()
    broken = by_factor(indices(study, shuffled(runs), CIRCLE, blocks=1024))
    assert (broken["first"].abs() < 0.1).all()
    assert ((broken.first_high < FIRST) | (FIRST == 0)).all()


def covered(seeds: int, bend: float = 1.0) -> float:
    """Share of the intervals of Ishigami's indices that hold the truth, from 128 blocks; `bend` narrows them."""
    hits = []
    for seed in range(1, seeds + 1):
        study = variance_design("everyday", CIRCLE, ["kind_acts"], blocks=128, replicates=1, seed=seed)
        found = by_factor(indices(study, table(study, ishigami), CIRCLE, blocks=128, seed=seed))
        hits += [abs(found["first"] - FIRST) <= bend * (found.first_high - found["first"])]
        hits += [abs(found.total - TOTAL) <= bend * (found.total_high - found.total)]
    return float(np.mean(hits))


@pytest.mark.slow
def test_intervals_of_sobol_indices_cover_at_least_what_they_say(record_property):
    """Sobol points are spread better than the chance that the bootstrap assumes, so the intervals are too wide if
    anything."""
    share = covered(100)
    record_property("coverage of the intervals of Sobol indices", share)
    assert share >= 0.95
    assert covered(100, bend=0.1) < 0.9


def crossed(trajectories: int, seed: int) -> pd.DataFrame:
    study = screening("everyday", CIRCLE, ["kind_acts"], trajectories, 1, seed)
    return by_factor(screened(study, table(study, ishigami), CIRCLE, trajectories, seed))


@pytest.mark.slow
@pytest.mark.parametrize(("trajectories", "least"), [(10, 0.87), (20, 0.93)])
def test_intervals_of_elementary_effects_cover_what_they_say(trajectories, least, record_property):
    """450 intervals: the share is known to .01, or .02 at worst as a design's three go together."""
    truth = crossed(4000, 1).mu_star
    found = [crossed(trajectories, seed) for seed in range(1, 151)]
    share = float(np.mean([(one.low <= truth) & (truth <= one.high) for one in found]))
    record_property(f"coverage of the intervals of {trajectories} trajectories", share)
    assert least <= share <= 0.97
    narrow = [abs(one.mu_star - truth) <= 0.7 * (one.high - one.mu_star) for one in found]
    assert np.mean(narrow) < least


PLAIN = {"a": Range(0, 10), "b": Range(1, 100, log=True), "c": Range(-1, 1), "d": Range(0, 4, whole=True)}


def plain(point: dict[str, float]) -> float:
    """3 across the range of a, 4 across that of b, nothing from c, and 5 or -5 from d, as a decides."""
    a, b, _, d = point.values()
    return 0.3 * a + 2 * np.log10(b) + (10 * (a > 5) - 5) * d / 4


def test_screening_tells_a_linear_an_inert_and_an_interacting_factor_apart():
    study = screening("everyday", PLAIN, ["kind_acts"], trajectories=20)
    runs = table(study, plain)
    found = by_factor(screened(study, runs, PLAIN, trajectories=20))
    assert (found.mu_star["b"], found.sigma["b"]) == (pytest.approx(4), pytest.approx(0, abs=1e-9))
    assert tuple(found.loc["c", ["mu_star", "low", "high", "sigma"]]) == pytest.approx((0, 0, 0, 0), abs=1e-9)
    assert found.sigma["d"] > 4
    assert found.mu_star["d"] == pytest.approx(5 * (3 / 4) / (2 / 3))  # a step of 2/3 is rounded to 3 of 4
    assert ((found.low <= found.mu_star) & (found.mu_star <= found.high)).all()
    broken = by_factor(screened(study, shuffled(runs), PLAIN, trajectories=20))
    assert broken.low["c"] > 0
    assert broken.sigma["b"] > 1


def test_the_most_influential_comes_first_and_arms_are_differences_to_the_first():
    arms = {"none": {}, "much": {"rules.prompt": 0.3}}
    study = screening("everyday", PLAIN, ["kind_acts"], trajectories=8, arms=arms)
    found = screened(study, table(study, plain), PLAIN, trajectories=8)
    assert list(found.arm) == ["none"] * 4 + ["much"] * 4
    assert list(found.difference) == [False] * 4 + [True] * 4
    assert found.factor[3] == found.factor[7] == "c"
    assert found.mu_star[:4].is_monotonic_decreasing
    assert list(found.mu_star[4:]) == pytest.approx(list(found.mu_star[:4]))  # twice the level, less the level


def test_an_outcome_that_never_moves_has_no_indices_and_no_effects():
    study = variance_design("everyday", CIRCLE, ["kind_acts"], blocks=16)
    assert indices(study, table(study, lambda point: 1.0), CIRCLE, blocks=16)[["first", "total"]].isna().all(axis=None)
    study = screening("everyday", PLAIN, ["kind_acts"])
    assert (screened(study, table(study, lambda point: 1.0), PLAIN).high == 0).all()


def test_the_same_runs_give_the_same_table():
    study = variance_design("everyday", CIRCLE, ["kind_acts"], blocks=16)
    runs = table(study, ishigami)
    pd.testing.assert_frame_equal(indices(study, runs, CIRCLE, 16), indices(study, runs, CIRCLE, 16))


OTHERS = {
    "seed": (PLAIN, 8, 1),
    "size": (PLAIN, 9, 0),
    "range": ({**PLAIN, "a": Range(0, 11)}, 8, 0),
    "factor": ({**{k: v for k, v in PLAIN.items() if k != "d"}, "e": PLAIN["d"]}, 8, 0),
}


@pytest.mark.parametrize("other", OTHERS)
def test_another_design_is_refused(other):
    study = screening("everyday", PLAIN, ["kind_acts"], trajectories=8)
    with pytest.raises(BadInput, match="screening: points: are not those of this design"):
        screened(study, table(study, plain), *OTHERS[other])


def test_runs_that_are_missing_strange_or_without_value_are_refused():
    study = screening("everyday", PLAIN, ["kind_acts"], trajectories=8)
    runs = table(study, plain)
    with pytest.raises(BadInput, match=r"1 are missing, the first is replicate 2 of point 1; let the study run"):
        screened(study, runs.drop(index=3), PLAIN, trajectories=8)
    with pytest.raises(BadInput, match="hold a run that is not of this study"):
        screened(study, runs.assign(a=runs.a + 1), PLAIN, trajectories=8)
    with pytest.raises(BadInput, match="kind_acts: has no value at 1 of"):
        screened(study, runs.assign(kind_acts=runs.kind_acts.where(runs.index > 0)), PLAIN, trajectories=8)
    with pytest.raises(BadInput, match="kind_acts: is no column of the runs"):
        screened(study, runs.drop(columns="kind_acts"), PLAIN, trajectories=8)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: screening("everyday", {}, ["kind_acts"]), "factors: are none"),
        (lambda: screening("everyday", PLAIN, []), "outcomes: are none"),
        (lambda: screening("everyday", PLAIN, ["kind_acts"], trajectories=1), "trajectories: 1 is too few"),
        (lambda: variance_design("everyday", PLAIN, ["kind_acts"], blocks=100), "blocks: 100 is not a power of 2"),
    ],
)
def test_a_design_that_cannot_be_is_refused(make, words):
    with pytest.raises(BadInput, match=words):
        make()


def test_a_package_that_is_not_there_says_how_to_get_it():
    with pytest.raises(BadInput, match=r'no_such_package: is not installed; pip install "kindling-sim\[sensitivity\]"'):
        extra("no_such_package.part", "sensitivity")


def test_unpinned_parameters_are_read_from_the_settings_and_their_ends_are_allowed():
    found = unpinned()
    assert found["rules.burnout_rate"] == Range(0.03, 0.3, log=True)
    assert found["rules.notice"] == Range(0.2, 1.0)
    assert found["rules.beta_gratitude"] == Range(0, 1.02)
    assert "rules.beta_norm" not in found  # has a range, and a study behind it
    for key, one in found.items():
        for value in (one.low, one.high):
            load("everyday", [override(f"{key}={value}")])
    assert not any(key.startswith("campaign.") for key in found)
    assert "campaign.base" in unpinned("everyday", [override("campaign.seed_share=0.01")])


REAL = {"rules.burnout_rate": Range(0.03, 0.3, log=True), "rules.notice": Range(0.2, 0.8)}
TINY = ("network.people=24", "network.degree=4", "days=3")


def test_a_real_screening_goes_on_where_it_was(tmp_path):
    study = screening("everyday", REAL, ["kind_acts", "resting"], trajectories=5)
    plan = studies.plan(study, TINY)

    class Enough(Exception):
        pass

    def stop(done: int) -> None:
        if done >= 4:
            raise Enough

    with pytest.raises(Enough):
        sweep(plan, tmp_path / "s", workers=1, advance=stop)
    half = Results(tmp_path / "s").runs
    with pytest.raises(BadInput, match="let the study run to its end"):
        screened(study, half, REAL, trajectories=5)
    found = screened(study, Results(sweep(plan, tmp_path / "s", workers=1).folder).runs, REAL, trajectories=5)
    whole = screened(study, Results(sweep(plan, tmp_path / "whole", workers=2).folder).runs, REAL, trajectories=5)
    pd.testing.assert_frame_equal(found, whole)
    assert len(found) == 2 * 2
    assert (found.high[:2] > 0).any()
