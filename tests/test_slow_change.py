"""What changes slowly, against theory: drift, recognition, lapsing, the average reward, and ties.

Statistical tests: pinned seeds, stated size, z = 4.9 (false-alarm rate 1e-6), and a broken twin that they reject.
"""

from __future__ import annotations

import numpy as np
import pytest
import worlds
from test_same_slow_world import ALL

from sim.model.law import letters, rules
from sim.model.law.extras import extra_levers
from sim.model.law.settings import ScenarioSettings
from sim.model.network.networks import Network
from sim.model.world import World

Z = 4.9
IDLE = {"population__attention_mean": 0.0, "population__attention_min": 0.0, "population__hostile_share": 0.0}
f32 = np.float32


def crowd(people: int) -> Network:
    """Many people without ties: nothing happens but what one does alone."""
    return worlds.strangers(people)


# --- drift -------------------------------------------------------------------------------------------------------


def drifted(dt: float, days: float, **changes: object) -> np.ndarray:
    """float32[20], drift of people whose norm stays at .64."""
    given = {"rules__norm_rate": 0.0, "rules__norm_ref": 0.34, "drift__pull": 1.0, **changes}
    world = World(worlds.scenario(dt=dt, **given), worlds.ring(20))
    world.columns.norm[:] = 0.64
    return worlds.stepped(world, round(days / dt)).extra.columns.drift


@pytest.mark.parametrize("dt", [1.0, 0.5, 0.125])
def test_drift_under_a_fixed_norm_is_a_straight_line(dt):
    """D_t = κ(1 − e^(−dt/τ))/dt · (N − N0)·t, which is κ(N − N0)·t/τ but for dt/2τ."""
    found = drifted(dt, 30)
    assert found == pytest.approx(np.full(20, 30 / dt * -np.expm1(-dt / 90) * 0.3), rel=1e-4)
    assert found == pytest.approx(np.full(20, 30 / 90 * 0.3), rel=0.006 * dt + 1e-4)


def test_drift_stops_at_its_bound_on_both_sides():
    assert drifted(1.0, 60, drift__bound=0.1, drift__pull=2.0) == pytest.approx(np.full(20, 0.1))
    assert drifted(1.0, 60, drift__bound=0.1, drift__pull=2.0, rules__norm_ref=0.94) == pytest.approx(np.full(20, -0.1))


def test_drift_counts_as_warmth():
    """Somebody who has drifted by 1 acts as somebody who was born warmer by 1."""
    network, scenario = worlds.scattered(30, 150, 2), worlds.scenario(drift__pull=1e-6)
    born, grown = World(scenario, network), World(scenario, network)
    born.columns.warmth[:] = grown.columns.warmth + f32(1)
    grown.extra.columns.drift[:] = 1
    born.browse(), grown.browse()
    assert np.array_equal(born.letters(), grown.letters())
    assert len(born.letters()) > len(worlds.stepped(World(scenario, network), 1).letters())


# --- recognition, lapsing, returning -------------------------------------------------------------------------------


def member(**changes: object) -> ScenarioSettings:
    return worlds.scenario(**{"membership__open": True, "membership__lapse_recognition": 0.0, **IDLE, **changes})


@pytest.mark.parametrize("dt", [1.0, 0.25])
def test_recognition_without_thanks_fades_exponentially(dt):
    world = worlds.stepped(World(member(dt=dt, membership__recognition_ref=0.7), crowd(5)), round(20 / dt))
    assert world.extra.columns.recognition == pytest.approx(np.full(5, 0.7 * np.exp(-20 / 42)), rel=1e-5)


def test_one_thank_you_goes_half_the_way():
    c = extra_levers(member())
    for k, goal in ((0, 0.2), (1, 0.6), (2, 0.8), (3, 0.9)):
        assert rules.recalls(f32(0.2), f32(1), f32(k), c.recognition_miss) == pytest.approx(goal, rel=1e-6)
    full = extra_levers(member(membership__recognition_gain=1.0))
    assert rules.recalls(f32(0.2), f32(1), f32(1), full.recognition_miss) == 1


def remembered(gain: float, people: int = 20_000, days: int = 300, thanks: float = 0.2) -> np.ndarray:
    """float32[people], recognition after days with a Poisson number of thank-yous each."""
    draw, c = np.random.default_rng(11), extra_levers(member(membership__recognition_gain=gain))
    recognition = np.full(people, 0.8, np.float32)
    for _ in range(days):
        miss = np.exp(c.recognition_miss * draw.poisson(thanks, people).astype(np.float32))
        recognition = (1 - (1 - recognition * c.recognition_left) * miss).astype(np.float32)
    return recognition


