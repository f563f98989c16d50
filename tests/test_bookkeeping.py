"""Nothing is lost, nothing is invented, and nothing depends on what does not concern it."""

from __future__ import annotations

import logging

import mesa
import numpy as np
import pytest
import worlds

from sim.model.kindness import KindnessModel
from sim.model.law import letters
from sim.model.law.columns import BACK, BURNED, COLUMNS, MET, NOBODY, OPENED, UNMET
from sim.model.network.networks import Network, from_ties
from sim.model.outcomes.exposure import items_shown
from sim.model.world import World

TICKS = 25
LIVELY = {
    "rules__burnout_rate": 3.0, "rules__burnout_onset": 0.2, "rules__recovery_rate": 1.0, "rules__notice": 0.9,
    "rules__ranking": 0.7, "rules__detection": 0.4, "population__warmth_mean": 0.5,
}  # fmt: skip


def lively(**changes: object):
    return worlds.scenario(**{**LIVELY, **changes})


def town(seed: int = 1, **options: object) -> Network:
    """90 people with weighted ties."""
    return worlds.scattered(90, 500, seed, weighted=True, **options)  # type: ignore[arg-type]


# --- sums --------------------------------------------------------------------------------------------------------


def test_what_is_given_is_received():
    def books(world: World) -> None:
        post, columns = world.letters(), world.columns
        hostile = post[:, 1] & letters.HOSTILE > 0
        assert columns.acts_today.sum() == columns.gestures_today.sum() == (~hostile).sum()
        assert columns.hurt_today.sum() == hostile.sum()

    world = World(lively(), town(), ward=20)
    worlds.each_tick(world, TICKS, books)
    assert len(world.letters()) > 50


def test_everybody_gets_what_their_letters_say():
    def books(world: World) -> None:
        value = np.zeros(world.people, np.float32)
        for ends, what, _ in world.letters():
            if not what & letters.HOSTILE:
                value[int(letters.receiver_of(ends))] += letters.gift_of(what)
        assert np.array_equal(value, world.columns.received_today)

    worlds.each_tick(World(lively(), town(), ward=20), TICKS, books)


def test_everybody_gave_what_their_letters_say():
    def books(world: World) -> None:
        post, columns, people = world.letters(), world.columns, world.people
        sender = (post[:, 0] & worlds.MASK).astype(np.int64)
        kind, visible = post[:, 1] & letters.HOSTILE == 0, post[:, 1] & letters.VISIBLE > 0
        reply = post[:, 1] >> np.uint64(12) & np.uint64(255) == letters.REPLY
        assert np.array_equal(np.bincount(sender[kind], minlength=people), columns.acts_today)
        assert np.array_equal(np.bincount(sender[visible], minlength=people), columns.visible_today)
        assert np.array_equal(np.bincount(sender[kind & visible & ~reply], minlength=people), columns.shown_today)

    worlds.each_tick(World(lively(), town(), ward=20), TICKS, books)


def test_letters_come_in_the_order_of_sender_and_slot():
    def books(world: World) -> None:
        post = world.letters()
        order = (post[:, 0] & worlds.MASK) * np.uint64(256) + (post[:, 1] >> np.uint64(12) & np.uint64(255))
        assert (np.diff(order.astype(np.int64)) > 0).all()

    worlds.each_tick(World(lively(), town(), ward=7, threads=2), TICKS, books)


def test_nobody_writes_to_strangers_or_to_themselves():
    """An act goes to somebody one reads, a thank-you to somebody who reads one."""
    network = town()
    pairs = set(zip(np.repeat(np.arange(90), np.diff(network.indptr)).tolist(), network.indices.tolist(), strict=True))

    def books(world: World) -> None:
        for ends, what, _ in world.letters():
            pair = int(letters.sender_of(ends)), int(letters.receiver_of(ends))
            assert pair in pairs or (letters.slot_of(what) == letters.REPLY and pair[::-1] in pairs), pair

    worlds.each_tick(World(lively(), network), TICKS, books)


def test_needs_that_opened_were_met_ended_unmet_or_are_open():
    world = World(lively(rules__hard_day_rate=0.5), town())
    events = worlds.each_tick(world, TICKS, lambda w: w.columns.events_today.copy())
    opened, met, unmet = (sum((day & event > 0).astype(int) for day in events) for event in (OPENED, MET, UNMET))
    assert np.array_equal(opened, met + unmet + (world.columns.need > 0))
    assert min(met.sum(), unmet.sum()) > 10


