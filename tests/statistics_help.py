"""What a random result may be: bands and fits with one stated rate of false alarms.

A test that uses these has a pinned seed and a stated size, says the smallest effect it can see, and rejects a broken
twin. `test_statistics_help` shows that they reject what is wrong and accept what is right.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

ALPHA = 1e-6  # chance that a right model fails one check


def binomial_band(trials: int, chance: float, alpha: float = ALPHA) -> tuple[int, int]:
    """Least and greatest number of successes that a right model shows, exactly."""
    low, high = stats.binom.ppf([alpha / 2, 1 - alpha / 2], trials, chance)
    return int(low), int(high)


def fits_binomial(count: int, trials: int, chance: float, alpha: float = ALPHA) -> bool:
    """Could `count` of `trials` be successes of this chance?"""
    low, high = binomial_band(trials, chance, alpha)
    return low <= count <= high


def fits_counts(counts: Sequence[int] | np.ndarray, shares: Sequence[float] | np.ndarray, alpha: float = ALPHA) -> bool:
    """Could these cells (number[k]) be draws with these shares (float[k], sum 1)? Chi-squared, at least 5 expected."""
    counts, expected = np.asarray(counts, float), np.asarray(shares, float) * np.sum(counts)
    assert abs(np.sum(shares) - 1) < 1e-9
    assert expected.min() >= 5, f"{expected.min():.1f} expected in a cell; merge cells"
    return stats.chi2.sf(((counts - expected) ** 2 / expected).sum(), len(counts) - 1) > alpha


def fits_mean(sample: np.ndarray, mean: float, sd: float, alpha: float = ALPHA) -> bool:
    """Could many independent numbers (float[n]) have this mean and standard deviation? Normal approximation."""
    z = (np.mean(sample, dtype=np.float64) - mean) / (sd / len(sample) ** 0.5)
    return abs(z) < stats.norm.isf(alpha / 2)


def fits_variance(sample: np.ndarray, variance: float, alpha: float = ALPHA) -> bool:
    """Could independent normal numbers (float[n]) have this variance? Exact, chi-squared."""
    total = np.var(sample, dtype=np.float64) * len(sample) / variance
    low, high = stats.chi2.ppf([alpha / 2, 1 - alpha / 2], len(sample) - 1)
    return low < total < high


def fits_pairs(one: np.ndarray, other: np.ndarray, chance: float, alpha: float = ALPHA) -> bool:
    """Could two columns of events (bool[n]) be independent, each with this chance?"""
    cells = np.bincount(2 * one.ravel().astype(int) + other.ravel(), minlength=4)
    return fits_counts(cells, np.outer([1 - chance, chance], [1 - chance, chance]).ravel(), alpha)


def geometric_shares(chance: float, ticks: int) -> np.ndarray:
    """float[ticks + 1]: chance that the first event comes in tick 1, 2, … `ticks`, or later."""
    left = (1 - chance) ** np.arange(ticks + 1)
    return np.append(left[:-1] - left[1:], left[-1])


def order_of(values: Sequence[float]) -> float:
    """Order of convergence that the last three of values at dt, dt/2, dt/4 … show."""
    first, second, third = values[-3:]
    return float(np.log2(abs(first - second) / abs(second - third)))
