"""Campaigns whose outcome mathematics states to the digit: all worlds of small graphs, cells, layers, dt, and books."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import networkx as nx
import numpy as np
import pytest
import worlds

from sim.model.law import presets
from sim.model.law.campaign_columns import IN, JOINED, UNIT
from sim.model.law.columns import NOBODY
from sim.model.law.settings import ScenarioSettings
from sim.model.network.networks import Network, from_ties
from sim.model.world import World

GRAPHS = [g for g in nx.graph_atlas_g() if 2 <= len(g) <= 6 and nx.is_connected(g)]
ROOT = 0  # who begins, in every graph


def world_of(preset: presets.Tables, network: Network, seeds: list[int], dt: float = 1.0, **changes: Any) -> World:
    """A world of a preset in which the people with these keys begin."""
    campaign = {**preset["campaign"], "seed_keys": seeds, **changes}
    return World(ScenarioSettings.model_validate({**preset, "campaign": campaign, "dt": dt}), network)


def union(edges: list[np.ndarray], sizes: list[int], directed: bool = False) -> tuple[Network, np.ndarray]:
    """Graphs side by side as one network, and where each begins: int64[k]."""
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    ends = np.concatenate([part + start for part, start in zip(edges, starts, strict=True)])
    return from_ties(ends[:, 0], ends[:, 1], int(sum(sizes)), directed=directed), starts


def run_out(world: World, most: int = 10_000) -> np.ndarray:
    """bool[n], who ever joined, once nothing can happen any more."""
    for _ in range(most):
        world.step()
        c = world.campaign.columns
        still = (c.stage == IN).any() and not (c.until[c.stage == IN] > 10**8).all()
        if not still and not (c.steps_today & JOINED).any() and not world.campaign.nominations.due.size:
            return c.stage >= IN
    raise AssertionError("it never ends")


def edges_of(graph: nx.Graph) -> np.ndarray:
    """int64[m, 2]"""
    return np.array(list(graph.edges), np.int64).reshape(-1, 2)


def sets_of(joined: np.ndarray, starts: np.ndarray, sizes: list[int]) -> list[tuple[bool, ...]]:
    """Who joined in each graph."""
    return [tuple(joined[a : a + n].tolist()) for a, n in zip(starts, sizes, strict=True)]


# --- independent cascade: every live-edge world --------------------------------------------------------------------


def live_worlds() -> tuple[list[np.ndarray], list[int], np.ndarray]:
    """Edges and size of the graph of every world, and whether each edge is alive there: bool[all edges]."""
    edges, sizes, alive = [], [], []
    for graph in GRAPHS:
        m = graph.number_of_edges()
        worlds_of_graph = (np.arange(2**m)[:, None] >> np.arange(m)) & 1 > 0
        edges += [edges_of(graph)] * 2**m
        sizes += [len(graph)] * 2**m
        alive.append(worlds_of_graph.ravel())
    return edges, sizes, np.concatenate(alive)


def reached(edges: np.ndarray, people: int, roots: np.ndarray) -> np.ndarray:
    """bool[people], whom the roots reach along undirected edges int64[m, 2]."""
    seen = np.zeros(people, bool)
    seen[roots] = True
    while True:
        one, other = edges[:, 0], edges[:, 1]
        new = np.concatenate([other[seen[one] & ~seen[other]], one[seen[other] & ~seen[one]]])
        if not new.size:
            return seen
        seen[new] = True


@pytest.fixture(scope="module")
def every_world() -> tuple[Network, np.ndarray, np.ndarray, np.ndarray]:
    """All worlds as one network, where each begins, who is reached, and for each tie whether it is alive."""
    edges, sizes, alive = live_worlds()
    network, starts = union(edges, sizes)
    ends = np.concatenate([part + start for part, start in zip(edges, starts, strict=True)])
    expected = reached(ends[alive], network.people, starts)
    reader = np.repeat(np.arange(network.people), np.diff(network.indptr)).astype(np.int64)
    pair = np.minimum(reader, network.indices) * network.people + np.maximum(reader, network.indices)
    number = ends.min(1) * network.people + ends.max(1)
    order = np.argsort(number)
    return network, starts, expected, alive[order[np.searchsorted(number[order], pair)]]


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_independent_cascade_is_every_live_edge_world(every_world, p):
    """All 142 connected graphs on 2-6 nodes: 141,358 worlds with injected draws, each the component of its root.

    Twin: one edge in a thousand drawn the other way.
    """
    network, starts, expected, alive = every_world
    assert len(starts) == 141_358
    luck = np.where(alive, p / 2, (1 + p) / 2)
    world = world_of(presets.live_edges(p), network, starts.tolist())
    world.campaign.inject(luck)
    assert np.array_equal(run_out(world), expected)
    world = world_of(presets.live_edges(p), network, starts.tolist())
    world.campaign.inject(np.where(np.arange(len(luck)) % 1000 == 0, 1 - luck, luck))
    assert not np.array_equal(run_out(world), expected)


def law_of(finals: list[tuple[bool, ...]], chances: np.ndarray) -> dict[tuple[bool, ...], float]:
    """Chance of every final set."""
    law: dict[tuple[bool, ...], float] = defaultdict(float)
    for final, chance in zip(finals, chances.tolist(), strict=True):
        law[final] += chance
    return law


def cells(degrees: list[int]) -> Iterator[tuple[int, ...]]:
    """For everybody but the root, the number of friends it takes, up to one more than there are (never)."""
    return itertools.product([1], *(range(1, d + 2) for d in degrees[1:]))


def cell_chance(cell: tuple[int, ...], degrees: list[int], p: float) -> float:
    """Chance of a cell: the first success in friend k, or in none."""
    return float(np.prod([(1 - p) ** (k - 1) * (p if k <= d else 1) for k, d in zip(cell, degrees, strict=True)][1:]))


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("most", [5, pytest.param(6, marks=pytest.mark.slow)])
def test_cells_of_reluctance_give_the_law_of_live_edges(p, most):
    """Graphs on 2-5 (slow: 6) nodes: reluctances put into every cell, weighted by its chance, give each final set the
    chance that live edges give it, to 1e-12."""
    graphs = [graph for graph in GRAPHS if len(graph) <= most]
    every = [(g, d, cell) for g in graphs if (d := [g.degree(v) for v in range(len(g))]) for cell in cells(d)]
    sizes = [len(g) for g, _, _ in every]
    network, starts = union([edges_of(g) for g, _, _ in every], sizes)
    world = world_of(presets.independent_cascade(p), network, starts.tolist())
    step = -np.log1p(-p)
    world.campaign.columns.reluctance[:] = step * (np.concatenate([cell for _, _, cell in every]) - 0.5)
    found: dict[nx.Graph, dict[tuple[bool, ...], float]] = defaultdict(lambda: defaultdict(float))
    for (g, d, cell), final in zip(every, sets_of(run_out(world), starts, sizes), strict=True):
        found[g][final] += cell_chance(cell, d, p)
    for graph in graphs:
        finals, chances = [], []
        edges, m = edges_of(graph), graph.number_of_edges()
        for alive in itertools.product([False, True], repeat=m):
            finals.append(tuple(reached(edges[np.array(alive)], len(graph), np.array([ROOT])).tolist()))
            chances.append(p ** sum(alive) * (1 - p) ** (m - sum(alive)))
        law = law_of(finals, np.array(chances))
        assert set(law) == set(found[graph])
        assert all(abs(law[final] - found[graph][final]) < 1e-12 for final in law)


def test_linear_threshold_is_live_edge_sampling():
    """Graphs on 2-5 nodes: every cell of uniform thresholds, against every choice of one friend each (Kempe 2003).

    Twin: thresholds one friend higher.
    """
    graphs = [graph for graph in GRAPHS if len(graph) <= 5]
    every = [
        (g, cell)
        for g in graphs
        for cell in itertools.product([1], *(range(1, g.degree(v) + 1) for v in range(1, len(g))))
    ]
    sizes = [len(g) for g, _ in every]
    network, starts = union([edges_of(g) for g, _ in every], sizes)

    def counts(more: int) -> dict[nx.Graph, dict[tuple[bool, ...], int]]:
        world = world_of(presets.linear_threshold(), network, starts.tolist())
        level = np.concatenate([cell for _, cell in every]) - 0.5 + more
        world.campaign.columns.threshold[:] = np.round(level * UNIT)
        found: dict[nx.Graph, dict[tuple[bool, ...], int]] = defaultdict(lambda: defaultdict(int))
        for (g, _), final in zip(every, sets_of(run_out(world), starts, sizes), strict=True):
            found[g][final] += 1
        return found

    expected: dict[nx.Graph, dict[tuple[bool, ...], int]] = defaultdict(lambda: defaultdict(int))
    for graph in graphs:
        for choice in itertools.product(*(list(graph[v]) for v in range(1, len(graph)))):
            follows = dict(zip(range(1, len(graph)), choice, strict=True))
            final = [ROOT]
            while new := [v for v, friend in follows.items() if friend in final and v not in final]:
                final += new
            expected[graph][tuple(v in final for v in range(len(graph)))] += 1
    assert counts(0) == expected
    assert counts(1) != expected


def test_uniform_thresholds_are_shares_of_the_ties():
    """Thresholds lie between 0 and everybody's own number of friends, and are spread evenly (mean to 5 %)."""
    network = worlds.scattered(2000, 16000, 3)
    world = World(ScenarioSettings.model_validate(presets.linear_threshold()), network)
    share = world.campaign.columns.threshold / UNIT / np.maximum(np.diff(network.indptr), 1)
    assert 0 <= share.min() < 0.01
    assert 0.99 < share.max() < 1
    assert abs(share.mean() - 0.5) < 0.025