@pytest.mark.parametrize(("gain", "right"), [(0.5, True), (0.525, False)])
def test_recognition_under_random_thanks_has_the_mean_of_theory(gain, right):
    """R* = (1 − m)/(1 − m·e^(−1/42)), m = E(1 − r)^k = e^(−.2·r). Sees a gain that is off by 5 %."""
    found, miss = remembered(gain), np.exp(-0.2 * 0.5)
    theory = (1 - miss) / (1 - miss * np.exp(-1 / 42))
    assert (abs(found.mean() - theory) < Z * found.std() / len(found) ** 0.5) == right


def test_the_rule_is_what_the_simulation_of_recognition_repeats():
    c = extra_levers(member())
    for recognition, thanks in ((0.1, 0), (0.5, 1), (0.9, 4)):
        one = 1 - (1 - f32(recognition) * c.recognition_left) * np.exp(c.recognition_miss * f32(thanks))
        assert rules.recalls(f32(recognition), c.recognition_left, f32(thanks), c.recognition_miss) == pytest.approx(
            one
        )


def present(lapse_rate: float, people: int = 60_000) -> float:
    """Share of people there after 40 days."""
    scenario = member(membership__lapse_rate=lapse_rate, membership__return_rate=0.2)
    return float((worlds.stepped(World(scenario, crowd(people)), 40).extra.columns.lapsed == 0).mean())


@pytest.mark.parametrize(("rate", "right"), [(0.3, True), (0.315, False)])
def test_retention_is_that_of_a_two_state_chain(rate, right):
    """Present = back/(back + away), chances 1 − e^(−rate) a day; 60,000 people. Sees a rate that is off by 5 %."""
    away, back = -np.expm1(-0.3), -np.expm1(-0.2)
    theory = back / (back + away)
    assert (abs(present(rate) - theory) < Z * (theory * (1 - theory) / 60_000) ** 0.5) == right


def test_thanks_and_wellbeing_keep_people():
    """Hazard ratios are e^(−aR) over the whole range of recognition and e^(−aW) of well-being."""
    at = [f32(x) for x in (0.001, 0.5, 2.0, 0.8, 0.68)]
    base = rules.lapses(f32(0), f32(0.68), *at)
    assert rules.lapses(f32(1), f32(0.68), *at) / base == pytest.approx(np.exp(-0.5), rel=1e-3)
    assert rules.lapses(f32(0), f32(1), *at) / base == pytest.approx(np.exp(-2 * 0.32), rel=1e-3)


def lively_members(**changes: object) -> World:
    given = {"membership__open": True, "membership__lapse_rate": 0.2, "membership__return_rate": 0.2}
    return World(worlds.scenario(**{**given, **changes}), worlds.scattered(90, 500, 1))


def test_people_who_lapsed_read_nothing_and_offer_nothing():
    world, away = lively_members(), 0
    for _ in range(25):
        gone = world.extra.columns.lapsed == 1
        assert (world.columns.profile[gone] & np.uint64(0xFFFF) == 0).all()
        world.step()
        away += gone.sum()
        tallies = (world.columns.items_today, world.columns.acts_today, world.columns.visible_today)
        assert not any(tally[gone].any() for tally in tallies)
    assert away > 500


def test_gifts_wait_and_none_is_lost():
    """What came for whom: received on the day, still waiting, or received on the return."""
    world, given, got = lively_members(), np.zeros(90), np.zeros(90)
    for _ in range(40):
        world.step()
        for ends, what, _ in world.letters():
            if not what & letters.HOSTILE:
                given[int(letters.receiver_of(ends))] += letters.gift_of(what)
        got += world.columns.received_today
    slow = world.extra.columns
    assert got + slow.waiting == pytest.approx(given, rel=1e-5)
    assert slow.waiting.sum() > 1
    assert not slow.waiting[slow.lapsed == 0].any()
    assert not slow.waiting_thanks[slow.lapsed == 0].any()


