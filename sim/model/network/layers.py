"""Layers: several sorts of ties among the same people, put together into one list. Strengths of a pair's ties add up.

Places in one layer say nothing about places in another: from the second layer on, people are dealt their places anew.
Layers read from files name their people; everybody named in any of them is one of the people.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.model.network import wiring
from sim.model.network.names import order_of
from sim.model.network.rows import Ties


class Later(NamedTuple):
    """Ties, or parts of their strength, that appear after day 0, in the order (day, place).

    place : int64[k], place in the list of ties; day : float64[k]; strength : float32[k]
    """

    place: np.ndarray
    day: np.ndarray
    strength: np.ndarray


class Layer(NamedTuple):
    """One-way ties of one layer by row, the strength of each, and the day each appears (float64[k] each)."""

    source: np.ndarray
    target: np.ndarray
    strength: np.ndarray
    day: np.ndarray


def deal_places(ties: Ties, seed: np.uint64, replicate: np.uint64) -> Ties:
    """The same ties with people in random places."""
    place = np.arange(ties.people, dtype=np.uint32)
    wiring.shuffle(place, seed, replicate)
    group = None if ties.group is None else np.empty_like(ties.group)
    if group is not None:
        group[place] = ties.group
    return ties._replace(source=place[ties.source], target=place[ties.target], group=group)


def union_of(labels: list[list[str]]) -> tuple[list[str], list[np.ndarray]]:
    """Everybody named, in rising order, and for each list the rows of its people."""
    names = list(dict.fromkeys(name for label in labels for name in label))
    everybody = [names[i] for i in order_of(names)]
    row = {name: i for i, name in enumerate(everybody)}
    return everybody, [np.fromiter((row[name] for name in label), np.int64, len(label)) for label in labels]


def days_of(ties: Ties, indptr: np.ndarray, indices: np.ndarray, day: np.ndarray) -> np.ndarray:
    """float64[m], the earliest day on which each tie of the rows is named; day : float64[k], one for each of `ties`."""
    people, source, target = ties.people, ties.source.astype(np.int64), ties.target.astype(np.int64)
    pair = source * people + target
    if not ties.directed:
        pair, day = np.concatenate([pair, target * people + source]), np.concatenate([day, day])
    order = np.lexsort((day, pair))
    pairs, first = np.unique(pair[order], return_index=True)
    rows = np.repeat(np.arange(people, dtype=np.int64), np.diff(indptr))
    return day[order][first][np.searchsorted(pairs, rows * people + indices)]


def put_together(layers: list[Layer], people: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, Later]:
    """indptr, indices, strength of each tie once all have appeared and on day 0 (float64[m]), and what appears later.

    Sums run over layers in their order, in float64.
    """
    pair = np.concatenate([layer.source.astype(np.int64) * people + layer.target for layer in layers])
    strength, day = (np.concatenate(parts) for parts in zip(*(layer[2:] for layer in layers), strict=True))
    pairs, place = np.unique(pair, return_inverse=True)
    place = place.reshape(-1)
    indptr = np.searchsorted(pairs, np.arange(people + 1, dtype=np.int64) * people).astype(np.int64)
    total = np.bincount(place, strength, minlength=len(pairs))
    first = np.bincount(place, np.where(day > 0, 0.0, strength), minlength=len(pairs))
    after = np.flatnonzero(day > 0)
    after = after[np.lexsort((place[after], day[after]))]
    indices = (pairs % max(people, 1)).astype(np.uint32)
    return indptr, indices, total, first, Later(place[after], day[after], strength[after])