# --- layers, monotony ------------------------------------------------------------------------------------------------


def town(people: int = 400, seed: int = 3, **options: Any) -> Network:
    return worlds.scattered(people, people * 4, seed, **options)


@pytest.mark.parametrize("preset", [presets.independent_cascade, presets.live_edges])
def test_chance_0_is_only_seeds_and_chance_1_goes_in_layers(preset):
    network, seeds = town(), [3, 70, 200]
    none = world_of(preset(0.0), network, seeds)
    assert np.flatnonzero(run_out(none)).tolist() == seeds
    sure, layer = world_of(preset(1.0), network, seeds), np.full(400, -1)
    for tick in range(12):
        sure.step()
        layer[sure.campaign.columns.steps_today & JOINED > 0] = tick
    graph = nx.DiGraph()
    reader = np.repeat(np.arange(400), np.diff(network.indptr))
    graph.add_nodes_from(range(400))
    graph.add_edges_from(zip(network.indices.tolist(), reader.tolist(), strict=True))
    away = nx.multi_source_dijkstra_path_length(graph, set(seeds))
    assert layer.tolist() == [away.get(v, -1) for v in range(400)]


COMPLEX = {"threshold": 2.0, "appeal": 0.2, "appeal_top": 0.7, "life": "exponential", "life_days": 2.0, "see": 0.7}


