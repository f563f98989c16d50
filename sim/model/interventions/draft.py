"""What a tick's interventions make of the base: levers and inputs in the making.

Interventions act in the order of their names, and each quantity combines in one way only, so that the order in which a
scenario lists them changes no bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from sim.model.compiled import f32
from sim.model.interventions.base import Who
from sim.model.interventions.campaign_draft import CampaignDraft

Value = Any  # np.float32 for everybody, or float32[n]
TRAITS = ("warmth", "image", "hostility", "attention")


def neutral(rules: Any) -> dict[str, np.float32]:
    """The base: what each quantity is while nothing is done."""
    own = {name: getattr(rules, name) for name in ("prompt", "ease", "thanks_offset", "specificity", "notice")}
    own |= {"detection": rules.detection, "ranking": rules.ranking}
    sums = dict.fromkeys(("warmth", "hostility", "assist", "told", "official", "recommended", "discovery"), 0)
    chances = dict.fromkeys(("caught", "caught_early", "wrongly"), 0)
    factors = dict.fromkeys(("image", "attention", "boost", "need_rate"), 1)
    return {name: f32(value) for name, value in {**own, **sums, **chances, **factors, "cap": np.inf}.items()}


class Draft:
    """Quantities by name: one number for everybody, or float32[n] once people differ.

    who : bool[n], or None = everybody; amounts are numbers or float32[n]
    """

    def __init__(self, rules: Any, people: int) -> None:
        self.people = people
        self.values: dict[str, Value] = dict(neutral(rules))
        self.shares: dict[str, float] = {}
        self.trusted = False
        self.campaign = CampaignDraft()
        self.prompted: np.ndarray | None = None

    def add(self, name: str, who: Who, amount: Value) -> None:
        """Log-odds and ease add."""
        self._change(name, who, lambda before: before + f32(amount))

    def multiply(self, name: str, who: Who, factor: Value) -> None:
        """Quality, image, attention, boost and hazards multiply."""
        self._change(name, who, lambda before: before * f32(factor))

    def cap(self, name: str, who: Who, most: Value) -> None:
        """Caps take the minimum."""
        self._change(name, who, lambda before: np.minimum(before, f32(most)))

    def chance(self, name: str, who: Who, p: Value) -> None:
        """Chances combine as 1 − Π(1 − p), written so that p = 0 leaves every bit."""
        self._change(name, who, lambda before: before + (f32(1) - before) * f32(p))

    def put(self, name: str, value: float) -> None:
        """Replace what holds for everybody; `check_together` has seen to it that open windows agree."""
        self.values[name] = f32(value)

    def share(self, gesture: str, factor: float) -> None:
        """One gesture is chosen more or less often."""
        self.shares[gesture] = self.shares.get(gesture, 1.0) * factor

    def prompts(self, who: np.ndarray) -> None:
        """Count a prompt for these people (bool[n] or counts), for the habituation of the ticks to come."""
        self.prompted = who.astype(np.float32) + (f32(0) if self.prompted is None else self.prompted)

    def array(self, name: str) -> np.ndarray:
        """A quantity as float32[n]."""
        return np.full(self.people, self.values[name], np.float32)  # not a view: the kernel compiles anew for those

    def differs(self, name: str) -> bool:
        """Whether people differ in a quantity."""
        return bool(np.ndim(self.values[name]))

    def _change(self, name: str, who: Who, make: Callable[[Value], Value]) -> None:
        before = self.values[name]
        made = make(before)
        self.values[name] = made if who is None else np.asarray(np.where(who, made, before), np.float32)


def with_shares(gestures: tuple[Any, ...], shares: Mapping[str, float]) -> tuple[Any, ...]:
    """The catalogue with some shares multiplied; a share of all answers to a need stays at most 1."""
    most = {"need": 1.0}
    return tuple(replace(g, share=min(most.get(g.where, np.inf), g.share * shares.get(g.name, 1.0))) for g in gestures)
