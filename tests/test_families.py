"""Families against networkx (or a plain reference) in distribution, and what all of them keep."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest

from sim.model.law.settings import NetworkSettings
from sim.model.network import wiring
from sim.model.network.families import FAMILIES
from sim.model.network.networks import build

EXTRA = {"configuration": {"degrees": [3, 2, 2, 2, 1]}, "networkx": {"generator": "path_graph"}}
REPLICATES = 60  # networks on either side
LIMIT = 4.5  # standard errors; with five statistics in six tests a sound family fails once in 5,000 runs of the suite


def made(kind, replicate=1, **keys):
    return build(NetworkSettings(kind=kind, **(EXTRA.get(kind, {}) | keys)), 5, replicate)


def adjacency(network):
    dense = np.zeros((network.people, network.people), bool)
    dense[np.repeat(np.arange(network.people), np.diff(network.indptr)), network.indices] = True
    return dense


def statistics(dense, group=None):
    """Ties, variance of degrees, largest degree, triangles, ties inside groups: of one mutual network."""
    degree = dense.sum(axis=1)
    triangles = np.trace(np.linalg.matrix_power(dense.astype(np.float64), 3)) / 6
    inside = 0 if group is None else dense[np.equal.outer(group, group)].sum() / 2
    minority = 0 if group is None else degree[np.asarray(group) == 1].sum()
    return [degree.sum() / 2, degree.var(), degree.max(), triangles, inside, minority]


def distance(ours, theirs):
    """Largest difference of means over the statistics, in standard errors."""
    ours, theirs = np.array(ours, float), np.array(theirs, float)
    error = np.sqrt((ours.var(axis=0) + theirs.var(axis=0)) / len(ours))
    apart = np.abs(ours.mean(axis=0) - theirs.mean(axis=0))
    return float(np.max(np.where(apart < 1e-9, 0, apart / np.maximum(error, 1e-9))))


def plain_homophilic(n, minority, m, own, random):
    """Karimi et al. 2018 as one would write it down: newcomers weigh every older person."""
    group = np.zeros(n, int)
    group[random.choice(n, minority, replace=False)] = 1
    dense = np.zeros((n, n), bool)
    for person in range(1, n):
        degree = np.maximum(dense[:person].sum(axis=1), 1)
        pull = degree * np.where(group[:person] == group[person], own, 1 - own)
        friends = random.choice(person, min(m, person), replace=False, p=pull / pull.sum())
        dense[person, friends] = dense[friends, person] = True
    return dense, group


def dense_of(graph):
    return nx.to_numpy_array(nx.Graph(graph), nodelist=sorted(graph)) * (1 - np.eye(len(graph))) > 0


DEGREES = [1] * 60 + [3] * 60 + [9] * 20 + [30] * 2
SIZES, P_IN, P_OUT = [40] * 4, 160 * 6 * 0.7 / 2 / (4 * 780), 160 * 6 * 0.3 / 2 / 9600
CASES = {
    "random": (
        {"people": 150, "degree": 6.0},
        lambda seed: (dense_of(nx.gnp_random_graph(150, 6 / 149, seed=seed)), None),
        ("small_world", {"people": 150, "degree": 6.0, "rewiring": 1.0}),
    ),
    "small_world": (
        {"people": 150, "degree": 6.0, "rewiring": 0.2},
        lambda seed: (dense_of(nx.watts_strogatz_graph(150, 6, 0.2, seed=seed)), None),
        ("small_world", {"people": 150, "degree": 6.0, "rewiring": 0.23}),
    ),
    "scale_free": (
        {"people": 150, "degree": 6.0},
        lambda seed: (
            dense_of(nx.barabasi_albert_graph(150, 3, seed=seed, initial_graph=nx.complete_graph(4))),
            None,
        ),
        ("homophilic", {"people": 150, "degree": 6.0, "homophily": 1.0, "minority": 0.5}),
    ),
    "homophilic": (
        {"people": 120, "degree": 4.0, "homophily": 0.8, "minority": 0.25},
        lambda seed: plain_homophilic(120, 30, 2, 0.8, np.random.default_rng(seed)),
        ("homophilic", {"people": 120, "degree": 4.0, "homophily": 0.7, "minority": 0.25}),
    ),
    "communities": (
        {"people": 160, "degree": 6.0, "communities": 4, "inside": 0.7},
        lambda seed: (
            dense_of(nx.stochastic_block_model(SIZES, np.full((4, 4), P_OUT) + np.eye(4) * (P_IN - P_OUT), seed=seed)),
            np.repeat(np.arange(4), 40),
        ),
        ("communities", {"people": 160, "degree": 6.0, "communities": 4, "inside": 0.65}),
    ),
    "configuration": (
        {"degrees": DEGREES},
        lambda seed: (dense_of(nx.configuration_model(DEGREES, seed=seed)), None),
        ("networkx", {"generator": "expected_degree_graph", "arguments": {"w": DEGREES, "selfloops": False}}),
    ),
}


@pytest.mark.parametrize("kind", CASES)
def test_a_family_is_distributed_as_its_reference_and_a_broken_twin_is_not(kind):
    keys, reference, (twin, twin_keys) = CASES[kind]
    theirs = [statistics(*reference(seed)) for seed in range(REPLICATES)]
    grouped = reference(0)[1] is not None

    def sample(kind, keys):
        networks = [made(kind, replicate, **keys) for replicate in range(REPLICATES)]
        return [statistics(adjacency(one), one.group if grouped else None) for one in networks]

    assert distance(sample(kind, keys), theirs) < LIMIT
    assert distance(sample(twin, twin_keys), theirs) > LIMIT


def test_every_graph_of_four_people_is_equally_likely_at_one_half():
    counts = np.zeros(64, int)
    for replicate in range(3200):
        upper = adjacency(made("random", replicate, people=4, degree=1.5))[np.triu_indices(4, 1)]
        counts[int(upper @ (1 << np.arange(6)))] += 1
    square = ((counts - 50) ** 2 / 50).sum()
    assert 63 - 4 * math.sqrt(126) < square < 63 + 4.5 * math.sqrt(126)


@pytest.mark.parametrize("kind", FAMILIES)
def test_every_kind_is_mutual(kind):
    network = made(kind, people=60, degree=5.0)
    dense = adjacency(network)
    assert (dense == dense.T).all()
    assert not dense.diagonal().any()
    rows = np.split(network.indices.astype(np.int64), network.indptr[1:-1])
    assert all((np.diff(row) > 0).all() for row in rows)


@pytest.mark.parametrize("kind", [kind for kind in FAMILIES if kind not in EXTRA])
@pytest.mark.parametrize("people", [0, 1, 2, 3, 5, 13])
@pytest.mark.parametrize("degree", [0.0, 0.7, 3.0, 1e6])
def test_degenerate_sizes_work(kind, people, degree):
    network = made(kind, people=people, degree=degree)
    assert network.people == people
    assert network.ties <= people * max(people - 1, 0)


@pytest.mark.parametrize("kind", ["random", "small_world", "scale_free", "homophilic", "ring", "complete"])
def test_more_ties_than_fit_make_the_network_complete(kind):
    assert made(kind, people=8, degree=500.0).ties == 56


@pytest.mark.parametrize("kind", ["random", "small_world", "scale_free", "homophilic", "communities", "configuration"])
def test_a_network_depends_on_seed_and_replicate_alone(kind):
    keys = {} if kind == "configuration" else {"people": 200, "degree": 4.0}
    keys = {"degrees": [3] * 200} if kind == "configuration" else keys
    assert made(kind, 1, **keys).digest() == made(kind, 1, **keys).digest()
    assert made(kind, 1, **keys).digest() != made(kind, 2, **keys).digest()


@pytest.mark.parametrize(
    "kind", ["random", "small_world", "scale_free", "homophilic", "communities", "ring", "lattice"]
)
@pytest.mark.parametrize("degree", [3.0, 4.5, 10.0])
def test_the_mean_degree_is_the_one_asked_for(kind, degree):
    network = made(kind, people=4000, degree=degree)
    assert network.ties / network.people == pytest.approx(degree, rel=0.03)


def test_a_ring_and_a_torus_are_those_of_networkx():
    assert (adjacency(made("ring", people=31, degree=6.0)) == dense_of(nx.watts_strogatz_graph(31, 6, 0))).all()
    grid = nx.grid_2d_graph(6, 7, periodic=True)
    assert (adjacency(made("lattice", people=42, degree=4.0)) == dense_of(grid)).all()


def test_a_lattice_of_a_prime_number_of_people_is_regular_and_says_that_it_is_a_spiral():
    network = made("lattice", people=101, degree=8.0)
    assert set(np.diff(network.indptr)) == {8}
    assert "spiral" in network.report.notes[0]


def test_a_star_and_a_complete_network():
    assert made("star", people=9).followers().tolist() == [8] + [1] * 8
    assert (adjacency(made("complete", people=9)) == ~np.eye(9, dtype=bool)).all()
    with pytest.raises(ValueError, match=r"network.people: 50000 is too many"):
        made("complete", people=50_000)


def test_groups_of_the_homophilic_family_have_the_exact_share():
    network = made("homophilic", people=1000, degree=6.0, minority=0.2)
    assert network.group.sum() == 200
    assert network.group_names == ("majority", "minority")


def test_full_homophily_leaves_two_separate_groups():
    network = made("homophilic", people=300, degree=4.0, homophily=1.0)
    reader = np.repeat(network.group, np.diff(network.indptr))
    assert (reader == network.group[network.indices]).all()


def test_blocks_without_room_are_reported():
    network = made("communities", people=40, degree=10.0, communities=10, inside=0.9)
    assert "more ties asked for" in network.report.notes[0]
    assert made("communities", people=40, degree=6.0, communities=1).ties == pytest.approx(240, rel=0.3)


def test_what_stub_matching_drops_is_counted():
    network = made("configuration", degrees=[5, 5, 1])
    report = network.report
    assert report.ties // 2 + report.self_ties + report.duplicate_ties == 5
    assert "odd" in report.notes[0]
    with pytest.raises(ValueError, match="-1 is negative"):
        made("configuration", degrees=[-1, 1])


def test_networkx_generators_by_name():
    network = made("networkx", people=30, generator="random_regular_graph", arguments={"d": 4})
    assert set(np.diff(network.indptr)) == {4}
    same, other = (made("networkx", r, people=30, generator="gnp_random_graph", arguments={"p": 0.2}) for r in (1, 2))
    assert same.digest() == made("networkx", 1, people=30, generator="gnp_random_graph", arguments={"p": 0.2}).digest()
    assert same.digest() != other.digest()


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"generator": "watts_strogats_graph"}, "did you mean watts_strogatz_graph"),
        ({"generator": "read_graphml"}, "no generator"),
        ({"generator": "path_graph", "arguments": {"m": 3}}, "network.arguments: networkx.path_graph says"),
        ({"generator": "random_regular_graph", "people": 3, "arguments": {"d": 5}}, "network.arguments"),
    ],
)
def test_wrong_generators_are_refused(keys, message):
    with pytest.raises(ValueError, match=message):
        made("networkx", **keys)


def test_our_logarithm_is_the_logarithm():
    p = np.concatenate([10.0 ** -np.arange(1, 13), np.linspace(0.01, 0.999, 200)])
    ours = np.array([wiring.log_of_missing(one) for one in p])
    assert np.allclose(ours, np.log1p(-p), rtol=3e-15, atol=0)
    assert [wiring.log_of_missing(0.0), wiring.log_of_missing(1.0)] == [0.0, -np.inf]