@pytest.mark.parametrize("dt", [1.0, 0.5])
def test_adding_a_seed_a_chance_or_a_tie_only_adds_adopters(dt):
    """Count threshold 2, random lives, p_top ≥ q, novelty off, no nominations: the same draws, 12 worlds."""
    more = 0
    for seed in range(12):
        few, many = list(range(0, 400, 40)), [*range(0, 400, 40), 3, 90, 201]
        network, richer = town(seed=seed), richer_town(seed)
        base = run_out(world_of(presets.only_campaign(**COMPLEX), network, few, dt, number=seed))
        for other in (
            world_of(presets.only_campaign(**COMPLEX), network, many, dt, number=seed),
            world_of(presets.only_campaign(**{**COMPLEX, "appeal": 0.3}), network, few, dt, number=seed),
            world_of(presets.only_campaign(**{**COMPLEX, "appeal_top": 0.9}), network, few, dt, number=seed),
            world_of(presets.only_campaign(**{**COMPLEX, "see": 0.9}), network, few, dt, number=seed),
            world_of(presets.only_campaign(**COMPLEX), richer, few, dt, number=seed),
        ):
            after = run_out(other)
            assert (after >= base).all()
            more += int(after.sum() - base.sum())
    assert more > 500


def richer_town(seed: int) -> Network:
    """The town with 200 ties more."""
    draw, more = np.random.default_rng(seed), np.random.default_rng(99)
    ends = np.concatenate([draw.integers(0, 400, (2, 1600)), more.integers(0, 400, (2, 200))], axis=1)
    return from_ties(*ends, 400)


