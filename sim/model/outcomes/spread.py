"""Outcomes of spreading: how far an act reaches along chains and across the network.

What is counted from the letters of a tick is in every row; what needs whole chains (`outcomes.chains`) is measured
once, at the end of a run. Chains that still live then count as they are, which makes them look a little short.
"""

from __future__ import annotations

import numpy as np

from sim.model.outcomes.tally import Number, Outcome, Tally

_Z = 1.959964  # half-width of a 95 % interval in standard errors


def reach(t: Tally) -> Number:
    return t.part((t.columns.gestures_today > 0) | (t.columns.kindness_today > 0))


def reach_so_far(t: Tally) -> Number:
    return t.part(t.memory.reached) if t.memory.complete else None


def givers_so_far(t: Tally) -> Number:
    return t.part(t.memory.gave) if t.memory.complete else None


def receivers_so_far(t: Tally) -> Number:
    return t.part(t.memory.got) if t.memory.complete else None


def chain_depth(t: Tally) -> Number:
    return t.share(int(np.dot(np.arange(t.depths.size), t.depths)), int(t.depths.sum()))


def spillover_1(t: Tally) -> Number:
    return _at_depth(t, 1)


def spillover_2(t: Tally) -> Number:
    return _at_depth(t, 2)


def spillover_3(t: Tally) -> Number:
    return _at_depth(t, 3)


def spillover_more(t: Tally) -> Number:
    return t.share(int(t.depths[4:].sum()), int(t.depths.sum()))


def _at_depth(t: Tally, degree: int) -> Number:
    return t.share(int(t.depths[degree]), int(t.depths.sum()))


def spillover_far(t: Tally) -> Number:
    """Among the traced acts of living chains that another act moved."""
    chains = t.memory.chains
    if not t.memory.complete or not t.tick:
        return None
    moved = chains.parent >= 0
    giver, first = chains.sender[moved], chains.sender[chains.root[moved]]
    near = (giver == first) | _tied(t, giver, first) | _tied(t, first, giver)
    return t.share(int(np.count_nonzero(~near)), giver.size)


def _tied(t: Tally, reader: np.ndarray, author: np.ndarray) -> np.ndarray:
    """bool[k], who reads whom."""
    readers, which = np.unique(reader, return_inverse=True)
    begin, degree = t.network.indptr[readers], np.diff(t.network.indptr)[readers]
    place = np.arange(degree.sum()) + np.repeat(begin - (np.cumsum(degree) - degree), degree)
    people = np.int64(max(t.people, 1))
    ties = np.repeat(np.arange(readers.size), degree) * people + t.network.indices[place]
    return np.isin(which * people + author, ties)


def cascade_size(t: Tally) -> Number:
    sizes = _sizes(t)
    return None if sizes is None else float(t.chains[2][0] / sizes.sum())


def cascade_size_90(t: Tally) -> Number:
    return _quantile(_sizes(t), 0.9)


def cascade_size_99(t: Tally) -> Number:
    return _quantile(_sizes(t), 0.99)


def cascade_largest(t: Tally) -> Number:
    return None if _sizes(t) is None else t.chains[2][4]


def cascade_depth(t: Tally) -> Number:
    if _sizes(t) is None:
        return None
    tallest = t.chains[1]
    return float(np.dot(np.arange(tallest.size), tallest) / tallest.sum())


def cascade_deepest(t: Tally) -> Number:
    return None if _sizes(t) is None else int(np.flatnonzero(t.chains[1])[-1])


def structural_virality(t: Tally) -> Number:
    if _sizes(t) is None:
        return None
    _, _, virality, with_virality, _ = t.chains[2]
    return virality / with_virality if with_virality else None


def reproduction(t: Tally) -> Number:
    return None if _sizes(t) is None else _reproduction(t)[0]


def reproduction_low(t: Tally) -> Number:
    return None if _sizes(t) is None else _reproduction(t)[0] - _Z * _reproduction(t)[1]


def reproduction_high(t: Tally) -> Number:
    return None if _sizes(t) is None else _reproduction(t)[0] + _Z * _reproduction(t)[1]


