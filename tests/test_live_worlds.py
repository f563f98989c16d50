"""Worlds of the live page: the model's own numbers, levers and switches in mid-run, replays, ripples."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import numpy as np
import pytest
from pages import asked, sitting, small, until

from sim.lab.run import prepared
from sim.lab.scenario import load, shipped
from sim.lab.twins import changed, is_kind, senders
from sim.model.outcomes import OUTCOMES
from sim.model.world import World
from sim.studio.live import levers, shelf
from sim.studio.live.counters import PLAIN, counted
from sim.studio.live.operations import Lever, Refused, Start, Switch, read
from sim.studio.live.pair import Pair, described, replayed
from sim.studio.live.person import named, portrait, ripple, row_of
from sim.studio.live.trail import EVERY, KEPT, Still
from sim.studio.live.worlds import SHOWN
from sim.studio.recording import shown_arms


def stepped(pair: Pair, ticks: int) -> Pair:
    for _ in range(ticks):
        pair.step()
    return pair


# --- the model's own numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["storm_recovery", "nomination_challenge", "marginalised_voices"])
def test_a_page_shows_the_numbers_of_the_model(name):
    scenario = small(name)
    pair = stepped(Pair(scenario), 35 if name == "storm_recovery" else 6)
    for arm, watched in zip(shown_arms(scenario, []), pair.worlds, strict=True):
        run = prepared(arm)
        list(run.steps(pair.tick))
        told = run.series.frame()
        for place, outcome in enumerate(watched.names):
            assert [row[place] for row in watched.rows] == told[outcome]
        assert np.array_equal(watched.world.columns.wellbeing, run.world.columns.wellbeing)


def test_what_is_closed_moves_nothing():
    scenario = small("everyday")
    settings = scenario.arms["as_it_is"].settings
    shelved = shelf.shelved(settings, [one.settings for one in scenario.arms.values()])
    assert len(shelved.interventions) > 6
    one, other = World(settings), World(shelved)
    for _ in range(10):
        one.step()
        other.step()
    assert one.digest() == other.digest()
    other.switch("daily_prompt", True)  # the broken twin: an open one does move the world
    for _ in range(3):
        one.step()
        other.step()
    assert not np.array_equal(one.columns.reward, other.columns.reward)


def test_worlds_share_network_and_luck_until_their_arms_part():
    pair = stepped(Pair(small()), 25)
    first, second = (one.world for one in pair.worlds)
    assert first.network is second.network
    assert np.array_equal(first.columns.norm, second.columns.norm)
    stepped(pair, 10)
    assert not np.array_equal(first.columns.norm, second.columns.norm)


# --- levers and switches -----------------------------------------------------------------------------------------


def test_a_lever_acts_from_the_coming_tick_on_as_if_the_world_had_always_gone_on_so():
    pair = stepped(Pair(small("everyday")), 5)
    before = pair.worlds[0].world.digest()
    pair.take(Lever(key="rules.friction", value=1.5, world=0))
    assert pair.digest()[0] == before
    mine, other = pair.worlds
    twin = changed(Still.of(mine.world).world(), levers.put(mine.world.settings, "rules.friction", 1.5))
    stepped(pair, 3)
    for _ in range(3):
        twin.step()
    assert mine.world.digest() == twin.digest()
    assert mine.rows[-1][0] < 0.8 * other.rows[-1][0]


def test_a_lever_put_back_before_the_tick_changes_nothing():
    plain, moved = (stepped(Pair(small("everyday")), 4) for _ in range(2))
    moved.take(Lever(key="rules.friction", value=1.5))
    moved.take(Lever(key="rules.friction", value=0.5))
    assert stepped(moved, 4).digest() == stepped(plain, 4).digest()


def test_a_lever_of_a_campaign_keeps_the_campaign():
    pair = stepped(Pair(small("nomination_challenge", "campaign.seed_share=0.1")), 4)
    before = pair.worlds[0].world.campaign.columns.stage.copy()
    pair.take(Lever(key="campaign.nominators", value=1.0))
    assert pair.worlds[0].world.campaign.columns.stage.tolist() == before.tolist()
    assert before.any()
    stepped(pair, 12)
    assert pair.worlds[0].rows[-1][0] > np.mean(before > 1)


def test_switches_open_and_close_in_one_world_or_in_both():
    pair = stepped(Pair(small("everyday")), 2)
    pair.take(Switch(name="ease", on=True, world=1))
    assert [[one.name for one in each.open()] for each in pair.worlds] == [[], ["ease"]]
    pair.take(Switch(name="ease", on=False))
    assert not any(each.open() for each in pair.worlds)


@pytest.mark.parametrize(
    "operation",
    [
        Lever(key="rules.nothing", value=1.0),
        Lever(key="rules.friction", value=99.0),
        Switch(name="nothing", on=True),
        Start(arms=["nobody"]),
        Start(arms=["storm"], levers=[Lever(key="rules.friction", value=0.1, world=1)]),
    ],
)
def test_what_will_not_do_is_refused_and_changes_nothing(operation):
    pair = stepped(Pair(small()), 2)
    before = pair.digest(), len(pair.log), pair.arms
    with pytest.raises(Refused, match=r"\w.*[.:]"):
        pair.take(operation)
    assert (pair.digest(), len(pair.log), pair.arms) == before


def test_two_interventions_that_contradict_each_other_are_not_open_together():
    scenario = small("likes_and_reach")
    one, other = (shelf.KINDS["ranking"](name=name, ranking=dose) for name, dose in (("a", 0.5), ("b", 1.0)))
    assert shelf.clash([one], other) == "a"
    assert shelf.clash([one], one.model_copy(update={"name": "c"})) == ""
    assert Pair(scenario).worlds[1].open()[0].name == "feed"


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_shipped_scenario_has_a_page(name):
    scenario = load(name)
    arms = [one.settings for one in scenario.arms.values()]
    sliders = levers.offered(arms)
    assert 3 <= len(sliders) <= levers.MOST
    for one in sliders:
        low, high = levers.reach(one, arms)
        for value in (low, high, *(levers.value(arm, one.key) for arm in arms)):
            assert low <= value <= high
            assert all(levers.value(levers.put(arm, one.key, value), one.key) == value for arm in arms)
        told = levers.described(one, arms, (low, high))
        assert told["label"]
        assert told["meaning"]
        assert told["unit"]
    switches = shelf.described([shelf.shelved(arm, arms) for arm in arms], arms)
    assert len({one["name"] for one in switches}) == len(switches) > 2
    assert all("_" not in one["label"] + one["says"] for one in switches)
    assert all(counted(outcome)["label"] for outcome in scenario.settings.headline)


def test_outcomes_have_plain_names():
    asked_for = {name for path in shipped() for name in load(path).settings.headline}
    assert asked_for <= set(PLAIN) <= set(OUTCOMES)
    assert all(counted(name)["how"] in ("share", "level", "rate") for name in PLAIN)


# --- replay ------------------------------------------------------------------------------------------------------

KEYS = ("rules.friction", "rules.prompt", "rules.hard_day_rate", "rules.notice")
NAMES = ("storm", "videos", "ease", "daily_prompt", "self_care")


def random_operation(luck: random.Random) -> dict:
    """Something a page may ask; some of it will be refused."""
    world = luck.choice([None, 0, 1])
    kind = luck.choices(["step", "lever", "switch", "play", "pause", "start", "select", "speed", "ripple"],
                        [8, 6, 5, 3, 3, 1, 2, 1, 1])[0]  # fmt: skip
    told = {"op": kind}
    if kind == "lever":
        told |= {"key": luck.choice(KEYS), "value": round(luck.uniform(0, 0.4), 3), "world": world}
    if kind == "switch":
        told |= {"name": luck.choice(NAMES), "on": luck.random() < 0.6, "world": world}
    if kind == "start":
        told |= {"seed": luck.randrange(99), "arms": luck.choice([["storm"], ["storm", "moving_messages"]])}
    if kind == "select":
        told |= {"row": luck.randrange(60), "world": 0}
    if kind == "speed":
        told |= {"value": luck.choice([50.0, 1000.0])}
    return told


def finish(session) -> None:
    """Everything that was asked has been done, and nothing moves any more."""
    until(lambda: not session._asked)
    session.close()
    session.join()


def replayed_alike(session) -> bool:
    again = replayed(session.scenario, session.pair.log, session.pair.tick)
    return again.digest() == session.pair.digest()


def test_a_session_ends_where_its_own_log_ends_replayed():
    luck = random.Random(4)
    with sitting(small(people=60)) as session:
        for _ in range(60):
            asked(session, **random_operation(luck))
        asked(session, op="pause")
        finish(session)
        assert len(session.pair.log) > 10
        assert session.pair.tick > 5
        assert replayed_alike(session)


def test_a_log_with_another_tick_ends_elsewhere():
    """The broken twin of the test above."""
    pair = stepped(Pair(small(people=60)), 2)
    pair.take(Lever(key="rules.friction", value=0.0))
    stepped(pair, 3)
    late = [pair.log[0], replace(pair.log[1], tick=4)]
    assert replayed(pair.scenario, pair.log, 5).digest() == pair.digest()
    assert replayed(pair.scenario, late, 5).digest() != pair.digest()


# --- persons and ripples -----------------------------------------------------------------------------------------


def test_a_still_leads_back_to_the_same_world():
    pair = stepped(Pair(small()), 31)
    still = Still.of(pair.worlds[1].world)
    stepped(pair, 4)
    again = still.world()
    for _ in range(4):
        again.step()
    assert again.digest() == pair.worlds[1].world.digest()


def test_the_trail_reaches_some_ticks_back_and_never_past_a_change():
    pair = stepped(Pair(small(people=40)), 40)
    trail = pair.worlds[0].trail
    assert all(trail.before(tick).tick <= tick for tick in range(40 - EVERY * (KEPT - 1), 40))
    assert trail.before(0) is None
    pair.take(Lever(key="rules.friction", value=0.0))
    pair.step()
    assert trail.before(40).tick == 40


def test_a_ripple_is_the_last_act_of_the_person_undone():
    watched = stepped(Pair(small(people=60)), 12).worlds[0]
    row = int(np.argmax(watched.gave))
    watched_before = watched.world.digest()
    seen = []
    found = ripple(watched, row)(seen.append)
    assert found["lines"][0].startswith(f"Day {watched.gave[row] + 1:g}: person {row} ")
    assert dict(map(tuple, found["reached"]))[row] == 0
    assert len(found["reached"]) >= 2
    assert max(seen) <= 1
    assert watched.world.digest() == watched_before


def test_whoever_gave_nothing_has_no_ripple():
    watched = Pair(small(people=40)).worlds[0]
    with pytest.raises(Refused, match="nothing kind"):
        ripple(watched, 0)


def test_a_portrait_tells_the_day_in_plain_words():
    pair = stepped(Pair(small(people=60)), 33)
    watched = pair.worlds[0]
    post = watched.world.letters()
    kind = post[is_kind(post)]
    for row in range(60):
        told = portrait(watched, row)
        text = " ".join(told["lines"])
        assert ("did nothing kind" in text) == (row not in senders(kind))
        assert "_" not in text
        assert "nan" not in text
        assert json.dumps(told)


def test_a_portrait_in_a_campaign_says_how_far_it_came():
    watched = stepped(Pair(small("nomination_challenge", "campaign.seed_share=0.2")), 3).worlds[0]
    lines = {portrait(watched, row)["lines"][-1] for row in range(80)}
    assert any("takes part" in line for line in lines)


def test_people_are_found_by_name_or_number():
    network = Pair(small(people=40)).worlds[0].world.network
    assert row_of(network, "7") == row_of(network, " person 7 ") == 7
    for nobody in ("x", "40", "-1", "9" * 30, "²"):
        with pytest.raises(Refused, match="Nobody"):
            row_of(network, nobody)
    assert named(replace(network, label=["<b>Ö</b>" * 40] * 40), 3).startswith("<b>Ö</b>")


def test_acts_on_the_picture_are_bounded():
    watched = stepped(Pair(small(people=1200)), 3).worlds[0]
    assert watched.acts().shape == (SHOWN, 2)
    assert len(watched.world.letters()) > SHOWN


# --- messages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "[]", "{}", '{"op": "fly"}', '{"op": "play", "more": 1}', '{"op": "lever", "key": "rules.friction"}',
        '{"op": "lever", "key": "rules.friction", "value": "1"}', '{"op": "lever", "key": "k", "value": NaN}',
        '{"op": "lever", "key": "k", "value": 1e999}', '{"op": "switch", "name": "storm", "on": 1}',
        '{"op": "start", "people": 0}', '{"op": "start", "people": 1e3}', '{"op": "start", "people": 99999999}',
        '{"op": "start", "arms": []}', '{"op": "select", "row": -1}', '{"op": "speed", "value": 0}',
        '{"op": "step", "ticks": 5}', '{"op": "select", "world": 2}', "[" * 5000, '{"op": "' + "x" * 9000 + '"}',
        '{"op": "switch", "name": "' + "x" * 200 + '", "on": true}',
    ],
)  # fmt: skip
def test_odd_messages_are_refused_in_one_short_sentence(text):
    with pytest.raises(Refused) as refused:
        read(text)
    assert 5 < len(str(refused.value)) < 320
    assert "\n" not in str(refused.value)
    assert "xxx" not in str(refused.value)


def test_a_page_tells_what_it_offers():
    told = described(Pair(small(people=40)))
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told["chosen"] == ["storm", "moving_messages"]
    assert told["people"] == 40
