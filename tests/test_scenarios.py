"""Shipped scenarios: each asks something, runs alike on both engines, and shows the effect it is about.

`EFFECTS` is the table of what is expected of which arm, and why. An effect is a paired difference to the control over
the second half of the run, tested over replicates at `ALPHA`; with its mechanism switched off the same test must not
reject. Where the popular claim does not hold in the model, the table expects what does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from scipy import stats
from statistics_help import ALPHA

from sim.lab import experiment
from sim.lab.overrides import Override, override
from sim.lab.run import prepared
from sim.lab.scenario import Scenario, check, load, shipped

PEOPLE, REPLICATES, DAYS = 400, 16, 60  # the effect must be 7.6 standard errors or more
OF_A_CAMPAIGN = 2000  # people, where nobody reads and a tick is quick


@dataclass(frozen=True)
class Effect:
    """An outcome of an arm, the sign of its difference to the control, why, and the settings that switch it off.

    `null` is what the difference is then: "zero" (to the last bit) or "no sign" (the test does not reject).
    """

    scenario: str
    arm: str
    outcome: str
    sign: int
    why: str
    off: tuple[str, ...]
    null: str = "zero"
    people: int = PEOPLE


EFFECTS = (
    Effect(
        "everyday",
        "not_passed_on",
        "kind_acts",
        -1,
        "a gift moves its receiver to give; cut that, and the gifts that came of gifts are missing",
        ("rules.beta_gratitude=0",),
    ),
    Effect(
        "compassion_fatigue",
        "hard_times",
        "resting",
        1,
        "needs draw out gestures that cost more effort, effort exhausts, and exhausted people burn out",
        ("rules.burnout_rate=0",),
    ),
    Effect(
        "compassion_fatigue",
        "boundaries",
        "needs_met",
        -1,
        "what is not given for one's own good is missing to those in need",
        ("arms.boundaries.interventions=[]", "arms.boundaries.rules.hard_day_rate=0.05"),
    ),
    Effect(
        "influencers",
        "well_followed",
        "norm",
        1,
        "the norm follows what is seen, and the well-followed are seen by many",
        ("rules.norm_rate=0",),
    ),
    Effect(
        "storm_recovery",
        "messages",
        "kind_acts",
        -1,
        "a message that moves nobody takes the place of a person one could have been kind to",
        ("arms.messages.interventions.1.rate=0",),
    ),
    Effect(
        "storm_recovery",
        "moving_messages",
        "kind_acts",
        1,
        "a primed reader acts more on what else is read than the message displaces",
        ("arms.moving_messages.interventions.1.rate=0",),
    ),
    Effect(
        "supportive_design",
        "easier",
        "kind_acts",
        1,
        "ease divides friction, and where there is none it changes nothing",
        ("rules.friction=0",),
    ),
    Effect(
        "supportive_design",
        "easier",
        "resting",
        1,
        "what is easier is done more often at the same effort, and effort exhausts",
        ("rules.friction=0",),
    ),
    Effect(
        "specific_praise",
        "specific",
        "kind_acts",
        1,
        "more value received is more gratitude, and gratitude moves people to give",
        ("rules.beta_gratitude=0", "rules.wellbeing_received=0"),
        "no sign",  # a larger gift is also thanked for a little longer
    ),
    Effect(
        "empathy_training",
        "random",
        "sincere",
        1,
        "the trained act less for show",
        ("arms.random.interventions=[]",),
    ),
    Effect(
        "school_climate",
        "referents",
        "hostile_acts",
        -1,
        "the carriers are less hostile, and fewer are hurt into a bad mood by them",
        ("population.hostile_share=0",),
    ),
    Effect(
        "ai_assistant",
        "assistant",
        "needs_met",
        1,
        "only a need that is noticed can be answered",
        ("rules.notice=1", "arms.assistant.interventions.0.boost=0"),
    ),
    Effect(
        "token_or_substance",
        "one_tap_like",
        "acts_resource",
        -1,
        "gestures compete for one act: a like at hand is chosen in place of a dear gesture",
        ("arms.one_tap_like.interventions=[]",),
    ),
    Effect(
        "performative",
        "verified",
        "sincere",
        1,
        "those who expect to be found out act less for show",
        ("arms.verified.interventions.0.detection=0.1",),
    ),
    Effect(
        "performative",
        "verified",
        "kind_acts",
        -1,
        "what was done for show alone is not done at all",
        ("arms.verified.interventions.0.detection=0.1",),
    ),
    Effect(
        "likes_and_reach",
        "engagement",
        "received_gini",
        1,
        "who received much is read more, and receives more; without a race for the feed there is no ranking",
        ("rules.candidates=1",),
    ),
    Effect(
        "likes_and_reach",
        "engagement",
        "needs_met",
        -1,
        "attention moves to the well-liked, and the hard days of others go unseen",
        ("rules.candidates=1",),
    ),
    Effect(
        "trolls",
        "moderated",
        "wellbeing",
        1,
        "a hostile act that nobody reads hurts nobody",
        ("population.hostile_share=0",),
    ),
    Effect(
        "trolls",
        "careless",
        "wellbeing",
        1,
        "one kind act in twenty lost weighs less than every second hostile act spared",
        ("population.hostile_share=0", "arms.careless.interventions.0.wrongly=0"),
    ),
    Effect(
        "small_wins",
        "prompt",
        "resting",
        1,
        "prompted people give more, giving exhausts, and the exhausted burn out",
        ("rules.burnout_rate=0",),
    ),
    Effect(
        "small_wins",
        "assistant",
        "needs_met",
        1,
        "only a need that is noticed can be answered",
        ("rules.notice=1", "arms.assistant.interventions.0.boost=0"),
    ),
    Effect(
        "awareness_to_action",
        "matched",
        "campaign_acted",
        1,
        "matching multiplies the odds of the real deed, and moves nobody for whom there are none",
        ("campaign.base=0",),
    ),
    Effect(
        "awareness_to_action",
        "private",
        "conversion",
        -1,
        "what friends do not see draws nobody in",
        ("campaign.see=0",),
    ),
    Effect(
        "nomination_challenge",
        "everybody_names",
        "campaign_over",
        1,
        "each who joins names three, of whom more than one follows",
        ("campaign.accepts=0",),
    ),
    Effect(
        "be_kind_hashtag",
        "loud_hashtag",
        "campaign_aware",
        1,
        "a hashtag is found without a friend in the movement, as long as there is a movement",
        ("campaign.seed_share=0",),
    ),
    Effect(
        "marginalised_voices",
        "engagement",
        "group_ratio",
        -1,
        "who is read less receives less and is ranked lower for it; without a race for the feed there is no ranking",
        ("rules.candidates=1",),
    ),
    Effect(
        "norm_shift",
        "season",
        "norm",
        1,
        "the norm remembers what was seen for weeks",
        ("rules.norm_rate=0",),
    ),
    Effect(
        "two_minute_tip",
        "tip_and_reminder",
        "attendance",
        1,
        "who is thanked more and feels better stays; where neither keeps people, nobody stays for a tip",
        ("membership.lapse_recognition=0", "membership.lapse_wellbeing=0", "rules.burnout_rate=0"),
        people=2000,
    ),
)
QUICK = {"everyday"}  # the others are slow together, and alike


def small(name: str, *changes: str, people: int = 30) -> Scenario:
    """The scenario with few people; blocks of a network keep their size."""
    network = load(name).settings.network
    sizes = {"people": people, "communities": max(1, network.communities * people // network.people)}
    sized = [Override(("network", key), value) for key, value in sizes.items()]
    return load(name, [override(change) for change in changes] + sized)


@pytest.mark.parametrize("name", shipped())
def test_it_says_what_it_asks_and_what_to_look_at(name):
    settings = check(name).settings
    assert settings.question.endswith("?")
    assert 1 < len(settings.arms) <= 3
    assert all(arm["says"].strip() == arm["says"] for arm in settings.arms.values())
    assert 1 <= settings.look_at.count(".") <= 6
    assert len(settings.about) > 100
    assert any(digit.isdigit() for digit in settings.finding), "a finding is said with its numbers"
    assert 1 <= len(settings.headline) <= 6


def soon(name: str, people: int, days: int = 8) -> list[Scenario]:
    """The arms with few people, until some days after the last intervention has begun."""
    begun = [one.start for arm in load(name).arms.values() for one in arm.settings.interventions]
    return list(small(name, f"days={max(begun, default=0) + days}", people=people).arms.values())


@pytest.mark.parametrize("name", shipped())
def test_both_engines_give_the_same_world_in_every_arm(name):
    for arm in soon(name, 24):
        kernel, mesa = (prepared(arm, engine) for engine in ("kernel", "mesa"))
        for _ in zip(kernel, mesa, strict=True):
            pass
        assert kernel.world.digest() == mesa.world.digest(), arm.arm


@pytest.mark.parametrize("name", shipped())
def test_its_arms_differ(name):
    """Same people, network and draws, and yet another world."""
    arms = soon(name, 500, 130)  # an arm may stop an intervention that another one keeps up
    worlds = defaultdict(list)
    for run in experiment.runs(arms, range(1, 5), experiment.network_of(arms[0].in_replicate(1))):
        worlds[run.scenario.arm].append(run.size["digest"])
    assert len(set(map(tuple, worlds.values()))) == len(arms)


def test_every_scenario_has_an_effect():
    assert {effect.scenario for effect in EFFECTS} == set(shipped())
    assert all(effect.arm in load(effect.scenario).arms for effect in EFFECTS)


def cases() -> list:
    """The effects as test cases, most of them for the slow suite."""
    found = []
    for effect in EFFECTS:
        marks = () if effect.scenario in QUICK else (pytest.mark.slow,)
        found.append(pytest.param(effect, id=f"{effect.scenario}-{effect.arm}-{effect.outcome}", marks=marks))
    return found


@pytest.mark.parametrize("effect", cases())
def test_it_shows_its_effect_and_not_without_its_mechanism(effect):
    assert p_value(differences(effect), effect.sign) < ALPHA
    without = differences(effect, effect.off)
    assert not without.any() if effect.null == "zero" else p_value(without, effect.sign) > ALPHA


def differences(effect: Effect, off: Sequence[str] = ()) -> np.ndarray:
    """float[replicates], paired differences of the arm to the control."""
    settings = load(effect.scenario).settings
    days = settings.days if settings.interventions or effect.scenario == "norm_shift" else DAYS
    people = OF_A_CAMPAIGN if settings.campaign else effect.people
    loaded = small(effect.scenario, f"days={days}", *off, people=people)
    arms = [next(iter(loaded.arms.values())), loaded.arms[effect.arm]]
    numbers = range(1, REPLICATES + 1)
    done = list(experiment.runs(arms, numbers, experiment.network_of(arms[0].in_replicate(1))))
    levels = np.array([run.series.late(effect.outcome) for run in done], float).reshape(-1, 2)
    return levels[:, 1] - levels[:, 0]


def p_value(differences: np.ndarray, sign: int) -> float:
    """One-sided paired t-test: the chance of so clear a difference of this sign if there is none."""
    if not differences.any():
        return 1.0
    return float(stats.ttest_1samp(sign * differences, 0, alternative="greater").pvalue)


def test_the_test_rejects_what_is_there_and_accepts_noise():
    noise = np.random.default_rng(1).normal(0, 1, REPLICATES)
    assert p_value(noise, 1) > ALPHA
    assert p_value(noise + 10, 1) < ALPHA
    assert p_value(noise + 10, -1) > ALPHA
