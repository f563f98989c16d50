"""Who begins: rules that put people in an order, of which the first are taken. A new rule is one entry of `RULES`.

Ties in any order go to the smaller key, so that relabelling people changes nobody.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.model import rng
from sim.model.network.networks import Network
from sim.model.stream import Moment, draw

# Given the network and a random word per person (uint32[n]), an order of all rows: int64[n].
Rule = Callable[[Network, np.ndarray], np.ndarray]


def random(network: Network, luck: np.ndarray) -> np.ndarray:
    """Everybody alike."""
    return np.lexsort((network.key, luck))


def in_degree(network: Network, luck: np.ndarray) -> np.ndarray:
    """Those with the most followers first."""
    return np.lexsort((network.key, -network.followers()))


RULES: dict[str, Rule] = {"random": random, "in_degree": in_degree}


def choose(network: Network, rule: str, count: int, moment: Moment) -> np.ndarray:
    """uint32[count], rows of the first `count` people by a rule, ascending; `moment.tick` is the campaign's number."""
    order = RULES[rule](network, words(network.key, 0, moment, rng.SEEDS)[0])
    return np.sort(order[:count]).astype(np.uint32)


def rows_of(keys: list[int], network: Network) -> np.ndarray:
    """uint32[k], rows of some keys, ascending. ValueError for a key that nobody has."""
    wanted = np.unique(np.array(keys, np.int64))
    strange = np.setdiff1d(wanted, network.key)
    if strange.size:
        raise ValueError(f"campaign.seed_keys: nobody has key {strange[0]}")
    return np.searchsorted(network.key, wanted).astype(np.uint32)


def words(key: np.ndarray, index: int, moment: Moment, purpose: np.uint64) -> tuple[np.ndarray, ...]:
    """The four random words of each key, uint32[n] each."""
    low, high = np.empty(key.size, np.uint64), np.empty(key.size, np.uint64)
    draw(key.astype(np.uint64), np.full(key.size, index, np.uint64), moment, purpose, low, high)
    return tuple(half.astype(np.uint32) for word in (low, high) for half in (word & 0xFFFFFFFF, word >> 32))
