"""Cascades as trees: acts in the order in which they were done, each with the act that moved it. Sizes, depths and
structural virality of many trees at once.

parent : int64[m], number of the act that moved this one, smaller than its own; -1 = it began a tree
"""

from __future__ import annotations

import numpy as np


def roots(parent: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """int64[m], number of the act that began each act's tree."""
    root = np.arange(parent.size)
    for acts in _by_depth(depth)[1:]:
        root[acts] = root[parent[acts]]
    return root


def depths(parent: np.ndarray) -> np.ndarray:
    """int64[m], acts since the beginning of the tree."""
    depth, here = np.zeros(parent.size, np.int64), parent
    while (here >= 0).any():
        depth += here >= 0
        here = np.where(here >= 0, parent[here], -1)
    return depth


def below(parent: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """int64[m], acts in the subtree of each act, itself included."""
    size = np.ones(parent.size, np.int64)
    for acts in _by_depth(depth)[:0:-1]:
        np.add.at(size, parent[acts], size[acts])
    return size


def wiener(parent: np.ndarray, depth: np.ndarray, root: np.ndarray) -> np.ndarray:
    """int64[m], at the beginning of each tree the sum of distances over its pairs of acts (Wiener index); 0 elsewhere.

    A tie of the tree with s acts below it lies between s·(n − s) pairs, so the sum needs no pair.
    """
    size = below(parent, depth)
    moved = np.flatnonzero(parent >= 0)
    total = np.zeros(parent.size, np.int64)
    np.add.at(total, root[moved], size[moved] * (size[root[moved]] - size[moved]))
    return total


def structural_virality(sizes: np.ndarray, wieners: np.ndarray) -> np.ndarray:
    """float64[k], mean distance between two acts of a tree, 2W/(n(n−1)), for trees of two acts or more.

    Goel et al. 2016: 2(n−1)/n for a star, (n+1)/3 for a path.
    """
    n = sizes.astype(np.float64)
    return 2 * wieners / (n * (n - 1))


def _by_depth(depth: np.ndarray) -> list[np.ndarray]:
    """Acts of each depth, from 0 on."""
    order = np.argsort(depth, kind="stable")
    return np.split(order, np.cumsum(np.bincount(depth))[:-1]) if depth.size else [order]
