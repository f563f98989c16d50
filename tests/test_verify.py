"""The calibration table: its machinery, and a broken twin for every figure that it must not find inside its band.

Sizes are those of `kindling verify --quick`, seeds are pinned. A figure is looked at together with a twin in which what
makes it is taken away; the full table is in the slow test.
"""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from scipy import stats
from statistics_help import ALPHA

from sim.cli import exit_code
from sim.lab.verify import TRIALS, campaigning, estimates, learning, nulls, receiving, table
from sim.lab.verify.estimates import Estimate
from sim.lab.verify.trial import Measure

WANTED = [f"A{n}" for n in range(1, 21) if n != 18] + [f"N{n}" for n in range(1, 5)]
EXPECTED_OUTSIDE = {
    ("A2", "thanks sent, common"),
    ("A3", "most active 1 %"),
    ("A8", "beta"),
}  # findings, said in the table


def found(trial: str, **bent: float):
    """What a quick run of a trial finds."""
    return TRIALS[trial].run(TRIALS[trial].quick, **bent)


def measure(trial: str, name: str) -> Measure:
    """A figure of a trial."""
    return next(one for one in TRIALS[trial].measures if one.name == name)


# --- the registry -------------------------------------------------------------------------------------------------


def test_every_trial_of_the_list_is_there():
    assert list(TRIALS) == WANTED


@pytest.mark.parametrize("trial", TRIALS.values(), ids=list(TRIALS))
def test_a_trial_says_what_it_is(trial):
    """Its docstring begins with its number, measures have names of their own, and a band is a band."""
    assert (trial.run.__doc__ or "").startswith(f"{trial.id}. ")
    assert trial.quick <= trial.people
    assert len({one.name for one in trial.measures}) == len(trial.measures) > 0
    assert all(one.low <= one.high and one.published for one in trial.measures)
    assert trial.source


# --- each figure and its twin -------------------------------------------------------------------------------------

STEADY = {"beta_exhaustion": 0.0, "thanks_relief": 0.0, "effort_weight": 0.0}  # nothing answers to exhaustion
TWINS = [
    ("A1", "effect", {"beta_gratitude": 0.0}),
    ("A2", "thanks sent, rare", {"recognition_gain": 0.0}),
    ("A4", "effect", {"beta_norm": 0.0}),
    ("A5", "effect", {"beta_answered": 0.0}),
    ("A6", "first like, 3 viewers", {"beta_liked": 0.0}),
    ("A10", "both", {"hostile_mood": 0.0}),
    ("A11", "private over public", {"private_effect": 0.42}),
    ("A12", "licensing", {"public_effect": 0.42}),
    ("A13", "effect", {"beta_watched": 0.0}),
    ("A14", "a week", {"wellbeing_glow": 0.0}),
    ("A15", "offensive posts", {"odds": 0.0}),
    ("A16", "receivers", {"beta_gratitude": 0.0}),
    ("A19", "greed beyond generosity", {"hostile_weight": 0.5, "hurt_cost": 0.0, "wellbeing_hurt": 0.0}),
    ("A20", "the second beyond the first", STEADY | {"load_cost": 0.0}),
    ("A20", "being thanked", {"thanks_relief": 0.0}),
    ("N1", "neighbours", nulls.PEERS),
    ("N3", "randomised", {"beta_norm": 10.0, "norm_rate": 1.0}),
    ("N4", "largest effect", {"beta_gratitude": 0.36}),
]


@pytest.mark.parametrize(("trial", "name", "bent"), TWINS, ids=[f"{one[0]}-{one[1]}" for one in TWINS])
def test_a_figure_lies_in_its_band_and_its_twin_does_not(trial, name, bent):
    """The band is far wider than 4.9 standard errors of a quick run, or a sign that clears 0 by 5."""
    band = measure(trial, name)
    assert band.inside(found(trial)[name])
    assert not band.inside(found(trial, **bent)[name])


def test_timing_follows_surprises_only_if_people_learn():
    """A8 at 6,000 people, with the strong habit (standard error .0013): below −5 errors; nothing without learning."""
    strong = {"beta_reward": 3.0, "acknowledgement": 0.3}
    learned, not_learned = (learning._timing(6000, rate, strong) for rate in (1.0, 0.0))
    assert learned.value < -5 * learned.error
    assert abs(not_learned.value) < 5 * not_learned.error


def test_nothing_is_paid_forward_without_gratitude():
    """N2's first figure, at 4,000 people: exactly none; with the online coefficient .34 (standard error .05)."""
    assert receiving.one_kindness(4000, beta_gratitude=0.0)["effect"] == (0, 0)
    assert receiving.one_kindness(4000, beta_gratitude=0.36)["effect"].value > 0.1