def test_people_who_burned_out_came_back_or_are_at_rest():
    world = World(lively(), town())
    events = worlds.each_tick(world, TICKS, lambda w: w.columns.events_today.copy())
    burned, back = (sum((day & event > 0).astype(int) for day in events) for event in (BURNED, BACK))
    assert np.array_equal(burned - back, world.columns.resting)
    assert min(burned.sum(), back.sum()) > 10


def test_people_at_rest_read_and_do_nothing():
    def books(world: World) -> np.ndarray:
        here = world.columns.resting.astype(bool) & (world.columns.events_today & BURNED == 0)
        tallies = (world.columns.items_today, world.columns.acts_today, world.columns.visible_today)
        assert not any(tally[here].any() for tally in tallies)
        assert (world.columns.profile[world.columns.resting == 1] & np.uint64(0xFFFF) == 0).all()
        return here

    assert any(here.any() for here in worlds.each_tick(World(lively(), town()), TICKS, books))


def test_every_column_stays_in_its_range():
    for changes in ({}, {"dt": 1 / 24}, {"rules__gift_scale": 0.1, "rules__hostile_weight": 10.0}):
        wrong = worlds.each_tick(World(lively(**changes), town()), TICKS, worlds.out_of_range)
        assert wrong == [[]] * TICKS


def test_a_helper_is_remembered_exactly_as_long_as_the_gift():
    def books(world: World) -> None:
        columns = world.columns
        assert np.array_equal(columns.helper == NOBODY, columns.gift == 0)
        assert (columns.helper[columns.gift > 0] < world.people).all()

    worlds.each_tick(World(lively(), town()), TICKS, books)


def test_outcomes_agree_with_the_columns():
    world = worlds.stepped(World(lively(), town()), 5)
    seen = world.outcomes()
    assert seen["kind_acts"] == world.columns.acts_today.sum() / world.people
    assert seen["hostile_acts"] == world.columns.hurt_today.sum() / world.people
    assert seen["kind_acts"] == pytest.approx(sum(seen[f"acts_{g.name}"] for g in world.gestures))  # type: ignore[misc]
    assert sum(seen[f"cause_{cause}"] for cause in ("own", "gift", "item")) == pytest.approx(1)  # type: ignore[misc]


# --- who is where does not matter --------------------------------------------------------------------------------


@pytest.mark.parametrize("directed", [True, False])
def test_relabelling_people_permutes_the_world(directed):
    """The same people in another order of rows: everybody keeps their key, group and name, and lives the same life."""
    draw = np.random.default_rng(7)
    people, key = 60, worlds.keyed(60)
    source, target = draw.integers(0, people, (2, 300))
    _, once = np.unique(np.minimum(source, target) * people + np.maximum(source, target), return_index=True)
    source, target, weight = source[once], target[once], draw.uniform(0.1, 5, len(once))
    label, group = [f"person {i}" for i in range(people)], draw.integers(0, 4, people)
    plain = from_ties(source, target, people, weight=weight, directed=directed, key=key, label=label, group=group)
    new, mixed = draw.permutation(people), draw.permutation(len(once))  # person i moves to row new[i]; ties come mixed
    old = np.argsort(new)
    moved = from_ties(new[source[mixed]], new[target[mixed]], people, weight=weight[mixed], directed=directed,
                      key=key[old], label=[label[i] for i in old], group=group[old])  # fmt: skip
    assert (moved.digest(), moved.label) == (plain.digest(), plain.label)
    assert (
        worlds.stepped(World(lively(), moved), TICKS).digest() == worlds.stepped(World(lively(), plain), TICKS).digest()
    )


