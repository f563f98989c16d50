"""Outcomes of a whole run's course: functions over a series, and what every run reports of them.

days : float64[rows], rising; values : float64[rows], nan where missing
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.model.outcomes.tally import Number

_FEWEST = 10  # points below which a slope means nothing


@dataclass(frozen=True)
class Course:
    """One column of the table of runs, made from the run's series.

    reads : the outcomes of which the series must tell
    """

    name: str
    meaning: str
    unit: str
    low: float
    high: float
    measure: Callable[[Mapping[str, np.ndarray]], Number]
    reads: tuple[str, ...]


def total(days: np.ndarray, rates: np.ndarray) -> Number:
    """Sum over the run of a rate per day, each row's rate over the time since the row before."""
    known = np.isfinite(rates[1:])
    return float(np.dot(np.diff(days)[known], rates[1:][known])) if known.any() else None


def momentum(days: np.ndarray, values: np.ndarray) -> Number:
    """Does growth feed itself? The slope of growth per day on the level before it, by least squares.

    Below 0 the level returns to where it was, at that rate per day; 0 is a random walk or a straight line; above 0
    growth feeds itself. Noise in the level pulls the slope below 0, so compare arms.
    """
    known = np.isfinite(values)
    day, level = days[known], values[known]
    if day.size < _FEWEST:
        return None
    growth, before = np.diff(level) / np.diff(day), level[:-1] - level[:-1].mean()
    spread = float(np.dot(before, before))
    return float(np.dot(before, growth)) / spread if spread > 0 else None


def half_life(days: np.ndarray, values: np.ndarray, start: float, rest: float) -> Number:
    """Days after `start` until a level has come halfway back to `rest` for the first time, between rows by a straight
    line; missing where it never does, or was at rest."""
    known = np.isfinite(values) & (days >= start)
    day, away = days[known], (values[known] - rest)
    if not day.size or away[0] == 0:
        return None
    left = away / away[0]
    after = np.flatnonzero(left <= 0.5)
    if not after.size:
        return None
    k = int(after[0])
    share = (left[k - 1] - 0.5) / (left[k - 1] - left[k])
    return float(day[k - 1] + share * (day[k] - day[k - 1]) - day[0])


def norm_half_life(series: Mapping[str, np.ndarray]) -> Number:
    """From the day of the norm's largest shift on; missing where half of it has not gone by the end."""
    days, norm = series["day"], series["norm"]
    known = np.isfinite(norm)
    if not known.any():
        return None
    start, rest = days[known], norm[known][0]
    return half_life(days, norm, float(start[np.argmax(np.abs(norm[known] - rest))]), float(rest))


def hysteresis(up: np.ndarray, down: np.ndarray, x: np.ndarray) -> float:
    """Area between two branches over x, relative to the span of x: the mean gap between what a level is when x was
    raised to here and when it was lowered to here. 0 = no memory of the way.

    up, down : float64[k], levels at the same x; x : float64[k], rising
    """
    gap = down - up
    return float(np.sum((gap[1:] + gap[:-1]) / 2 * np.diff(x)) / (x[-1] - x[0]))


_INF = float("inf")
COURSES = (
    Course(
        "kind_acts_total", "kind acts of the whole run", "acts/person", 0, _INF,
        lambda series: total(series["day"], series["kind_acts"]), ("kind_acts",),
    ),
    Course(
        "needs_met_total", "needs met in the whole run", "needs/person", 0, _INF,
        lambda series: total(series["day"], series["needs_answered"]), ("needs_answered",),
    ),
    Course(
        "momentum", "slope of the growth of kind acts per day on their level; above 0, growth feeds itself", "1/day",
        -_INF, _INF, lambda series: momentum(series["day"], series["kind_acts"]), ("kind_acts",),
    ),
    Course(
        "norm_half_life", "time in which the norm's largest shift since day 0 halved; missing where it has not", "day",
        0, _INF, norm_half_life, ("norm",),
    ),
)  # fmt: skip
