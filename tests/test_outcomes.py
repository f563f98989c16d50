"""Outcomes: chains against brute force, groups against hand-made ones, and every number in its range and dictionary."""

from __future__ import annotations

import copy
import csv
import io
from collections import Counter

import networkx
import numpy as np
import pytest
import statistics_help as help
import worlds
from hypothesis import given
from hypothesis import strategies as st

from sim.lab.record import dictionary
from sim.lab.run import Series
from sim.model.law import letters
from sim.model.law.columns import MET, OPENED, UNMET
from sim.model.outcomes import AT_END, COURSES, OUTCOMES, Mail, Memory, Outcome, course, everyday, groups, spread, trees
from sim.model.outcomes.chains import Chains, measured
from sim.model.outcomes.exposure import items_shown
from sim.model.outcomes.memory import PASTS
from sim.model.outcomes.tally import gini
from sim.model.world import World

LIVELY = {
    "rules__burnout_rate": 1.0, "rules__notice": 0.9, "rules__detection": 0.4, "population__warmth_mean": 0.3,
    "rules__beta_gratitude": 1.0,
}  # fmt: skip
TICKS = 25


def town(**options: object) -> World:
    """90 people in three groups."""
    made = {"group": np.arange(90) % 7 // 3, **options}
    return World(worlds.scenario(**LIVELY), worlds.scattered(90, 500, 1, weighted=True, **made))  # type: ignore[arg-type]


def watched(world: World, ticks: int = TICKS) -> list[np.ndarray]:
    """Steps a world, measuring every tick; returns the kind acts of each."""

    def look(world: World) -> np.ndarray:
        world.outcomes()
        post = world.letters().copy()
        return post[post[:, 1] & letters.HOSTILE == 0]

    return worlds.each_tick(world, ticks, look)


# --- cascades as trees -------------------------------------------------------------------------------------------


def forest(parents: list[int]) -> tuple[np.ndarray, np.ndarray]:
    parent = np.array(parents, np.int64)
    return parent, trees.depths(parent)


@pytest.mark.parametrize("n", [2, 3, 7, 40])
def test_structural_virality_of_a_star_and_of_a_path(n):
    star, line = measured(*forest([-1] + [0] * (n - 1))), measured(*forest(list(range(-1, n - 1))))
    assert star[2][0] == pytest.approx(2 * (n - 1) / n)
    assert line[2][0] == pytest.approx((n + 1) / 3)
    assert (star[1][0], line[1][0]) == (1, n - 1)


@given(st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=40), st.floats(0, 1))
def test_a_forest_is_measured_as_by_brute_force(draws, begins):
    """Random forests: size, depth and mean distance of every tree, from all pairs of its acts."""
    parents = [-1 if u < begins or not i else int(u * i) for i, u in enumerate(draws)]
    found = measured(*forest(parents))
    graph = networkx.Graph((i, p) for i, p in enumerate(parents) if p >= 0)
    graph.add_nodes_from(range(len(parents)))
    whole = sorted(networkx.connected_components(graph), key=min)
    assert found[0].tolist() == [len(tree) for tree in whole]
    assert found[1].tolist() == [max(networkx.shortest_path_length(graph, min(t)).values()) for t in whole]
    many = [networkx.average_shortest_path_length(graph.subgraph(t)) for t in whole if len(t) > 1]
    assert found[2] == pytest.approx(many)


# --- chains as they grow -----------------------------------------------------------------------------------------


def by_root(days: list[np.ndarray]) -> tuple[Counter, dict[int, int]]:
    """Size and depth of every chain, from the roots and depths that letters carry."""
    post = np.concatenate(days)
    depth: dict[int, int] = {}
    for what, root in zip(post[:, 1], post[:, 2].tolist(), strict=True):
        depth[root] = max(depth.get(root, 0), int(letters.depth_of(what)))
    return Counter(post[:, 2].tolist()), depth


