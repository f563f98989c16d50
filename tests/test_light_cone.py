"""An influence travels one tie a tick: what is changed in one person reaches nobody farther than the ticks gone by."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import worlds

from sim.model.engine import desk, settling
from sim.model.network.networks import Network
from sim.model.world import World

TICKS = 8
NETWORKS: dict[str, Callable[[], Network]] = {
    "ring": lambda: worlds.ring(40),
    "path": lambda: worlds.path(40),
    "one-way ties": lambda: worlds.scattered(60, 100, 4),
    "weighted ties": lambda: worlds.scattered(60, 100, 5, weighted=True),
    "keys of one's own": lambda: worlds.ring(40, key=worlds.keyed(40)),
}
SCENARIOS = {
    "everyday": {},
    "engagement ranking": {"rules__ranking": 2.0},
    "everybody hostile": {"population__hostile_share": 1.0, "population__hostile_level": 1.0},
    "burnout": {"rules__burnout_rate": 10.0, "rules__burnout_onset": 0.1, "rules__recovery_rate": 1.0},
    "short ticks": {"dt": 0.25, "rules__ranking": 1.0},
}
CHANGES: dict[str, tuple[str, float]] = {
    "warmer": ("warmth", 4.0),
    "in need": ("need", 1.2),
    "exhausted": ("exhaustion", 1.0),
    "resting": ("resting", 1),
    "grateful": ("gratitude", 1.0),
    "popular": ("score", 30.0),
    "scorned": ("scorn", 20.0),
    "unhappy": ("wellbeing", 0.0),
    "hostile": ("hostility", 5.0),
}


def eager(**changes: object) -> dict[str, object]:
    """A scenario where people read much and are easily moved, so that influence has every chance to travel."""
    moved = {"rules__beta_gratitude": 2.0, "rules__beta_norm": 10.0, "rules__norm_rate": 1.0, "rules__beta_liked": 3.0}
    read = {"population__attention_mean": 20.0, "population__attention_min": 10.0, "rules__notice": 1.0}
    return {"rules__hostile_norm": 3.0, "rules__ranking": 0.5, **moved, **read, **changes}


def reach(network: Network, scenario: dict[str, object], change: tuple[str, float], row: int) -> list[tuple[int, int]]:
    """For every tick: how far the farthest changed person is away (-1 = nobody differs), and how many differ."""
    settings = worlds.scenario(**eager(**scenario))
    plain, changed = World(settings, network), World(settings, network)
    name, value = change
    getattr(changed.columns, name)[row] = value
    away, seen = worlds.hops(network, row), []
    for _ in range(TICKS):
        plain.step(), changed.step()
        who = worlds.changed_people(plain, changed)
        seen.append((int(away[who].max(initial=-1)), int(who.sum())))
    return seen


def breaks(seen: list[tuple[int, int]]) -> list[int]:
    """Ticks at which somebody too far away differs."""
    return [tick for tick, (far, _) in enumerate(seen, 1) if far > tick]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_an_influence_travels_one_tie_a_tick(network, scenario, change):
    assert breaks(reach(network(), scenario, change, row=3 + 2 * len(change[0]))) == []


@pytest.mark.parametrize("name", ["warmer", "resting", "grateful", "popular", "hostile"])
def test_an_influence_does_travel(name):
    """Otherwise the test above would hold in a world where nothing happens: on a ring it gets at least 3 ties far."""
    seen = [reach(worlds.ring(40), {}, CHANGES[name], row) for row in (3, 20, 31)]
    assert max(far for run in seen for far, _ in run) >= 3


def test_the_bound_is_tight():
    """Some influence is as far away as it may be, for several ticks."""
    seen = [reach(worlds.ring(40), {}, CHANGES["warmer"], row) for row in range(0, 40, 3)]
    assert any([far for far, _ in run[:4]] == [1, 2, 3, 4] for run in seen)


def test_people_out_of_reach_never_differ():
    """Two rings side by side: a change in one never reaches the other."""
    one = np.arange(20)
    source = np.concatenate([one, one + 20])
    target = np.concatenate([(one + 1) % 20, (one + 1) % 20 + 20])
    network = worlds.from_ties(source, target, 40, directed=False)
    seen = reach(network, {}, CHANGES["warmer"], 5)
    assert max(far for far, _ in seen) <= 10
    assert seen[-1][1] <= 20


def test_the_least_warmth_is_enough():
    """One bit of one person's mind must not leak either."""
    network, settings = worlds.ring(40), worlds.scenario(**eager())
    plain, changed = World(settings, network), World(settings, network)
    changed.columns.norm[7] = np.nextafter(changed.columns.norm[7], np.float32(1))
    away = worlds.hops(network, 7)
    for tick in range(1, 30):
        plain.step(), changed.step()
        assert away[worlds.changed_people(plain, changed)].max(initial=0) <= tick


def norm_of_all(world: World) -> None:
    """A leak: people sense the mean norm of everybody."""
    world.columns.norm[:] = 0.999 * world.columns.norm + 0.001 * world.columns.norm.mean()


def profile_of_what_just_arrived(world: World) -> None:
    """A leak: what arrived this tick decides the weight that others read next tick, as if news had two legs."""
    scratch = desk.settle_arrays(world.people)
    settling.weigh(world.columns.age, world.columns.score, world.columns.resting, world.levers, scratch.weight)
    settling.publish(world.columns, world.levers, 0, world.people, scratch)


def neighbours_share_gratitude_twice(world: World) -> None:
    """A leak: a state passes to the next row twice in a tick."""
    for _ in range(2):
        world.columns.gratitude[1:] = 0.9 * world.columns.gratitude[1:] + 0.1 * world.columns.gratitude[:-1]


@pytest.mark.parametrize("leak", [norm_of_all, profile_of_what_just_arrived, neighbours_share_gratitude_twice])
def test_a_leak_is_caught(leak, monkeypatch):
    step = World.step
    monkeypatch.setattr(World, "step", lambda world: (step(world), leak(world)))
    seen = [
        reach(worlds.path(40), {"rules__ranking": 3.0}, CHANGES[name], row)
        for name in ("warmer", "resting", "exhausted")
        for row in (3, 12, 20, 31)
    ]
    assert any(breaks(run) for run in seen)