def part(seed: int, key: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Ends, weights and keys of a part of a world."""
    draw = np.random.default_rng(seed)
    source, target = draw.integers(0, len(key), (2, 6 * len(key)))
    return source, target, draw.uniform(0.2, 3, len(source)), key


def test_two_worlds_side_by_side_are_two_worlds():
    """A disjoint union with interleaved keys: everybody lives as in their own world; only rows have moved."""
    keys = worlds.keyed(70)
    one, two = part(1, keys[::2]), part(2, keys[1::2])
    rows = len(one[3])
    ties = [np.concatenate([one[0], two[0] + rows]), np.concatenate([one[1], two[1] + rows])]
    both = from_ties(*ties, len(keys), weight=np.concatenate([one[2], two[2]]), key=np.concatenate([one[3], two[3]]))
    union = World(lively(), both, ward=9, threads=2)
    apart = [World(lively(), from_ties(p[0], p[1], len(p[3]), weight=p[2], key=p[3])) for p in (one, two)]
    for _ in range(TICKS):
        union.step()
        alone = {**worlds.by_key(worlds.stepped(apart[0], 1)), **worlds.by_key(worlds.stepped(apart[1], 1))}
        assert worlds.by_key(union) == alone


def with_newcomer(*ties: tuple[int, int]) -> Network:
    """The town's ties as given, with one more person, whose key comes last."""
    draw = np.random.default_rng(1)
    ends = np.concatenate([draw.integers(0, 90, (2, 500)), np.array(ties, int).reshape(-1, 2).T], axis=1)
    weight = np.append(np.exp(draw.normal(0, 2, 500)), np.ones(len(ties)))
    return from_ties(*ends, 91, weight=weight)


def test_one_more_person_changes_nobody():
    plain, larger = World(lively(), town()), World(lively(), with_newcomer())
    for _ in range(TICKS):
        plain.step(), larger.step()
        pairs = zip(COLUMNS, plain.columns, larger.columns, strict=True)
        assert [name for name, one, two in pairs if one.tobytes() != two[:90].tobytes()] == []
        assert np.array_equal(plain.letters(), larger.letters())


def test_one_more_person_with_a_tie_is_noticed():
    """The test above can fail."""
    plain, larger = (worlds.stepped(World(lively(), made), TICKS) for made in (town(), with_newcomer((90, 3))))
    assert not all(one.tobytes() == two[:90].tobytes() for one, two in zip(plain.columns, larger.columns, strict=True))


# --- looking does not matter -------------------------------------------------------------------------------------


def run_watched(look) -> str:
    world = World(lively(), town())
    worlds.each_tick(world, TICKS, look)
    return world.digest()


def frame(world: World) -> tuple[np.ndarray, ...]:
    """What a film keeps of a tick."""
    copies = world.columns.profile.copy(), world.columns.resting.copy(), world.letters()
    copies[0][:], copies[1][:], copies[2][:] = 0, 1, 0
    return copies


@pytest.mark.parametrize(
    "look", [World.outcomes, World.outcomes_at_end, items_shown, World.letters, World.digest, frame]
)
def test_looking_at_a_world_changes_nothing(look):
    assert run_watched(look) == run_watched(lambda world: None)


def test_saving_a_world_changes_nothing(tmp_path):
    assert run_watched(lambda world: world.save(tmp_path / "world.npz")) == run_watched(lambda world: None)


@pytest.mark.parametrize("engine", ["kernel", "mesa"])
def test_collecting_data_and_logging_change_nothing(engine, caplog):
    reporters = {name: name for name in ("warmth", "gratitude", "profile")}
    watched = KindnessModel(lively(), network=town(), engine=engine, agent_reporters=reporters)
    with caplog.at_level(logging.DEBUG):
        mesa.mesa_logging.log_to_stderr(logging.DEBUG)
        for _ in range(4):
            watched.step()
            watched.datacollector.get_model_vars_dataframe()
            watched.datacollector.get_agent_vars_dataframe()
            watched.agents.agg("wellbeing", np.mean)
    mesa.mesa_logging.log_to_stderr(logging.CRITICAL)
    assert watched.world.digest() == worlds.stepped(World(lively(), town()), 4).digest()


# --- seeds -------------------------------------------------------------------------------------------------------


def test_the_same_settings_make_the_same_world():
    assert len({worlds.stepped(World(lively(), town()), 5).digest() for _ in range(3)}) == 1


def test_every_seed_and_replicate_is_a_world_of_its_own():
    made = [{"seed": seed, "replicate": replicate} for seed in range(4) for replicate in range(4)]
    assert len({worlds.stepped(World(lively(**words), town()), 2).digest() for words in made}) == 16


def test_seed_and_replicate_are_not_the_same_word():
    one, two = (World(lively(seed=a, replicate=b), town()) for a, b in ((1, 2), (2, 1)))
    assert worlds.differing(one, two) != []


def test_every_replicate_has_a_network_of_its_own_unless_shared():
    def networks(replicates: str) -> set[str]:
        made = {"network__people": 50, "network__degree": 4.0, "network__replicates": replicates}
        return {World(worlds.scenario(replicate=i, **made)).network.digest() for i in range(3)}

    assert (len(networks("own")), len(networks("shared"))) == (3, 1)
