"""Networks of several layers, and ties that appear on a day."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import worlds
from pydantic import ValidationError
from test_same_world import difference

from sim.lab.errors import BadInput
from sim.lab.run import network_of
from sim.lab.scenario import load, resolved
from sim.lab.tiefile import read_network
from sim.model.law.settings import NetworkSettings
from sim.model.network.networks import Network, build
from sim.model.world import World

HOME = {"name": "home", "kind": "communities", "communities": 10, "inside": 1.0, "degree": 3.0, "strength": 2.0}
WORK = {"name": "work", "kind": "small_world", "degree": 6.0}
ONLINE = {"name": "platform", "kind": "scale_free", "degree": 4.0, "strength": 0.5, "opens": 3.0}


def layered(*layers: dict[str, Any], people: int = 60, seed: int = 1) -> Network:
    return build(NetworkSettings(kind="layers", people=people, layers=list(layers)), seed)


def pairs(network: Network) -> set[tuple[int, int]]:
    source = np.repeat(np.arange(network.people), np.diff(network.indptr))
    return set(zip(source.tolist(), network.indices.tolist(), strict=True))


def test_one_layer_is_the_plain_network():
    for layer in (WORK, HOME):
        plain = {key: value for key, value in layer.items() if key not in ("name", "strength")}
        alone = build(NetworkSettings(people=60, **plain), 1)
        assert layered(layer).digest() == alone.digest()


def test_layers_have_their_own_ties_among_the_same_people():
    both = layered(WORK, HOME)
    first = layered(WORK)
    assert pairs(first) < pairs(both)
    assert both.people == 60
    assert len(pairs(layered(WORK, WORK))) > 1.5 * first.ties  # a second layer of the same kind is another one


def test_places_in_one_layer_say_nothing_about_places_in_another():
    """In two aligned rings every tie would come twice; dealt anew, 600 people with 4 ties each share about 8."""
    ring = {"kind": "ring", "degree": 4.0}
    two = layered({**ring, "name": "a"}, {**ring, "name": "b"}, people=600)
    assert 2 * 4 * 600 - two.ties < 60
    assert f"ties that more than one layer has: {2 * 4 * 600 - two.ties}" in two.report.notes


def test_strengths_of_a_pair_add_up_and_have_mean_1():
    full = {"kind": "complete"}
    ring = {"kind": "ring", "degree": 2.0, "strength": 3.0}
    both = layered(ring, full, people=10)
    assert both.weight is not None
    into = np.bincount(both.indices, both.weight, minlength=10) / np.bincount(both.indices, minlength=10)
    assert into == pytest.approx(np.ones(10))
    assert both.weight.max() / both.weight.min() == pytest.approx(4)
    assert sorted(both.weight)[-20:] == pytest.approx([both.weight.max()] * 20)


def test_groups_are_those_of_the_first_layer_that_has_any():
    alone, both = layered(HOME), layered(HOME, WORK)
    assert np.array_equal(both.group, alone.group)
    dealt = layered(WORK, HOME)
    assert dealt.group_names == alone.group_names
    assert np.array_equal(np.bincount(dealt.group), np.bincount(alone.group))
    inside = [dealt.group[a] == dealt.group[b] for a, b in pairs(dealt) - pairs(layered(WORK))]
    assert all(inside)


def test_the_report_has_a_line_for_every_layer():
    notes = layered(WORK, HOME, ONLINE).report.notes
    assert [note.partition(":")[0] for note in notes[:3]] == ["layer work", "layer home", "layer platform"]
    assert notes[2].endswith("from day 3")


def test_a_layer_that_opens_later_appears_on_its_day():
    network = layered(WORK, ONLINE)
    later = network.later
    assert later is not None
    assert set(later.day) == {3.0}
    for dt in (1.0, 0.5, 0.4):
        world, seen = World(worlds.scenario(dt=dt), network), []
        for _ in range(round(5 / dt)):
            seen.append((world.day >= 3 - 1e-9, int((world.ties.weight > 0).sum())))
            world.step()
        assert {there for opened, there in seen if not opened} == {layered(WORK).ties}
        assert {there for opened, there in seen if opened} == {network.ties}
        assert network.weight is not None
        assert (network.weight == 0).sum() == network.ties - layered(WORK).ties  # the network itself stays as it was


def test_before_its_day_a_layer_carries_no_act():
    network, early = layered(WORK, ONLINE), pairs(layered(WORK))
    used = []
    for day in range(8):
        world = worlds.stepped(World(worlds.scenario(population__warmth_mean=2.0), network), day + 1)
        post = world.letters()
        post = post[(post[:, 1] >> np.uint64(12)) & np.uint64(255) != 255]
        ends = zip((post[:, 0] & worlds.MASK).tolist(), (post[:, 0] >> np.uint64(32)).tolist(), strict=True)
        used.append(sum(pair not in early for pair in ends))
    assert used[:3] == [0, 0, 0]
    assert min(used[3:]) > 0


@pytest.mark.parametrize("changing", [False, True])
def test_engines_checkpoints_and_wards_agree_on_layers(tmp_path, changing):
    network = layered(WORK, HOME, ONLINE, {**ONLINE, "name": "late", "opens": 5.0})
    scenario = worlds.scenario(ties__changing=changing, ties__break_level=0.2, dt=0.5)
    mesa, kernel = worlds.mesa_twin(scenario, network, "shuffled"), World(scenario, network, threads=2, ward=7)
    stopped = World(scenario, network)
    for tick in range(14):
        mesa.step(), kernel.step(), stopped.step()
        stopped.save(tmp_path / "a")
        stopped = World.load(tmp_path / "a")
        assert (tick, difference(kernel, mesa.world)) == (tick, [])
        assert (tick, difference(kernel, stopped)) == (tick, [])
    assert stopped.network.digest() == network.digest()
    assert worlds.out_of_range(kernel) in (
        [],
        ["slow tie_strength"],
    )  # given strengths may be above 2; changing ones may not
    assert not changing or worlds.out_of_range(kernel) == []


def test_files_and_families_make_one_network(tmp_path):
    (tmp_path / "work.csv").write_text("source,target\nann,bob\nbob,cem\n")
    (tmp_path / "home.csv").write_text("source,target,weight\ncem,dia,2\nann,bob,1\n")
    (tmp_path / "town.toml").write_text(
        """
