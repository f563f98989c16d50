"""Forked arms are the arms run from the start, bit for bit, and arms that differ before the fork are refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

from sim.lab import branch as branches
from sim.lab import twins
from sim.lab.branch import branch, latest
from sim.lab.errors import BadInput
from sim.lab.overrides import override
from sim.lab.record import kept
from sim.lab.run import Run, network_of, prepared
from sim.lab.scenario import Scenario, load, shipped

SMALL = ("network.people=60", "days=14")


def late(name: str, *more: str, start: float = 9.0) -> Scenario:
    """A shipped scenario in a small world in which every intervention of every arm starts late."""
    found = load(name, [override(text) for text in SMALL])
    moved = []
    for place, one in enumerate(found.settings.interventions):
        moved.append(f"interventions.{place}.start={min(start, one.start)}")
    for arm, told in found.settings.arms.items():
        for place, _ in enumerate(told.get("interventions", [])):
            moved.append(f"arms.{arm}.interventions.{place}.start={start}")
    return load(name, [override(text) for text in (*SMALL, *moved, *more)])


def whole(scenario: Scenario) -> dict[str, Run]:
    """Every arm run from the start."""
    network, found = network_of(scenario), {}
    for name, arm in scenario.arms.items():
        found[name] = prepared(arm, network=network)
        for _ in found[name]:
            pass
    return found


def forked(scenario: Scenario, day: float) -> dict[str, Run]:
    """Every arm run from a fork."""
    found = {}
    for run in branch(scenario, day):
        assert run.world.tick == round(day / scenario.settings.dt)
        found[run.scenario.arm] = run
        for _ in run:
            pass
    return found


def differing(one: Run, other: Run) -> list[str]:
    """What two finished runs do not share, to the last bit."""
    mine, theirs = kept(one), kept(other)
    told = [name for name in ("size", "identity", "summary", "frame") if plain(mine, name) != plain(theirs, name)]
    return told + (["digest"] if one.world.digest() != other.world.digest() else [])


def plain(done, name: str) -> str:
    return json.dumps(getattr(done, name))


@pytest.mark.parametrize("name", ["storm_recovery", "norm_shift", "trolls", "two_minute_tip", "school_climate"])
def test_a_fork_is_the_same_as_running_from_the_start(name):
    """A random day up to the last possible one, and that one."""
    scenario = late(name)
    wanted, last = whole(scenario), round(latest(scenario))
    assert last == 9
    for day in {last, int(np.random.default_rng(len(name)).integers(1, last))}:
        found = forked(scenario, day)
        assert list(found) == list(wanted)
        for arm, run in found.items():
            assert differing(run, wanted[arm]) == [], (arm, day)
    assert len({run.world.digest() for run in wanted.values()}) > 1


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped())
def test_every_scenario_whose_arms_can_start_late(name):
    scenario = late(name)
    if latest(scenario) == 0:
        with pytest.raises(BadInput):
            branch(scenario, 1)
        return
    wanted = whole(scenario)
    for day in range(int(latest(scenario)) + 1):
        for arm, run in forked(scenario, day).items():
            assert differing(run, wanted[arm]) == [], (arm, day)


def test_a_fork_amid_what_all_arms_share():
    """The storm of day 4 has struck before the fork, and what it remembers goes along. At a tick of a quarter day."""
    moved = [override(f"arms.{arm}.interventions.0.start=4") for arm in ("messages", "moving_messages")]
    videos = [f"arms.{arm}.interventions.1.start=9.3" for arm in ("messages", "moving_messages")]
    own = (*SMALL, "dt=0.25", "interventions.0.start=4", *videos)
    scenario = load("storm_recovery", [*map(override, own), *moved])
    assert latest(scenario) == 9.5
    wanted = whole(scenario)
    for arm, run in forked(scenario, 9.5).items():
        assert differing(run, wanted[arm]) == [], arm


def test_a_window_that_closes_later_in_one_arm():
    """Norm shift without its control: a season and a movement that goes on are the same until the season ends."""
    scenario = load("norm_shift", [override(text) for text in (*SMALL, "arms.season.interventions.0.days=6")])
    arms = ["season", "going_on"]
    assert latest(scenario) == 0
    assert latest(scenario, arms) == 6
    wanted = whole(scenario)
    for run in branch(scenario, 6, arms=arms):
        for _ in run:
            pass
        assert differing(run, wanted[run.scenario.arm]) == []


def test_campaigns_that_have_not_begun_may_differ():
    scenario = late("nomination_challenge", "campaign.start=5")
    assert latest(scenario) == 5
    wanted = whole(scenario)
    for arm, run in forked(scenario, 5).items():
        assert differing(run, wanted[arm]) == [], arm


def test_another_replicate_and_some_of_the_arms():
    scenario = late("trolls")
    runs = list(branch(scenario, 5, replicate=3, arms=["moderated"]))
    assert [run.scenario.settings.replicate for run in runs] == [3]
    (run,) = runs
    for _ in run:
        pass
    alone = prepared(scenario.arms["moderated"].in_replicate(3))
    for _ in alone:
        pass
    assert differing(run, alone) == []


REFUSED = {
    "norm_shift": (1, r'norm_shift.toml:\d+: arms.season.interventions: .*"movement", which opens on day 0, is not'),
    "everyday": (1, r"everyday.toml:\d+: arms.not_passed_on.rules.\w+: .*until the fork on day 1: rules.\w+ differs"),
    "nomination_challenge": (1, r"nomination_challenge.toml:\d+: arms.a_third_names.campaign: .*campaigns differ"),
    "storm_recovery": (13, r'storm_recovery.toml:\d+: arms.messages.interventions: .*"videos", which opens on day 12'),
}


@pytest.mark.parametrize("name", REFUSED)
def test_arms_that_differ_before_the_fork_are_refused_in_one_line(name):
    day, words = REFUSED[name]
    more = [f"arms.{arm}.interventions.1.start=12" for arm in ("messages", "moving_messages")]
    scenario = load(name, [override(text) for text in (*SMALL, *(more if name == "storm_recovery" else ()))])
    with pytest.raises(BadInput, match=words) as trouble:
        branch(scenario, day)
    assert "\n" not in str(trouble.value)


@pytest.mark.parametrize("day", [-1, 14, 20, float("nan")])
def test_a_day_outside_of_the_run(day):
    with pytest.raises(BadInput, match=r"--day: .*before day 14"):
        branch(late("trolls"), day)


def test_doses_and_costs_before_the_fork_count():
    """Moderation from day 0 in two arms: of two doses, of one, and of one at two prices."""
    one_dose = "arms.careless.interventions.0.wrongly=0.0"
    for more, last in (((), 0), ((one_dose,), 13), ((one_dose, "arms.careless.interventions.0.cost.fixed=5"), 0)):
        scenario = load("trolls", [override(text) for text in (*SMALL, *more)])
        assert latest(scenario, ["moderated", "careless"]) == last


def test_a_fork_past_a_difference_would_be_noticed(monkeypatch):
    """Broken twin: without the check, arms fork a day too late and are not what they are from the start."""
    monkeypatch.setattr(branches, "_check", lambda arms, tick: None)
    scenario = late("trolls", "population.hostile_share=0.5", "population.hostile_level=0")
    wanted = whole(scenario)
    assert any(differing(run, wanted[arm]) for arm, run in forked(scenario, 10).items())


@pytest.mark.parametrize("lost", ["letters", "memory", "columns"])
def test_a_copy_that_forgets_would_be_noticed(lost, monkeypatch):
    """Broken twins: what is under way, what outcomes remember, or one column is left behind."""
    right = twins.become

    def forgets(twin, world):
        right(twin, world)
        if lost == "letters":
            twin.tick += 1
        elif lost == "memory":
            twin.memory.given[:] = 0
            twin.memory.gave[:] = False
        else:
            twin.columns.gratitude[:] = 0

    scenario = late("trolls")
    wanted = whole(scenario)
    monkeypatch.setattr(twins, "become", forgets)
    runs = list(branch(scenario, 8))
    for run in runs:
        for _ in run:
            pass
    assert any(differing(run, wanted[run.scenario.arm]) for run in runs)