# --- the length of a tick --------------------------------------------------------------------------------------------

LIVES = {"fixed": 3.0, "exponential": 3.0, "geometric": 2.0}


@pytest.mark.parametrize("life", LIVES)
@pytest.mark.parametrize("threshold", [1.0, 2.0])
def test_the_final_set_does_not_depend_on_the_length_of_a_tick(life, threshold):
    """Novelty off, with nominations: the same people join at dt 1, ½ and ¼. Twin: lives 5 % longer."""
    law = {"threshold": threshold, "appeal": 0.15, "appeal_top": 0.5, "nominators": 0.4, "accepts": 0.5,
           "public_share": 0.8, "see": 0.8, "life": life, "life_days": LIVES[life]}  # fmt: skip
    preset, network, seeds = presets.only_campaign(**law), town(1500, weighted=True), list(range(0, 1500, 75))

    def final(dt: float, **changes: Any) -> np.ndarray:
        return run_out(world_of(preset, network, seeds, dt, **changes))

    whole = final(1.0)
    assert 100 < whole.sum() < 1400
    assert [np.flatnonzero(final(dt) != whole).tolist() for dt in (0.5, 0.25)] == [[], []]
    longer = {"rate": -np.log(0.85) / LIVES[life] * 1.05, "rate_top": -np.log(0.5) / LIVES[life] * 1.05}
    assert (final(1.0, **longer) != whole).any()


# --- books -----------------------------------------------------------------------------------------------------------


def busy(**changes: Any) -> World:
    settings = worlds.scenario(campaign={**worlds.CATCHY, "discovery": 0.3, **changes})
    return World(settings, worlds.scattered(300, 2400, 7, weighted=True))


def test_what_presses_is_what_can_be_seen_of_friends():
    """`pressing` and `seen` are the sums over friends, at every tick, to the unit; nothing is left when all is over."""
    world, n = busy(see=1.0, nominators=0.0), 300
    reader = np.repeat(np.arange(n), np.diff(world.network.indptr))
    friend, tie = world.network.indices, world.network.weight
    pressed = 0
    for _ in range(25):
        world.step()
        c = world.campaign.columns
        pressed += int((c.pressing > 0).sum())
        shown, now = (c.stage >= IN) & (c.public == 1), (c.stage == IN) & (c.public == 1)
        units = np.floor((tie * c.force[friend] * np.float32(UNIT)).astype(np.float32) + np.float32(0.5))
        once = np.floor((tie * np.float32(UNIT)).astype(np.float32) + np.float32(0.5))
        assert np.array_equal(np.bincount(reader, once * shown[friend], n), c.seen)
        assert np.array_equal(np.bincount(reader, units * now[friend], n), c.pressing)
    assert pressed > 500
    assert not c.pressing.any()


def test_everybody_who_joins_has_a_cause_that_joined_before():
    world = busy()
    worlds.stepped(world, 25)
    c = world.campaign.columns
    moved = np.flatnonzero((c.stage >= IN) & (c.cause != NOBODY))
    assert len(moved) > 100
    assert (c.stage[c.cause[moved]] >= IN).all()
    assert (c.joined_day[c.cause[moved]] < c.joined_day[moved] + 1).all()
    linked = {
        (a, b) for a in range(300) for b in world.network.indices[slice(*world.network.indptr[a : a + 2])].tolist()
    }
    assert all((i, c.cause[i]) in linked or (c.cause[i], i) in linked for i in moved.tolist())
    assert c.nominated.sum() + len(world.campaign.nominations.due) == c.named.sum()
    assert 0 < c.wasted.sum() < c.nominated.sum()


