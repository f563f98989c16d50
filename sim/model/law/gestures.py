"""The catalogue of kind gestures. A new one is one entry of `CATALOGUE`, or a table of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np


@dataclass(frozen=True)
class Gesture:
    """One way to be kind.

    effort : 0.., what it costs the giver (unit-free; only ratios matter)
    value : 0.., what a sincere one is worth to the receiver
    visibility : 0..1, chance that others see it
    glow : reward of giving
    share : 0..1, how often it is chosen where it is on offer, before effort and image have their say
    where : "feed" (any item), "need" (only where a need was noticed; `share` is of all acts there), "reply"
    worded : whether naming the impact (specificity) can add to its value
    answers : whether it answers a noticed need
    """

    name: str
    effort: float
    value: float
    visibility: float
    glow: float
    share: float
    where: str = "feed"
    worded: bool = True
    answers: bool = True


MOST = 16  # gestures that a letter can name
NEEDED = ("effort", "value", "visibility", "glow", "share")  # what a new gesture must say

# Assumption throughout: unit-free, only ratios matter. In ascending order of effort.
CATALOGUE: tuple[Gesture, ...] = (
    Gesture("like", 0.05, 0.2, 1.0, 0.1, 0.55, worded=False, answers=False),
    Gesture("thanks", 0.15, 0.6, 0.5, 0.4, 1.0, where="reply"),
    Gesture("encouragement", 0.3, 0.6, 1.0, 0.4, 0.22),
    Gesture("check_in", 0.4, 0.8, 0.0, 0.6, 0.60, where="need"),
    Gesture("resource", 0.5, 0.8, 1.0, 0.6, 0.12),
    Gesture("substantial", 2.0, 3.0, 0.2, 2.0, 0.01),
)


class Catalogue(NamedTuple):
    """The catalogue as columns over k gestures, ascending in effort.

    effort, value, visibility, glow : float32[k]
    on_feed, on_need : float32[k], shares that sum to 1 over what an ordinary item, or one with a noticed need, offers
    worded, answers : bool[k]
    thanks : int64, place of the reply
    """

    effort: np.ndarray
    value: np.ndarray
    visibility: np.ndarray
    glow: np.ndarray
    on_feed: np.ndarray
    on_need: np.ndarray
    worded: np.ndarray
    answers: np.ndarray
    thanks: int


def changed(changes: Mapping[str, Mapping[str, Any]]) -> tuple[Gesture, ...]:
    """The catalogue with some numbers replaced and new gestures added, in ascending order of effort (as the choice
    reads it)."""
    known = {gesture.name for gesture in CATALOGUE}
    gestures = [replace(one, **changes[one.name]) if one.name in changes else one for one in CATALOGUE]
    gestures += [Gesture(name, **dict(numbers)) for name, numbers in changes.items() if name not in known]
    return tuple(sorted(gestures, key=lambda gesture: gesture.effort))


def columns(gestures: tuple[Gesture, ...] = CATALOGUE) -> Catalogue:
    """The catalogue as the engines read it."""

    def column(values: list[float]) -> np.ndarray:
        return np.array(values, np.float32)

    return Catalogue(
        column([g.effort for g in gestures]),
        column([g.value for g in gestures]),
        column([g.visibility for g in gestures]),
        column([g.glow for g in gestures]),
        column(_shares(gestures, need=False)),
        column(_shares(gestures, need=True)),
        np.array([g.worded for g in gestures]),
        np.array([g.answers for g in gestures]),
        next(i for i, g in enumerate(gestures) if g.where == "reply"),
    )


def _shares(gestures: tuple[Gesture, ...], need: bool) -> list[float]:
    answers = sum(g.share for g in gestures if g.where == "need") if need else 0.0
    ordinary = sum(g.share for g in gestures if g.where == "feed")
    rest = max(0.0, 1 - answers) / ordinary if ordinary else 0.0
    return [{"feed": g.share * rest, "need": g.share if need else 0.0, "reply": 0.0}[g.where] for g in gestures]
