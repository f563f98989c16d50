"""Compiled loops that wire the standard families, and the layout of their draws.

Every draw is a pure function: Philox under the key (seed, replicate) with the counter

    (row of the person, attempt, rng.NETWORK, part)

| loop | person | attempt | part | words |
|---|---|---|---|---|
| `skip_pairs` | the later of the pair | block of two gaps | 0 in the block, 1 outside | 0, 1 first gap; 2, 3 second |
| `rewire` | who owns the tie | candidate 0, 1, … | lap | 0 rewired at all? (attempt 0); 2, 3 new neighbour |
| `attachment.attach` | newcomer | candidate 0, 1, … | 2 | 0, 1 which group; 2, 3 which tie end of that group |
| `attachment.choose_some` | the person | 0 | 3 | 0, 1 chosen? |
| `shuffle` | low word of the position | high word of the position | 4 | 0, 1 partner |
| `word_for_others` | 0 | 0 | 5 | 0 seed handed to a generator outside the model |
| `words_for_layer` | number of the layer | 0 | 6 | 0, 1 key of the layer's own draws |

Numbers below n come from 64 bits, so that the bias is less than n/2^64.
"""

from __future__ import annotations

import math

import numpy as np

from sim.model.compiled import compiled, inlined
from sim.model.rng import NETWORK, philox

_32, _20, _12 = np.uint64(32), np.uint64(20), np.uint64(12)
INSIDE, OUTSIDE, ATTACH, CHOOSE, SHUFFLE, OTHERS, LAYER = (np.uint64(part) for part in range(7))
_LN2, _ROOT_HALF = 0.6931471805599453, 0.7071067811865476


@inlined
def among(high, low, n):
    """An integer 0..n-1 (uint64) from two words, for uint64 n < 2^32."""
    return (high * n + ((low * n) >> _32)) >> _32


@inlined
def fraction(high, low):
    """A float64 strictly between 0 and 1 from two words: the middle of one of 2^52 equal cells."""
    return (np.float64(np.int64((high << _20) | (low >> _12))) + 0.5) * 2.0**-52


@inlined
def twice_artanh(s):
    """log((1+s)/(1-s)) by its series, float64, relative error below 1e-15 for |s| ≤ .18."""
    z = s * s
    tail = z * (1 / 15 + z * (1 / 17 + z * (1 / 19 + z * (1 / 21))))
    tail = z * (1 / 7 + z * (1 / 9 + z * (1 / 11 + z * (1 / 13 + tail))))
    return 2.0 * s * (1.0 + z * (1 / 3 + z * (1 / 5 + tail)))


@inlined
def natural_log(x):
    """log x for float64 x > 0, on IEEE basic operations alone so that networks are the same on every machine.

    float64 because gaps in a sparse network reach 10^8 and float32 has only 2^24 steps.
    """
    mantissa, exponent = math.frexp(x)
    if mantissa < _ROOT_HALF:
        mantissa, exponent = mantissa * 2.0, exponent - 1
    return twice_artanh((mantissa - 1.0) / (mantissa + 1.0)) + exponent * _LN2


@compiled
def log_of_missing(p):
    """log(1 - p) for a chance p, accurate for tiny p too; 0 for p ≤ 0 and -inf for p ≥ 1."""
    if p <= 0.0:
        return 0.0
    if p >= 1.0:
        return -np.inf
    return -twice_artanh(p / (2.0 - p)) if p < 0.25 else natural_log(1.0 - p)


@inlined
def _skip(source, target, count, row, start, stop, log_missing, part, seed, replicate):
    """Tie `row` to each of start..stop-1 with the chance behind `log_missing`; returns the number of ties so far."""
    position, block = start - 1, 0
    while start < stop and log_missing < 0.0:
        w0, w1, w2, w3 = philox(np.uint64(row), np.uint64(block), NETWORK, part, seed, replicate)
        for high, low in ((w0, w1), (w2, w3)):
            gap = natural_log(fraction(high, low)) / log_missing
            if gap >= stop - position - 1:
                return count
            position += 1 + np.int64(gap)
            if count < len(source):
                source[count], target[count] = row, position
            count += 1
        block += 1
    return count


@compiled
def skip_pairs(first, log_inside, log_outside, source, target, seed, replicate):
    """Visit all pairs (row, earlier row), tie each independently, jumping over the gaps (Batagelj & Brandes 2005).

    first : int64[n], first member of the row's block, blocks being contiguous; ties come in rising order
    Returns the number of ties; where it exceeds len(source) the rest was not written: call again with more room.
    """
    count = 0
    for row in range(len(first)):
        count = _skip(source, target, count, row, 0, first[row], log_outside, OUTSIDE, seed, replicate)
        count = _skip(source, target, count, row, first[row], row, log_inside, INSIDE, seed, replicate)
    return count


@inlined
def _has(out, person, other):
    """Does `person` own a tie to `other`?"""
    for friend in out[person]:  # noqa: SIM110 (numba has no any() over a generator)
        if friend == other:
            return True
    return False


@inlined
def _new_neighbour(out, person, lap, seed, replicate):
    """A uniform stranger of `person`; there must be one."""
    attempt, n = 0, np.uint64(out.shape[0])
    while True:
        _, _, high, low = philox(np.uint64(person), np.uint64(attempt), NETWORK, np.uint64(lap), seed, replicate)
        other = np.int64(among(high, low, n))
        if other != person and not _has(out, person, other) and not _has(out, other, person):
            return other
        attempt += 1


@compiled
def rewire(out, chance, seed, replicate):
    """Rewire each tie with `chance` to a uniform stranger of its owner, lap by lap (Watts & Strogatz 1998).

    out : uint32[n, laps], changed in place; a person's own row number = no tie
    """
    people = out.shape[0]
    degree = np.zeros(people, np.int64)
    for person in range(people):
        for lap in range(out.shape[1]):
            degree[person] += out[person, lap] != person
            degree[out[person, lap]] += out[person, lap] != person
    for lap in range(out.shape[1]):
        for person in range(people):
            word, _, _, _ = philox(np.uint64(person), np.uint64(0), NETWORK, np.uint64(lap), seed, replicate)
            if (np.float64(word) + 0.5) * 2.0**-32 >= chance or out[person, lap] == person:
                continue
            if degree[person] < people - 1:
                other = _new_neighbour(out, person, lap, seed, replicate)
                degree[out[person, lap]] -= 1
                degree[other] += 1
                out[person, lap] = other


@compiled
def shuffle(items, seed, replicate):
    """Put `items` (uint32[k]) into uniformly random order, in place (Fisher & Yates)."""
    for position in range(len(items) - 1, 0, -1):
        low_word, high_word = np.uint64(position) & np.uint64(0xFFFFFFFF), np.uint64(position) >> _32
        high, low, _, _ = philox(low_word, high_word, NETWORK, SHUFFLE, seed, replicate)
        other = np.int64(among(high, low, np.uint64(position + 1)))
        items[position], items[other] = items[other], items[position]


@compiled
def words_for_layer(layer, seed, replicate):
    """The key of a layer's own draws, two 32-bit words."""
    high, low, _, _ = philox(np.uint64(layer), np.uint64(0), NETWORK, LAYER, seed, replicate)
    return high, low


@compiled
def word_for_others(seed, replicate):
    """A 32-bit seed for a generator outside the model."""
    word, _, _, _ = philox(np.uint64(0), np.uint64(0), NETWORK, OTHERS, seed, replicate)
    return word
