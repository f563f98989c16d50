"""Trials of staying: what one thank-you does to whether people stay, and to what they say in turn."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.lab.verify import arms
from sim.lab.verify.estimates import Estimate, difference, ratio, scaled
from sim.lab.verify.trial import Found, Measure, Trial
from sim.model.law import letters
from sim.model.world import World

RARE = {"thanks_offset": -5.0}  # next to nobody is thanked
KEPT = {"open": True, "lapse_rate": 0.01, "return_rate": 0.02}  # newcomers' platform
DAYS, KEPT_AFTER = 42, 14


def one_thanks(people: int, **membership: float) -> Found:
    """A2. After 60 days a tenth get one private thank-you each: who is there in two weeks, thanks sent in six.

    Twin worlds; points of retention, and a factor. A preset in which thanks are rare (thanks_offset −5, recognition
    centred on 0) on a platform of newcomers; beside it the same where they are as common as by default.
    """
    rare = _thanked(people, RARE, {**KEPT, "recognition_ref": 0.0, **membership})
    common = _thanked(people, {}, {**KEPT, **membership})
    return {
        "retention, rare": rare[0], "thanks sent, rare": rare[1], "thanks sent, common": common[1],
        "retention, common": common[0],
    }  # fmt: skip


def _thanked(people: int, rules: dict[str, float], membership: dict[str, Any]) -> tuple[Estimate, Estimate]:
    """Points of retention and the factor of thanks sent."""
    world = arms.lived_in(arms.scenario(people, rules, membership=membership))
    rows = np.flatnonzero((np.arange(people) % 10 == 0) & (_lapsed(world) == 0))
    here, sent = [], []
    for treated in (True, False):
        other = arms.twin(world)
        receiver = rows[: len(rows) * treated]
        arms.step_with(other, arms.gifts(other, (receiver + 5) % people, receiver, "thanks", marks=letters.SINCERE))
        total = np.zeros(people)
        for day in range(DAYS):
            other.step()
            total += _thanks(other)
            if day == KEPT_AFTER - 1:
                here.append(1.0 - _lapsed(other)[rows])
        sent.append(total[rows])
    return scaled(difference(*here), 100), ratio(*sent)


def _lapsed(world: World) -> np.ndarray:
    """1 where somebody has left for now."""
    return world.extra.columns.lapsed.astype(float)


def _thanks(world: World) -> np.ndarray:
    """int[people], thanks of the last tick by sender."""
    post = world.letters()
    chosen = (post[:, 1] & letters.HOSTILE == 0) & ((post[:, 1] >> np.uint64(12)) & np.uint64(255) == letters.REPLY)
    return np.bincount((post[chosen, 0] & np.uint64(0xFFFFFFFF)).astype(np.int64), minlength=world.people)


TRIALS = (
    Trial(
        "A2",
        "one thank-you online",
        "Matias et al. 2020, CAT Lab",
        (
            Measure("retention, rare", "+2 points in 2 weeks", 1, 3, "points"),
            Measure("thanks sent, rare", "×1.43 in 6 weeks", 1.2, 1.7, "ratio"),
            Measure("thanks sent, common", "×1.43 in 6 weeks", 1.03, 1.15, "ratio"),
        ),
        one_thanks,
        100_000,
        20_000,
        "The published factor is met where thanks are rare, and not where they are common: there one more says little, "
        "and the band is what the model was expected to show instead. With a lapse_rate of .004 (no newcomers) "
        "retention rises by about one point.",
    ),
)