[network]
kind = "layers"
[[network.layers]]
name = "work"
kind = "file"
path = "work.csv"
[[network.layers]]
name = "home"
kind = "file"
path = "home.csv"
strength = 2.0
[[network.layers]]
name = "platform"
kind = "complete"
strength = 0.1
opens = 2
"""
    )
    scenario = load(tmp_path / "town.toml")
    network = network_of(scenario)
    assert network.label == ["ann", "bob", "cem", "dia"]
    assert network.ties == 12
    assert network.weight is not None
    there = {
        tuple(sorted((network.label[a], network.label[b])))
        for (a, b), w in zip(sorted(pairs(network)), network.weight, strict=True)
        if w > 0
    }
    assert there == {("ann", "bob"), ("bob", "cem"), ("cem", "dia")}
    (tmp_path / "again.toml").write_text(resolved(scenario.settings))
    again = load(tmp_path / "again.toml")
    assert again.settings == scenario.settings
    assert network_of(again).digest() == network.digest()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('kind = "layers"', 'kind "layers" needs network.layers'),
        ('[[network.layers]]\nkind = "ring"', 'layers need kind "layers"'),
        ('kind = "layers"\n[[network.layers]]\nkind = "layers"', "is unknown; allowed is one of random"),
        ('kind = "layers"\n[[network.layers]]\nkind = "file"\npath = "none.csv"', "none.csv is not there"),
        ('kind = "layers"\n[[network.layers]]\nstrength = -1', "out of range; allowed is a number from 0.001"),
        ('kind = "layers"\n[[network.layers]]\npeople = 3', "unknown key"),
    ],
)
def test_layers_that_make_no_sense_are_refused_in_one_line(tmp_path: Path, text, message):
    (tmp_path / "bad.toml").write_text(f"[network]\n{text}\n")
    with pytest.raises(Exception, match="network") as error:
        load(tmp_path / "bad.toml")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_nested_layers_are_no_setting():
    with pytest.raises(ValidationError):
        NetworkSettings(kind="layers", layers=[{"kind": "layers"}])


# --- ties that appear on a day ----------------------------------------------------------------------------------------

TIMED = "source,target,when\nann,bob,0\nbob,cem,2\ncem,ann,5.5\nbob,cem,4\n"


def timed(folder: Path, text: str = TIMED, **given: Any) -> Network:
    (folder / "ties.csv").write_text(text)
    return read_network(NetworkSettings(**{"kind": "file", "path": "ties.csv", "day": "when", **given}), folder)


def test_a_timed_list_is_read_and_the_earliest_day_counts(tmp_path):
    network = timed(tmp_path)
    assert network.later is not None
    days = {(int(np.searchsorted(network.indptr, p, "right") - 1), int(network.indices[p])): d
            for p, d in zip(network.later.place, network.later.day, strict=True)}  # fmt: skip
    assert days == {(1, 2): 2, (2, 1): 2, (2, 0): 5.5, (0, 2): 5.5}
    assert "ties that appear after the start: 4" in network.report.notes
    assert timed(tmp_path, directed=True).later.day.tolist() == [2, 5.5]  # type: ignore[union-attr]


def test_without_the_setting_a_day_column_is_not_read(tmp_path):
    assert timed(tmp_path, day=None).later is None


def test_a_timed_list_in_parquet_and_graphml_says_the_same(tmp_path):
    import networkx as nx
    import pyarrow as pa
    from pyarrow import parquet

    lines = [line.split(",") for line in TIMED.splitlines()[1:4]]
    ends = {
        "source": [a for a, _, _ in lines],
        "target": [b for _, b, _ in lines],
        "when": [float(d) for *_, d in lines],
    }
    parquet.write_table(pa.table(ends), tmp_path / "ties.parquet")
    graph = nx.Graph()
    graph.add_edges_from((a, b, {"when": float(d)}) for a, b, d in lines)
    nx.write_graphml(graph, tmp_path / "ties.graphml")
    plain = timed(tmp_path).digest()
    for name in ("ties.parquet", "ties.graphml"):
        assert read_network(NetworkSettings(kind="file", path=name, day="when"), tmp_path).digest() == plain


def test_a_timed_list_is_stepped_alike_and_resumed(tmp_path):
    draw = np.random.default_rng(2)
    lines = [f"{a},{b},{d}" for a, b, d in zip(*draw.integers(0, 30, (2, 150)), draw.uniform(0, 6, 150), strict=True)]
    network = timed(tmp_path, "source,target,when\n" + "\n".join(lines))
    mesa, kernel = worlds.mesa_twin(worlds.scenario(), network), World(worlds.scenario(), network, threads=2, ward=7)
    for _ in range(8):
        mesa.step(), kernel.step()
        kernel.save(tmp_path / "a")
        kernel = World.load(tmp_path / "a")
        assert difference(kernel, mesa.world) == []
    assert (kernel.ties.weight == 1).all()


def test_days_that_are_none_are_refused_with_their_line(tmp_path):
    for cell in ("-1", "nan", "inf", "soon", ""):
        with pytest.raises(BadInput, match=r"ties\.csv:3: when") as error:
            timed(tmp_path, f"source,target,when\nann,bob,0\nbob,cem,{cell}\n")
        assert "\n" not in str(error.value)
    with pytest.raises(BadInput, match=r"network\.day"):
        timed(tmp_path, day="then")
