"""Compiled loops that wire the standard families, and the layout of their draws.

Every draw is a pure function: Philox under the key (seed, replicate) with the counter

    (row of the person, attempt, rng.NETWORK, part)

| loop | person | attempt | part | words |
|---|---|---|---|---|
| `skip_pairs` | the later of the pair | block of two gaps | 0 in the block, 1 outside | 0, 1 first gap; 2, 3 second |
| `rewire` | who owns the tie | candidate 0, 1, … | lap | 0 rewired at all? (attempt 0); 2, 3 new neighbour |
| `attach` | newcomer | candidate 0, 1, … | 2 | 0, 1 which group; 2, 3 which tie end of that group |
| `choose_some` | the person | 0 | 3 | 0, 1 chosen? |
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
_INSIDE, _OUTSIDE, _ATTACH, _CHOOSE, _SHUFFLE, _OTHERS, _LAYER = (np.uint64(part) for part in range(7))
_LOW, _FEW = np.uint64(0xFFFFFFFF), 32
_AHEAD = 64  # newcomers whose first attempts are drawn at once
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
        count = _skip(source, target, count, row, 0, first[row], log_outside, _OUTSIDE, seed, replicate)
        count = _skip(source, target, count, row, first[row], row, log_inside, _INSIDE, seed, replicate)
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
def choose_some(people, chosen, seed, replicate):
    """int32[n], 1 for exactly `chosen` people drawn without preference, 0 for the others (selection sampling)."""
    result = np.zeros(people, np.int32)
    left = np.uint64(chosen)
    for person in range(people):
        high, low, _, _ = philox(np.uint64(person), np.uint64(0), NETWORK, _CHOOSE, seed, replicate)
        if among(high, low, np.uint64(people - person)) < left:
            result[person] = 1
            left -= np.uint64(1)
    return result


@inlined
def _enter(pool, ends, group, person):
    """Put one tie end of `person` into the pool: group 0 from the front, group 1 from the back."""
    pool[ends[group] if group == 0 else len(pool) - 1 - ends[group]] = person
    ends[group] += 1


@inlined
def _draw_ahead(start, attempt, low, high, seed, replicate):
    """The words of one attempt of newcomers start, start + 1 …, two in each of low and high (uint64[k])."""
    for i in range(len(low)):
        w0, w1, w2, w3 = philox(np.uint64(start + i), np.uint64(attempt), NETWORK, _ATTACH, seed, replicate)
        low[i], high[i] = w0 | (w1 << _32), w2 | (w3 << _32)


@inlined
def _words(person, attempt, ahead, seed, replicate):
    """Four words of one attempt; ahead : uint64[2, attempts, _AHEAD], what was drawn ahead."""
    if attempt < ahead.shape[1]:
        low, high = ahead[0, attempt, person % _AHEAD], ahead[1, attempt, person % _AHEAD]
        return low & _LOW, low >> _32, high & _LOW, high >> _32
    return philox(np.uint64(person), np.uint64(attempt), NETWORK, _ATTACH, seed, replicate)


@inlined
def _pick(pool, ends, pull, words):
    """The owner of a tie end: group by `pull` times its number of ends, then any end of the group."""
    first, second = ends[0] * pull[0], ends[1] * pull[1]
    group = 0 if fraction(words[0], words[1]) * (first + second) < first else 1
    place = np.int64(among(words[2], words[3], np.uint64(ends[group])))
    return pool[place if group == 0 else len(pool) - 1 - place]


@inlined
def _befriend(friends, picked, person, wanted, group, pool, ends, pull, left, last, ahead, seed, replicate):
    """Fill `friends` with distinct older people; fewer than `wanted` if nobody suitable is left. Returns how many.

    left : int64[2], older people of each group who may still be picked; `last` : who picked a person last
    Picks that cannot exhaust a group are made together (in `picked`), so that memory serves them at once.
    """
    attempt, made = 0, 0
    while made < wanted and left[0] * pull[0] + left[1] * pull[1] > 0:
        together = wanted - made
        for one in range(2):
            if left[one] == 0:
                pull[one] = 0.0
            elif left[one] <= together:
                together = 1
        for one in range(together):
            picked[one] = _pick(pool, ends, pull, _words(person, attempt + one, ahead, seed, replicate))
        attempt += together
        for friend in picked[:together]:
            if last[friend] == person:
                continue
            last[friend] = person
            left[group[friend]] -= 1
            friends[made] = friend
            made += 1
    return made


@compiled
def attach(group, half, own, seed, replicate):
    """Newcomers tie to `half` older people each, chosen by tie count times the pull of their group.

    group : int32[n] of 0 and 1; own : pull of one's own group, 1 - own that of the other (Karimi et al. 2018).
    A fractional `half` is spread evenly; somebody without ties counts as having one; who finds fewer older people
    than wanted takes them all. Returns uint32[k] newcomers and uint32[k] older people, in rising order.
    """
    people = len(group)
    room = np.int64(half * people) + 1
    source, target = np.empty(room, np.uint32), np.empty(room, np.uint32)
    pool, ends = np.empty(2 * room + people, np.uint32), np.zeros(2, np.int64)
    members, left = np.zeros(2, np.int64), np.zeros(2, np.int64)
    last, pull, tied, count = np.full(people, people, np.uint32), np.empty(2), np.zeros(people, np.bool_), 0
    ahead = np.empty((2, min(np.int64(half) + 1, _AHEAD), _AHEAD), np.uint64)
    picked = np.empty(np.int64(half) + 2, np.uint32)
    for person in range(people):
        if person % _AHEAD == 0:
            for attempt in range(ahead.shape[1]):
                _draw_ahead(person, attempt, ahead[0, attempt], ahead[1, attempt], seed, replicate)
        mine = group[person]
        pull[mine], pull[1 - mine] = own, 1.0 - own
        wanted = min(person, np.int64((person + 1) * half) - np.int64(person * half))
        friends = target[count:]
        left[0], left[1] = members[0], members[1]
        made = _befriend(friends, picked, person, wanted, group, pool, ends, pull, left, last, ahead, seed, replicate)
        for i in range(made):
            if tied[friends[i]]:
                _enter(pool, ends, group[friends[i]], friends[i])
            tied[friends[i]] = True
            source[count + i] = person
        for _ in range(max(made, 1)):
            _enter(pool, ends, mine, person)
        tied[person] = made > 0
        members[mine] += 1
        _sort(friends[:made])
        count += made
    return source[:count], target[:count]


@compiled
def _sort(items):
    """Put items in rising order; a few one by one, since a general sort takes longer to begin."""
    if len(items) > _FEW:
        items.sort()
        return
    for k in range(1, len(items)):
        item, place = items[k], k
        while place > 0 and items[place - 1] > item:
            items[place] = items[place - 1]
            place -= 1
        items[place] = item


@compiled
def shuffle(items, seed, replicate):
    """Put `items` (uint32[k]) into uniformly random order, in place (Fisher & Yates)."""
    for position in range(len(items) - 1, 0, -1):
        low_word, high_word = np.uint64(position) & np.uint64(0xFFFFFFFF), np.uint64(position) >> _32
        high, low, _, _ = philox(low_word, high_word, NETWORK, _SHUFFLE, seed, replicate)
        other = np.int64(among(high, low, np.uint64(position + 1)))
        items[position], items[other] = items[other], items[position]


@compiled
def words_for_layer(layer, seed, replicate):
    """The key of a layer's own draws, two 32-bit words."""
    high, low, _, _ = philox(np.uint64(layer), np.uint64(0), NETWORK, _LAYER, seed, replicate)
    return high, low


@compiled
def word_for_others(seed, replicate):
    """A 32-bit seed for a generator outside the model."""
    word, _, _, _ = philox(np.uint64(0), np.uint64(0), NETWORK, _OTHERS, seed, replicate)
    return word
