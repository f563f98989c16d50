"""What is off by default keeps the two engines one model too: drift, pace, membership, ties that change, a custom,
groups, alone and together. And what is switched on without effect changes no bit of everyday life."""

from __future__ import annotations

from collections import Counter
from unittest.mock import patch

import numpy as np
import pytest
import worlds
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from test_same_world import difference

from sim.model.kindness import KindnessModel
from sim.model.law.columns import COLUMNS
from sim.model.world import World

PARTS, CASES = 2, 90
ALL = {f"{part}__{key}": value for part, (_, lively) in worlds.SLOW.items() for key, value in lively.items()}


def tally(seen: Counter[str], world: World) -> None:
    """Count what happened, so that the test can show that it saw something."""
    slow, strength = world.extra.columns, world.memories()["slow"].get("tie_strength", np.ones(1))
    seen["drift"] += int((slow.drift != 0).sum())
    seen["pace"] += int(slow.pace.size)
    seen["lapses"] += int((slow.turned_today == 1).sum())
    seen["returns"] += int((slow.turned_today == 2).sum())
    seen["gifts that wait"] += int((slow.waiting > 0).sum())
    seen["thanks that wait"] += int((slow.waiting_thanks > 0).sum())
    seen["ties broken"] += int((strength == 0).sum())
    seen["ties stronger"] += int((strength > 1).sum())
    seen["belonging"] += int((slow.belonging > 0).sum())
    seen["new custom"] += int((slow.custom == 1).sum())
    seen["old custom"] += int((slow.custom == 0).sum())


TALLIED = (
    "drift", "pace", "lapses", "returns", "gifts that wait", "thanks that wait", "ties broken", "ties stronger",
    "belonging", "new custom", "old custom",
)  # fmt: skip


@pytest.mark.parametrize("part", range(PARTS))
def test_both_engines_make_the_same_slow_world(part):
    seen: Counter[str] = Counter()

    @seed(100 + part)
    @settings(
        max_examples=CASES, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False
    )
    @given(worlds.slow_scenarios(), worlds.networks(grouped=True), st.integers(3, 6), st.integers(1, 11))
    def holds(scenario, network, ticks, ward):
        mesa = worlds.mesa_twin(scenario, network, "shuffled")
        kernel, threaded = World(scenario, network, threads=1), World(scenario, network, threads=2, ward=ward)
        for tick in range(ticks):
            mesa.step(), kernel.step(), threaded.step()
            assert (tick, difference(kernel, mesa.world)) == (tick, [])
            assert (tick, difference(kernel, threaded)) == (tick, [])
            assert (tick, worlds.out_of_range(kernel)) == (tick, [])
            tally(seen, kernel)
        seen["scenarios"] += 1

    holds()
    assert seen["scenarios"] >= CASES
    assert [what for what in TALLIED if not seen[what]] == [], seen


def town():
    return worlds.scattered(60, 260, 4, weighted=True, group=np.arange(60) % 3)


@pytest.mark.parametrize("rule", ["drifts", "averages", "recalls", "strengthens", "weakens", "belongs"])
def test_a_bent_slow_rule_in_one_engine_is_noticed(rule):
    scenario = worlds.scenario(**ALL)
    mesa, kernel = worlds.mesa_twin(scenario, town()), World(scenario, town())
    law = getattr(mesa.book, rule)
    with patch.object(mesa.book, rule, lambda *given: np.float32(law(*given) * np.float32(1.00001))):
        for _ in range(4):
            mesa.step(), kernel.step()
    assert difference(kernel, mesa.world) != []


@pytest.mark.parametrize("engine", ["kernel", "mesa"])
def test_a_slow_world_stopped_after_every_tick_is_the_same_world(tmp_path, engine):
    straight, stopped = World(worlds.scenario(**ALL), town()), KindnessModel(worlds.scenario(**ALL), network=town())
    for tick in range(5):
        stopped.step()
        stopped.save(tmp_path / f"{tick}")
        stopped = KindnessModel.load(tmp_path / f"{tick}", engine=engine)
        straight.step()
        assert difference(straight, stopped.world) == []
        assert straight.outcomes() == stopped.world.outcomes()


def test_a_checkpoint_whose_memories_do_not_fit_is_refused(tmp_path):
    world = worlds.stepped(World(worlds.scenario(**ALL), town()), 2)
    world.save(tmp_path / "a")
    with np.load(tmp_path / "a") as file:
        arrays = {name: file[name] for name in file.files}
    for name, damaged in (("slow_drift", np.zeros(3, np.float32)), ("slow_lapsed", None)):
        kept = {key: array for key, array in {**arrays, name: damaged}.items() if array is not None}
        with (tmp_path / "b").open("wb") as out:
            np.savez(out, **kept)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=f"memory {name[5:]} does not fit"):
            World.load(tmp_path / "b")


WITHOUT_EFFECT = {
    "drift that goes nowhere": {"drift__pull": 1.0, "drift__bound": 0.0},
    "nobody lapses": {"membership__open": True, "membership__lapse_rate": 0.0, "membership__beta_recognition": 0.0},
    "ties that stay": {
        "ties__changing": True, "ties__gain": 0.0, "ties__fade": 0.0, "ties__harm": 1.0, "ties__break_level": 0.0,
    },
    "a custom that matters to nobody": {"custom__followed": True, "custom__start": 0.5},
}  # fmt: skip


@pytest.mark.parametrize("changes", WITHOUT_EFFECT.values(), ids=WITHOUT_EFFECT)
def test_coefficients_of_0_leave_everyday_life_as_it_was(changes):
    network = worlds.scattered(60, 260, 4)  # strengths beyond 2 would be cut, so all are 1
    plain, slow = World(worlds.scenario(), network), World(worlds.scenario(**changes), network)
    custom_bit = np.uint64(1 << 54)
    for _ in range(10):
        plain.step(), slow.step()
        slow.columns.profile[:] &= ~custom_bit
        pairs = zip(COLUMNS, plain.columns, slow.columns, strict=True)
        assert [name for name, one, two in pairs if one.tobytes() != two.tobytes()] == []
        if slow.extra.columns.custom.size:
            slow.columns.profile[:] |= slow.extra.columns.custom.astype(np.uint64) << np.uint64(54)


def test_what_is_off_costs_no_memory():
    world = World(worlds.scenario(), worlds.ring(20))
    assert all(column.size == 0 for column in world.extra.columns)
    assert world.memories()["slow"] == {}


def test_relabelling_people_permutes_a_slow_world():
    draw = np.random.default_rng(7)
    people, key = 40, worlds.keyed(40)
    source, target = draw.integers(0, people, (2, 200))
    _, once = np.unique(source * people + target, return_index=True)
    source, target, group = source[once], target[once], draw.integers(0, 3, people)
    plain = worlds.from_ties(source, target, people, key=key, group=group)
    new = draw.permutation(people)
    old = np.argsort(new)
    moved = worlds.from_ties(new[source], new[target], people, key=key[old], group=group[old])
    one, two = (worlds.stepped(World(worlds.scenario(**ALL), made), 12) for made in (plain, moved))
    assert one.digest() == two.digest()
