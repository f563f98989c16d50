"""Trials of receiving: a kindness, an award, greed, a workplace in which some were asked to give."""

from __future__ import annotations

from math import inf

import numpy as np

from sim.lab.verify import arms
from sim.lab.verify.estimates import difference, log_odds_ratio, mean, percent, ratio
from sim.lab.verify.trial import Found, Measure, Trial
from sim.model.law import letters
from sim.model.world import World

OFFLINE = {"beta_gratitude": 1.02}  # face to face: the whole of what drivers show
ONE_ITEM = {"attention_mean": 24.0, "attention_sd": 0.0}  # one item an hour
PRIVATE = letters.SINCERE


def one_kindness(people: int, **rules: float) -> Found:
    """A1. Every other person gets one kindness of value 1 from a neighbour; an hour later all have one chance to give.

    Nobody is grateful at the start. Twin worlds with and without the kindness; gratitude counts as face to face.
    """
    acted = {}
    rows = np.arange(0, people - 1, 2)
    for treated in (True, False):
        world = World(arms.scenario(people, {**OFFLINE, **rules}, dt=arms.HOUR, population=ONE_ITEM))
        world.columns.gratitude[:] = 0
        attention = world.columns.attention.copy()
        world.columns.attention[:] = 0
        giver = rows[: len(rows) * treated]
        arms.step_with(world, arms.gifts(world, giver, giver + 1, value=1.0, marks=PRIVATE))
        world.columns.attention[:] = attention
        world.browse()
        acted[treated] = arms.given(world)[rows + 1]
    return {"effect": log_odds_ratio(acted[True], acted[False]), "share without": mean(acted[False])}


def award(people: int, **rules: float) -> Found:
    """A3. After 60 days the most active 1 % of the last 30 get a public award, or as many of the rest; 90 days more.

    The award is one visible gift of the largest value in the catalogue, 3. Three worlds on the same draws.
    """
    world = arms.lived_in(arms.scenario(people, rules), 30)
    active = np.lexsort((world.columns.key, -arms.given_during(world, 30)))
    number = people // 100
    best, rest = active[:number], np.sort(active[number:])[:: people // number][:number]
    acted = {}
    for arm, rows in {"none": rest[:0], "best": best, "rest": rest}.items():
        other = arms.twin(world)
        givers = (rows + people // 2) % people
        arms.step_with(other, arms.gifts(other, givers, rows, "substantial"))
        acted[arm] = arms.given_during(other, 90)
    return {
        "most active 1 %": ratio(acted["best"][best], acted["none"][best]),
        "the rest": ratio(acted["rest"][rest], acted["none"][rest]),
    }


def workplace(people: int, **rules: float) -> Found:
    """A16. Offices of 111 as islands; in each a third give five kindnesses a week to random ones of another third.

    Four weeks; what the receivers themselves do, against the same office without the exercise, in percent. Gratitude
    counts as face to face.
    """
    offices = {"kind": "communities", "communities": people // 111, "inside": 1.0}
    world = arms.lived_in(arms.scenario(people // 111 * 111, {**OFFLINE, **rules}, network=offices), 30)
    other = arms.twin(world)
    role = np.arange(world.people) % 3
    draw = np.random.default_rng(arms.SEED)
    acted = [np.zeros(world.people), np.zeros(world.people)]
    for day in range(28):
        giver = np.flatnonzero(role == 0) if day % 7 < 5 else np.empty(0, np.int64)
        arms.step_with(other, arms.gifts(other, giver, _colleagues(world, giver, role, draw)))
        world.step()
        acted[0] += arms.given(other)
        acted[1] += arms.given(world)
    office = world.columns.group[role == 1]
    with_it, without = (np.bincount(office, acts[role == 1]) for acts in acted)
    return {"receivers": percent(ratio(with_it, without))}


def _colleagues(world: World, giver: np.ndarray, role: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """A random receiver of each giver's own office."""
    groups = world.columns.group
    by_office = [np.flatnonzero((groups == g) & (role == 1)) for g in range(int(groups.max()) + 1)]
    return np.array([draw.choice(by_office[groups[row]]) for row in giver], np.int64)


def greed(people: int, **rules: float) -> Found:
    """A19. After 60 days everybody of a tenth gets one kind act, or one hostile act that takes the same value; 7 days.

    Acts on items of the feed that follow, against the world without either: thanks, which pay back, do not count.
    """
    world = arms.lived_in(arms.scenario(people, {**OFFLINE, **rules}))
    rows = np.arange(0, people, 10)
    value = world.settings.rules.hostile_value
    acted = {}
    for arm, marks in {"none": None, "kind": PRIVATE, "hostile": letters.HOSTILE}.items():
        other = arms.twin(world)
        chosen = rows[:0] if marks is None else rows
        worth = 1.0 if arm == "hostile" else value
        arms.step_with(other, arms.gifts(other, (chosen + 5) % people, chosen, value=worth, marks=marks or PRIVATE))
        acted[arm] = arms.given_during(other, 7)[rows]
    return {
        "greed beyond generosity": difference(2 * acted["none"] - acted["kind"], acted["hostile"]),
        "after a kind act": difference(acted["kind"], acted["none"]),
        "after a hostile act": difference(acted["hostile"], acted["none"]),
    }


TRIALS = (
    Trial(
        "A1",
        "receiving one kindness, then one chance to give",
        "Mujcic & Leibbrandt 2018, doi 10.1111/ecoj.12474",
        (Measure("effect", "14.6 → 32.1 %, +1.02", 0.77, 1.27),),
        one_kindness,
        40_000,
        4_000,
        "Offline preset (beta_gratitude 1.02); online it is .36, an assumption. People differ in warmth, which makes "
        "the odds ratio of a crowd smaller than that of a person.",
    ),
    Trial(
        "A3",
        "public award, 90 days",
        "Restivo & van de Rijt 2012, doi 10.1371/journal.pone.0034358; 2014",
        (Measure("most active 1 %", "×1.6", 1.3, 1.9, "ratio"), Measure("the rest", "×1 or less", 0.9, 1.03, "ratio")),
        award,
        40_000,
        4_000,
        "Unexplained: a gift moves gratitude for days, and nothing in the model turns one award into 90 days of work, "
        "or sorts people by how active they were. The answer is not put in.",
    ),
    Trial(
        "A16",
        "workplace givers, four weeks",
        "Chancellor et al. 2018 (N = 111), doi 10.1037/emo0000321",
        (Measure("receivers", "give more", 0, inf, "%", sign=True),),
        workplace,
        4_440,
        1_110,
        "Offline preset. The trial reports a rise many times as large, by the receivers' own count.",
    ),
    Trial(
        "A19",
        "greed and generosity passed on",
        "Gray et al. 2014, doi 10.1037/a0031047",
        (Measure("greed beyond generosity", "greed more", 0, inf, "acts/week", sign=True),),
        greed,
        20_000,
        4_000,
        "Offline preset.",
    ),
)
