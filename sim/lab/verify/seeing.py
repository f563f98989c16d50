"""Trials of seeing: models, bystanders, first votes, hidden posts, watching eyes."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np

from sim.lab.verify import arms
from sim.lab.verify.estimates import log_odds_ratio, percent, ratio, scaled, standardised
from sim.lab.verify.trial import Found, Measure, Trial
from sim.model.law.columns import Columns
from sim.model.world import World

Edit = Callable[[Columns], None]
ITEM = {"attention_mean": 24.0, "attention_sd": 0.0}  # one item an hour
_WEIGHT = np.uint64(0xFFFF)  # bits of a profile that say how prominent the item is; 0 = not there


def _shown(world: World, edit: Edit) -> None:
    """Edit what people are and publish it, so that readers see it in the next tick."""
    edit(world.columns)
    world.publish()


def _kindness(share: float) -> Edit:
    """Everybody's items are kind in this share of cases."""

    def edit(columns: Columns) -> None:
        columns.shown[:] = share * columns.read

    return edit


def models(people: int, **rules: float) -> Found:
    """A4. People watch items that are all kind, or none of them, for 60 days without acting; then a day of choices.

    On that day both arms read the same ordinary items. A norm forms at .05 a day, so that 60 days are exposure in
    full; what a single day of watching does is reported beside it.
    """
    found = {}
    for name, days in {"effect": 60, "after one day": 1}.items():
        arm = [_watched(people, share, days, rules) for share in (1.0, 0.0)]
        (acts, items), (control, of) = arm
        found[name] = log_odds_ratio(acts, control, items, of)
    return found


