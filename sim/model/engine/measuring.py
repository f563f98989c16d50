"""Passes for what is measured: letters are counted where they lie, memories of people carried on, values ordered.

Counts are whole numbers and people are remembered one by one, so that neither wards nor threads can change a result.
"""

from __future__ import annotations

import numpy as np

from sim.model.compiled import inlined, inner_pass, kernel_pass
from sim.model.law import letters
from sim.model.law.columns import MET, OPENED, UNMET

MARKS = 12  # low bits of a letter's second word: gesture, marks, cause
NEVER = -1
PASSES, DIGIT = 4, 9  # values are ordered by the first 36 bits in which they differ
_ONE, _NONE = np.uint64(1), np.uint64(0)
_LOW, _DIGIT = np.uint64((1 << MARKS) - 1), np.uint64((1 << DIGIT) - 1)
_9, _36, _52 = np.uint64(DIGIT), np.uint64(PASSES * DIGIT), np.uint64(52)
_MIX, _HIGH = np.uint64(0x9E3779B97F4A7C15), np.uint64(40)
_BLOCK = 4096  # values whose sum is taken before it is added to the others'
_NOTHING = np.uint8(0)


@inlined
def is_traced(root, step):
    """Whether a hash chooses this root, one in d: 24 bits of it are a multiple of d, told without dividing by
    step = ⌈2^64 / d⌉ (Lemire, Kaser & Kurz 2019)."""
    return (root * _MIX >> _HIGH) * step <= step - _ONE


def step_of(every: int) -> np.uint64:
    """The step of `is_traced` for one root in so many (1..2^32)."""
    return np.uint64((2**64 - 1) // int(every) + 1 & 2**64 - 1)


@kernel_pass
def count_letters(wards, outbox, counts, step, marks, depths, place, found):
    """Counts the letters of wards[0]..wards[1]-1: all by their low bits, kind ones by depth; lists those to trace.

    marks : int64[4096]; depths : int64[4096], are added to
    place[w, :found[w]] : where in outbox[w] the kind letters of traced chains lie
    """
    for ward in range(wards[0], wards[1]):
        k = 0
        for m in range(counts[ward]):
            what = outbox[ward, m, 1]
            marks[np.int64(what & _LOW)] += 1
            if what & letters.HOSTILE == _NONE:
                depths[np.int64(letters.depth_of(what))] += 1
                place[ward, k] = m
                k += is_traced(outbox[ward, m, 2], step)
        found[ward] = k


@kernel_pass
def remember(lo, hi, left, acts, gestures, kindness, value, gave, got, reached, given, received):
    """Who has given, received and been reached so far, and trailing sums, of people lo..hi-1."""
    note(acts[lo:hi], acts[lo:hi], gave[lo:hi].view(np.uint8))
    note(gestures[lo:hi], gestures[lo:hi], got[lo:hi].view(np.uint8))
    note(gestures[lo:hi], kindness[lo:hi], reached[lo:hi].view(np.uint8))
    for i in range(lo, hi):
        given[i] = given[i] * left + acts[i]
        received[i] = received[i] * left + value[i]


@inner_pass
def note(one, other, known):
    """known = 1 where one count or the other is not 0. On bytes, since loops over truth values do not vectorise."""
    for i in range(known.size):
        known[i] |= np.uint8((one[i] | other[i]) > 0)


@kernel_pass
def time_needs(lo, hi, tick, events, need, since):
    """Since when needs are open, of people lo..hi-1; ticks that those met in the tick had been open, and how many.

    A need that an intervention opened between ticks counts from the end of the tick before.
    """
    waited, met = 0, 0
    for i in range(lo, hi):
        event = events[i]
        if event == _NOTHING and not need[i] > 0:
            continue
        if event & MET != _NOTHING:
            waited += tick - (since[i] if since[i] != NEVER else tick - 1)
            met += 1
        if event & (MET | UNMET) != _NOTHING:
            since[i] = NEVER
        if event & OPENED != _NOTHING:
            since[i] = tick
        if need[i] > 0 and since[i] == NEVER:
            since[i] = tick - 1
    return waited, met


@kernel_pass
def ranked_sums(values, room, places):
    """Sum of values ≥ 0, and sum of each times its rank 1..n in ascending order. Values that agree in the first 36
    bits of their spread stand in the order of rows, which moves the second sum by less than rounding does.

    values : float64[n], are put in order; room : float64[n]; places : int64[4, 512]
    """
    n = above_zero(values)
    if n == 0:
        return 0.0, 0.0
    bits = values[:n].view(np.uint64)
    least, left, shift = spread(bits)
    begin(bits, least, shift, places)
    now, then, p = values[:n], room[:n], 0
    while left != _NONE:
        arrange(now, then, least, shift, places[p])
        now, then, p, left, shift = then, now, p + 1, left >> _9, shift + _9
    return add_up(now, values.size - n)


@inner_pass
def above_zero(values):
    """Moves the values that are not 0 to the front; returns how many."""
    n = 0
    for i in range(values.size):
        value = values[i]
        values[n] = value
        n += value > 0
    return n


@inner_pass
def spread(bits):
    """Least of these words, what is left of the largest once shifted, and by how many bits to shift what lies above the
    least: by those in which all agree (values were float32), and by more if need be, so that 36 are left."""
    least, most, used = bits[0], bits[0], _NONE
    for i in range(bits.size):
        least, most, used = min(least, bits[i]), max(most, bits[i]), used | (bits[i] ^ bits[0])
    shift = _NONE
    while (used >> shift & _ONE == _NONE and shift < _52) or (most - least) >> shift >> _36 != _NONE:
        shift += _ONE
    return least, (most - least) >> shift, shift


@inner_pass
def begin(bits, least, shift, places):
    """Where the values with each digit begin, for every digit."""
    places[:, :] = 0
    for i in range(bits.size):
        word = (bits[i] - least) >> shift
        for p in range(PASSES):
            places[p, np.int64(word & _DIGIT)] += 1
            word >>= _9
    for p in range(PASSES):
        before = 0
        for digit in range(places.shape[1]):
            before, places[p, digit] = before + places[p, digit], before


@inner_pass
def arrange(here, there, least, shift, places):
    """One step of a radix sort: values by one digit, equal ones in the order in which they stand."""
    bits = here.view(np.uint64)
    for i in range(here.size):
        digit = np.int64((bits[i] - least) >> shift & _DIGIT)
        there[places[digit]] = here[i]
        places[digit] += 1


@inner_pass
def add_up(ordered, zeros):
    """Sum of values, and of each times its rank, where so many zeros stand before them; block by block."""
    total, by_rank = 0.0, 0.0
    for lo in range(0, ordered.size, _BLOCK):
        here, within = 0.0, 0.0
        for i in range(lo, min(lo + _BLOCK, ordered.size)):
            here += ordered[i]
            within += ordered[i] * (i - lo + 1)
        total += here
        by_rank += within + here * (zeros + lo)
    return total, by_rank