@pytest.mark.parametrize("room", [10**9, 0])
def test_chains_are_those_of_the_letters(room):
    """Whether chains are kept to the end or forgotten as soon as they have ended."""
    world = town()
    world.memory.chains.room = room
    days = []
    for _ in range(TICKS):
        days += watched(world, 1)
        world.memory.chains.room = room
    size, depth = by_root(days)
    sizes, tallest, sums = world.memory.chains.closed()
    assert sizes.tolist() == np.bincount(list(size.values()), minlength=sizes.size).tolist()
    assert tallest.tolist() == np.bincount(list(depth.values()), minlength=tallest.size).tolist()
    assert sums[[0, 4]].tolist() == [sum(size.values()), max(size.values())]
    assert max(depth.values()) > 5
    if room == 0:
        assert world.memory.chains.parent.size < sum(size.values()) / 2


def test_forgetting_ended_chains_changes_no_virality():
    kept, tidied = town(), town()
    kept.memory.chains.room = 10**9
    for _ in range(TICKS):
        watched(kept, 1)
        watched(tidied, 1)
        tidied.memory.chains.tidy(tidied.columns)
    assert tidied.memory.chains.closed()[2] == pytest.approx(kept.memory.chains.closed()[2])


def test_a_tracer_that_forgets_too_much_is_noticed(monkeypatch):
    """Negative control: chains forgotten while somebody still carries them are cut in two."""
    monkeypatch.setattr(Chains, "carried", lambda self, columns: np.zeros((2, self.act_at.size), bool))
    world, days = town(), []
    for _ in range(TICKS):
        days += watched(world, 1)
        world.memory.chains.tidy(world.columns)
    size, _ = by_root(days)
    assert world.memory.chains.closed()[2][0] < sum(size.values())


def test_the_parent_of_an_act_is_what_moved_it():
    """A gift's receiver passed it on; the author of a seen act was answered; root and depth agree."""
    world = town()
    world.memory.chains.room = 10**9
    post = np.concatenate(watched(world))
    chains = world.memory.chains
    assert chains.parent.size == len(post)
    sender, receiver = (post[:, 0] & worlds.MASK).astype(int), (post[:, 0] >> np.uint64(32)).astype(int)
    cause = (post[:, 1] >> np.uint64(10) & np.uint64(3)).astype(int)
    depth = (post[:, 1] >> np.uint64(20) & letters.DEEPEST).astype(int)
    moved = np.flatnonzero(chains.parent >= 0)
    parent = chains.parent[moved]
    assert np.array_equal(chains.parent >= 0, cause > 0)
    assert np.array_equal(post[parent, 2], post[moved, 2])
    assert np.array_equal(depth[parent] + 1, depth[moved])
    gift = cause[moved] == int(letters.GIFT)
    assert np.array_equal(receiver[parent[gift]], sender[moved[gift]])
    assert np.array_equal(sender[parent[~gift]], receiver[moved[~gift]])
    assert (post[parent[~gift], 1] & letters.VISIBLE > 0).all()
    assert min(gift.sum(), (~gift).sum()) > 100


def test_among_many_people_some_chains_are_traced_in_full():
    whole, some = town(), town()
    some.memory.chains.every = np.uint64(3)
    days, _ = watched(whole), watched(some)
    size, _ = by_root(days)
    mix, high = np.uint64(0x9E3779B97F4A7C15), np.uint64(40)
    chosen = [n for root, n in size.items() if (np.array([root], np.uint64) * mix >> high)[0] % np.uint64(3) == 0]
    assert some.memory.chains.closed()[2][0] == sum(chosen)
    assert 0.2 < len(chosen) / len(size) < 0.5