def reproduction_of(chains: float, acts: float, squares: float) -> tuple[float, float]:
    """Reproduction number and its standard error, from the number of chains, of their acts and their squared sizes.

    Every act of a chain but the first was moved by another: R = 1 − 1/m, m the mean size; dR/dm = 1/m². Chains are
    taken as independent, which they are not quite: over seeds the spread is a little larger.
    """
    mean = acts / chains
    spread = max(squares / chains - mean**2, 0.0) ** 0.5
    return 1 - 1 / mean, spread / chains**0.5 / mean**2


def _reproduction(t: Tally) -> tuple[float, float]:
    sizes, _, (acts, squares, *_) = t.chains
    return reproduction_of(float(sizes.sum()), float(acts), float(squares))


def _sizes(t: Tally) -> np.ndarray | None:
    """int64[k], number of chains by size, the last = that or more; None where there is none."""
    sizes = t.chains[0] if t.memory.complete else np.zeros(1)
    return sizes if sizes.sum() else None


def _quantile(sizes: np.ndarray | None, level: float) -> Number:
    """Smallest size that this share of chains does not exceed."""
    if sizes is None:
        return None
    return int(np.searchsorted(np.cumsum(sizes), level * sizes.sum()))


_INF = float("inf")
OUTCOMES = (
    Outcome("reach", "people who received a kind act in the tick or read of somebody kind", "1", 0, 1, reach),
    Outcome("reach_so_far", "people so reached since day 0", "1", 0, 1, reach_so_far, "run", "people"),
    Outcome("givers_so_far", "distinct people who gave since day 0", "1", 0, 1, givers_so_far, "run", "people"),
    Outcome("receivers_so_far", "distinct people who received since day 0", "1", 0, 1, receivers_so_far, "run", "people"),
    Outcome("chain_depth", "mean number of acts since the beginning of an act's chain", "acts", 0, 4095, chain_depth),
    Outcome("spillover_1", "kind acts one act away from the beginning of their chain", "1", 0, 1, spillover_1),
    Outcome("spillover_2", "kind acts two acts away from the beginning of their chain", "1", 0, 1, spillover_2),
    Outcome("spillover_3", "kind acts three acts away from the beginning of their chain", "1", 0, 1, spillover_3),
    Outcome("spillover_more", "kind acts farther from the beginning of their chain", "1", 0, 1, spillover_more),
    Outcome(
        "spillover_far",
        "of the moved acts of traced, living chains: the giver has no tie to whoever began the chain",
        "1", 0, 1, spillover_far, "end", "chains",
    ),
    Outcome("cascade_size", "mean number of kind acts in a chain", "acts", 1, _INF, cascade_size, "end", "chains"),
    Outcome("cascade_size_90", "nine chains in ten have no more acts", "acts", 1, 4096, cascade_size_90, "end", "chains"),
    Outcome("cascade_size_99", "99 chains in a hundred have no more acts", "acts", 1, 4096, cascade_size_99, "end", "chains"),
    Outcome("cascade_largest", "acts in the largest traced chain", "acts", 1, _INF, cascade_largest, "end", "chains"),
    Outcome("cascade_depth", "mean depth of chains: acts from the first to the farthest", "acts", 0, 4096, cascade_depth, "end", "chains"),
    Outcome("cascade_deepest", "depth of the deepest traced chain", "acts", 0, 4096, cascade_deepest, "end", "chains"),
    Outcome(
        "structural_virality",
        "mean distance between two acts of a chain, over chains of two acts or more (Goel et al. 2016)",
        "acts", 1, _INF, structural_virality, "end", "chains",
    ),
    Outcome("reproduction", "further kind acts that an act moves directly, mean over chains", "acts", 0, 1, reproduction, "end", "chains"),
    Outcome("reproduction_low", "lower end of its 95 % interval, chains taken as independent", "acts", -_INF, 1, reproduction_low, "end", "chains"),
    Outcome("reproduction_high", "upper end of its 95 % interval, chains taken as independent", "acts", 0, _INF, reproduction_high, "end", "chains"),
)  # fmt: skip
