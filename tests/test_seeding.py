"""Whom to begin with: each rule against brute force on small graphs, and what holds of all of them."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
import worlds
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.interventions.base import RULES
from sim.model.network import seeding
from sim.model.network.networks import Network

ATLAS = [graph for graph in nx.graph_atlas_g() if graph.number_of_nodes() > 1][::11]
RANDOM = [worlds.scattered(25, 70, seed, directed=seed % 2 == 0) for seed in range(8)]
SMALL = [worlds.from_ties(*np.array([*graph.edges]).reshape(-1, 2).T, len(graph), directed=False) for graph in ATLAS]
NETWORKS = [*SMALL, *RANDOM]
EVERY_RULE = RULES


def lots(people: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random(people, np.float32)


def everybody(network: Network) -> np.ndarray:
    return np.ones(network.people, bool)


def friends(network: Network) -> list[set[int]]:
    """Who is tied to whom, whichever way."""
    known: list[set[int]] = [set() for _ in range(network.people)]
    for row in range(network.people):
        for other in network.indices[network.indptr[row] : network.indptr[row + 1]].tolist():
            known[row].add(other)
            known[other].add(row)
    return known


@pytest.mark.parametrize("network", NETWORKS, ids=range(len(NETWORKS)))
def test_core_numbers_are_those_of_networkx(network):
    graph = nx.Graph([(a, b) for a, known in enumerate(friends(network)) for b in known])
    graph.add_nodes_from(range(network.people))
    wanted = nx.core_number(graph)
    assert seeding.core_numbers(network).tolist() == [wanted[row] for row in range(network.people)]


@pytest.mark.parametrize("network", NETWORKS, ids=range(len(NETWORKS)))
def test_wide_bridges_by_counting(network):
    known = friends(network)
    wanted = [
        sum(len(known[j] & known[i]) >= 2 for j in range(network.people) if j != i and j not in known[i])
        for i in range(network.people)
    ]
    assert seeding.bridges(network).tolist() == wanted


def test_wide_bridges_of_more_people_than_fit_one_chunk(monkeypatch):
    network = worlds.scattered(60, 300, 2)
    whole = seeding.bridges(network)
    monkeypatch.setattr(seeding, "_CHUNK", 7)
    assert np.array_equal(seeding.bridges(network), whole)


@pytest.mark.parametrize("network", NETWORKS, ids=range(len(NETWORKS)))
def test_referents_are_named_by_a_friend_never_twice_and_never_without_ties(network):
    known, luck = friends(network), lots(network.people)
    order = seeding.referent(network, everybody(network), luck).tolist()
    namers = sorted(range(network.people), key=lambda row: luck[row])
    wanted = dict.fromkeys(min(known[row], key=lambda j: luck[j]) for row in namers if known[row])
    assert order == list(wanted)
    assert all(known[row] for row in order)


def test_in_degree_counts_readers():
    network = worlds.scattered(30, 120, 3)
    order = seeding.in_degree(network, everybody(network), lots(30))
    followers = [(network.indices == row).sum() for row in order]
    assert followers == sorted(followers, reverse=True)
    assert all(a < b for a, b in combinations(order, 2) if network.followers()[a] == network.followers()[b])


def test_clustered_people_are_one_neighbourhood():
    network = worlds.ring(30)
    order = seeding.clustered(network, everybody(network), lots(30))
    assert sorted(order.tolist()) == list(range(30))
    for size in range(2, 30):
        part = set(order[:size].tolist())
        assert sum((row + 1) % 30 in part for row in part) >= size - 1


def test_a_clustered_choice_goes_on_where_ties_end():
    network = worlds.strangers(9)
    assert sorted(seeding.clustered(network, everybody(network), lots(9)).tolist()) == list(range(9))


def test_per_community_takes_the_share_of_each():
    network = worlds.scattered(50, 100, 1, group=np.repeat([0, 1, 2], [30, 10, 10]))
    chosen = seeding.chosen(network, "per_community", 0.3, everybody(network), lots(50))
    assert np.bincount(network.group[chosen]).tolist() == [9, 3, 3]


@pytest.mark.parametrize("rule", EVERY_RULE)
@settings(max_examples=40, deadline=None)
@given(network=worlds.networks(), share=st.floats(0.01, 1), seed=st.integers(0, 9))
def test_a_choice_is_among_the_eligible_and_of_the_right_size(rule, network, share, seed):
    eligible = lots(network.people, seed + 100) < 0.6
    chosen = seeding.chosen(network, rule, share, eligible, lots(network.people, seed))
    again = seeding.chosen(network, rule, share, eligible, lots(network.people, seed))
    assert not (chosen & ~eligible).any()
    assert np.array_equal(chosen, again)
    if rule in ("random", "in_degree", "k_core", "wide_bridges", "clustered"):
        wanted = max(1, int(np.floor(share * eligible.sum() + 0.5))) if eligible.any() else 0
        assert chosen.sum() == wanted


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_a_choice_by_lot_follows_the_lots(rule):
    """Rules that look at ties alone do not; a rule that ignored its lots would choose the same people always."""
    network = worlds.scattered(60, 150, 5)
    chosen = {seeding.chosen(network, rule, 0.2, everybody(network), lots(60, seed)).tobytes() for seed in range(5)}
    assert len(chosen) == (1 if rule in ("in_degree", "k_core", "wide_bridges") else 5)


def test_every_rule_that_settings_know_has_an_order():
    assert {*seeding.ORDERS, "per_community"} == set(RULES)
