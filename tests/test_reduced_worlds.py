"""Worlds so reduced that mathematics says what happens: independent acts, norm, learning, burnout, needs, mean field.

Sampling bands are exact or stated; every check has a twin, bent by 5 % unless said otherwise, that it must reject.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import statistics_help as help
import worlds
from scipy.special import expit
from scipy.stats import binom

from sim.model.compiled import compiled
from sim.model.law import profile, rules
from sim.model.law.columns import BACK, BURNED, UNMET
from sim.model.law.settings import ScenarioSettings
from sim.model.world import World

COEFFICIENTS = ("gratitude", "norm", "reward", "liked", "watched", "need", "answered", "exhaustion")
WARMTH, FRICTION, SLOTS = -0.4, 0.5, 8
P = float(expit(WARMTH - FRICTION))
ALONE = ("encouragement", "resource", "substantial")


def reduced(dt: float = 1.0, seed: int = 1, population: dict[str, Any] | None = None, **rules: Any) -> ScenarioSettings:
    """Everybody is the same, nothing feeds back, nobody tires, needs, hurts or thanks; `rules` bring something back."""
    same = {"warmth_mean": WARMTH, "warmth_sd": 0.0, "attention_mean": float(SLOTS), "attention_sd": 0.0,
            "hostile_share": 0.0}  # fmt: skip
    nothing = {f"beta_{name}": 0.0 for name in COEFFICIENTS} | {"thanks_offset": -10.0, "acknowledgement": 0.0}
    calm = {"effort_cost": 0.0, "load_cost": 0.0, "need_cost": 0.0, "exhaustion_ref": 0.0, "burnout_rate": 0.0,
            "hard_day_rate": 0.0, "friction": FRICTION}  # fmt: skip
    return ScenarioSettings.model_validate({
        "dt": dt, "seed": seed, "days": 1000.0, "population": {**same, **(population or {})},
        "rules": {**nothing, **calm, **rules}, "gestures": {},
    })  # fmt: skip


def only_likes(settings: ScenarioSettings, **like: float) -> ScenarioSettings:
    """The same scenario with a single gesture on the feed."""
    changes = {name: {"share": 0.0} for name in (*ALONE, "check_in")} | {"like": {"share": 1.0, **like}}
    return ScenarioSettings.model_validate({**settings.model_dump(), "gestures": changes})


def world_of(settings: ScenarioSettings, people: int, network: Any = None) -> World:
    """A world in which nobody acts for show; on a ring unless said otherwise."""
    world = World(settings, worlds.ring(people) if network is None else network)
    world.columns.image[:] = 0
    return world


def acted(world: World) -> np.ndarray:
    """bool[people, slots] of the tick just over: who acted on which item."""
    post = world.letters()
    slot = letters_slot(post)
    cells = np.zeros((world.people, SLOTS), bool)
    row = (post[:, 0] & np.uint64(0xFFFFFFFF)).astype(int)
    cells[row[slot < SLOTS], slot[slot < SLOTS]] = True
    return cells


def letters_slot(post: np.ndarray) -> np.ndarray:
    """Slot of each letter, 255 = a reply."""
    return ((post[:, 1] >> np.uint64(12)) & np.uint64(255)).astype(int)


# --- acts are independent draws --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def independent_acts() -> np.ndarray:
    """bool[ticks, people, slots]: 30 ticks of 2,000 people who read 8 items each."""
    return np.array(worlds.each_tick(world_of(reduced(), 2000), 30, acted))


def test_acts_are_bernoulli_draws(independent_acts):
    """480,000 items: the exact band sees a chance that is 1.8 % off. Twin: friction 5 % higher."""
    count, items = int(independent_acts.sum()), independent_acts.size
    assert help.fits_binomial(count, items, P)
    assert not help.fits_binomial(count, items, float(expit(WARMTH - 1.05 * FRICTION)))


def test_acts_of_a_person_of_a_tick_are_binomial(independent_acts):
    """60,000 person-ticks: no spread between people or ticks beyond chance. Twin: warmth with standard deviation .2."""
    chances = binom.pmf(np.arange(SLOTS + 1), SLOTS, P)
    shares = [*chances[:7], chances[7:].sum()]

    def counts(cells: np.ndarray) -> np.ndarray:
        return np.bincount(np.minimum(cells.sum(2), 7).ravel(), minlength=8)

    assert help.fits_counts(counts(independent_acts), shares)
    spread = worlds.each_tick(world_of(reduced(population={"warmth_sd": 0.2}), 2000), 30, acted)
    assert not help.fits_counts(counts(np.array(spread)), shares)


@pytest.mark.parametrize("apart", ["slot", "person", "tick"])
def test_acts_know_nothing_of_each_other(independent_acts, apart):
    """240,000 disjoint pairs: sees 2 % of pairs that are copies. Twin: 5 % of them are."""
    axis = {"tick": 0, "person": 1, "slot": 2}[apart]
    one = independent_acts.take(range(0, independent_acts.shape[axis], 2), axis)
    other = independent_acts.take(range(1, independent_acts.shape[axis], 2), axis)
    assert help.fits_pairs(one, other, P)
    copied = (np.arange(one.size) % 20 == 0).reshape(one.shape)
    assert not help.fits_pairs(one, np.where(copied, one, other), P)


@pytest.mark.parametrize("dt", [0.5, 0.125, 0.1])
def test_short_ticks_give_the_same_acts_a_day(dt):
    """2,000 people, 40 days: 640,000 items in all, whatever the tick: sees 1.6 %. Twin: friction 5 % higher."""
    world = world_of(reduced(dt), 2000)
    counts = worlds.each_tick(
        world, round(40 / dt), lambda w: (w.columns.items_today.sum(), w.columns.acts_today.sum())
    )
    items, acts = np.sum(counts, axis=0, dtype=int)
    assert help.fits_mean(np.full(1, items), 640_000, 0.5 * (2000 * 40 / dt) ** 0.5)
    assert help.fits_binomial(int(acts), int(items), P)
    assert not help.fits_binomial(int(acts), int(items), float(expit(WARMTH - 1.05 * FRICTION)))


def test_gestures_follow_their_odds():
    """About 460,000 acts of people who never tire: sees odds 1.6 % off. Twin: effort deters 10 % more."""
    world = world_of(reduced(), 2000)
    gestures = np.zeros(16, int)
    for _ in range(100):
        world.step()
        gestures += np.bincount((world.letters()[:, 1] & np.uint64(15)).astype(int), minlength=16)
    k = world.catalogue
    on_offer = k.on_feed > 0

    def shares(weight: float) -> np.ndarray:
        odds = k.on_feed[on_offer].astype(float) * np.exp(-weight * k.effort[on_offer])
        return odds / odds.sum()

    seen = gestures[: len(on_offer)][on_offer]
    assert help.fits_counts(seen, shares(1.0))
    assert not help.fits_counts(seen, shares(1.1))
    replies = int(gestures.sum() - seen.sum())
    assert replies <= 10  # thanks have log-odds of about -11


# --- the norm --------------------------------------------------------------------------------------------------------

STEP = 400 / 1023


def always_kind(world: World, kindness: float) -> None:
    """Publish the same kindness for everybody."""
    parts = [np.float32(kindness), *(np.float32(0),) * 4]
    world.columns.profile[:] = profile.packs(profile.packs_weight(np.float32(1)), *parts, np.uint64(0), np.uint64(1))


@pytest.mark.parametrize(("dt", "attention"), [(1.0, 8.0), (0.125, 8.0), (0.125, 0.5), (1 / 24, 2.0)])
def test_norm_with_fixed_input(dt, attention):
    """n_t = s + (n0 − s)·e^(−ηt) after every tick in which somebody read, however many went by unread; to 1e-5."""
    silent = {"warmth_mean": -20.0, "attention_mean": attention, "attention_min": 0.0}
    world = world_of(reduced(dt, population=silent, norm_ref=0.9), 50)
    for tick in range(1, round(30 / dt) + 1):
        always_kind(world, STEP)
        world.step()
        read = world.columns.items_today > 0
        expected = STEP + (0.9 - STEP) * np.exp(-0.05 * tick * dt)
        assert np.allclose(world.columns.norm[read], expected, atol=1e-5)


def test_norm_test_sees_forgotten_waiting():
    """Twin: a norm that moves by η·dt on each reading, and not by the time since the last, is off by far more."""
    dt, readings = 0.125, 15  # 30 days at half an item a day
    forgetful = STEP + (0.9 - STEP) * np.exp(-0.05 * dt * readings)
    assert abs(forgetful - (STEP + (0.9 - STEP) * np.exp(-0.05 * 30))) > 0.3


# --- learning --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [0.016, 0.3, 1.0])
def test_learning_a_constant_reward(rate):
    """V_t = r(1 − (1−α)^t), here r = 1.5 − .5; to 1e-5. Twin: a rate 5 % off differs by more than 1e-3 somewhere."""
    value, given = np.float32(0), [np.float32(x) for x in (1.5, 0.5, 0, 1, 3, 0, rate, 0.9)]
    values = []
    for _ in range(40):
        value = np.float32(rules.learns(value, *given))
        values.append(value)
    ticks = np.arange(1, 41)
    assert np.allclose(values, 1 - (1 - rate) ** ticks, atol=1e-5)
    assert not np.allclose(values, 1 - (1 - rate * 0.95) ** ticks, atol=1e-3)


@compiled
def learned(rewards, rate, out):
    """out[i] = learned value after the rewards of row i."""
    for i in range(rewards.shape[0]):
        value = np.float32(0)
        for reward in rewards[i]:
            value = rules.learns(value, reward, np.float32(0), np.float32(0), np.float32(1), np.float32(3),
                                 np.float32(0), rate, rate)  # fmt: skip
        out[i] = value


def test_learned_values_spread_as_rescorla_and_wagner_say():
    """40,000 learners, α = .3, rewards N(0, 1): variance α/(2−α). Sees 3.5 %. Twin: α 5 % larger, variance 6 %."""
    rate, rewards = 0.3, np.random.default_rng(1).normal(0, 1, (40_000, 60)).astype(np.float32)
    values = np.empty(len(rewards), np.float32)
    learned(rewards, np.float32(rate), values)
    assert help.fits_variance(values, rate / (2 - rate))
    assert not help.fits_variance(values, 1.05 * rate / (2 - 1.05 * rate))


def test_habit_in_a_world_with_one_gesture():
    """After k acts in all, Q = r(1 − (1−α)^k) for everybody, with r = glow − effort; to 1e-5."""
    world = world_of(only_likes(reduced(reward_ref=0.0), glow=1.0, effort=0.25), 300)
    world.columns.learning_gain[:] = 0.05
    acts = np.sum(worlds.each_tick(world, 20, lambda w: w.columns.acts_today.astype(int)), axis=0)
    assert acts.min() < acts.max()
    assert np.allclose(world.columns.reward, 0.75 * (1 - 0.95**acts), atol=1e-5)
    assert not np.allclose(world.columns.reward, 0.75 * (1 - 0.9475**acts), atol=1e-3)


# --- burning out and coming back -------------------------------------------------------------------------------------

MANY, TICKS = 40_000, 12


def first_ticks(world: World, event: np.uint8, ticks: int = TICKS) -> np.ndarray:
    """int[ticks + 1]: how many people had this event in tick 1, 2, …, or not at all."""
    seen = worlds.each_tick(world, ticks, lambda w: int(np.count_nonzero(w.columns.events_today & event)))
    return np.array([*seen, world.people - sum(seen)])


def check_geometric(counts: np.ndarray, rate: float, dt: float) -> None:
    """Waiting times at a constant hazard, and not at one 5 % off."""
    assert help.fits_counts(counts, help.geometric_shares(-np.expm1(-rate * dt), len(counts) - 1))
    for bent in (1.05, 0.95):
        assert not help.fits_counts(counts, help.geometric_shares(-np.expm1(-bent * rate * dt), len(counts) - 1))


@pytest.mark.parametrize("dt", [1.0, 0.5])
def test_time_to_burnout_at_constant_hazard(dt):
    """40,000 people whose exhaustion is kept at 1: geometric; sees a hazard 4 % off."""
    world = world_of(reduced(dt, burnout_onset=0.0, burnout_rate=0.2, recovery_rate=0.0), MANY)

    def burned_out(world: World) -> int:
        world.columns.exhaustion[:] = 1
        return int(np.count_nonzero(world.columns.events_today & BURNED))

    world.columns.exhaustion[:] = 1
    seen = worlds.each_tick(world, round(TICKS / dt), burned_out)
    awake = int((world.columns.resting == 0).sum())
    assert sum(seen) + awake == MANY
    check_geometric(np.array([*seen, awake]), 0.2 * float(world.levers.exhaustion_mean), dt)


@pytest.mark.parametrize("dt", [1.0, 0.25])
def test_time_at_rest(dt):
    """40,000 people at rest and not exhausted: geometric. Those above the recovery level stay."""
    world = world_of(reduced(dt, recovery_rate=0.2), MANY)
    world.columns.resting[:] = 1
    check_geometric(first_ticks(world, BACK, round(TICKS / dt)), 0.2, dt)
    tired = world_of(reduced(dt, recovery_rate=0.2, recovery_level=0.1, exhaustion_half_life=60.0), 200)
    tired.columns.resting[:], tired.columns.exhaustion[:] = 1, 0.9
    assert first_ticks(tired, BACK, 20)[-1] == 200


# --- hard days -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dt", [1.0, 0.125])
def test_needs_arrive_at_their_rate(dt):
    """40,000 people without a need: the first comes after a geometric time; its size is even on .5..1.5."""
    nobody_reads = {"attention_mean": 0.0, "attention_min": 0.0}
    world = world_of(reduced(dt, population=nobody_reads, hard_day_rate=0.2, need_fade=0.0), MANY)
    open_now = np.array(worlds.each_tick(world, round(TICKS / dt), lambda w: int((w.columns.need > 0).sum())))
    check_geometric(np.diff([0, *open_now, MANY]), 0.2, dt)
    first = world_of(reduced(dt, population=nobody_reads, hard_day_rate=24.0, need_fade=0.0), MANY)
    first.step()
    size = first.columns.need[first.columns.need > 0]
    assert (size.min() > 0.5) & (size.max() < 1.5)
    assert help.fits_counts(np.bincount(((size - 0.5) * 10).astype(int), minlength=10), np.full(10, 0.1))


@pytest.mark.parametrize("dt", [1.0, 0.125])
def test_unanswered_needs_fade_at_their_rate(dt):
    """40,000 open needs: each ends after a geometric time."""
    world = world_of(reduced(dt, population={"attention_mean": 0.0, "attention_min": 0.0}, need_fade=0.2), MANY)
    world.columns.need[:] = 1
    check_geometric(first_ticks(world, UNMET, round(TICKS / dt)), 0.2, dt)


# --- mean field ------------------------------------------------------------------------------------------------------

ITEMS, BETA_NORM, BETA_GIFT, GIFT = 50, 1.5, 7.0, 0.002


def mean_field(days: int, beta_norm: float = BETA_NORM, beta_gift: float = BETA_GIFT) -> np.ndarray:
    """float[days, 3]: acts per item, norm and gratitude of infinitely many people who all read each other.

    p = logistic(w − f + bG·(m·G − G0) + bN·(n − n0));  G ← 1 − (1 − G·e^(−1/2))·e^(−g·A·p), since gifts are Poisson;
    n ← n + (1 − e^(−η))·(k − n) with the k published the day before;  k = trailing acts / trailing items read.
    """
    left, mean = np.exp(-0.5), -np.expm1(-0.5) / 0.5
    norm, grateful, shown, read, rows = 0.1, 0.02, 0.1 * ITEMS, float(ITEMS), []
    for _ in range(days):
        p = expit(WARMTH - FRICTION + beta_gift * (mean * grateful - 0.02) + beta_norm * (norm - 0.1))
        norm += -np.expm1(-0.2) * (shown / read - norm)
        shown, read = shown * np.exp(-1) + ITEMS * p, read * np.exp(-1) + ITEMS
        grateful = 1 - (1 - grateful * left) * np.exp(-GIFT * ITEMS * p)
        rows.append((p, norm, grateful))
    return np.array(rows)


def crowd(days: int = 40) -> np.ndarray:
    """float[days, 3] of a complete graph of 1,000 people whose every gift is small."""
    crowded = {"attention_mean": float(ITEMS)}
    settings = reduced(
        population=crowded, norm_rate=0.2, norm_ref=0.1, gratitude_ref=0.02, gift_scale=100.0, candidates=1,
        beta_gratitude=BETA_GIFT / 100, beta_norm=BETA_NORM,
    )  # fmt: skip
    world = world_of(only_likes(settings, value=GIFT * 100), 1000, worlds.complete(1000))

    def means(world: World) -> tuple[float, float, float]:
        c = world.columns
        return c.acts_today.sum() / c.items_today.sum(dtype=int), c.norm.mean(), c.gratitude.mean()

    return np.array(worlds.each_tick(world, days, means))


def test_mean_field_on_a_complete_graph():
    """1,000 people, 2 million items in 40 days: a day's means within 3.5 % (4.9 standard errors of a day's acts), those
    of days 20-40 within .5 % (4.9 standard errors). Twins: either coefficient 5 % off moves the latter by 2.5 %."""
    found, expected = crowd(), mean_field(40)
    assert expected[-1, 0] > 2 * expected[0, 0]  # the feedbacks matter here
    assert np.allclose(found, expected, rtol=0.035)
    late = found[20:].mean(0)
    assert late == pytest.approx(expected[20:].mean(0), rel=0.005)
    for bent in ({"beta_norm": 1.05 * BETA_NORM}, {"beta_gift": 1.05 * BETA_GIFT}):
        assert (np.abs(late / mean_field(40, **bent)[20:].mean(0) - 1) > 0.015).all()


# --- the length of a tick --------------------------------------------------------------------------------------------

DTS = (1.0, 0.5, 0.25, 0.125)


def clockwork(dt: float) -> dict[str, float]:
    """A world without chance after 2 days: everybody acts on each of 8 items a day, and reads just one other person."""
    always = {"warmth_mean": 20.0, "attention_min": 8.0, "attention_max": 8.0}
    settings = only_likes(
        reduced(dt, population=always, norm_rate=0.2, norm_ref=0.0, gift_scale=1.0, effort_cost=0.1, load_cost=0.2,
                reward_ref=0.0), effort=0.1, value=0.04,
    )  # fmt: skip
    circle = worlds.from_ties(np.arange(20), (np.arange(20) + 1) % 20, 20)
    world = worlds.stepped(world_of(settings, 20, circle), round(2 / dt))
    world.columns.learning_gain[:] = 0
    c, k = world.columns, world.levers
    averages = {
        "exhaustion": c.exhaustion * k.exhaustion_mean, "gratitude": c.gratitude * k.gratitude_mean,
        "score": c.score * k.day_mean, "load": c.load * k.day_mean, "norm": c.norm,
        "wellbeing": c.wellbeing - c.baseline,
    }  # fmt: skip
    return {name: float(np.mean(column, dtype=np.float64)) for name, column in averages.items()}


@pytest.fixture(scope="module")
def shrinking_ticks() -> list[dict[str, float]]:
    """The clockwork world at dt 1, 1/2, 1/4, 1/8."""
    return [clockwork(dt) for dt in DTS]


@pytest.mark.parametrize("quantity", ["exhaustion", "gratitude", "score", "load", "norm", "wellbeing"])
def test_deterministic_worlds_converge(shrinking_ticks, quantity):
    """Observed order at least .9 from dt 1/2, 1/4, 1/8 (or no error at all)."""
    values = [levels[quantity] for levels in shrinking_ticks]
    assert values[-1] > 0.01
    exact = abs(values[-1] - values[-2]) < 1e-5 * values[-1]
    assert exact or help.order_of(values) >= 0.9


LEVELS = ("kind_acts", "exhaustion", "gratitude", "norm", "wellbeing", "resting")


def everyday(dt: float, kind: str, people: int, days: int, seed: int = 1) -> dict[str, float]:
    """Mean levels of the everyday world after 60 days of burn-in."""
    settings = ScenarioSettings.model_validate(
        {"dt": dt, "seed": seed, "days": float(days), "network": {"kind": kind, "people": people}}
    )
    world = worlds.stepped(World(settings), round(60 / dt))
    rows = worlds.each_tick(world, round((days - 60) / dt), lambda w: [w.outcomes()[name] for name in LEVELS])
    return dict(zip(LEVELS, np.mean(rows, axis=0), strict=True))


def apart(levels: list[dict[str, float]], names: tuple[str, ...] = LEVELS) -> dict[str, float]:
    """Largest relative difference from the shortest tick, by level."""
    return {name: max(abs(each[name] / levels[-1][name] - 1) for each in levels) for name in names}


def test_levels_of_the_everyday_world_do_not_depend_on_the_tick():
    """dt 1 and 1/4, 4,000 people for 140 days: within 3 %; standard error of a level below .5 %. Burnout, which is rare
    and so noisy, is looked at in the slow test. Needs met are known to depend on dt and stand apart."""
    levels = [everyday(dt, "scale_free", 4000, 140) for dt in (1.0, 0.25)]
    assert max(apart(levels, LEVELS[:-1]).values()) < 0.03


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["scale_free", "small_world"])
def test_levels_at_four_ticks(kind):
    """dt 1, 1/2, 1/4, 1/8 with 40,000 people for 260 days: all levels within 3 %, burnout too (standard error .8 %).

    About 2 minutes each."""
    assert max(apart([everyday(dt, kind, 40_000, 260) for dt in DTS]).values()) < 0.03