@pytest.mark.parametrize("every", [1, 2, 3, 500, 2**31 + 7])
def test_roots_are_chosen_as_division_would(every):
    """Letters counted and traced in two wards, one of them hostile throughout, against numpy."""
    outbox = np.random.default_rng(4).integers(0, 2**64, (2, 3000, 3), np.uint64)
    outbox[0, :, 1] &= ~letters.HOSTILE
    outbox[1, :, 1] |= letters.HOSTILE
    mail = Mail(outbox, np.array([2900, 17]), 2, 1, lambda work: [work((0, 1)), work((1, 2))], every)  # type: ignore[arg-type]
    kind, mix, high = outbox[0, :2900], np.uint64(0x9E3779B97F4A7C15), np.uint64(40)
    assert np.array_equal(mail.traced, kind[(kind[:, 2] * mix >> high) % np.uint64(every) == 0])
    marks = np.bincount((mail.letters[:, 1] & np.uint64(4095)).astype(int), minlength=4096)
    depths = np.bincount((kind[:, 1] >> np.uint64(20) & letters.DEEPEST).astype(int), minlength=4096)
    assert np.array_equal(mail.counted.marks, marks)
    assert np.array_equal(mail.counted.depths, depths)


def test_a_chain_that_grows_too_long_is_cut(monkeypatch):
    monkeypatch.setattr("sim.model.outcomes.chains.MOST_ACTS", 5)
    world = town()
    for _ in range(TICKS):
        watched(world, 1)
        world.memory.chains.tidy(world.columns)
    assert np.bincount(world.memory.chains.root).max(initial=0) <= 5
    assert world.outcomes_at_end()["cascade_largest"] >= 5


def test_shares_of_chains_are_those_of_the_letters():
    world = town()
    post = watched(world)[-1]
    depth = (post[:, 1] >> np.uint64(20) & letters.DEEPEST).astype(int)
    seen = world.outcomes()
    assert seen["spillover_2"] == np.mean(depth == 2)
    assert seen["spillover_more"] == np.mean(depth > 3)
    assert seen["chain_depth"] == depth.mean()


def test_spillover_far_counts_givers_without_a_tie_to_the_beginner():
    world = town()
    world.memory.chains.room = 10**9
    watched(world)
    chains, far = world.memory.chains, []
    for act in np.flatnonzero(chains.parent >= 0):
        away = worlds.hops(world.network, int(chains.sender[chains.root[act]]))
        far.append(away[chains.sender[act]] > 1)
    assert world.outcomes_at_end()["spillover_far"] == pytest.approx(np.mean(far))


# --- the reproduction number -------------------------------------------------------------------------------------


def chains_of(r: float, chains: int, draw: np.random.Generator) -> np.ndarray:
    """Sizes of Poisson branching chains with r further acts per act."""
    size, last = np.ones(chains, int), np.ones(chains, int)
    while last.any():
        last = draw.poisson(r * last)
        size += last
    return size


def coverage(width: float, trials: int = 1500, r: float = 0.4) -> int:
    """How many of the intervals, this many times as wide, hold the true number; 400 chains each."""
    draw, held = np.random.default_rng(5), 0
    for _ in range(trials):
        size = chains_of(r, 400, draw)
        found, error = spread.reproduction_of(size.size, size.sum(), (size.astype(float) ** 2).sum())
        held += abs(found - r) <= width * 1.96 * error
    return held


def test_the_interval_of_the_reproduction_number_holds_it_as_often_as_it_says():
    """1,500 trials, false alarms 1e-6. Negative control: an interval four fifths as wide is found out."""
    low, high = help.binomial_band(1500, 0.95, 1e-6)
    assert low <= coverage(1.0) <= high
    assert not low <= coverage(0.8) <= high


def test_reproduction_is_the_share_of_acts_that_were_moved():
    world = town()
    post = np.concatenate(watched(world))
    end = world.outcomes_at_end()
    moved = np.mean(post[:, 1] >> np.uint64(10) & np.uint64(3) > 0)
    assert end["reproduction"] == pytest.approx(moved)
    assert end["reproduction_low"] < end["reproduction"] < end["reproduction_high"]


# --- people over time --------------------------------------------------------------------------------------------


