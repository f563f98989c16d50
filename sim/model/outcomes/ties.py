"""Outcomes of ties, groups and slow change. Missing where the scenario has no such thing."""

from __future__ import annotations

import numpy as np

from sim.model.outcomes.tally import Number, Outcome, Tally


def _strength(t: Tally) -> np.ndarray:
    """float32, strengths of ties that can change."""
    return t.ties.weight if t.extra.levers.ties_change else np.empty(0, np.float32)


def tie_strength(t: Tally) -> Number:
    return t.mean(_strength(t))


def ties_broken(t: Tally) -> Number:
    return t.mean(_strength(t) == 0)


def belonging(t: Tally) -> Number:
    return t.mean(t.extra.columns.belonging)


def warmth_drift(t: Tally) -> Number:
    return t.mean(t.extra.columns.drift)


def reward_rate(t: Tally) -> Number:
    return t.mean(t.extra.columns.pace)


def custom(t: Tally) -> Number:
    return t.mean(t.extra.columns.custom)


_INF = float("inf")
OUTCOMES = (
    Outcome("tie_strength", "mean strength of ties, broken ones among them", "1", 0, 2, tie_strength),
    Outcome("ties_broken", "share of ties that are broken", "1", 0, 1, ties_broken),
    Outcome("belonging", "mean well-being drawn from ties of one's own group", "1", 0, 1, belonging),
    Outcome("warmth_drift", "mean drift of warmth from its start", "log-odds", -20, 20, warmth_drift),
    Outcome("reward_rate", "mean average reward of a day", "reward/day", -_INF, _INF, reward_rate),
    Outcome("custom", "share of people who follow the new custom", "1", 0, 1, custom),
)
