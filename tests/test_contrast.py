"""Comparisons: intervals cover what they say, pairs are pairs, and shared luck is counted right."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import studies

from sim.lab import contrast
from sim.lab.contrast import ENOUGH, interval
from sim.lab.results import Results
from sim.lab.sweep import sweep


def table(control: np.ndarray, arm: np.ndarray, **more) -> pd.DataFrame:
    """A runs table of two arms."""
    n = len(control)
    both = {"arm": ["control"] * n + ["arm"] * n, "replicate": [*range(n)] * 2, "seed": 1, "scenario": "x"}
    return pd.DataFrame({**both, "kind_acts": np.concatenate([control, arm]), **more})


def covered(n: int, trials: int, bend: float = 1.0) -> float:
    """Share of intervals that hold the mean, for skewed data (log-normal, sd of log .5); `bend` narrows them."""
    luck, hits = np.random.default_rng(n), 0
    truth = np.exp(0.125)
    for _ in range(trials):
        x = luck.lognormal(0, 0.5, n)
        low, high, _ = interval(x)
        middle, half = (low + high) / 2, (high - low) / 2 * bend
        hits += middle - half <= truth <= middle + half
    return hits / trials


@pytest.mark.slow
@pytest.mark.parametrize("n", [ENOUGH, 200])
def test_intervals_cover_what_they_say(n, record_property):
    share = covered(n, 2000)
    record_property(f"coverage at {n} pairs", float(share))
    assert 0.93 <= share <= 0.97
    assert covered(n, 2000, bend=0.8) < 0.93


def test_small_samples_get_students_t_and_it_covers():
    luck = np.random.default_rng(4)
    inside = [low <= 0 <= high for low, high, _ in (interval(luck.normal(0, 1, 8)) for _ in range(3000))]
    assert 0.93 <= np.mean(inside) <= 0.97
    assert interval(np.arange(8.0))[2] == "t"
    assert interval(np.arange(60.0))[2] == "BCa"


def test_the_bootstrap_agrees_with_t_on_symmetric_data():
    x = np.random.default_rng(5).normal(3, 1, 200)
    assert interval(x)[:2] == pytest.approx(interval(x, student=True)[:2], abs=0.02)


def test_no_spread_and_no_pairs():
    assert interval(np.full(9, 0.5)) == (0.5, 0.5, "exact")
    assert np.isnan(interval(np.ones(1))[0])
    found = contrast.contrasts(table(np.ones(3), np.full(3, np.nan)))
    assert found.pairs[0] == 0
    assert np.isnan(found.difference[0])


def test_differences_are_taken_in_pairs_whatever_the_order():
    luck = np.random.default_rng(1)
    noise = luck.normal(0, 5, 80)
    runs = table(noise, noise + 0.5 + luck.normal(0, 0.1, 80))
    found = contrast.contrasts(runs.sample(frac=1, random_state=2), control="control").iloc[0]
    assert found.difference == pytest.approx(0.5, abs=0.06)
    assert found.low < found.difference < found.high
    assert found.clear
    assert found.better == 1
    assert found.saved > 1000
    apart = contrast.contrasts(table(noise, luck.permutation(noise) + 0.5), control="control").iloc[0]
    assert not apart.clear
    assert apart.saved == pytest.approx(1, abs=0.3)


def test_a_lost_value_takes_its_twin_along():
    control, arm = np.array([1.0, 2, 3, 4]), np.array([2.0, np.nan, 4, 5])
    found = contrast.contrasts(table(control, arm)).iloc[0]
    assert (found.pairs, found.control_mean, found.difference) == (3, pytest.approx(8 / 3), 1)


def test_points_are_compared_apart():
    runs = pd.concat([table(np.arange(4.0), np.arange(4.0) + k, ease=k) for k in (1, 2)])
    found = contrast.contrasts(runs)
    assert list(found.ease) == list(found.difference) == [1, 2]


def test_many_looks_find_less_than_one():
    """Of 60 tables of 20 outcomes without effect 5 % may hold a survivor of Bonferroni (at most 14, but for one time in
    a million); looked at one by one, 64 % of the tables would hold a finding."""
    luck, names = np.random.default_rng(7), [f"acts_{k}" for k in range(20)]
    base = table(np.zeros(10), np.zeros(10)).drop(columns="kind_acts")
    survivors = findings = 0
    for _ in range(60):
        values = pd.DataFrame(luck.normal(size=(20, 20)), columns=names)
        found = contrast.contrasts(pd.concat([base, values], axis=1))
        survivors, findings = survivors + found.among_many.any(), findings + found.clear.any()
    assert survivors <= 14 < findings


def test_a_control_that_is_not_there():
    with pytest.raises(ValueError, match="no arm none; the arms are control, arm"):
        contrast.contrasts(table(np.ones(2), np.ones(2)), control="none")


def test_a_sweeps_table_goes_in_as_it_is(tmp_path):
    plan = studies.plan(studies.small(points=studies.POINTS[:2], replicates=3))
    found = contrast.contrasts(Results(sweep(plan, tmp_path / "s", workers=1).folder).runs)
    assert len(found) == 2 * 2
    assert list(found.columns[:4]) == ["burnout_rate", "notice", "outcome", "arm"]
    assert (found.pairs == 3).all()