def test_a_token_and_a_real_act_cost_effort_and_glow_and_nobody_receives_them():
    """Day by day: effort and glow are those of one's letters, plus a token's on joining and a substantial act's."""
    plain, world = busy(base=0.0, token_effort=0.0, token_glow=0.0), busy(base=0.3)
    free = worlds.stepped(plain, 1).columns
    c, dear = worlds.stepped(world, 1).campaign.columns, world.columns
    joined, acted = c.steps_today & JOINED > 0, c.acted == 1
    assert 5 < acted.sum() < 100
    assert joined.sum() == 45
    big = world.real_act
    effort = joined * np.float32(0.15) + acted * world.catalogue.effort[big]
    glow = joined * np.float32(0.2) + acted * world.catalogue.glow[big]
    assert np.allclose(dear.effort_today, free.effort_today + effort, atol=1e-5)
    assert np.allclose(dear.glow_today, free.glow_today + glow, atol=1e-5)
    assert ((dear.reward != free.reward) <= acted).all()
    assert np.array_equal(dear.received_today, free.received_today)
    assert np.array_equal(dear.acts_today, free.acts_today)


def test_a_relaunch_keeps_every_state_and_a_new_number_starts_fresh():
    world = worlds.stepped(busy(seed_share=0.1), 10)
    before = world.campaign.columns.stage.copy()
    world.campaign.changes.append(world.campaign.relaunch(10))
    world.step()
    assert (world.campaign.columns.stage >= before).all()
    seeds, reluctance = set(world.campaign.seeds.tolist()), world.campaign.columns.reluctance.copy()
    world.campaign.begin(2, world.tick)
    assert not world.campaign.columns.stage.any()
    assert set(world.campaign.seeds.tolist()) != seeds
    assert not np.array_equal(world.campaign.columns.reluctance, reluctance)


def test_a_matching_window_asks_everybody_aware_once():
    world = worlds.stepped(busy(base=0.0), 5)
    asks, aware = world.campaign.columns.asks.copy(), world.campaign.columns.stage > 0
    world.campaign.changes.append(lambda levers, tick: levers._replace(ask=np.int64(1), base=np.float32(87)))
    world.campaign.prepare(world.tick, world.columns, world.extra.columns.lapsed)
    world.step()
    assert (world.campaign.columns.asks[aware] > asks[aware]).all()
    assert world.campaign.columns.acted[aware].all()


def test_an_influence_travels_one_tie_a_tick():
    network = worlds.ring(60)
    settings = worlds.scenario(campaign={**worlds.CATCHY, "seed_share": 0.05, "appeal": 0.9, "appeal_top": 1.0})
    plain, changed = World(settings, network), World(settings, network)
    row = int(np.flatnonzero(~np.isin(np.arange(60), plain.campaign.seeds))[0])
    changed.campaign.seeds = np.union1d(changed.campaign.seeds, [row]).astype(np.uint32)
    away = worlds.hops(network, row)
    for tick in range(8):
        plain.step(), changed.step()
        assert away[worlds.changed_people(plain, changed)].max() <= tick + 1


def test_a_disjoint_union_is_two_worlds_and_relabelling_permutes():
    key = np.arange(120) * 7 + 5
    one = worlds.scattered(120, 700, 4, key=key)
    settings = worlds.scenario(campaign={**worlds.CATCHY, "seed_count": None, "seed_keys": [5, 40, 75, 250]})
    alone = worlds.stepped(World(settings, one), 12).campaign.columns
    ends = np.random.default_rng(4).integers(0, 120, (2, 700))
    stranger = np.random.default_rng(5).integers(120, 200, (2, 400))
    order = np.random.default_rng(6).permutation(200)  # rows of the input in another order
    both_key = np.concatenate([key, np.arange(80) * 7 + 6])
    source, target = np.concatenate([ends, stranger], axis=1)
    both = from_ties(np.argsort(order)[source], np.argsort(order)[target], 200, key=both_key[order])
    together = worlds.stepped(World(settings, both), 12).campaign.columns
    mine = np.isin(both.key, key)
    for name in ("stage", "dose", "asked", "pressing", "joined_day", "acted", "public"):
        assert np.array_equal(getattr(together, name)[mine], getattr(alone, name)), name