def test_distinct_people_are_counted_once():
    world = town()
    post = np.concatenate(watched(world, 3))
    seen = world.outcomes()
    assert seen["givers_so_far"] == np.unique(post[:, 0] & worlds.MASK).size / 90
    assert seen["receivers_so_far"] == np.unique(post[:, 0] >> np.uint64(32)).size / 90
    assert seen["reach_so_far"] >= max(seen["reach"], seen["receivers_so_far"])


def test_time_to_answer_is_from_opening_to_met():
    world, since, waited = town(), {}, []
    for tick in range(1, 4 * TICKS):
        watched(world, 1)
        events = world.columns.events_today
        met = [tick - since.pop(i) for i in np.flatnonzero(events & MET).tolist()]
        for i in np.flatnonzero(events & UNMET).tolist():
            since.pop(i)
        since |= dict.fromkeys(np.flatnonzero(events & OPENED).tolist(), tick)
        assert world.outcomes()["answer_days"] == (pytest.approx(np.mean(met)) if met else None)
        waited += met
    assert min(waited) == 1 < max(waited)


def test_what_needs_every_tick_is_missing_where_one_was_not_measured():
    world = worlds.stepped(town(), 3)
    world.step()
    seen = {**world.outcomes(), **world.outcomes_at_end()}
    since = ["givers_so_far", "received_gini_30", "group_ratio", "cascade_size", "reproduction", "exposure_parity"]
    assert [seen[name] for name in since] == [None] * len(since)
    assert seen["kind_acts"] is not None


def test_stopping_and_resuming_keeps_what_outcomes_remember(tmp_path):
    world = town()
    watched(world, 12)
    world.save(tmp_path / "here.npz")
    resumed = World.load(tmp_path / "here.npz")
    for one in (world, resumed):
        watched(one, 8)
    assert resumed.outcomes() == world.outcomes()
    assert resumed.outcomes_at_end() == world.outcomes_at_end()


def test_threads_and_wards_change_no_outcome():
    """The same numbers to the last bit, and the same memories."""
    seen = []
    for threads, ward in ((1, None), (1, 7), (2, 7), (3, 32)):
        world = World(worlds.scenario(**LIVELY), town().network, threads=threads, ward=ward)
        rows = worlds.each_tick(world, TICKS, lambda world: dict(world.outcomes()))
        seen.append((rows, world.outcomes_at_end(), {k: v.tolist() for k, v in world.memory.arrays().items()}))
    assert all(one == seen[0] for one in seen[1:])


# --- inequality --------------------------------------------------------------------------------------------------


def gini_by_sorting(values: np.ndarray) -> float:
    x = np.sort(values.astype(np.float64))
    return float(2 * np.dot(np.arange(1, x.size + 1), x) / (x.size * x.sum()) - (x.size + 1) / x.size)


@given(st.lists(st.floats(0, 1e6, width=32) | st.sampled_from([0.0, 0.5, 1e-30]), min_size=1, max_size=60))
def test_the_gini_coefficient_is_that_of_sorted_values(found):
    values = np.array(found, np.float32)
    if values.any():
        assert gini(values) == pytest.approx(gini_by_sorting(values), rel=1e-12, abs=1e-14)
    else:
        assert gini(values) is None


@pytest.mark.parametrize("spread", [1e-9, 1.0, 8.0])
def test_the_gini_coefficient_of_many_values(spread):
    """However far apart they are; negative control: ranks of the order of rows give another number."""
    values = np.exp(spread * np.random.default_rng(2).normal(size=20_000)) * (np.arange(20_000) % 7 > 0)
    assert gini(values) == pytest.approx(gini_by_sorting(values), rel=1e-12)
    unsorted = 2 * np.dot(np.arange(1, values.size + 1), values) / (values.size * values.sum()) - 1
    assert gini(values) != pytest.approx(unsorted, rel=1e-3)


# --- groups ------------------------------------------------------------------------------------------------------


def test_items_shown_are_the_items_that_people_go_on_to_read():
    world = worlds.stepped(town(), 10)
    shown = items_shown(world)
    world.step()
    assert shown.sum() == world.columns.items_today.sum() > 300


