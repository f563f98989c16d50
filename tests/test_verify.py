"""The calibration table: its machinery, and a broken twin for every figure that it must not find inside its band.

Sizes are those of `kindling verify --quick`, seeds are pinned. A figure is looked at together with a twin in which what
makes it is taken away; the full table is in the slow test.
"""

from __future__ import annotations

import pytest

from sim.lab.verify import TRIALS, nulls
from sim.lab.verify.trial import Measure

WANTED = [f"A{n}" for n in range(1, 21) if n != 18] + [f"N{n}" for n in range(1, 5)]
EXPECTED_OUTSIDE = {("A3", "most active 1 %"), ("A8", "beta")}  # findings, said in the table


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

TWINS = [
    ("A1", "effect", {"beta_gratitude": 0.0}),
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
    (
        "A20",
        "the second beyond the first",
        {"load_cost": 0.0, "beta_exhaustion": 0.0, "thanks_relief": 0.0, "effort_weight": 0.0},
    ),
    ("A20", "being thanked", {"thanks_relief": 0.0}),
    ("N1", "neighbours", nulls.PEERS),
    ("N2", "one kindness, βG 0", {"beta_gratitude": 0.36}),
    ("N3", "randomised", {"beta_norm": 10.0, "norm_rate": 1.0}),
    ("N4", "largest effect", {"beta_gratitude": 0.36}),
]


@pytest.mark.parametrize(("trial", "name", "bent"), TWINS, ids=[f"{one[0]}-{one[1]}" for one in TWINS])
def test_a_figure_lies_in_its_band_and_its_twin_does_not(trial, name, bent):
    """The band is far wider than 4.9 standard errors of a quick run, or a sign that clears 0 by 5."""
    band = measure(trial, name)
    assert band.inside(found(trial)[name])
    assert not band.inside(found(trial, **bent)[name])