def _watched(people: int, share: float, days: int, rules: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """Acts and items of each person on the day after so many days of watching."""
    world = World(arms.scenario(people, rules))
    warmth = world.columns.warmth.copy()
    world.columns.warmth[:] = -20
    for _ in range(days):
        _shown(world, _kindness(share))
        world.step()
    world.columns.warmth[:] = warmth
    _shown(world, _kindness(world.settings.rules.norm_ref))
    world.browse()
    return arms.given(world), world.columns.items_today.copy()


def bystanders(people: int, **rules: float) -> Found:
    """A5. Everybody has an open need of size 1, answered in full by others yesterday, or by nobody; one day of choices.

    The same needs are seen in both arms.
    """
    acted = []
    for answered in (2.0, 0.0):
        world = World(arms.scenario(people, rules))

        def in_need(columns: Columns, answered: float = answered) -> None:
            columns.need[:], columns.answers[:] = 1, answered

        _shown(world, in_need)
        world.browse()
        acted.append((arms.given(world), world.columns.items_today.copy()))
    (acts, items), (control, of) = acted
    return {"effect": log_odds_ratio(acts, control, items, of)}


VOTES = {"posts": 1.0, "candidates": 1, "acknowledgement": 0.0}  # one item a person, shown without ranking
VOTERS = {**ITEM, "warmth_mean": -2.6}  # about 5 % of viewers vote a fresh item up


def first_vote(people: int, **rules: float) -> Found:
    """A6. Items get a first like, a first dislike, or none; then one viewer an hour, 3 or 20 in the mean.

    Likes minus hostile answers, the planted one left out, against items without, in percent. A lab preset: an item
    of its own for everybody (posts 1), no ranking, and a warmth at which 5 % of viewers like a fresh item.
    """
    plain = {viewers: _score(people, viewers, 0, 0, rules) for viewers in (3, 20)}
    pairs = {
        "first like, 3 viewers": (_score(people, 3, 1, 0, rules), plain[3]),
        "first like, 20 viewers": (_score(people, 20, 1, 0, rules), plain[20]),
        "first dislike, 3 viewers": (_score(people, 3, 0, 1, rules), plain[3]),
    }
    return {name: percent(ratio(*pair)) for name, pair in pairs.items()}


def _score(people: int, viewers: int, likes: float, dislikes: float, rules: dict[str, float]) -> np.ndarray:
    """Likes minus hostile answers of each item after so many viewers."""
    crowd = {"kind": "random", "degree": 20.0}
    world = World(arms.scenario(people, {**VOTES, **rules}, dt=arms.HOUR, population=VOTERS, network=crowd))

    def vote(columns: Columns) -> None:
        columns.score[:], columns.scorn[:] = likes, dislikes

    _shown(world, vote)
    score = np.zeros(people)
    for _ in range(viewers):
        world.step()
        score += arms.received(world) - arms.received(world, hostile=True).astype(float)
    return score


def hidden(people: int, **rules: float) -> Found:
    """A7. After 60 days, for a week half of those whose last act was kind are hidden from all feeds each day.

    In the control world as many are hidden whoever they are, as in the trial. Cohen's d of the share of items that a
    person answers kindly, control minus treated.
    """
    world = arms.lived_in(arms.scenario(people, rules))
    other, draw = arms.twin(world), np.random.default_rng(arms.SEED)
    acts, items = np.zeros((2, people)), np.zeros((2, people))
    for _ in range(7):
        kind = (other.columns.visible_today > 0) & (other.columns.tone == 1) & (draw.random(people) < 0.5)
        anyone = draw.permutation(people)[: np.count_nonzero(kind)]
        for arm, (one, hide) in enumerate(((world, anyone), (other, np.flatnonzero(kind)))):
            one.columns.profile[hide] &= ~_WEIGHT
            one.step()
            acts[arm] += arms.given(one)
            items[arm] += one.columns.items_today
    read = (items > 0).all(0)
    share = acts[:, read] / items[:, read]
    return {"d": scaled(standardised(share[1], share[0]), -1)}


def watched(people: int, **rules: float) -> Found:
    """A13. A day of choices, all acts open to everybody, or none of them so that image counts for nothing."""
    public = {"visibility_ref": 1.0, "image_ref": 0.2}  # the centre 1 × .2 is that of the defaults, .8 × .25
    acted = []
    for seen in (1, 0):
        world = World(arms.scenario(people, {**public, **rules}))
        world.columns.image[:] *= seen
        world.browse()
        acted.append((arms.given(world), world.columns.items_today.copy()))
    (acts, items), (control, of) = acted
    return {"effect": log_odds_ratio(acts, control, items, of)}


TRIALS = (
    Trial(
        "A4",
        "seeing prosocial models",
        "Jung et al. 2020, doi 10.1037/bul0000235",
        (Measure("effect", "g .45, biased upward", 0.3, 0.82),),
        models,
        10_000,
        1_000,
        "After 60 days of watching nothing but models, or none. The trials are sessions of minutes, after which the "
        "model's slow norm has hardly moved: the size is met by full exposure, the speed is an assumption.",
    ),
    Trial(
        "A5",
        "seeing a need that others answered",
        "Tsvetkova & Macy 2014, doi 10.1371/journal.pone.0087275",
        (Measure("effect", "helping falls", -inf, 0, sign=True),),
        bystanders,
        20_000,
        2_000,
    ),
    Trial(
        "A6",
        "a first visible like or dislike",
        "Muchnik et al. 2013, doi 10.1126/science.1240466",
        (
            Measure("first like, 3 viewers", "+25 %", 15, 35, "%"),
            Measure("first dislike, 3 viewers", "corrected", -10, 2, "%"),
        ),
        first_vote,
        100_000,
        10_000,
        "A lab preset; the effect falls with the number of viewers, since items without a planted like earn their own. "
        "A dislike is not corrected in the model: kind acts do not look at it.",
    ),
    Trial(
        "A7",
        "hiding a week of positive items",
        "Kramer et al. 2014, doi 10.1073/pnas.1320040111",
        (Measure("d", "d .02", 0, 0.05, "d", sign=True),),
        hidden,
        200_000,
        20_000,
    ),
    Trial(
        "A13",
        "being watched",
        "Bradley et al. 2018, doi 10.1098/rspb.2018.0116",
        (Measure("effect", "r .141 (.106–.175)", 0.39, 0.64),),
        watched,
        20_000,
        2_000,
        "All acts public against none; between the defaults (visibility .8) and none it is a fifth less.",
    ),
)
