"""The reproduction number in worlds where mathematics says it, and single acts told as stories that add up to it."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from sim.lab import story as stories
from sim.lab.errors import BadInput
from sim.lab.overrides import override
from sim.lab.reproduction import Reproduction, reproduction
from sim.lab.ripple import ripple
from sim.lab.scenario import Scenario, load
from sim.lab.story import Turn, story
from sim.lab.twins import FORMS
from sim.model.law.presets import pay_forward_chain

P, P0 = 0.5, 0.05  # chances to give after a gift, and of one's own accord


def everyday(*texts: str) -> Scenario:
    small = ("network.people=400", "network.kind=scale_free", "network.degree=6")
    return load("everyday", [override(text) for text in (*small, *texts)])


@pytest.fixture(scope="module")
def chain(tmp_path_factory) -> Scenario:
    """Pay-forward on a one-way circle of 1,500 people: everybody has one friend to give to and one who may give.

    Whoever received gives with chance P the next day, whoever did not with chance P0. An act more makes P - P0 acts
    more the next day, (P - P0)^2 the day after: the branching number is P - P0 = .45, exactly.
    """
    file = tmp_path_factory.mktemp("circle") / "ties.csv"
    people = 1500
    file.write_text("from,to\n" + "\n".join(f"{i},{(i + 1) % people}" for i in range(people)))
    tables = pay_forward_chain(P)
    own = log(P0 / (1 - P0))
    tables["population"]["warmth_mean"] = own
    tables["rules"]["beta_gratitude"] *= (log(P / (1 - P)) - own) / 14
    flat = [f"network.kind=file|network.directed=true|network.path={file}".split("|")]
    flat += [[f"{part}.{name}={value}" for name, value in tables[part].items()] for part in ("population", "rules")]
    flat += [
        [
            f"gestures.{name}.{key}={value}"
            for name, numbers in tables["gestures"].items()
            for key, value in numbers.items()
        ]
    ]
    return load("everyday", [override(text) for texts in flat for text in texts])


@pytest.fixture(scope="module")
def estimates(chain) -> list[Reproduction]:
    """Every act of a day undone at once, in 12 replicates: where the law is linear, ripples that meet add up."""
    return reproduction(chain, 12 * 60, 12, most=1.0, burn_in=20, days=12)


@pytest.mark.parametrize("form", FORMS)
def test_the_estimate_agrees_with_the_theory_of_branching(estimates, form, record_property):
    """720 acts a form; standard error about .01. Twins that it rejects: T taken for R, and a number 1/3 higher."""
    found = next(one for one in estimates if one.form == form)
    record_property(f"R {form}", f"{found.number:.3f} +- {found.error:.3f}, theory {P - P0}")
    assert found.acts == 720
    assert found.error < 0.03
    assert abs(found.number - (P - P0)) < 3.5 * found.error
    assert abs(found.further - (P - P0)) > 3.5 * found.further_error
    assert abs(found.number - 4 / 3 * (P - P0)) > 3 * found.error
    low, high = found.interval
    assert low < found.number < high


def test_a_chain_goes_one_friend_a_day(estimates):
    """Further acts after k days are done k ties away where acts are undone singly; in all, (P - P0)^k of them."""
    for found in estimates:
        by_day = found.frame().groupby("tick").further.sum()
        assert by_day[1] == pytest.approx(P - P0, abs=0.08)
        assert by_day[2] == pytest.approx((P - P0) ** 2, abs=0.08)
        assert abs(by_day[10]) < 0.02


def test_by_degree(chain):
    """Few acts at a time: the k-th day's acts are all of degree k, up to the farthest."""
    (found,) = reproduction(chain, 8, 4, forms=["contagion"], most=0.001, burn_in=15, days=5, farthest=3)
    frame = found.frame()
    wrong = frame[(frame.degree != frame.tick.clip(upper=3)) & (frame.further != 0)]
    assert len(wrong) == 0
    assert frame.further.sum() == pytest.approx(found.further)


@pytest.mark.slow
def test_intervals_cover_the_theory(chain, record_property):
    """60 estimates of 8 replicates: a 95 % interval misses 9 times or more but once in 400. Twin: half as wide."""
    hits, narrow = 0, 0
    for k in range(60):
        (found,) = reproduction(
            chain.in_replicate(1 + 8 * k), 8 * 60, 8, forms=["contagion"], most=1.0, burn_in=8, days=10
        )
        (low, high), middle = found.interval, found.number
        hits += low <= P - P0 <= high
        narrow += middle - (middle - low) / 2 <= P - P0 <= middle + (high - middle) / 2
    record_property("intervals of 60 that cover", hits)
    assert hits >= 52
    assert narrow < 52


# --- bookkeeping -----------------------------------------------------------------------------------------------------


def test_acts_are_spread_over_replicates_and_twins():
    one = reproduction(everyday(), 40, 2, burn_in=5, days=6)
    assert [found.form for found in one] == list(FORMS)
    assert [found.acts for found in one] == [40, 40]
    assert one[0].course.shape == (2, 6, 7)
    again = reproduction(everyday(), 40, 2, burn_in=5, days=6)
    assert np.array_equal(one[0].course, again[0].course)
    alone = reproduction(everyday(), 20, 1, burn_in=5, days=6)
    assert np.array_equal(alone[0].course[0], one[0].course[0])
    assert np.isnan(alone[0].error)
    assert np.isnan(alone[0].interval).all()


def test_with_one_twin_it_is_the_ripple():
    """All acts of a day are the same acts, in whatever order they are drawn."""
    scenario = everyday()
    whole = ripple(scenario, "net", share=1.0, burn_in=5, days=6)
    (found,) = reproduction(scenario, whole.acts, 1, forms=["net"], most=1.0, burn_in=5, days=6)
    assert found.acts == whole.acts
    assert np.array_equal(found.course[0], whole.degrees / whole.acts)


