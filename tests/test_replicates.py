"""Replicates are distinct and independent; what is added to a study leaves the other runs' bits alone."""

from __future__ import annotations

import numpy as np
import pytest
import studies
from scipy import stats
from statistics_help import ALPHA

from sim.lab.scenario import Scenario
from sim.lab.study import Study, planned
from sim.lab.sweep import run_part
from sim.model.outcomes import EVERY
from sim.model.world import World


def rows_by_run(plan) -> dict[tuple, dict]:
    """Summary row and course of every run, by point, arm and replicate."""
    found = {}
    for part in plan.parts:
        runs, series = run_part(plan, part)
        for row in range(len(runs["digest"])):
            name = (*part.point.values(), runs["arm"][row], runs["replicate"][row])
            own = (runs["run_id"][row], runs["arm"][row])
            course = [
                place for place, run in enumerate(zip(series["run_id"], series["arm"], strict=True)) if run == own
            ]
            told = {key: values[row] for key, values in runs.items()}
            found[name] = told | {f"{key} by day": [values[i] for i in course] for key, values in series.items()}
    return found


WIDER = {
    "a replicate": {"replicates": 3},
    "many replicates": {"replicates": 12},
    "a level": {"points": [{"rules.notice": 0.5}, {"rules.notice": 0.2}, {"rules.notice": 0.8}]},
    "an arm": {"arms": {"first": {"rules.prompt": 0.1}, **studies.ARMS}},
}


@pytest.mark.parametrize("what", WIDER)
def test_what_is_added_leaves_the_others_alone(what):
    narrow = {"points": [{"rules.notice": 0.2}, {"rules.notice": 0.8}]}
    before = rows_by_run(studies.plan(studies.small(**narrow)))
    after = rows_by_run(studies.plan(studies.small(**{**narrow, **WIDER[what]})))
    assert len(after) > len(before) == 8
    assert {name: after[name] for name in before} == before


def test_a_new_level_keeps_the_parts_of_the_others():
    wider = studies.plan(studies.small(points=[*studies.POINTS, {"rules.burnout_rate": 0.2, "rules.notice": 0.5}]))
    assert [one.id for one in wider.parts[:6]] == [one.id for one in studies.plan().parts]


@pytest.mark.parametrize("start", [1, 2, 3])
def test_an_arm_that_differs_from_a_day_on_is_the_same_until_then(start):
    later = {"interventions": [{"name": "ease", "kind": "ease", "ease": 3.0, "thanks": 1.0, "start": start}]}
    at_once = {"interventions": [{"name": "ease", "kind": "ease", "ease": 3.0, "thanks": 1.0, "start": 0}]}
    arms = {"control": {}, "later": later, "at once": at_once}
    plan = studies.plan(studies.small(points=[{}], arms=arms, outcomes=(), replicates=3))
    found = rows_by_run(plan)
    own = {"arm by day", "run_id by day"}
    for replicate in range(1, 4):
        control, arm, twin = (found[name, replicate] for name in arms)
        days = [name for name in control if name.endswith("by day") and name not in own]
        until, after = slice(0, start + 1), slice(start + 1, None)
        assert len(days) > 20
        assert [repr(control[name][until]) for name in days] == [repr(arm[name][until]) for name in days]
        assert any(control[name][after] != arm[name][after] for name in days)
        assert any(control[name][until] != twin[name][until] for name in days), "the twin must be seen"


def test_arms_share_their_luck_and_replicates_do_not():
    plan = studies.plan(studies.small(arms={"control": {}, "again": {}}))
    rows, _ = run_part(plan, plan.parts[0])
    assert rows["digest"][0] == rows["digest"][1] != rows["digest"][2] == rows["digest"][3]


def outcomes(number: int) -> tuple[set[str], np.ndarray, np.ndarray]:
    """Digests, and kind acts and well-being (float[number] each) of a tiny world's replicates."""
    one = {"control": {}}
    study = Study("tiny", "?", "everyday", arms=one, replicates=number, outcomes=("kind_acts", "wellbeing"))
    plan = planned(study, [studies.override(text) for text in ("network.people=30", "network.degree=4", "days=2")])
    rows = [run_part(plan, part)[0] for part in plan.parts]
    digests = {digest for row in rows for digest in row["digest"]}
    acts, wellbeing = (np.concatenate([row[name] for row in rows]) for name in ("kind_acts", "wellbeing"))
    return digests, acts, wellbeing


def independent(values: np.ndarray) -> bool:
    """Whether neighbours' ranks could be unrelated: correlation within the normal band of n - 1 pairs.

    With 160 replicates a correlation of 0.39 would be seen, with 2,000 one of 0.11.
    """
    correlation = stats.spearmanr(values[:-1], values[1:]).statistic
    return abs(correlation) < stats.norm.isf(ALPHA / 2) / (len(values) - 2) ** 0.5


@pytest.mark.parametrize("number", [160, pytest.param(2000, marks=pytest.mark.slow)])
def test_replicates_are_distinct_and_independent(number):
    digests, *measured = outcomes(number)
    assert len(digests) == number
    assert all(independent(values) for values in measured)


def test_repeating_replicates_are_caught(monkeypatch):
    """A broken twin: four replicates in a row draw the same numbers."""
    real = Scenario.in_replicate
    monkeypatch.setattr(Scenario, "in_replicate", lambda one, number: real(one, (number - 1) // 4))
    digests, *measured = outcomes(160)
    assert len(digests) == 40
    assert not any(independent(values) for values in measured)


def measured(outcomes=(), series=False, **more):
    """Runs and series of a part in which these outcomes are asked for, 24 days long."""
    plan = studies.plan(studies.small(outcomes=outcomes, series=series, **more), ["days=24"])
    return run_part(plan, plan.parts[0])


@pytest.mark.parametrize(
    "asked",
    [
        ("kind_acts",),
        ("resting", "kind_acts", "needs_met_total", "momentum"),
        ("norm_half_life", "acts_like"),
        ("reach_so_far", "answer_days"),
        ("reproduction", "norm"),
        ("cascade_size", "spillover_far"),
        (),
    ],
)
def test_what_is_asked_for_is_the_same_number_whatever_else_is(asked):
    """What nobody asks for is not measured, and what is asked for does not change, with the series or without."""
    every, whole = measured(series=True)
    few, nothing = measured(asked)
    again, course = measured(asked, series=True)
    asked = asked or [name for name in every if name in EVERY]
    assert {name: few[name] for name in asked} == {name: every[name] for name in asked}
    assert again == few
    assert few["digest"] == every["digest"]
    assert not nothing
    assert {name: course[name] for name in ("day", *asked) if name in whole} == {
        name: whole[name] for name in ("day", *asked) if name in whole
    }


def test_what_nobody_asks_for_is_not_measured(monkeypatch):
    """Of 24 days the last six stand for now; only a course, or the series, needs the others, too."""
    ticks = []
    monkeypatch.setattr(World, "outcomes", lambda world, names=None: ticks.append(names) or {"kind_acts": 1.0})
    for outcomes, series, looks in ((("kind_acts",), False, 7), (("momentum",), False, 25), (("kind_acts",), True, 25)):
        ticks.clear()
        measured(outcomes, series, arms={"control": {}}, replicates=1)
        assert ticks == [("kind_acts",)] * looks
