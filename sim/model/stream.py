"""Draws for many people at once, and the two small tuples that say which draws and whose ties a kernel reads."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.model.compiled import inlined_entry, kernel_pass
from sim.model.rng import philox, uniform

_32, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)


class Moment(NamedTuple):
    """Key of the generator and the tick: uint64 each."""

    seed: np.uint64
    replicate: np.uint64
    tick: np.uint64


class Ties(NamedTuple):
    """Who reads whom, as in `networks.Network`; `weight` has length 0 where all ties are equal."""

    indptr: np.ndarray
    indices: np.ndarray
    weight: np.ndarray


@kernel_pass
def draw(key, index, moment, purpose, low, high):
    """One block of four words for each (key, index): low = words 0 and 1, high = words 2 and 3, uint64[k] each;
    key and index are uint32 or uint64."""
    for i in range(key.size):
        a, b, c, d = philox(np.uint64(key[i]), moment.tick, purpose, np.uint64(index[i]), moment.seed, moment.replicate)
        low[i], high[i] = pair(a, b), pair(c, d)


def words(key: np.ndarray, index: int, moment: Moment, purpose: np.uint64) -> tuple[np.ndarray, ...]:
    """The four random words of each key, uint32[n] each."""
    low, high = np.empty(key.size, np.uint64), np.empty(key.size, np.uint64)
    draw(key.astype(np.uint64), np.full(key.size, index, np.uint64), moment, purpose, low, high)
    return tuple(half.astype(np.uint32) for word in (low, high) for half in (word & _LOW, word >> _32))


def uniforms(key: np.ndarray, index: int, moment: Moment, purpose: np.uint64) -> tuple[np.ndarray, ...]:
    """Four uniform numbers of each key, float32[n] each."""
    low, high = np.empty(key.size, np.uint64), np.empty(key.size, np.uint64)
    draw(key.astype(np.uint64), np.full(key.size, index, np.uint64), moment, purpose, low, high)
    out = tuple(np.empty(key.size, np.float32) for _ in range(4))
    _unpack(low, high, *out)
    return out


@inlined_entry
def pair(low, high):
    """Two words in one."""
    return low | (high << _32)


@inlined_entry
def first(pair):
    """Uniform number from the first word of a pair."""
    return uniform(pair & _LOW)


@inlined_entry
def second(pair):
    """Uniform number from the second word of a pair."""
    return uniform(pair >> _32)


@kernel_pass
def _unpack(low, high, a, b, c, d):
    for i in range(low.size):
        a[i], b[i], c[i], d[i] = first(low[i]), second(low[i]), first(high[i]), second(high[i])
