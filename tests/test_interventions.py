"""Each intervention moves what it should, in the direction it should, and exactly nothing where its dose is nothing.

Paired worlds: both arms share people, network and every draw. Sizes: REPLICATES networks of PEOPLE, DAYS days;
false-alarm rate 1e-6 each, by a one-sided t test over replicates. Every case is also run with the dose of nothing,
which must give a difference of exactly 0: the effect is that of the mechanism.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import programmes
import pytest
import worlds
from scipy import stats
from statistics_help import ALPHA

from sim.model.network.networks import Network
from sim.model.world import World

PEOPLE, DAYS, REPLICATES = 120, 10, 26
MINORITY = np.arange(PEOPLE) % 5 == 0
Look = Callable[[World], float]


def outcome(name: str) -> Look:
    """An outcome of the tick."""
    return lambda world: world.outcomes()[name] or 0.0


def received_by_minority(world: World) -> float:
    return float(world.columns.gestures_today[MINORITY].mean())


def value_per_act(world: World) -> float:
    acts = world.columns.gestures_today.sum()
    return float(world.columns.received_today.sum() / acts) if acts else 0.0


def norm(world: World) -> float:
    return float(world.columns.norm.mean())


def seen_trust(world: World) -> float:
    """Share of the visible acts received today that went to people who are never found out."""
    return float(world.columns.likes_today[world.columns.image < 0.2].sum() / max(1, world.columns.likes_today.sum()))


def tired(world: World) -> float:
    return float((world.columns.load > 0.8).mean())


def far_acts(world: World) -> float:
    """Share of acts that go to somebody whom the giver does not read."""
    post = world.letters()
    giver, receiver = (post[:, 0] & np.uint64(2**32 - 1)).astype(int), (post[:, 0] >> np.uint64(32)).astype(int)
    n = world.network
    known = np.zeros((n.people, n.people), bool)
    known[np.repeat(np.arange(n.people), np.diff(n.indptr)), n.indices] = True
    return float((~known[giver, receiver]).mean())


def hurt(world: World) -> float:
    return float(world.columns.hurt_today.mean())


def sour(world: World) -> float:
    return float(world.columns.scorn.mean())


def joined(world: World) -> float:
    return float((world.campaign.columns.stage >= 2).mean())


Case = tuple[str, dict[str, Any], Look, int, dict[str, Any]]
# kind, doses, what is looked at, which way it moves, other settings. Each with its reason.
CASES: dict[str, Case] = {
    # log-odds of acting rise
    "a prompt makes people act": ("daily_prompt", {}, outcome("kind_acts"), 1, {}),
    # what primes adds, and the item shows full kindness to the norm
    "a message lifts the norm": ("broadcast", {}, norm, 1, {}),
    # an item that neither primes nor pays off takes a slot on which one might have acted
    "a bare message displaces": (
        "broadcast", {"prime": 0.0, "value": 0.0}, outcome("kind_acts"), -1, {"rules__beta_norm": 0.0}),
    # friction falls
    "ease makes people act": ("ease", {}, outcome("kind_acts"), 1, {}),
    # a handier like crowds out the others
    "easy likes displace substantial help": (
        "ease", {"ease": 0.0, "gesture": "like", "factor": 3.0}, outcome("acts_encouragement"), -1, {}),
    # the value of a gesture is multiplied
    "praise is worth more": ("specific_praise", {}, value_per_act, 1, {}),
    # warmth rises
    "training makes people act": ("empathy_training", {"warmth": 1.0}, outcome("kind_acts"), 1, {}),
    # less image, more sincere acts
    "training makes acts sincere": ("empathy_training", {"image": 0.2, "warmth": 0.0}, outcome("sincere"), 1, {}),
    # a tenth of the people are far warmer
    "influencers act": ("influencers", {"target": {"share": 0.1, "rule": "in_degree"}}, outcome("kind_acts"), 1, {}),
    # their items weigh more in every race, and acts go to authors
    "a boost lifts a minority": (
        "ranking", {"boost": 4.0, "target": {"keys": np.flatnonzero(MINORITY).tolist()}}, received_by_minority, 1, {}),
    # strangers win slots
    "recommendations reach strangers": ("ranking", {"recommended": 0.3}, far_acts, 1, {}),
    # those who perform are found out, and their weight falls
    "trust lifts those who are not found out": (
        "ranking", {"signal": "trust", "ranking": 3.0}, seen_trust, 1,
        {"rules__detection": 0.9, "rules__detection_ref": 0.9, "population__image_alpha": 0.5,
         "population__image_beta": 0.5}),
    # detection is expected, so people act less for show
    "verification makes acts sincere": ("verification", {"detection": 0.9}, outcome("sincere"), 1, {}),
    # hostile acts reach nobody
    "moderation spares targets": ("moderation", {"caught": 0.9}, hurt, -1, {}),
    # after the harm, the context is spared all the same
    "late moderation spares the context": ("moderation", {"caught": 0.9, "delay": 30.0}, sour, -1, {}),
    # kind acts go missing
    "wrong removal costs": ("moderation", {"caught": 0.0, "wrongly": 0.3}, outcome("gratitude"), -1, {}),
    # no act leads beyond the cap
    "a cap spares strength": ("self_care", {"rest_above": None, "quiet": 1.0, "cap": 0.6}, tired, -1, {}),
    # rest days
    "rest days spare strength": (
        "self_care", {"cap": None, "quiet": 1.0, "rest_above": 0.5}, outcome("exhaustion"), -1, {}),
    # needs that would be overlooked are noticed
    "an assistant meets needs": ("assistant", {}, outcome("needs_open"), -1, {}),
    # less hostile, warmer
    "a lesson calms": ("civic_lesson", {"hostility": -3.0, "warmth": 0.0, "target": {"share": 0.5}},
                       outcome("hostile_acts"), -1, {}),
    # needs for most people
    "a shock opens needs": ("shock", {}, outcome("needs_open"), 1, {}),
    # the real act: odds times 1 + match
    "matching brings donors": ("matched_giving", {"match": 20.0}, outcome("campaign_acted"), 1, {}),
    # a hashtag finds people whom no friend reaches
    "a hashtag finds people": ("hashtag", {"discovery": 3.0, "slots": 0.0}, outcome("campaign_aware"), 1, {}),
    # every slot that shows members shows people one need not follow
    "a hashtag shows strangers": ("hashtag", {"discovery": 0.0, "slots": 0.5}, far_acts, 1, {}),
    # friends are asked by name
    "nominations bring members": ("nominations", {}, joined, 1, {"campaign__nominators": 0.0}),
    # the paid join
    "paid influencers join": ("influencers", {"join": "paid", "warmth": 0.0, "target": {"share": 0.2}}, joined, 1, {}),
    # about half of the volunteers follow the call
    "volunteers join": ("influencers", {"join": "volunteer", "warmth": 0.0, "target": {"share": 0.3}}, joined, 1, {}),
}  # fmt: skip
CAMPAIGN = {"seed_share": 0.05, "appeal": 0.02, "appeal_top": 0.1, "base": 0.02, "life_days": 4.0}


def village(seed: int) -> Network:
    return worlds.scattered(PEOPLE, 6 * PEOPLE, seed)


def differences(case: Case, nothing: bool = False) -> np.ndarray:
    """float[replicates], mean over the last days with the intervention, less that without, draw for draw."""
    kind, doses, look, _, changes = case
    if nothing:
        quiet = {**programmes.NOTHING[kind], **({"nominators": 0.0} if kind == "nominations" else {})}
        doses = {**quiet, **{name: dose for name, dose in doses.items() if name == "target"}}
    made = {"campaign": CAMPAIGN, "rules__hard_day_rate": 0.1, "population__hostile_level": -1.0} | {
        name: value for name, value in changes.items() if not name.startswith("campaign__")
    }
    gaps = []
    for replicate in range(2 if nothing else REPLICATES):
        network = village(replicate)
        arms = [
            World(worlds.scenario(interventions=chosen, replicate=replicate, **made), network)
            for chosen in ([programmes.one(kind, doses)], [])
        ]
        with_it, without = (np.mean(worlds.each_tick(world, DAYS, look)[DAYS // 2 :]) for world in arms)
        gaps.append(with_it - without)
    return np.array(gaps)


def moves(gaps: np.ndarray, sign: int) -> bool:
    """Whether the mean difference has this sign, at a false-alarm rate of ALPHA."""
    return bool(stats.ttest_1samp(sign * gaps, 0, alternative="greater").pvalue < ALPHA)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_it_moves_what_it_should(case):
    assert moves(differences(case), case[3])


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_and_a_dose_of_nothing_moves_nothing(case):
    """The broken twin: with the mechanism switched off the difference is exactly 0, in two replicates."""
    gaps = differences(case, nothing=True)
    assert (gaps == 0).all()
