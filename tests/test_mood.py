"""Moods: slow, without flicker, a function of the history alone, and the same for both engines and any threads."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import worlds

from sim.lab.run import prepared
from sim.lab.scenario import load, override
from sim.model.law.settings import RuleSettings
from sim.studio.mood import AWAY, LOST_BELOW, STEPS, TIRED, Moods, legend, shares


def made_up(people: int = 1, dt: float = 1.0, **options: object) -> SimpleNamespace:
    """A world of one mind: what moods read, to be set by hand."""
    columns = {name: np.zeros(people, np.float32) for name in ("acts_today", "exhaustion", "resting")}
    settings = SimpleNamespace(dt=dt, rules=RuleSettings())
    extra = SimpleNamespace(columns=SimpleNamespace(lapsed=np.zeros(people if options.get("open") else 0, np.uint8)))
    campaign = SimpleNamespace(is_on=False)
    return SimpleNamespace(
        people=people, columns=SimpleNamespace(**columns), settings=settings, extra=extra, campaign=campaign
    )


def after(world: SimpleNamespace, moods: Moods, days: float, acts: float) -> int:
    world.columns.acts_today[:] = acts * world.settings.dt
    for _ in range(round(days / world.settings.dt)):
        moods.watch(world)
    return int(moods.levels[0])


@pytest.mark.parametrize("dt", [1.0, 0.25])
def test_steady_givers_reach_their_level_and_no_other(dt):
    for acts, level in ((0, 0), (0.9, 0), (1.2, 1), (2.2, 2), (5, 3)):
        world = made_up(dt=dt)
        assert after(world, Moods(world), 60, acts) == level


def test_one_busy_day_makes_nobody_very_kind():
    world = made_up()
    moods = Moods(world)
    assert after(world, moods, 1, 6) == 0
    assert after(world, moods, 10, 6) == 3
    assert after(world, moods, 1, 0) == 3


def test_a_level_is_lost_well_below_where_it_was_reached():
    world = made_up()
    moods = Moods(world)
    assert after(world, moods, 80, float(STEPS[1]) + 0.05) == 2
    assert after(world, moods, 80, float(STEPS[1]) * (1 + float(LOST_BELOW)) / 2) == 2
    assert after(world, moods, 80, float(STEPS[1] * LOST_BELOW) - 0.05) == 1


def test_tired_people_are_told_from_resting_or_a_week_of_exhaustion():
    world = made_up(open=True)
    moods = Moods(world)
    world.columns.exhaustion[:] = 0.9
    assert after(world, moods, 1, 5) != TIRED
    assert after(world, moods, 12, 5) == TIRED
    world.columns.exhaustion[:] = 0
    assert after(world, moods, 20, 5) == 3
    world.columns.resting[:] = 1
    assert after(world, moods, 1, 5) == TIRED
    world.extra.columns.lapsed[:] = 1
    assert after(world, moods, 1, 5) == AWAY


def test_hysteresis_keeps_moods_slow_in_a_real_world(monkeypatch):
    """Few people change mood in a day; without the margin more of them do."""
    slow, quick = changes_a_day(), None
    monkeypatch.setattr("sim.studio.mood.LOST_BELOW", np.float32(1))
    quick = changes_a_day()
    assert slow < 0.08
    assert quick > 1.2 * slow


def changes_a_day() -> float:
    run = prepared(load("everyday", [override("network.people=300"), override("days=40")]))
    moods, seen = Moods(run.world), []
    for _ in range(40):
        run.step()
        moods.watch(run.world)
        seen.append(moods.levels)
    return float((np.array(seen[21:]) != np.array(seen[20:-1])).mean())


@pytest.mark.parametrize("name", ["everyday", "two_minute_tip", "nomination_challenge"])
def test_the_same_for_both_engines_and_any_threads(name):
    changes = [override("network.people=90"), override("days=6")]
    changes += [override("campaign.seed_share=0.1")] if name == "nomination_challenge" else []
    network = prepared(load(name, changes)).world.network
    arm = list(load(name, changes).arms.values())[-1]
    seen = [course(prepared(arm, engine, threads, network)) for engine, threads in CASES]
    for other in seen[1:]:
        assert np.array_equal(seen[0], other)
    assert len(np.unique(seen[0])) > 1


CASES = (("kernel", 1), ("kernel", 3), ("mesa", None))


def course(run: object) -> np.ndarray:
    moods = Moods(run.world)
    levels = [moods.levels]
    for _ in range(run.scenario.ticks):
        run.step()
        moods.watch(run.world)
        levels.append(moods.levels)
    shown = {level.number for level in legend(run.world)}
    assert set(np.unique(levels)) <= shown
    return np.array(levels)


def test_looking_changes_nothing():
    seen, unseen = (worlds.stepped(world(), 0) for _ in range(2))
    moods = Moods(seen)
    for one in (seen, unseen):
        for _ in range(5):
            one.step()
            if one is seen:
                moods.watch(one)
    assert seen.digest() == unseen.digest()


def world() -> object:
    return prepared(load("everyday", [override("network.people=80")])).world


def test_shares_add_up_to_one():
    run = prepared(load("two_minute_tip", [override("network.people=80"), override("days=5")]))
    levels = course(run)[-1]
    assert sum(shares(levels, legend(run.world))) == pytest.approx(1)
    assert shares(np.empty(0, np.uint8), legend(run.world)) == [0.0] * len(legend(run.world))