def test_group_outcomes_are_missing_where_there_is_one_group():
    world = town(group=None)
    watched(world, 5)
    seen = {**world.outcomes(), **world.outcomes_at_end()}
    assert [seen[one.name] for one in groups.OUTCOMES[1:]] == [None] * 6
    assert seen["received_gini_30"] > 0


def test_ratios_by_hand():
    values, few = np.array([1.0, 3.0, 4.0, 8.0, 6.0]), np.array([True, True, False, False, False])
    assert groups.ratio_of_means(values, few) == pytest.approx(2 / 6)
    stratum = np.array([0, 1, 0, 1, 1])
    assert groups.ratio_matched(values, few, stratum) == pytest.approx((1 + 3) / (4 + 7))
    assert groups.ratio_matched(values, few, np.array([0, 0, 1, 1, 1])) is None
    assert groups.fifths(np.arange(10.0)).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert groups.smallest(np.array([3, 3, 1, 1, 2])).tolist() == [False] * 4 + [True]  # type: ignore[union-attr]


def test_matching_takes_out_what_own_acts_explain():
    """Receiving is twice one's own acts in both groups, and the small group acts less: no gap once matched."""
    draw = np.random.default_rng(1)
    few = np.arange(3000) < 600
    acts = np.where(few, draw.integers(0, 5, 3000), draw.integers(0, 9, 3000)).astype(float)
    assert groups.ratio_of_means(2 * acts + 1, few) < 0.7  # type: ignore[operator]
    assert groups.ratio_matched(2 * acts + 1, few, acts.astype(int)) == pytest.approx(1)


def out_of_band(gap: float, trials: int = 200) -> int:
    """How often the ratio of 60 people, who receive a share `gap` less, to 240 leaves the band of shuffled labels."""
    draw, few, out = np.random.default_rng(3), np.arange(300) < 60, 0
    for _ in range(trials):
        values = draw.gamma(2.0, size=300) * np.where(few, 1 - gap, 1.0)
        seed = (int(draw.integers(2**31)), 1)
        low, high = np.quantile(groups.shuffled(values, few, seed), (0.025, 0.975))  # type: ignore[arg-type]
        out += not low <= groups.ratio_of_means(values, few) <= high  # type: ignore[operator]
    return out


def test_shuffled_labels_show_a_gap_one_time_in_twenty():
    """200 trials, false alarms 1e-6. Negative control: a gap of three tenths leaves the band far more often."""
    low, high = help.binomial_band(200, 0.05, 1e-6)
    assert low <= out_of_band(0.0) <= high
    assert out_of_band(0.3) > high


# --- a run's course ----------------------------------------------------------------------------------------------


def test_momentum_is_the_rate_at_which_growth_feeds_itself():
    days = np.arange(100.0)
    assert course.momentum(days, np.exp(0.05 * days)) == pytest.approx(np.exp(0.05) - 1)
    assert course.momentum(days, 3 + np.exp(-0.1 * days)) == pytest.approx(np.exp(-0.1) - 1)
    assert course.momentum(days, 2 * days) == pytest.approx(0, abs=1e-12)
    assert course.momentum(days, np.full(100, 2.0)) is None
    assert course.momentum(days[:5], days[:5]) is None


def test_half_life_and_hysteresis_of_known_curves():
    days = np.linspace(0, 50, 1001)
    level = 0.3 + 0.2 * np.exp2(-days / 8)
    assert course.half_life(days, level, 0.0, 0.3) == pytest.approx(8, abs=1e-3)
    assert course.half_life(days, level, 10.0, 0.3) == pytest.approx(8, abs=1e-3)
    assert course.half_life(days, np.full(1001, 0.5), 0.0, 0.3) is None
    x = np.linspace(0, 2, 21)
    assert course.hysteresis(x, x, x) == 0
    assert course.hysteresis(x, x + 0.25, x) == pytest.approx(0.25)


