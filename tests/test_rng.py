"""The generator: published vectors, purposes that never move, and numbers that look random where it matters."""

from __future__ import annotations

import numpy as np
import pytest
import statistics_help as help

from sim.model import rng
from sim.model.compiled import compiled
from sim.model.stream import Moment, draw

PEOPLE = 1 << 18
FULL = 0xFFFFFFFF
# Random123 1.14, kat_vectors: counter and key, then the block
VECTORS = (
    ((0, 0, 0, 0, 0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((FULL,) * 6, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
)
PURPOSES = {"DAY": 1, "FEED": 2, "RACE": 3, "ACT": 4, "CAUSE": 5, "SETTLE": 6, "TRAIT": 7, "NETWORK": 8}


@compiled
def block(a, b, c, d, seed, replicate):
    """Philox from compiled code."""
    return rng.philox(a, b, c, d, seed, replicate)


@compiled
def uniforms(words, out):
    """`rng.uniform` of each word."""
    for i in range(words.size):
        out[i] = rng.uniform(words[i])


def words_of(key: np.ndarray, tick: int = 5, purpose: np.uint64 = rng.FEED, index: int = 0) -> np.ndarray:
    """uint64[4, n]: the four words of people with these keys."""
    low, high = np.empty(key.size, np.uint64), np.empty(key.size, np.uint64)
    moment = Moment(np.uint64(1), np.uint64(1), np.uint64(tick))
    draw(key.astype(np.uint64), np.full(key.size, index, np.uint64), moment, purpose, low, high)
    mask, upper = np.uint64(FULL), np.uint64(32)
    return np.stack([low & mask, low >> upper, high & mask, high >> upper])


def numbers(words: np.ndarray) -> np.ndarray:
    """Uniform numbers of words, float32 of the same shape."""
    out = np.empty(words.size, np.float32)
    uniforms(words.ravel(), out)
    return out.reshape(words.shape)


@pytest.mark.parametrize("philox", [rng.philox.py_func, rng.philox, block], ids=["plain", "inlined", "compiled"])
@pytest.mark.parametrize(("counter", "words"), VECTORS)
def test_published_vectors(philox, counter, words):
    assert tuple(int(word) for word in philox(*map(np.uint64, counter))) == words


def test_words_are_unsigned_everywhere():
    """uint64 with int64 would become float64 and lose bits."""
    assert all(type(word) is np.uint64 for word in rng.philox.py_func(*map(np.uint64, range(6))))
    block(*map(np.uint64, range(6)))
    assert "uint64" in str(block.nopython_signatures[0].return_type)


def test_uniform_is_never_0_or_1():
    edges = np.array([0, 1, 511, 512, FULL - 512, FULL - 1, FULL], np.uint64)
    found = numbers(edges)
    assert (found > 0).all()
    assert (found < 1).all()
    assert found[0] == np.float32(2.0**-24)
    assert found[-1] == np.float32(1 - 2.0**-24)
    plain = [rng.uniform.py_func(word) for word in edges]
    assert all(type(u) is np.float32 for u in plain)
    assert np.array_equal(found, np.array(plain))


def test_purposes_stay():
    """A purpose that moved would change every draw; a new one is appended here too."""
    found = {name: int(value) for name, value in vars(rng).items() if name.isupper() and not name.startswith("_")}
    assert found.pop("STREAM") == 1
    assert {name: found[name] for name in PURPOSES} == PURPOSES
    assert len(set(found.values())) == len(found)


def test_below_is_an_integer_below_n_and_even():
    """262,144 words, n = 7: chi-squared sees a cell that is 3.5 % off. Broken twin: the remainder of 3 bits."""
    words = words_of(np.arange(PEOPLE))[0]
    found = np.array([rng.below.py_func(word, np.uint64(7)) for word in words[:1000]])
    assert found.dtype == np.uint64
    assert found.max() < 7
    every = (words * np.uint64(7)) >> np.uint64(32)
    assert np.array_equal(found, every[:1000])
    assert help.fits_counts(np.bincount(every.astype(int)), np.full(7, 1 / 7))
    assert not help.fits_counts(np.bincount((words & np.uint64(7)).astype(int) % 7), np.full(7, 1 / 7))


@pytest.mark.parametrize("word", range(4))
def test_uniforms_are_even(word):
    """262,144 people, 64 cells: sees numbers bent by u^1.05 (the broken twin), that is 5 % more near 0."""
    u = numbers(words_of(np.arange(PEOPLE)))[word]
    assert help.fits_counts(np.bincount((u * 64).astype(int), minlength=64), np.full(64, 1 / 64))
    assert not help.fits_counts(np.bincount((u**1.05 * 64).astype(int), minlength=64), np.full(64, 1 / 64))


def neighbours() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Pairs of uniform numbers that must not know of one another: float32[n] each."""
    key = np.arange(PEOPLE)
    here = numbers(words_of(key))
    return {
        "next person": (here[0][::2], here[0][1::2]),
        "next tick": (here[0], numbers(words_of(key, tick=6))[0]),
        "other purpose": (here[0], numbers(words_of(key, purpose=rng.RACE))[0]),
        "next index": (here[0], numbers(words_of(key, index=1))[0]),
        "next word": (here[0], here[1]),
        "far words": (here[0], here[3]),
    }


@pytest.mark.parametrize("pair", ["next person", "next tick", "other purpose", "next index", "next word", "far words"])
def test_neighbours_are_independent(pair):
    """131,072 pairs or more in 8 by 8 cells: sees 3 % of pairs that are copies. Broken twin: 5 % of copies."""

    def fits(one, other):
        cells = (one * 8).astype(int) * 8 + (other * 8).astype(int)
        return help.fits_counts(np.bincount(cells, minlength=64), np.full(64, 1 / 64))

    one, other = neighbours()[pair]
    copied = np.arange(one.size) % 20 == 0
    assert fits(one, other)
    assert not fits(one, np.where(copied, one, other))