def test_burnout_may_be_off():
    lively = everyday("rules.burnout_rate=3", "rules.burnout_onset=0.1")
    (on,) = reproduction(lively, 4, 1, forms=["net"], burn_in=5, days=10)
    (off,) = reproduction(lively, 4, 1, forms=["net"], burnout=False, burn_in=5, days=10)
    assert (on.burnout, off.burnout) == (True, False)
    assert not np.array_equal(on.course, off.course)
    without = everyday("rules.burnout_rate=0", "rules.burnout_onset=0.1")
    assert np.array_equal(off.course, reproduction(without, 4, 1, forms=["net"], burn_in=5, days=10)[0].course)


def test_progress_counts_every_tick():
    seen: list[int] = []
    reproduction(everyday(), 2, 2, forms=["net"], burn_in=3, days=2, advance=seen.append)
    assert seen == list(range(1, 11))


def test_twins_of_a_world_with_everything_on_are_the_same_world():
    """Interventions, open membership, campaigns and changing ties are copied, too."""
    from sim.lab.twins import twin_of

    for name in ("two_minute_tip", "storm_recovery", "nomination_challenge", "school_climate"):
        arm = list(load(name, [override("network.people=100"), override("ties.changing=true")]).arms.values())[-1]
        world = stories.burned_in(arm, 6)
        twin = twin_of(world)
        assert twin.digest() == world.digest()
        for _ in range(4):
            world.step()
            twin.step()
        assert twin.digest() == world.digest()
        assert twin.outcomes().keys() == world.outcomes().keys()


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"acts": 0}, "--acts: 0: will not do"),
        ({"replicates": 0}, "--replicates: 0: will not do"),
        ({"forms": ["gross"]}, "--form: gross: is no form of a ripple; there are contagion and net"),
        ({"acts": 10**6}, r"--acts: 1000000 a replicate are more than the day's \d+ kind acts"),
    ],
)
def test_bad_input(told, words):
    with pytest.raises(BadInput, match=words):
        reproduction(everyday(), **{"acts": 2, "replicates": 1, "burn_in": 2, "days": 1, **told})


# --- stories ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_story_adds_up_to_its_ripple(form, seed):
    """The same act, followed both ways: kind acts more and fewer by day and degree."""
    scenario = everyday(f"seed={seed}")
    whole = ripple(scenario, form, share=0, burn_in=8, days=14)
    found = story(scenario, 8, form=form, days=14)
    cells = np.zeros((14, 7), int)
    for row in found.table().itertuples():
        cells[round(row.day) - 10, row.degree] += row.more - row.fewer
    assert np.array_equal(cells, whole.degrees)
    assert found.act.degree == 0
    assert found.act.day == 9


def test_the_chosen_act_is_the_one_that_is_told():
    first = story(everyday(), 8, seed=5, days=3).act
    again = story(everyday(), 8, giver=first.giver, receiver=first.receiver, days=3).act
    assert (again.giver, again.receiver) == (first.giver, first.receiver)
    others = {story(everyday(), 8, seed=k, days=0).act.giver for k in range(6)}
    assert len(others) > 3


def test_a_chain_is_told_as_a_chain(chain):
    """On the circle the difference is a run of acts, each by who received the last; then nothing."""
    for seed in range(4):
        found = story(chain, 12, seed=seed, days=60)
        giver = found.act.receiver
        for k, turn in enumerate(found.turns):
            assert (turn.done, turn.degree, turn.day) == (True, min(k + 1, 6), 14 + k)
            assert turn.giver == giver
            giver = turn.receiver
        assert found.ended == 13 + len(found.turns)
        assert len(found.lines()) == 2 + len(found.turns)


def test_words():
    assert str(Turn(13, 1, 88, 9, "encouragement", True)) == (
        "Day 13: person 88 encouraged person 9, which they would not have done."
    )
    assert str(Turn(13.5, 1, 88, 9, "substantial", False)) == (
        "Day 13.5: person 88 would have gone out of their way for person 9, and did not."
    )
    assert Turn(12, 0, 4711, 88, "thanks", True).plainly == "Day 12: person 4711 thanked person 88."
    assert Turn(1, 0, 2, 3, "home_made_soup", True).plainly == "Day 1: person 2 did a home made soup for person 3."


def test_where_nothing_follows_the_story_says_so():
    deaf = ("gratitude", "norm", "reward", "liked", "need", "answered", "exhaustion")
    scenario = everyday(*(f"rules.beta_{name}=0" for name in deaf), "rules.thanks_offset=-10", "rules.burnout_rate=0")
    found = story(scenario, 5)
    assert (found.turns, found.ended) == ((), 6)
    assert found.lines()[1:] == ["Nothing else changed."]
    assert len(found.table()) == 0


def test_a_story_cut_short_has_no_end():
    found = next(one for one in (story(everyday(f"seed={k}"), 8, form="net", days=5) for k in range(20)) if one.turns)
    assert found.ended is None
    assert found.lines()[-1] == "So far the story has no end."


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"giver": 10**6}, "--giver: 1000000: is nobody's key"),
        ({"receiver": 10**6}, "--receiver: 1000000: is nobody's key"),
        ({"giver": 7, "receiver": 7}, r"--tick: 8: has no kind act by 7 to 7; kind acts there are: \d+ to \d+"),
        ({"form": "gross"}, "--form: gross: is no form"),
    ],
)
def test_acts_that_are_not_there(told, words):
    with pytest.raises(BadInput, match=words):
        story(everyday(), 8, **told)