def test_lapses_and_returns_add_up_and_outcomes_say_so():
    world, left = lively_members(), np.zeros(90, int)
    for _ in range(25):
        world.step()
        turned, seen = world.extra.columns.turned_today, world.outcomes()
        left += (turned == 1).astype(int) - (turned == 2)
        assert np.array_equal(left, world.extra.columns.lapsed)
        assert seen["retention"] == pytest.approx(1 - left.mean())
        gone = (left == 1) | (world.columns.resting == 1)
        assert seen["attendance"] == pytest.approx(1 - gone.mean())
        assert (seen["lapses"], seen["returns"]) == ((turned == 1).sum() / 90, (turned == 2).sum() / 90)


def test_people_who_lapsed_are_not_hurt_but_scorned():
    world = lively_members(population__hostile_share=1.0, population__hostile_level=3.0)
    scorned = 0
    for _ in range(20):
        world.step()
        gone = world.extra.columns.lapsed == 1
        assert not world.columns.hurt_today[gone].any()
        scorned += int((world.columns.scorn[gone] > 0.99).sum())
    assert scorned > 0


# --- the average reward --------------------------------------------------------------------------------------------


def test_the_average_reward_approaches_a_constant_reward_exponentially():
    pace, share = f32(2), -np.expm1(-0.5 / 14)
    for _ in range(60):
        pace = rules.averages(pace, f32(0.5), f32(0.1), f32(1), f32(3), f32(1), f32(3), f32(0.1), f32(0.5), f32(share))
    reward = (0.5 - 0.1 + 0.1) / 0.5
    assert pace == pytest.approx(reward + (2 - reward) * np.exp(-30 / 14), rel=1e-4)


def test_without_acts_the_average_reward_fades_and_acts_come_later():
    world = worlds.stepped(World(worlds.scenario(learning__form="latency", **IDLE), worlds.ring(4)), 28)
    assert world.extra.columns.pace == pytest.approx(np.full(4, 0.35 * np.exp(-2)), rel=1e-3)
    assert rules.is_paced(world.extra.columns.pace[0], f32(1), f32(0.35)) == pytest.approx(-1, rel=1e-3)


def test_the_pull_is_the_log_rate_of_the_cheapest_latency():
    """The latency that costs least, C/τ + R̄·τ, found by search: ln of its rate differs as the pull does."""
    latency = np.exp(np.linspace(-8, 8, 400_001))
    best = {r: latency[np.argmin(0.3 / latency + r * latency)] for r in (0.1, 0.35, 1.4)}
    for r, tau in best.items():
        assert rules.is_paced(f32(r), f32(1), f32(0.35)) == pytest.approx(np.log(best[0.35] / tau), abs=1e-3)


# --- ties ----------------------------------------------------------------------------------------------------------


def changing(**changes: object) -> World:
    given = {"ties__changing": True, "population__hostile_share": 0.5, "population__hostile_level": 0.0, **changes}
    return World(worlds.scenario(**given), worlds.scattered(60, 300, 3, directed=False))


def test_an_unused_tie_fades_exponentially_and_breaks_for_good():
    world = changing(ties__fade=0.1, ties__harm=1.0, **IDLE)
    assert worlds.stepped(world, 20).ties.weight == pytest.approx(np.full(world.network.ties, np.exp(-2)), rel=1e-5)
    assert not worlds.stepped(world, 10).ties.weight.any()  # e^-3 = .0498


def test_a_tie_in_steady_use_settles_where_gain_and_fade_agree():
    """w = (w·left) + .05(2 − w·left) on each day."""
    tie, left = f32(1), f32(np.exp(-0.005))
    for _ in range(2000):
        tie = rules.strengthens(rules.weakens(tie, left, f32(0.05)), f32(0.05))
    assert tie == pytest.approx(0.1 / (1 - 0.95 * np.exp(-0.005)), rel=1e-5)


def test_ties_stay_in_range_and_broken_ones_stay_broken():
    world = changing(ties__fade=0.05, ties__break_level=0.3)
    broken = np.zeros(world.network.ties, bool)
    for _ in range(40):
        world.step()
        weight = world.ties.weight
        assert not weight[broken].any()
        assert ((weight == 0) | (weight >= f32(0.3))).all()
        assert (weight <= 2).all()
        broken |= weight == 0
    assert 10 < broken.sum() < len(broken)
    assert world.outcomes()["ties_broken"] == broken.mean()


