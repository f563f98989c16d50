"""Whom to begin with: rules that put people in order, so that a share of them can be taken from the front.

A rule takes the network, who is eligible (bool[n]) and a lot per person (number[n]), and returns rows, the first choice
first. It is deterministic given these; ties are broken by key (rows ascend by key).
Ties count whichever way they point, but `in_degree` counts readers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.model.network.networks import Network

Rule = Callable[[Network, np.ndarray, np.ndarray], np.ndarray]
_CHUNK = 2048  # rows whose common neighbours are counted at once


def chosen(network: Network, rule: str, share: float, eligible: np.ndarray, lots: np.ndarray) -> np.ndarray:
    """bool[n]: a share of the eligible, rounded to nearest, at least one person if the rule finds any."""
    mask = np.zeros(network.people, bool)
    if rule == "per_community":
        for community in np.unique(network.group[eligible]):
            mask |= chosen(network, "random", share, eligible & (network.group == community), lots)
        return mask
    wanted = max(1, int(np.floor(share * int(eligible.sum()) + 0.5)))
    mask[ORDERS[rule](network, eligible, lots)[:wanted]] = True
    return mask


def first(network: Network, rule: str, count: int, lots: np.ndarray) -> np.ndarray:
    """uint32[count], ascending: rows of the first `count` of all people; `per_community` takes alike of each."""
    everybody = np.ones(network.people, bool)
    if rule == "per_community" and count > 0:
        return np.flatnonzero(chosen(network, rule, count / network.people, everybody, lots)).astype(np.uint32)
    order = ORDERS.get(rule, random)
    return np.sort(order(network, everybody, lots)[:count]).astype(np.uint32)


def random(network: Network, eligible: np.ndarray, lots: np.ndarray) -> np.ndarray:
    """By lot."""
    return _best(-lots.astype(np.float64), eligible)


def in_degree(network: Network, eligible: np.ndarray, lots: np.ndarray) -> np.ndarray:
    """Most readers first."""
    return _best(network.followers(), eligible)


def k_core(network: Network, eligible: np.ndarray, lots: np.ndarray) -> np.ndarray:
    """Deepest in the core first: by the largest k such that one has k friends of whom this holds as well.

    Kitsak et al. 2010.
    """
    return _best(core_numbers(network), eligible)


def wide_bridges(network: Network, eligible: np.ndarray, lots: np.ndarray) -> np.ndarray:
    """Most wide bridges first: people beyond one's friends who have at least two ties into one's neighbourhood.

    Centola & Macy 2007.
    """
    return _best(bridges(network), eligible)


def referent(network: Network, eligible: np.ndarray, lots: np.ndarray) -> np.ndarray:
    """Those whom others look to: people in order of lot each name the eligible friend with the smallest lot.

    Nobody is named twice, and people without ties neither name nor are named.
    """
    friends, named = neighbours(network), np.zeros(network.people, bool)
    order = []
    for row in _best(-lots.astype(np.float64), np.ones(network.people, bool)):
        known = friends.indices[friends.indptr[row] : friends.indptr[row + 1]]
        known = known[eligible[known]]
        if known.size:
            first = known[np.lexsort((known, lots[known]))[0]]
            if not named[first]:
                named[first] = True
                order.append(first)
    return np.array(order, np.int64)


def clustered(network: Network, eligible: np.ndarray, lots: np.ndarray) -> np.ndarray:
    """One neighbourhood: the eligible person with the smallest lot, their friends, then friends of friends …

    Where these end, the next by lot begins another.
    """
    friends, met, order = neighbours(network), np.zeros(network.people, bool), []
    for start in random(network, eligible, lots):
        circle = np.array([start]) if not met[start] else np.empty(0, np.int64)
        while circle.size:
            met[circle] = True
            order.append(circle[eligible[circle]])
            reached = np.unique(_friends_of(friends, circle))
            circle = reached[~met[reached]]
    return np.concatenate(order) if order else np.empty(0, np.int64)


ORDERS: dict[str, Rule] = {
    "random": random, "in_degree": in_degree, "k_core": k_core, "wide_bridges": wide_bridges, "referent": referent,
    "clustered": clustered,
}  # fmt: skip


def _best(score: np.ndarray, eligible: np.ndarray) -> np.ndarray:
    """Eligible rows by falling score, then by key."""
    rows = np.flatnonzero(eligible)
    return rows[np.argsort(-score[rows], kind="stable")]


def neighbours(network: Network) -> Any:
    """Who is tied to whom, whichever way: a scipy matrix in compressed rows, n x n, entries 1."""
    from scipy.sparse import csr_array

    ones = np.ones(network.ties, np.int32)
    one_way = csr_array((ones, network.indices.astype(np.int64), network.indptr), shape=(network.people,) * 2)
    both = (one_way + one_way.T).tocsr()
    both.data[:] = 1
    both.sort_indices()
    return both


def _friends_of(friends: Any, rows: np.ndarray) -> np.ndarray:
    """int64[k], all friends of these people, one after another."""
    return np.concatenate([friends.indices[friends.indptr[row] : friends.indptr[row + 1]] for row in rows])


def core_numbers(network: Network) -> np.ndarray:
    """int64[n], by peeling: whoever has fewest friends left goes first (Batagelj & Zaversnik 2003)."""
    friends = neighbours(network)
    left = np.diff(friends.indptr).astype(np.int64)
    core, gone, k = np.zeros(network.people, np.int64), np.zeros(network.people, bool), 0
    while not gone.all():
        k = max(k, int(left[~gone].min()))
        peel = np.flatnonzero(~gone & (left <= k))
        while peel.size:
            core[peel], gone[peel] = k, True
            cut = _friends_of(friends, peel)
            np.subtract.at(left, cut, 1)
            cut = np.unique(cut)
            peel = cut[~gone[cut] & (left[cut] <= k)]
    return core


def bridges(network: Network) -> np.ndarray:
    """int64[n], people who are no friends of one's own and have at least two friends among them."""
    friends, wide = neighbours(network), np.zeros(network.people, np.int64)
    for start in range(0, network.people, _CHUNK):
        block = friends[start : start + _CHUNK]
        common = (block @ friends).tocsr()
        common.data = (common.data >= 2).astype(np.int32)
        common.eliminate_zeros()
        wide[start : start + _CHUNK] = common.sum(axis=1) - common.multiply(block).sum(axis=1) - common.diagonal(start)
    return wide