def test_few_invite_in_person():
    """A17's order at 20,000 people, and its twin: if everybody who joins invites, personal invitations bring more."""
    everybody = {"nominators": 1.0}
    order, twin = (campaigning.invitations(20_000, **bent)["broadcast beyond personal"] for bent in ({}, everybody))
    assert order.value > 0
    assert twin.value < -5 * twin.error


def test_false_alarms_are_counted():
    """N4's rates: a split that goes by the outcome itself calls out, one that does not rarely does."""
    outcome = np.random.default_rng(1).normal(size=500)
    assert nulls._called(outcome, outcome > 0)
    rate = nulls._alarms(outcome, 0.5)
    low, high = stats.binom.ppf([ALPHA / 2, 1 - ALPHA / 2], 1000, 0.05) / 1000
    assert low <= rate.value <= high


# --- estimates ----------------------------------------------------------------------------------------------------


def test_errors_are_those_of_repetition():
    """Standard errors of pairs against the spread of 400 repetitions of 500 pairs: within a fifth."""
    draw, seen = np.random.default_rng(1), {"odds": [], "ratio": [], "d": []}
    for _ in range(400):
        luck = draw.random(500)
        one, two = (luck < 0.4).astype(float), (luck < 0.3).astype(float)
        seen["odds"].append(estimates.log_odds_ratio(one, two))
        seen["ratio"].append(estimates.ratio(one, two))
        seen["d"].append(estimates.standardised(one + draw.normal(size=500), two))
    for each in seen.values():
        values, errors = np.array(each).T
        assert values.std() == pytest.approx(errors.mean(), rel=0.2)
    assert np.mean([one.value for one in seen["odds"]]) == pytest.approx(math.log(0.4 / 0.6 * 0.7 / 0.3), abs=0.02)


def test_slope_with_clusters():
    """y = 2x + noise that clusters share: the error counts clusters, not rows."""
    draw = np.random.default_rng(1)
    cluster = np.repeat(np.arange(200), 10)
    x = np.repeat(draw.normal(size=200), 10)
    y = 2 * x + np.repeat(draw.normal(size=200), 10)
    found, naive = estimates.slope(x, y, cluster), estimates.slope(x, y)
    assert abs(found.value - 2) < 5 * found.error
    assert found.error > 2.5 * naive.error


# --- the table ----------------------------------------------------------------------------------------------------


def test_bands_in_words_and_signs():
    sign = Measure("x", "more", 0, math.inf, sign=True)
    assert sign.inside(Estimate(1, 0.19))
    assert not sign.inside(Estimate(1, 0.21))
    assert not sign.inside(Estimate(-1, 0.01))
    assert (sign.band, Measure("x", "", -math.inf, 0).band, Measure("x", "", -1, 2).band) == (
        "above 0",
        "below 0",
        "-1 to 2",
    )
    assert table._with_error(Estimate(0.9051, 0.016)) == ".905 ± .016"
    assert table._with_error(Estimate(-17.652, 0.634)) == "-17.65 ± .63"
    assert table._with_error(Estimate(0, 0)) == "0 ± 0"


def test_the_command_prints_and_writes_the_table(tmp_path, capsys):
    """Text, JSON and Markdown of two quick trials say the same; a missed band is no failure."""
    page = tmp_path / "calibration.md"
    assert exit_code(["verify", "--quick", "--only", "a9, A5", "-o", str(page)]) == 0
    out, err = capsys.readouterr()
    assert "1 of 2: A5" in err
    assert out.index("A5") < out.index("A9")
    assert "3 of 3 figures inside their bands" in out
    assert "| **A5** seeing a need that others answered | effect | helping falls |" in page.read_text()
    assert exit_code(["verify", "--quick", "--only", "A3", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["inside"] for row in rows] == [False, True]
    assert {"trial", "figure", "published", "low", "high", "ours", "standard_error", "source"} <= set(rows[0])


@pytest.mark.parametrize("only", ["A18", "A1,B2", ","])
def test_unknown_trials_are_bad_input(only, capsys):
    assert exit_code(["verify", "--only", only]) == 2
    assert "there are A1, A2" in capsys.readouterr().err


@pytest.mark.slow
def test_the_whole_table():
    """All trials in full, a few minutes: figures lie where docs/calibration.md says they do."""
    rows = list(table.rows(list(TRIALS.values())))
    assert {(row.trial.id, row.name) for row in rows if row.inside is False} == EXPECTED_OUTSIDE
    assert all(math.isfinite(row.ours.value) and row.ours.error >= 0 for row in rows)
