"""Outcomes between groups; missing where the network has only one.

The smallest group (of equal ones, the first) is held against everybody else. What is compared is value received, with a
memory of 30 days, so that a single tick's luck does not decide.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from sim.model.outcomes.memory import TRAILING
from sim.model.outcomes.tally import Number, Outcome, Tally, gini

SHUFFLES = 400  # permutations of the group labels
_FIFTHS = 5


def received_gini_30(t: Tally) -> Number:
    return gini(t.memory.received) if t.memory.complete and t.tick else None


def smallest(group: np.ndarray) -> np.ndarray | None:
    """bool[n], who is in the smallest group; None where all are in one."""
    names, members = np.unique(group, return_counts=True)
    return group == names[np.argmin(members)] if names.size > 1 else None


def group_ratio(t: Tally) -> Number:
    few = _few(t)
    return None if few is None else ratio_of_means(t.memory.received, few)


def group_ratio_median(t: Tally) -> Number:
    few, received = _few(t), t.memory.received
    return None if few is None else _ratio(float(np.median(received[few])), float(np.median(received[~few])))


def group_ratio_matched(t: Tally) -> Number:
    few = _few(t)
    return None if few is None else ratio_matched(t.memory.received, few, fifths(t.memory.given))


def group_ratio_chance(t: Tally, level: float) -> Number:
    ratios = t.once(_by_chance)
    return None if ratios is None else float(np.quantile(ratios, level))


def exposure_parity(t: Tally) -> Number:
    """Both shares are of one tick's items and of trailing acts; 1 = read as much as it gives."""
    few = _few(t)
    if few is None:
        return None
    shown, given = t.shown(), t.memory.given
    if not shown.sum() or not given.sum():
        return None
    return _ratio(float(shown[few].sum() / shown.sum()), float(given[few].sum() / given.sum()))


def ratio_of_means(values: np.ndarray, few: np.ndarray) -> Number:
    """Mean of the few over the mean of the rest."""
    return _ratio(float(values[few].mean()), float(values[~few].mean()))


def ratio_matched(values: np.ndarray, few: np.ndarray, stratum: np.ndarray) -> Number:
    """Ratio of means within strata, each weighted by its number of the few; strata with one side only are left out."""
    strata = int(stratum.max(initial=0)) + 1
    here, there = (np.bincount(stratum[side], minlength=strata) for side in (few, ~few))
    mine, theirs = (np.bincount(stratum[side], values[side], minlength=strata) for side in (few, ~few))
    both = (here > 0) & (there > 0)
    return _ratio(float(mine[both].sum()), float((theirs[both] / there[both] * here[both]).sum()))


def fifths(values: np.ndarray) -> np.ndarray:
    """int64[n], quintile 0..4; equal values are in one quintile."""
    edges = np.quantile(values, np.arange(1, _FIFTHS) / _FIFTHS)
    return np.searchsorted(edges, values, side="right")


def _by_chance(t: Tally) -> np.ndarray | None:
    few = _few(t)
    return None if few is None else shuffled(t.memory.received, few, t.seed)


def shuffled(values: np.ndarray, few: np.ndarray, seed: tuple[int, int]) -> np.ndarray | None:
    """float64[SHUFFLES], ratio of means each time labels are shuffled; the draws touch nothing of the world."""
    draw, members, total = np.random.default_rng(seed), int(few.sum()), float(values.sum())
    if total <= 0:
        return None
    sums = np.array([values[draw.permutation(values.size)[:members]].sum() for _ in range(SHUFFLES)])
    rest = np.maximum(total - sums, np.finfo(np.float64).tiny)
    return np.asarray(sums / members / (rest / (values.size - members)))


def _few(t: Tally) -> np.ndarray | None:
    return t.once(_smallest) if t.memory.complete and t.tick else None


def _smallest(t: Tally) -> np.ndarray | None:
    return smallest(t.columns.group)


def _ratio(above: float, below: float) -> Number:
    return above / below if below else None


_INF = float("inf")
_DAYS = f"trailing {TRAILING:g} days"
OUTCOMES = (
    Outcome(
        "received_gini_30", f"Gini coefficient of value received, {_DAYS}", "1", 0, 1, received_gini_30, past="people",
        long=True,
    ),
    Outcome(
        "group_ratio", f"value received, {_DAYS}: mean of the smallest group over that of the rest", "1", 0, _INF,
        group_ratio, past="people",
    ),
    Outcome("group_ratio_median", "the same ratio of medians", "1", 0, _INF, group_ratio_median, past="people"),
    Outcome(
        "group_ratio_matched", "the same ratio of means, matched on quintiles of own kind acts", "1", 0, _INF,
        group_ratio_matched, "end", "people",
    ),
    Outcome(
        "group_ratio_chance_low", f"2.5 % quantile of group_ratio in {SHUFFLES} shuffles of the labels", "1", 0, _INF,
        partial(group_ratio_chance, level=0.025), "end", "people",
    ),
    Outcome(
        "group_ratio_chance_high", f"97.5 % quantile of group_ratio in {SHUFFLES} shuffles of the labels", "1", 0, _INF,
        partial(group_ratio_chance, level=0.975), "end", "people",
    ),
    Outcome(
        "exposure_parity", f"the smallest group's share of the items read, over its share of kind acts ({_DAYS})", "1", 0,
        _INF, exposure_parity, "end", "people",
    ),
)  # fmt: skip
