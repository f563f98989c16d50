"""Rows of a network against a plain twin, and what every network keeps whatever it is made from."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from sim.model.law.settings import NetworkSettings
from sim.model.network.networks import Network, build, from_graph, from_ties

quick = settings(max_examples=60, deadline=None)


@st.composite
def tie_lists(draw, weighted=True):
    """people, source, target, weight: with self-ties and duplicates, often."""
    people = draw(st.integers(1, 12))
    row = st.integers(0, people - 1)
    pairs = draw(st.lists(st.tuples(row, row, st.integers(1, 9)), max_size=40))
    source, target, weight = (np.array([pair[i] for pair in pairs], np.int64) for i in range(3))
    return people, source, target, weight.astype(float)


def plain_rows(people, source, target, weight, directed):
    """The contract in ten plain lines: {(a, b): weight}, self-ties, duplicates."""
    kept, selves, duplicates = {}, 0, 0
    for a, b, strength in zip(source.tolist(), target.tolist(), weight.tolist(), strict=True):
        if a == b:
            selves += 1
        elif (a, b) in kept:
            duplicates += 1
        else:
            kept[a, b] = strength
            if not directed:
                kept[b, a] = strength
    for person in range(people):
        into = [pair for pair in sorted(kept) if pair[1] == person]
        total = sum(kept[pair] for pair in into)
        kept.update({pair: kept[pair] * len(into) / total for pair in into})
    return kept, selves, duplicates


def as_dict(network: Network) -> dict:
    reader = np.repeat(np.arange(network.people), np.diff(network.indptr)).tolist()
    weight = np.ones(network.ties) if network.weight is None else network.weight
    return dict(zip(zip(reader, network.indices.tolist(), strict=True), weight.tolist(), strict=True))


@quick
@given(tie_lists(), st.booleans(), st.sampled_from(["as they come", "rising", "falling"]))
def test_rows_equal_the_plain_twin(ties, directed, order):
    """Ties as they come, or each pair once in rising order with its larger (smaller) row last."""
    people, source, target, weight = ties
    if order != "as they come":
        low, high = np.minimum(source, target), np.maximum(source, target)
        ends = np.stack([low, high] if order == "rising" else [high, low])[:, low < high]
        source, target = np.unique(ends, axis=1)
        weight = weight[: len(source)]
    network = from_ties(source, target, people, weight=weight, directed=directed)
    kept, selves, duplicates = plain_rows(people, source, target, weight, directed)
    found = as_dict(network)
    assert list(found) == sorted(kept)
    assert np.allclose([found[pair] for pair in found], [kept[pair] for pair in found], rtol=1e-6)
    assert (network.report.self_ties, network.report.duplicate_ties) == (selves, duplicates)
    assert network.report.ties == network.ties == len(kept)
    linked = {person for pair in kept for person in pair}
    assert network.report.isolated == people - len(linked)


@quick
@given(tie_lists(), st.booleans(), st.randoms(use_true_random=False))
def test_relabelling_permutes_the_world_and_no_more(ties, directed, shuffler):
    people, source, target, weight = ties
    place = list(range(people))
    shuffler.shuffle(place)
    place = np.array(place)
    key = np.empty(people, np.int64)
    key[place] = np.arange(people) * 7 + 3
    names = [f"p{i}" for i in range(people)]
    one = from_ties(
        source, target, people, weight=weight, directed=directed, key=np.arange(people) * 7 + 3, label=names
    )
    other = from_ties(
        place[source], place[target], people, weight=weight, directed=directed, key=key,
        label=[names[i] for i in np.argsort(place)],
    )  # fmt: skip
    assert one.digest() == other.digest()
    assert one.label == other.label


@quick
@given(tie_lists(), tie_lists())
def test_a_disjoint_union_is_both_networks_side_by_side(first, second):
    n, m = first[0], second[0]
    together = from_ties(
        *(np.concatenate([first[i], second[i] + n]) for i in (1, 2)),
        n + m,
        weight=np.concatenate([first[3], second[3]]),
    )
    one, other = (from_ties(t[1], t[2], t[0], weight=t[3]) for t in (first, second))
    assert as_dict(together) == as_dict(one) | {(a + n, b + n): w for (a, b), w in as_dict(other).items()}
    assert together.report.duplicate_ties == one.report.duplicate_ties + other.report.duplicate_ties


def test_equal_weights_are_exactly_one():
    network = from_ties(np.array([0, 1, 2]), np.array([3, 3, 3]), 4, weight=np.full(3, 0.1))
    assert network.weight.dtype == np.float32
    assert network.weight.tolist() == [1.0, 1.0, 1.0]


def test_a_very_weak_tie_stays_a_tie():
    network = from_ties(np.array([0, 1]), np.array([2, 2]), 3, weight=np.array([1e-99, 1e99]))
    assert 0 < network.weight[0] < 1e-37
    assert network.weight[1] == 2


def test_column_types_are_those_of_the_contract():
    network = from_ties(np.array([2, 0]), np.array([1, 2]), 3, weight=np.array([1.0, 2.0]), group=np.array([0, 1, 1]))
    types = [getattr(network, name).dtype for name in ("indptr", "indices", "weight", "key", "group")]
    assert types == [np.int64, np.uint32, np.float32, np.uint32, np.int32]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"target": np.array([0, 5])}, "target: ends must be whole row numbers 0..2"),
        ({"source": np.array([0, -1])}, "source: ends"),
        ({"source": np.array([0.5, 1.0])}, "source: ends"),
        ({"source": np.array([0])}, "they must match"),
        ({"weight": np.array([1.0, np.nan])}, "weight: nan is not a tie strength"),
        ({"weight": np.array([1.0, 0.0])}, "weight: 0.0"),
        ({"weight": np.array([1.0, np.inf])}, "weight: inf"),
        ({"weight": np.array([1.0])}, "weight has 1 entries for 2 ties"),
        ({"key": np.array([1, 1, 2])}, "distinct"),
        ({"key": np.array([-1, 1, 2])}, "distinct whole numbers"),
        ({"label": ["a"]}, "label has 1 entries for 3 people"),
    ],
)
def test_wrong_ties_are_refused_with_a_reason(change, message):
    with pytest.raises(ValueError, match=message.replace(".", r"\.")):
        from_ties(**({"source": np.array([0, 1]), "target": np.array([1, 2]), "people": 3} | change))


def test_a_graph_keeps_its_names_weights_and_groups():
    graph = nx.les_miserables_graph()
    network = from_graph(graph)
    assert network.label == sorted(graph)
    assert network.ties == 2 * graph.number_of_edges()
    into = np.bincount(network.indices, network.weight, network.people) / network.followers()
    assert np.allclose(into, 1, atol=1e-6)
    raw = {(a, b): w for a, b, w in graph.edges(data="weight")}
    row = {name: i for i, name in enumerate(network.label)}
    valjean = {b: w for (a, b), w in as_dict(network).items() if a == row["Valjean"]}
    strength = {name: sum(w for pair, w in raw.items() if name in pair) for name in graph}
    name, given_weight = "Cosette", raw.get(("Valjean", "Cosette")) or raw["Cosette", "Valjean"]
    assert valjean[row[name]] == pytest.approx(given_weight * graph.degree(name) / strength[name], rel=1e-6)


def test_groups_of_a_graph_and_people_without_one():
    graph = nx.Graph([(1, 10), (10, 2)])
    graph.nodes[1]["team"], graph.nodes[2]["team"] = "red", "blue"
    network = from_graph(graph, group="team")
    assert network.label == ["1", "2", "10"]
    assert network.group_names == ("unknown", "blue", "red")
    assert network.group.tolist() == [2, 1, 0]


def test_numbered_groups_are_in_order_of_number():
    graph = nx.empty_graph(3)
    nx.set_node_attributes(graph, {0: 10, 1: 9, 2: 10}, "group")
    assert from_graph(graph).group_names == ("9", "10")


@pytest.mark.parametrize("graph", [nx.karate_club_graph(), nx.davis_southern_women_graph(), nx.DiGraph([("b", "a")])])
def test_a_graph_and_its_matrix_are_the_same_network(graph):
    nodes = sorted(graph)
    matrix = nx.to_scipy_sparse_array(graph, nodelist=nodes, weight="weight")
    assert from_graph(graph).digest() == from_graph(matrix).digest()


class FakeIgraph:
    """What igraph offers and we use; the real one has another licence and is not installed."""

    def __init__(self, ends, names, weights, teams):
        self.ends = ends
        self.vs, self.es = FakeColumns(name=names, group=teams), FakeColumns(weight=weights)

    def vcount(self):
        return len(self.vs["name"])

    def get_edgelist(self):
        return self.ends

    def is_directed(self):
        return True


class FakeColumns(dict):
    def attributes(self):
        return list(self)


def test_an_igraph_graph_is_read_by_what_it_can_do():
    network = from_graph(FakeIgraph([(0, 1), (0, 2)], ["c", "a", "b"], [2.0, 3.0], ["x", "y", "y"]))
    assert network.label == ["a", "b", "c"]
    assert as_dict(network) == {(2, 0): 1.0, (2, 1): 1.0}
    assert network.group.tolist() == [1, 1, 0]


def test_graphs_that_cannot_be_used_are_refused():
    with pytest.raises(TypeError, match="not list"):
        from_graph([(0, 1)])
    with pytest.raises(ValueError, match="square"):
        from_graph(csr_array(np.ones((2, 3))))
    with pytest.raises(ValueError, match="some ties have a weight"):
        from_graph(nx.Graph([(0, 1, {"weight": 1}), (1, 2)]))


def test_a_file_needs_a_reader_and_gets_the_settings():
    wanted = NetworkSettings(kind="file", path="ties.csv")
    with pytest.raises(ValueError, match="read_file"):
        build(wanted)
    network = from_ties(np.array([0]), np.array([1]), 2)
    assert build(wanted, read_file=lambda given: network if given is wanted else None) is network


def test_a_shared_network_is_the_same_for_every_replicate():
    def digest(kind, replicate):
        return build(NetworkSettings(kind="random", people=50, degree=4.0, replicates=kind), 1, replicate).digest()

    assert digest("shared", 1) == digest("shared", 2)
    assert digest("own", 1) != digest("own", 2)
