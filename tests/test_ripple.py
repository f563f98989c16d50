"""Ripples: nothing where nothing spreads, no farther than a tie a day, and counted the same way from every side."""

from __future__ import annotations

import networkx
import numpy as np
import pytest
import worlds

from sim.lab import ripple as ripples
from sim.lab.overrides import override
from sim.lab.ripple import ripple
from sim.lab.scenario import Scenario, load
from sim.model.law import letters

DEAF = ("gratitude", "norm", "reward", "liked", "need", "answered", "exhaustion")  # nothing received moves anybody


def scenario(*texts: str) -> Scenario:
    small = ("network.people=400", "network.kind=scale_free", "network.degree=6", "rules.burnout_rate=0")
    return load("everyday", [override(text) for text in (*small, *texts)])


def deaf() -> Scenario:
    return scenario(*(f"rules.beta_{name}=0" for name in DEAF), "rules.thanks_offset=-10", "rules.effort_weight=0")


def test_where_nothing_spreads_an_act_leads_to_none():
    found = ripple(deaf(), burn_in=10, days=10)
    assert found.acts > 5
    assert not found.fewer.any()
    assert found.reproduction == 0
    assert ripple(scenario(), burn_in=10, days=10).fewer.any()


@pytest.mark.parametrize("form", ripples.FORMS)
def test_influence_travels_one_tie_a_day(form):
    found = ripple(scenario("network.kind=ring", "network.degree=2"), form, share=0, burn_in=10, days=5, farthest=9)
    assert found.acts == 1
    for day, row in enumerate(found.degrees):
        assert not row[day + 2 :].any()


def test_degrees_add_up_to_days():
    found = ripple(scenario(), burn_in=10, days=12)
    assert np.array_equal(found.degrees.sum(axis=1), found.fewer)
    assert found.further == pytest.approx(found.fewer.sum() / found.acts)
    assert found.reproduction == pytest.approx(found.further / (1 + found.further))


def test_the_same_call_gives_the_same_ripple_and_another_seed_another():
    one, again, other = (ripple(scenario(f"seed={seed}"), burn_in=5, days=8).fewer for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_the_chosen_acts_are_kind_and_as_many_as_asked_for():
    luck = np.random.default_rng(3)
    post = np.zeros((1000, 3), np.uint64)
    post[:, 0] = luck.integers(0, 50, 1000).astype(np.uint64)
    post[:, 1] = (np.arange(1000) % 250).astype(np.uint64) << np.uint64(12)
    post[::4, 1] |= letters.HOSTILE
    key = np.arange(50)
    chosen = ripples.choose(post, key, 0.1, seed=1)
    assert chosen.sum() == 75
    assert not chosen[::4].any()
    assert ripples.choose(post, key, 0.0, seed=1).sum() == 1
    shares = [ripples.choose(post, key, 0.1, seed)[1::4].mean() for seed in range(40)]
    assert np.mean(shares) == pytest.approx(0.1, abs=0.02)


def test_without_an_act_to_undo_nothing_is_chosen():
    assert ripples.choose(np.empty((0, 3), np.uint64), np.arange(3), 0.5, 1).sum() == 0


def test_distances_agree_with_networkx():
    network = worlds.scattered(60, 70, seed=2)
    graph = networkx.Graph()
    graph.add_nodes_from(range(60))
    source = np.repeat(np.arange(60), np.diff(network.indptr))
    graph.add_edges_from(zip(source, network.indices, strict=True))
    start = np.array([3, 17])
    wanted = networkx.multi_source_dijkstra_path_length(graph, set(start.tolist()))
    assert list(ripples.distances(network, start, 5)) == [min(wanted.get(row, 5), 5) for row in range(60)]


def test_a_form_that_is_not_there():
    with pytest.raises(ValueError, match="contagion and net"):
        ripple(scenario(), "gross", burn_in=1, days=1)
