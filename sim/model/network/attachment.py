"""Compiled loops by which newcomers tie to older people; `wiring` has the layout of their draws."""

from __future__ import annotations

import numpy as np

from sim.model.compiled import compiled, inlined
from sim.model.network import wiring
from sim.model.rng import NETWORK, philox

_32, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
_AHEAD = 64  # newcomers whose first attempts are drawn at once
_FEW = 32  # items that are put in order one by one


@compiled
def choose_some(people, chosen, seed, replicate):
    """int32[n], 1 for exactly `chosen` people drawn without preference, 0 for the others (selection sampling)."""
    result = np.zeros(people, np.int32)
    left = np.uint64(chosen)
    for person in range(people):
        high, low, _, _ = philox(np.uint64(person), np.uint64(0), NETWORK, wiring.CHOOSE, seed, replicate)
        if wiring.among(high, low, np.uint64(people - person)) < left:
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
        w0, w1, w2, w3 = philox(np.uint64(start + i), np.uint64(attempt), NETWORK, wiring.ATTACH, seed, replicate)
        low[i], high[i] = w0 | (w1 << _32), w2 | (w3 << _32)


@inlined
def _words(person, attempt, ahead, seed, replicate):
    """Four words of one attempt; ahead : uint64[2, attempts, _AHEAD], what was drawn ahead."""
    if attempt < ahead.shape[1]:
        low, high = ahead[0, attempt, person % _AHEAD], ahead[1, attempt, person % _AHEAD]
        return low & _LOW, low >> _32, high & _LOW, high >> _32
    return philox(np.uint64(person), np.uint64(attempt), NETWORK, wiring.ATTACH, seed, replicate)


@inlined
def _pick(pool, ends, pull, words):
    """The owner of a tie end: group by `pull` times its number of ends, then any end of the group."""
    first, second = ends[0] * pull[0], ends[1] * pull[1]
    group = 0 if wiring.fraction(words[0], words[1]) * (first + second) < first else 1
    place = np.int64(wiring.among(words[2], words[3], np.uint64(ends[group])))
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
    most = int(half) + 1
    ahead, picked = np.empty((2, min(most, _AHEAD), _AHEAD), np.uint64), np.empty(most, np.uint32)
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