def test_only_people_who_sent_or_received_change_their_ties_and_only_to_each_other():
    world = changing(ties__fade=0.0)
    owner = np.repeat(np.arange(60), np.diff(world.network.indptr))
    ends = list(zip(owner.tolist(), world.network.indices.tolist(), strict=True))
    seen = {"gain": 0, "harm": 0}
    for _ in range(10):
        before = world.ties.weight.copy()
        world.step()
        kind, harmed = set(), set()
        for word, what, _ in world.letters():
            pair = int(letters.sender_of(word)), int(letters.receiver_of(word))
            (harmed.add(pair[::-1]) if what & letters.HOSTILE else kind.update((pair, pair[::-1])))
        for k, pair in enumerate(ends):
            if pair in harmed and pair not in kind:
                seen["harm"] += world.ties.weight[k] < before[k] / 1.99 or before[k] == 0
            elif pair in kind and pair not in harmed:
                seen["gain"] += world.ties.weight[k] > before[k] or before[k] in (0, 2)
            elif pair not in kind:
                assert world.ties.weight[k] == before[k]
    assert min(seen.values()) > 20


def test_nobody_reads_along_a_broken_tie():
    world = changing()
    world.ties.weight[:] = 0
    world.step()
    assert not world.columns.items_today.any()


def test_ties_over_200_days_settle():
    """Small town of defaults: a mean between 1.2 and 1.7 that no longer moves, and few broken ties."""
    usual = {"population__hostile_share": 0.02, "population__hostile_level": -3.0, "rules__hard_day_rate": 0.05}
    network = worlds.scattered(300, 2100, 3, directed=False)
    world = World(worlds.scenario(ties__changing=True, **usual), network)
    halfway = worlds.stepped(world, 150).outcomes()["tie_strength"]
    end = worlds.stepped(world, 50).outcomes()
    assert halfway is not None
    assert end["tie_strength"] is not None
    assert 1.2 < end["tie_strength"] < 1.7
    assert abs(end["tie_strength"] - halfway) < 0.05
    assert end["ties_broken"] < 0.01  # type: ignore[operator]


# --- belonging -----------------------------------------------------------------------------------------------------


def test_belonging_comes_from_ties_of_ones_own_group_only():
    ring = worlds.ring(40, group=np.arange(40) // 20)
    mixed = worlds.ring(40, group=np.arange(40) % 2)  # everybody's friends are of the other group
    together, apart = (worlds.stepped(World(worlds.scenario(), made), 30) for made in (ring, mixed))
    assert not apart.extra.columns.belonging.any()
    assert apart.columns.wellbeing.mean() > 0
    inside = np.array([5, 10, 25, 30])  # far from the two borders
    assert (together.extra.columns.own_value_today[inside] == together.columns.received_today[inside]).all()
    assert together.outcomes()["belonging"] > 0.05  # type: ignore[operator]
    assert World(worlds.scenario(), worlds.ring(40)).outcomes()["belonging"] is None


def test_belonging_follows_the_gains_of_wellbeing():
    """Steady gain g a day and decay 1/14: B* = (1 − e^(−g))/(1 − e^(−g) + 1 − e^(−1/14))."""
    belonging, share = f32(0), f32(-np.expm1(-1 / 14))
    for _ in range(400):
        belonging = rules.belongs(belonging, share, f32(2), f32(1), f32(0.02), f32(0.02))
    rise = -np.expm1(-0.06)
    assert belonging == pytest.approx(rise / (rise - np.expm1(-1 / 14)), rel=1e-4)


# --- the light cone -------------------------------------------------------------------------------------------------


def poke(world: World, name: str, row: int) -> None:
    if name == "tie_strength":
        world.ties.weight[world.network.indptr[row]] = 0
    elif name in ("lapsed", "custom"):
        getattr(world.extra.columns, name)[row] ^= 1
    else:
        getattr(world.extra.columns, name)[row] += 0.5


@pytest.mark.parametrize("name", ["drift", "pace", "recognition", "lapsed", "belonging", "custom", "tie_strength"])
@pytest.mark.parametrize("row", [3, 20])
def test_slow_influences_travel_one_tie_a_tick(name, row):
    network = worlds.ring(40, group=np.arange(40) // 7)
    settings = worlds.scenario(**{**ALL, "rules__beta_norm": 5.0, "rules__ranking": 2.0, "rules__beta_liked": 3.0})
    plain, changed = World(settings, network), World(settings, network)
    poke(changed, name, row)
    away, far = worlds.hops(network, row), []
    for tick in range(1, 9):
        plain.step(), changed.step()
        who = worlds.changed_people(plain, changed)
        far.append(int(away[who].max(initial=-1)))
        assert far[-1] <= tick
    assert name not in ("lapsed", "tie_strength") or max(far) >= 2
