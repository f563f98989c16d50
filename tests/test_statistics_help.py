"""The helpers themselves: a right model passes every time, one bent by a stated amount is rejected every time."""

from __future__ import annotations

import numpy as np
import pytest
import statistics_help as help

SIZE, SEEDS = 100_000, range(20)


def right_and_bent(check, right, bent) -> None:
    """20 seeds: all right samples pass and all bent ones fail."""
    assert all(check(right(np.random.default_rng(seed))) for seed in SEEDS)
    assert not any(check(bent(np.random.default_rng(seed))) for seed in SEEDS)


def test_binomial_band_rejects_five_percent():
    def fits(count):
        return help.fits_binomial(count, SIZE, 0.3)

    right_and_bent(fits, lambda r: r.binomial(SIZE, 0.3), lambda r: r.binomial(SIZE, 0.3 * 1.05))


def test_false_alarms_come_at_the_stated_rate():
    """At an alpha of .05, 2,000 right samples: at most as many false alarms as the band around .05 allows."""
    counts = np.random.default_rng(1).binomial(1000, 0.3, 2000)
    low, high = help.binomial_band(1000, 0.3, 0.05)
    alarms = int(((counts < low) | (counts > high)).sum())
    assert 0 < alarms <= help.binomial_band(2000, 0.05)[1]


def test_counts_reject_five_percent_in_one_cell():
    shares, bent = np.full(4, 0.25), np.array([0.2625, 0.2375, 0.25, 0.25])
    right_and_bent(
        lambda counts: help.fits_counts(counts, shares),
        lambda r: r.multinomial(SIZE, shares),
        lambda r: r.multinomial(SIZE, bent),
    )


def test_mean_and_variance_reject_five_percent():
    right_and_bent(lambda x: help.fits_mean(x, 1, 1), lambda r: r.normal(1, 1, SIZE), lambda r: r.normal(1.05, 1, SIZE))
    right_and_bent(
        lambda x: help.fits_variance(x, 1), lambda r: r.normal(0, 1, SIZE), lambda r: r.normal(0, 1.05, SIZE)
    )


def test_pairs_reject_five_percent_of_copies():
    def pair(r, copied):
        one, other, copy = r.random(SIZE) < 0.3, r.random(SIZE) < 0.3, r.random(SIZE) < copied
        return one, np.where(copy, one, other)

    right_and_bent(lambda two: help.fits_pairs(*two, 0.3), lambda r: pair(r, 0), lambda r: pair(r, 0.05))


def test_geometric_shares_sum_to_one():
    assert help.geometric_shares(0.1, 30).sum() == pytest.approx(1)
    assert help.geometric_shares(0.25, 2) == pytest.approx([0.25, 0.1875, 0.5625])


def test_thin_cells_are_refused():
    with pytest.raises(AssertionError, match="merge cells"):
        help.fits_counts([1, 2], [0.5, 0.5])


def test_order_of_a_known_sequence():
    assert help.order_of([1 + 0.5**k for k in range(4)]) == pytest.approx(1)
    assert help.order_of([1 + 0.25**k for k in range(4)]) == pytest.approx(2)