# --- every outcome -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dt", [1.0, 0.25])
def test_every_outcome_is_in_its_range(dt):
    world = World(worlds.scenario(**LIVELY, dt=dt), town().network)
    series = Series()
    series.add(world.day, world.outcomes())
    for _ in range(TICKS):
        world.step()
        series.add(world.day, world.outcomes())
        for name, value in world.outcomes().items():
            assert value is None or OUTCOMES[name].low <= value <= OUTCOMES[name].high, (name, value)
    end = {**world.outcomes_at_end(), **series.course()}
    explained = {**AT_END, **{one.name: one for one in COURSES}}
    for name, value in end.items():
        assert value is None or explained[name].low <= value <= explained[name].high, (name, value)
    assert sum(value is None for value in end.values()) <= 1  # the norm need not have come halfway back
    always = [one.name for chapter in (everyday, spread, groups) for one in chapter.OUTCOMES if one.over != "end"]
    assert sum(world.outcomes()[name] is None for name in always) <= 2  # no need may have ended in the tick


class Shut:
    """Stands where nobody may look."""

    def __getattr__(self, name: str) -> object:
        raise LookupError(name)


def test_outcomes_say_what_they_read_of_earlier_ticks():
    """Each is measured where what it does not name is out of reach; each that names something looks there."""
    world = town()
    watched(world, 4)
    people = copy.copy(world.memory)
    people.chains = Shut()  # type: ignore[assignment]
    memories = [Shut(), people, world.memory]
    for outcome in (*OUTCOMES.values(), *AT_END.values()):
        needs = PASTS.index(outcome.past)
        failed = [fails(outcome, world, memory) for memory in memories]
        assert failed == [place < needs for place in range(len(PASTS))], outcome.name


def fails(outcome: Outcome, world: World, memory: object) -> bool:
    """Whether an outcome looks where nobody may."""
    tally = world.tally()
    tally.memory = memory  # type: ignore[assignment]
    try:
        outcome.measure(tally)
    except LookupError:
        return True
    return False


def test_a_memory_keeps_what_it_is_asked_for_and_the_rest_is_missing_from_a_checkpoint(tmp_path):
    every, people = town(), town()
    people.memory = Memory(people.people, "people")
    for world in (every, people):
        watched(world, 6)
    assert people.outcomes() == every.outcomes()
    assert people.memory.chains.parent.size == 0 < every.memory.chains.parent.size
    people.save(tmp_path / "here.npz")
    assert worlds.stepped(World.load(tmp_path / "here.npz"), 1).outcomes()["givers_so_far"] is None


@pytest.mark.parametrize("one", COURSES)
def test_courses_say_which_outcomes_they_read(one):
    series = {name: np.linspace(0, 1, 20) for name in ("day", *one.reads)}
    one.measure(series)
    for name in one.reads:
        with pytest.raises(KeyError):
            one.measure({key: column for key, column in series.items() if key != name})


def test_no_outcome_fails_where_there_is_nobody_or_nothing_happens():
    for people in (0, 1, 5):
        world = World(worlds.scenario(), worlds.strangers(people))
        watched(world, 3)
        assert set(world.outcomes()) | set(world.outcomes_at_end()) == set(OUTCOMES) | set(AT_END)


def test_every_outcome_is_in_the_dictionary_with_meaning_and_unit():
    names = [*OUTCOMES, *AT_END, *(one.name for one in COURSES), "acts_hug"]
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(dictionary(names)))}
    assert set(names) <= set(rows)
    assert len(set(names)) == len(names)
    assert all(rows[name]["meaning"] and rows[name]["unit"] and rows[name]["tables"] for name in names)
    assert "acts_like" in OUTCOMES


def test_what_counts_from_day_0_is_told_by_its_last_value():
    series = Series()
    for day in range(41):
        series.add(day, {"givers_so_far": day / 100, "norm": day / 100})
    recent = series.recent()
    assert recent["givers_so_far"] == 0.4
    assert recent["norm"] == pytest.approx(0.355)
