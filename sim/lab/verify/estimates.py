"""An estimate with its standard error, and the few forms it takes between two arms of paired people."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Estimate(NamedTuple):
    """A number and its standard error."""

    value: float
    error: float


def mean(sample: np.ndarray) -> Estimate:
    """Mean of independent numbers (float[k])."""
    return Estimate(float(np.mean(sample)), float(np.std(sample, ddof=1) / len(sample) ** 0.5))


def difference(treated: np.ndarray, control: np.ndarray) -> Estimate:
    """Mean difference of pairs (float[k] each)."""
    return mean(np.asarray(treated, float) - np.asarray(control, float))


def standardised(treated: np.ndarray, control: np.ndarray) -> Estimate:
    """Cohen's d: the mean difference of pairs over the standard deviation of the controls."""
    return scaled(difference(treated, control), 1 / float(np.std(control, ddof=1)))


def scaled(estimate: Estimate, factor: float) -> Estimate:
    """The estimate in another unit."""
    return Estimate(estimate.value * factor, estimate.error * abs(factor))


def log_odds_ratio(
    treated: np.ndarray, control: np.ndarray, treated_of: np.ndarray | float = 1.0, control_of: np.ndarray | float = 1.0
) -> Estimate:
    """Log-odds of acting in one arm minus those in the other; acts of each person out of so many chances.

    The error is that of the influences of pairs, so that shared draws make it smaller.
    """
    (one, pull), (two, counter) = _log_odds(treated, treated_of), _log_odds(control, control_of)
    return Estimate(one - two, float(np.std(pull - counter, ddof=1) / len(pull) ** 0.5))


def log_odds(acts: np.ndarray) -> Estimate:
    """Log-odds of acting, of people with one chance each (0 or 1)."""
    value, pull = _log_odds(acts, 1.0)
    return Estimate(value, float(np.std(pull, ddof=1) / len(pull) ** 0.5))


def _log_odds(acts: np.ndarray, chances: np.ndarray | float) -> tuple[float, np.ndarray]:
    """Log-odds of acts per chance, and each person's influence on it."""
    chances = np.broadcast_to(np.asarray(chances, float), np.shape(acts))
    share = float(np.sum(acts) / np.sum(chances))
    odds = share * (1 - share) * float(np.mean(chances))
    return float(np.log(share / (1 - share))), (acts - share * chances) / odds


def ratio(treated: np.ndarray, control: np.ndarray) -> Estimate:
    """Total of one arm over that of the other, of pairs (float[k] each)."""
    top, bottom = float(np.mean(treated)), float(np.mean(control))
    pull = (np.asarray(treated, float) - top / bottom * np.asarray(control, float)) / bottom
    return Estimate(top / bottom, float(np.std(pull, ddof=1) / len(pull) ** 0.5))


def percent(one: Estimate) -> Estimate:
    """A ratio as a change in percent."""
    return Estimate(100 * (one.value - 1), 100 * one.error)


def slope(x: np.ndarray, y: np.ndarray, cluster: np.ndarray | None = None) -> Estimate:
    """Least-squares slope of y on x with a constant; the error allows for clusters (int[k], from 0) if given."""
    x, y = x - np.mean(x), y - np.mean(y)
    value = float(x @ y / (x @ x))
    pull = x * (y - value * x)
    summed = pull if cluster is None else np.bincount(cluster, pull)
    return Estimate(value, float(np.sqrt(summed @ summed) / (x @ x)))
