"""What others read of a person: one 64-bit word, published at the end of a tick and read during the next.

| bits | field | step |
|---|---|---|
| 0-15 | weight in the feed's race | upper half of a float32, rounded to nearest |
| 16-25 | kindness: visible kind acts per item read | 1/1023 |
| 26-33 | liked: visible gestures received, per item offered, at most 1 | 1/255 |
| 34-40 | need still open | 1/64 (an open need is at least one step) |
| 41-44 | helped: how far others already answered it | 1/15 |
| 45-50 | sour: hostile share of what was received | 1/63 |
| 51-52 | tone of the last visible act: 0 none, 1 kind, 2 hostile | |
| 53 | whether that act was sincere | |
| 54 | whether the new custom is followed (where there is one) | |

Both engines read the rounded values, so that a stored profile and a fresh one cannot differ.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sim.model.compiled import f32, i64, rule, u64

_HALF = f32(0.5)
_ONE = f32(1)
_KINDNESS, _LIKED, _NEED, _HELPED, _SOUR = f32(1023), f32(255), f32(64), f32(15), f32(63)
_LIKED_STEP, _NEED_STEP, _HELPED_STEP, _SOUR_STEP = f32(1 / 255), f32(1 / 64), f32(1 / 15), f32(1 / 63)
_16, _26, _34, _41, _45, _51, _53, _54 = (np.uint64(bit) for bit in (16, 26, 34, 41, 45, 51, 53, 54))
_MASK16, _MASK10, _MASK8, _MASK7 = (np.uint64(2**bits - 1) for bits in (16, 10, 8, 7))
_MASK6, _MASK4, _MASK2, _MASK1 = (np.uint64(2**bits - 1) for bits in (6, 4, 2, 1))
_ROUND, _SHIFT = np.int32(0x8000), np.int32(16)


@rule
def steps(x: f32, scale: f32) -> u64:
    """x ≥ 0 as a whole number of steps of 1/scale, rounded to nearest."""
    return np.uint64(np.int32(x * scale + _HALF))


@rule
def packs_weight(weight: f32) -> u64:
    """A weight ≥ 0 as the 16 upper bits of its float32."""
    return np.uint64(np.int32(np.float32(weight).view(np.int32) + _ROUND) >> _SHIFT)


@rule
def packs(weight: u64, kindness: f32, liked: f32, need: f32, helped: f32, sour: f32, tone: u64, sincere: u64) -> u64:
    """The profile word; `weight` comes packed."""
    return (
        weight
        | (steps(min(kindness, _ONE), _KINDNESS) << _16)
        | (steps(min(liked, _ONE), _LIKED) << _26)
        | (steps(max(need, _NEED_STEP) if need > f32(0) else f32(0), _NEED) << _34)
        | (steps(min(helped, _ONE), _HELPED) << _41)
        | (steps(min(sour, _ONE), _SOUR) << _45)
        | (tone << _51)
        | (sincere << _53)
    )


@rule
def weight_of(word: u64) -> f32:
    """Weight in the feed's race; 0 = absent."""
    return np.int32(np.int32(word & _MASK16) << _SHIFT).view(np.float32)


@rule
def kindness_of(word: u64) -> i64:
    """Kindness in steps of 1/1023."""
    return np.int64((word >> _16) & _MASK10)


@rule
def liked_of(word: u64) -> f32:
    """Visible gestures received per item offered, 0..1."""
    return f32(np.int32((word >> _26) & _MASK8)) * _LIKED_STEP


@rule
def need_of(word: u64) -> f32:
    """Open need, 0 = none."""
    return f32(np.int32((word >> _34) & _MASK7)) * _NEED_STEP


@rule
def helped_of(word: u64) -> f32:
    """Share of the open need that others answered in the last day, 0..1."""
    return f32(np.int32((word >> _41) & _MASK4)) * _HELPED_STEP


@rule
def sour_of(word: u64) -> f32:
    """Hostile share of what was received in the last day, 0..1."""
    return f32(np.int32((word >> _45) & _MASK6)) * _SOUR_STEP


@rule
def tone_of(word: u64) -> u64:
    """Last visible act: 0 none, 1 kind, 2 hostile."""
    return (word >> _51) & _MASK2


@rule
def sincere_of(word: u64) -> u64:
    """1 if the last visible act was sincere."""
    return (word >> _53) & _MASK1


@rule
def custom_of(word: u64) -> u64:
    """1 if the person follows the new custom."""
    return (word >> _54) & _MASK1


@rule
def shows_custom(word: u64, custom: u64) -> u64:
    """The profile word with the custom entered."""
    return word | (custom << _54)


class Profile(NamedTuple):
    """The fields of a profile word as plain numbers; see the table above for their ranges."""

    weight: float
    kindness: int
    liked: float
    need: float
    helped: float
    sour: float
    tone: int


@lru_cache(maxsize=2**16)
def unpacked(word: int) -> Profile:
    """What a profile word says; kept, since many read the same author in a tick."""
    return Profile(
        weight_of(word), kindness_of(word), liked_of(word), need_of(word), helped_of(word), sour_of(word), tone_of(word)
    )
