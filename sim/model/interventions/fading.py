"""Doses over time and the words that draws are keyed by; float32 and the model's own exp, so that bits never differ."""

from __future__ import annotations

import zlib

import numpy as np

from sim.model.arith import exp, log
from sim.model.compiled import f32

_LN2 = f32(log(f32(2)))


def halves(days: float, half_life: float) -> np.float32:
    """What is left after some days: 2^(−days/half_life)."""
    return f32(exp(-_LN2 * f32(days) / f32(half_life)))


def leaves(days: float, memory: float) -> np.float32:
    """What is left of a memory with this time constant: e^(−days/memory)."""
    return f32(exp(-f32(days) / f32(memory)))


def habituated(prompted: np.ndarray) -> np.ndarray:
    """What is left of a prompt for those who got many, 1/(1 + prompted/10): float32[n]. Assumption."""
    return f32(1) / (f32(1) + prompted / f32(10))


def word(name: str) -> np.uint64:
    """A 32-bit word made from a name."""
    return np.uint64(zlib.crc32(name.encode()))
