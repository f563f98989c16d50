"""Under any interventions both engines are one model, and what must not matter does not.

Windows, targets, doses, several at once, switched in mid-run, stopped and resumed in mid-window, any length of tick.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import programmes
import pytest
import worlds
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from test_same_world import difference

from sim.model.interventions.here import DELIVERED
from sim.model.interventions.registry import KINDS
from sim.model.kindness import KindnessModel
from sim.model.law import letters
from sim.model.world import World

TICKS = 4
# kind of the first intervention and number of programmes: 12 at every run, 224 more in the slow suite
PARTS = [("", 12), *(pytest.param(kind, 14, marks=pytest.mark.slow) for kind in sorted(KINDS))]
SHOWN = {  # what programmes that begin with a kind must have shown, beside the kind itself
    "moderation": ("removed kind", "removed hostile"), "broadcast": ("official items",), "assistant": ("urged",),
    "ranking": ("slots elsewhere", "ranked by trust"), "hashtag": ("slots elsewhere",), "self_care": ("capped",),
    "ease": ("short ticks", "switched", "resumed", "aimed"),
}  # fmt: skip


def tally(seen: Counter[str], world: World) -> None:
    """Count what happened, so that the test can show that it saw something."""
    for one, _, who in world.programme._open:
        seen[KINDS_BY_CLASS[type(one)]] += 1
        seen["aimed"] += who is not None and bool(who.any()) and not bool(who.all())
    post = world.letters()
    hostile = post[:, 1] & letters.HOSTILE > 0
    seen["removed kind"] += int((post[~hostile, 1] & letters.VOID > 0).sum())
    seen["removed hostile"] += int((post[hostile, 1] & letters.VOID > 0).sum())
    seen["hidden hostile"] += int((post[hostile, 1] & letters.VISIBLE == 0).sum())
    seen["official items"] += int(world.inputs.official.sum())
    seen["urged"] += int(world.inputs.urged_today.sum())
    seen["slots elsewhere"] += world.inputs.recommended + world.inputs.discovery > 0
    seen["ranked by trust"] += bool(world.programme.memory.get("exposed", np.zeros(1)).any())
    seen["capped"] += bool((world.inputs.cap < 1).any())
    seen["short ticks"] += world.settings.dt < 1


KINDS_BY_CLASS = {made: kind for kind, made in KINDS.items()}


@pytest.mark.parametrize(("kind", "cases"), PARTS)
def test_both_engines_make_the_same_world(kind, cases, tmp_path):
    seen: Counter[str] = Counter()

    @seed(len(kind))
    @settings(
        max_examples=cases, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False
    )
    @given(programmes.cases(kind), st.integers(1, 11), st.integers(0, TICKS), st.integers(0, 2 * TICKS), st.booleans())
    def holds(case, ward, switch, stop, on):
        scenario, network = case
        mesa = worlds.mesa_twin(scenario, network, "shuffled" if ward % 2 else "rows")
        kernel, threaded = World(scenario, network, threads=1), World(scenario, network, threads=2, ward=ward)
        for tick in range(TICKS):
            if tick == switch:
                for world in (mesa, kernel, threaded):
                    world.switch(scenario.interventions[0].name, on)
                seen["switched"] += 1
            if tick == stop:
                kernel.save(tmp_path / "a")
                kernel = World.load(tmp_path / "a", threads=1)
                seen["resumed"] += 1
            mesa.step(), kernel.step(), threaded.step()
            assert (tick, difference(kernel, mesa.world)) == (tick, [])
            assert (tick, difference(kernel, threaded)) == (tick, [])
            assert kernel.digest() == mesa.world.digest() == threaded.digest()
            assert (tick, worlds.out_of_range(kernel)) == (tick, [])
            assert kernel.outcomes() == mesa.world.outcomes()
            tally(seen, kernel)
        seen["cases"] += 1

    holds()
    assert seen["cases"] >= cases
    assert not kind or [what for what in (kind, *SHOWN.get(kind, ())) if not seen[what]] == [], seen


def busy(order: int = 0, **changes: Any) -> Any:
    """All kinds at once, some of them twice, listed in another order each time."""
    chosen = [programmes.one(kind, doses) for kind, doses in programmes.STRONG.items()]
    chosen += [
        programmes.one(kind, programmes.STRONG[kind], name=f"second_{kind}", target={"share": 0.5})
        for kind in ("daily_prompt", "broadcast", "ease", "moderation", "assistant", "self_care", "specific_praise")
    ]
    random.Random(order).shuffle(chosen)
    return programmes.scenario(*chosen, **changes)


@pytest.mark.parametrize("dt", [1.0, 0.25])
def test_the_order_of_the_list_changes_no_bit(dt):
    town = programmes.town()
    digests = {worlds.stepped(World(busy(order, dt=dt), town), 8).digest() for order in range(5)}
    assert len(digests) == 1


def test_draws_of_one_are_not_moved_by_another():
    """Whose day it is, and who is chosen by lot, hangs on the name alone."""
    aimed = programmes.one("daily_prompt", {"boost": 0.0}, rate=0.5, target={"share": 0.3})
    alone = worlds.stepped(World(programmes.scenario(aimed), programmes.town()), 5).programme.memory
    among = worlds.stepped(World(programmes.scenario(programmes.one("ease", {}), aimed), programmes.town()), 5)
    for name in ("daily_prompt.reached", "daily_prompt.ledger", "prompted"):
        assert np.array_equal(alone[name], among.programme.memory[name])


def test_everything_is_in_the_tables():
    assert set(programmes.STRONG) == set(programmes.NOTHING) == set(KINDS)


def deeds(one: World, other: World) -> list[str]:
    """Where two worlds differ, but for what interventions remember of themselves: who was reached, what was paid."""
    mine, theirs = ({**worlds.everything(world), "letters": world.letters()} for world in (one, other))
    kept = [name for name in mine if not name.startswith("intervention ")]
    return [name for name in kept if not np.array_equal(mine[name], theirs[name])]


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("dt", [1.0, 0.25])
def test_a_dose_of_nothing_changes_no_bit(kind, dt):
    nothing, town = programmes.one(kind, programmes.NOTHING[kind]), programmes.town()
    plain, with_it = (World(programmes.scenario(*some, dt=dt), town) for some in ([], [nothing]))
    for _ in range(8):
        plain.step(), with_it.step()
        assert deeds(plain, with_it) == []


@pytest.mark.parametrize("kind", list(KINDS))
def test_worlds_that_differ_by_an_intervention_are_the_same_before_it(kind):
    """And not afterwards: each kind does something."""
    later, town = programmes.one(kind, programmes.STRONG[kind], start=3.0), programmes.town()
    plain, with_it = World(programmes.scenario(), town), World(programmes.scenario(later), town)
    for _ in range(3):
        plain.step(), with_it.step()
        assert deeds(plain, with_it) == []
        assert plain.outcomes() == with_it.outcomes()
    for _ in range(9):
        plain.step(), with_it.step()
    assert deeds(plain, with_it) != []


@pytest.mark.parametrize("engine", ["kernel", "mesa"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_a_switch_is_a_window(kind, engine):
    """Switched on before tick 2 and off before tick 5 is the window from day 2 to day 5."""
    window = programmes.one(kind, programmes.STRONG[kind], start=2.0, end=5.0)
    never = programmes.one(kind, programmes.STRONG[kind], start=50.0, end=60.0)
    planned = World(programmes.scenario(window), programmes.town())
    switched = KindnessModel(programmes.scenario(never), network=programmes.town(), engine=engine)
    for tick in range(8):
        if tick in (2, 5):
            switched.switch(kind, tick == 2)
        planned.step(), switched.step()
        assert (tick, deeds(planned, switched.world)) == (tick, [])


def test_a_switch_survives_a_checkpoint(tmp_path: Path):
    settings = programmes.scenario(programmes.one("ease", {"ease": 3.0}, start=50.0))
    world = worlds.stepped(World(settings, programmes.town()), 2)
    world.switch("ease", True)
    world.save(tmp_path / "a")
    assert worlds.stepped(World.load(tmp_path / "a"), 3).digest() == worlds.stepped(world, 3).digest()
    assert world.outcomes()["reached"] == 60
    with pytest.raises(KeyError, match="no intervention is called eas; there are ease"):
        world.switch("eas", True)


@pytest.mark.parametrize("kind", ["shock", "influencers"])
def test_what_happens_at_the_start_happens_again_when_it_is_opened_again(kind):
    """Two openings deliver twice; one long one delivers once."""
    settings = programmes.scenario(programmes.one(kind, programmes.STRONG[kind]), rules__hard_day_rate=0.0)
    world = worlds.stepped(World(settings, programmes.town()), 2)
    once = world.programme.memory[f"{kind}.ledger"][DELIVERED]
    world.switch(kind, False)
    world.step()
    world.switch(kind, True)
    world.step()
    assert world.programme.memory[f"{kind}.ledger"][DELIVERED] == 2 * once


def test_costs_add_up():
    """Fixed, per person ever reached, per reached person and day, per delivery, and fees per follower."""
    cost = {"fixed": 1000.0, "per_person": 100.0, "per_person_day": 10.0, "per_delivery": 1.0}
    prompt = programmes.one("daily_prompt", {}, start=1.0, end=4.0, target={"share": 0.5}, cost=cost)
    star = programmes.one("influencers", {"target": {"share": 0.05, "rule": "in_degree"}}, fee_per_follower=7.0)
    town = programmes.town()
    for dt in (1.0, 0.5):
        world = worlds.stepped(World(programmes.scenario(prompt, star, dt=dt), town), round(6 / dt))
        best = np.sort(town.followers())[-3:].sum()
        assert world.outcomes()["cost"] == 1000 + 30 * 100 + 30 * 3 * 10 + 30 * 3 + 7 * best
        assert world.outcomes()["delivered"] == 90
        assert world.outcomes()["reached"] == (world.programme.memory["daily_prompt.reached"]
                                               | world.programme.memory["influencers.reached"]).sum()  # fmt: skip


def test_a_world_without_interventions_costs_nothing():
    world = worlds.stepped(World(programmes.scenario(), programmes.town()), 2)
    assert [world.outcomes()[name] for name in ("cost", "reached", "delivered")] == [0, 0, 0]
    assert world.programme.memory == {}


def test_a_checkpoint_whose_memory_does_not_fit_is_refused(tmp_path: Path):
    world = worlds.stepped(World(busy(), programmes.town()), 3)
    for name, wrong in (("prompted", np.zeros(3, np.float32)), ("ease.ledger", np.zeros(9, np.int64))):
        kept = world.programme.memory.get(name)
        world.programme.memory[name] = wrong
        world.save(tmp_path / "a")
        with pytest.raises(ValueError, match="what is remembered as"):
            World.load(tmp_path / "a")
        world.programme.memory[name] = kept


@pytest.mark.parametrize("far", [False, True])
def test_an_influence_still_travels_one_tie_a_tick(far):
    """Under all kinds but those that show strangers; with these, which is the broken twin, it reaches anybody."""
    shows = {"ranking": {"recommended": 1.0}} if far else {"ranking": {"ranking": 2.0}}
    kinds = {**programmes.STRONG, **shows}
    chosen = [programmes.one(kind, doses) for kind, doses in kinds.items() if kind != "hashtag"]
    network, away = worlds.ring(60), worlds.hops(worlds.ring(60), 30)
    plain, changed = (World(programmes.scenario(*chosen), network) for _ in range(2))
    changed.columns.warmth[30] += 4
    beyond = []
    for tick in range(1, 9):
        plain.step(), changed.step()
        differ = worlds.changed_people(plain, changed)
        beyond.append(bool(differ.any()) and int(away[differ].max()) > tick)
    assert any(beyond) == far
