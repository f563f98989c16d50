"""Numbers about a network against networkx, on small networks exactly and on large ones by sample; the picture."""

from __future__ import annotations

import json

import networkx as nx
import numpy as np
import pytest

from sim.lab import describe as module
from sim.lab.describe import communities_of, describe, modularity, network_command
from sim.lab.errors import BadInput
from sim.model.law.settings import NetworkSettings
from sim.model.network.networks import build, from_graph
from sim.studio import network_figure
from sim.studio.network_figure import draw_network, facts_in_words

GRAPHS = {
    "karate": nx.karate_club_graph(),
    "miserables": nx.les_miserables_graph(),
    "davis": nx.davis_southern_women_graph(),
    "one way": nx.gnp_random_graph(60, 0.08, seed=2, directed=True),
    "in pieces": nx.disjoint_union(nx.cycle_graph(5), nx.empty_graph(3)),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_numbers_are_those_of_networkx(name):
    graph = GRAPHS[name]
    plain = nx.Graph(graph)
    found = describe(from_graph(graph))
    assert found["people"] == len(graph)
    assert found["mean_degree"] == pytest.approx(2 * plain.number_of_edges() / len(plain))
    assert found["max_degree"] == max(dict(plain.degree).values())
    assert found["clustering"] == pytest.approx(nx.average_clustering(plain))
    assert found["components"] == nx.number_connected_components(plain)
    assert found["isolated"] == nx.number_of_isolates(plain)
    assert found["reciprocity"] == pytest.approx(nx.reciprocity(graph) if graph.is_directed() else 1.0)
    if name != "in pieces":
        assert found["degree_assortativity"] == pytest.approx(nx.degree_assortativity_coefficient(plain))


@pytest.mark.parametrize("name", ["karate", "one way"])
def test_group_assortativity_is_newmans(name):
    graph = GRAPHS[name].copy()
    if name == "one way":
        nx.set_node_attributes(graph, {node: node % 3 for node in graph}, "club")
    found = describe(from_graph(graph, group="club"))["group_assortativity"]
    assert found == pytest.approx(nx.attribute_assortativity_coefficient(graph, "club"))


def test_modularity_is_that_of_networkx():
    graph = nx.Graph(GRAPHS["karate"].edges)
    network = from_graph(graph)
    block = communities_of(network)
    blocks = [set(np.flatnonzero(block == one).tolist()) for one in range(block.max() + 1)]
    assert modularity(module.friendships(network), block) == pytest.approx(nx.community.modularity(graph, blocks))
    assert len(blocks[0]) == max(map(len, blocks))


def test_sampled_clustering_is_near_the_exact_one_and_says_so(monkeypatch):
    network = build(NetworkSettings(kind="small_world", people=3000, degree=8.0))
    exact = describe(network)
    monkeypatch.setattr(module, "EXACT_WEDGES", 0)
    sampled = describe(network)
    assert exact["notes"] == []
    assert "clustering: sampled" in sampled["notes"][0]
    assert sampled["clustering"] == pytest.approx(exact["clustering"], abs=0.005)
    other = describe(build(NetworkSettings(kind="small_world", people=3000, degree=8.0, rewiring=0.12)))
    assert abs(other["clustering"] - sampled["clustering"]) > 0.005


def test_a_large_network_is_described_and_what_is_left_out_is_said():
    found = describe(build(NetworkSettings(kind="random", people=100_000, degree=6.0)))
    assert found["communities"] is None
    assert any("communities: left out" in note for note in found["notes"])
    assert found["mean_degree"] == pytest.approx(6, rel=0.02)


@pytest.mark.parametrize("people", [0, 1, 2])
def test_next_to_nobody_can_be_described_and_drawn(tmp_path, people):
    network = build(NetworkSettings(kind="star", people=people))
    found = describe(network)
    json.dumps(found, allow_nan=False)
    assert draw_network(network, found, tmp_path / "none.png").stat().st_size > 1000


def test_the_command_reads_and_describes(tmp_path):
    (tmp_path / "ties.csv").write_text("a,b\nb,c\n")
    network, found = network_command(tmp_path / "ties.csv", directed=True)
    assert (network.people, found["reciprocity"]) == (3, 0.0)
    json.dumps(found, allow_nan=False)
    with pytest.raises(BadInput, match=r"ties.csv: network.directed: "):
        network_command(tmp_path / "ties.csv", directed="perhaps")


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_pictures_are_written_and_repeat(tmp_path, ending):
    network = from_graph(GRAPHS["karate"])
    found = describe(network)
    first, second = (draw_network(network, found, tmp_path / f"{i}.{ending}") for i in range(2))
    assert first.stat().st_size > 10_000
    assert ending == "svg" or first.read_bytes() == second.read_bytes()


def test_larger_pictures_use_the_nested_layout_and_the_largest_only_numbers(tmp_path, monkeypatch):
    network = build(NetworkSettings(kind="communities", people=700, degree=6.0))
    found = describe(network)
    drawn = draw_network(network, found, tmp_path / "large.png").stat().st_size
    monkeypatch.setattr(network_figure, "MOST_DRAWN", 600)
    assert draw_network(network, found, tmp_path / "too large.png").stat().st_size < drawn / 2


def test_facts_are_said_in_words():
    assert ("people", "34") in facts_in_words(describe(from_graph(GRAPHS["karate"])))
