"""Browsing, as passes over a block of people: each pass is one simple loop with one result, so that it vectorises.

A pass calls rules and moves numbers; it holds no law. Item arrays stand in the order (person, slot).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.model import rng
from sim.model.compiled import inner_pass
from sim.model.law import letters, profile, rules
from sim.model.law.columns import NOBODY
from sim.model.stream import first, second

BLOCK = 256  # people a pass handles at once: the block's arrays stay in the second-level cache
MOST_ITEMS = 52  # attention 50 at dt 1, the fraction, and the reply
_RUN = 8  # items written at once, whether or not there are as many: the next person's overwrite the rest

_LOW, _LOW16, _REPLY = np.uint64(0xFFFFFFFF), np.uint64(0xFFFF), letters.REPLY
_ZERO, _ONE, _16, _32, _48 = (np.uint64(number) for number in (0, 1, 16, 32, 48))
_EMPTY, _ABSENT, _NOTHING = np.int64(3), np.float32(1e30), np.float32(0)
NEVER = np.float32(-1e30)  # hostility of people who are never hostile is below this


class People(NamedTuple):
    """Working arrays of a block of people, length BLOCK."""

    key: np.ndarray
    nought: np.ndarray
    low: np.ndarray
    high: np.ndarray
    away: np.ndarray  # 1 = at rest, or lapsed
    warmth: np.ndarray  # as it is now
    items: np.ndarray
    reply: np.ndarray
    gift: np.ndarray
    norm: np.ndarray
    habit: np.ndarray
    prompt: np.ndarray
    friction: np.ndarray
    offset: np.ndarray  # of thanking
    quality: np.ndarray  # what naming the impact makes of a gesture's value
    lean: np.ndarray
    thank: np.ndarray
    end: np.ndarray  # number of items up to and with this person


class Items(NamedTuple):
    """Working arrays of the items a block reads, and of the acts they lead to; length BLOCK·MOST_ITEMS + 8."""

    row: np.ndarray  # place of the reader in the block
    key: np.ndarray
    slot: np.ndarray
    start: np.ndarray
    degree: np.ndarray
    lean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    race_low: np.ndarray
    race_high: np.ndarray
    place0: np.ndarray  # place of candidate 0 in the list of ties
    place1: np.ndarray
    place2: np.ndarray
    author0: np.ndarray  # row of candidate 0, then of the winner
    author1: np.ndarray
    author2: np.ndarray
    word0: np.ndarray  # profile of candidate 0, then of the winner
    word1: np.ndarray
    word2: np.ndarray
    winner: np.ndarray  # 0, 1, 2, or 3 if all are absent
    noticed: np.ndarray
    choice: np.ndarray
    tally: np.ndarray  # items seen, 1 + kindness << 16 + need noticed << 48
    act: np.ndarray  # numbers of the items that led to an act


def people_arrays() -> People:
    """Fresh working arrays for a block of people."""
    u, f, i = np.uint64, np.float32, np.int64
    kinds = [u, u, u, u, np.uint8, f, i, i, *[f] * 9, i]
    return People(*(np.zeros(BLOCK, kind) for kind in kinds))


def item_arrays() -> Items:
    """Fresh working arrays for a block's items."""
    k, u, f, i, r = BLOCK * MOST_ITEMS + _RUN, np.uint64, np.float32, np.int64, np.uint32
    kinds = [i, u, u, i, u, f, u, u, u, u, i, i, i, r, r, r, u, u, u, i, f, i, u, i]
    return Items(*(np.empty(k, kind) for kind in kinds))


@inner_pass
def opens_feed(low, attention, away, indptr, quiet_dt, items):
    """items[i] = feed items of each person; none while away or with nobody to read."""
    for i in range(attention.size):
        here = (away[i] == 0) & (indptr[i + 1] > indptr[i])
        items[i] = rules.reads(attention[i], quiet_dt, first(low[i])) if here else 0


@inner_pass
def opens_reply(low, gift, helper, away, thanks_chance, reply):
    """reply[i] = 1 if an opportunity to thank one's helper comes up."""
    for i in range(gift.size):
        here = (away[i] == 0) & (helper[i] != NOBODY)
        reply[i] = rules.owes_thanks(second(low[i]), gift[i], thanks_chance) if here else 0


@inner_pass
def weighs_gift(gratitude, levers, gift):
    """The pull of gratitude."""
    for i in range(gratitude.size):
        gift[i] = rules.pays_forward(gratitude[i], levers.gratitude_mean, levers.beta_gift, levers.gratitude_ref)


@inner_pass
def weighs_norm(norm, levers, out):
    """The pull of the norm."""
    for i in range(norm.size):
        out[i] = rules.conforms(norm[i], levers.beta_norm, levers.norm_ref)


@inner_pass
def weighs_habit(reward, levers, out):
    """The pull of habit."""
    for i in range(reward.size):
        out[i] = rules.is_used_to(reward[i], levers.beta_reward, levers.reward_ref)


@inner_pass
def leans(warmth, image, exhaustion, gift, norm, habit, prompt, friction, levers, lean):
    """Log-odds of acting before an item is seen."""
    c = levers
    for i in range(warmth.size):
        show = rules.shows_off(image[i], c.image_scale, c.beta_watched, c.visibility_ref, c.image_ref)
        tired = rules.tires_of(exhaustion[i], c.exhaustion_mean, c.beta_exhaustion, c.exhaustion_ref)
        lean[i] = rules.leans_to_act(warmth[i], prompt[i], gift[i], norm[i], habit[i], show, tired, friction[i])


@inner_pass
def leans_to_thank(lean, warmth, offset, thanks_warmth, thank):
    """Log-odds of thanking."""
    for i in range(lean.size):
        thank[i] = rules.leans_to_thank(lean[i], warmth[i], thanks_warmth, offset[i])


@inner_pass
def lists_items(people, row, slot):
    """Write reader and slot of each feed item and reply, in the order (person, slot); returns how many."""
    k = 0
    for i in range(people.items.size):
        for begin in range(k, k + people.items[i], _RUN):
            for j in range(_RUN):
                row[begin + j] = i
            for j in range(_RUN):
                slot[begin + j] = np.uint64(begin - k + j)
        k += people.items[i]
        if people.reply[i] == 1:
            row[k], slot[k] = i, _REPLY
            k += 1
        people.end[i] = k
    return k


@inner_pass
def begins(row, indptr, ties, start):
    """Where the reader's ties begin; within the list even for a reader without ties."""
    for i in range(row.size):
        start[i] = min(indptr[row[i]], ties - 1)


@inner_pass
def measures(row, slot, indptr, degree):
    """Number of the reader's ties; 0 for a reply."""
    for i in range(row.size):
        degree[i] = _ZERO if slot[i] == _REPLY else np.uint64(indptr[row[i] + 1] - indptr[row[i]])


@inner_pass
def takes_lean(row, slot, lean, thank, out):
    """Log-odds of the reader: of acting on an item, or of thanking."""
    for i in range(row.size):
        out[i] = thank[row[i]] if slot[i] == _REPLY else lean[row[i]]


@inner_pass
def places(start, degree, pair, upper, place):
    """Position of one candidate in the list of ties, uniform and blind to state."""
    shift = _32 if upper else _ZERO
    for i in range(start.size):
        place[i] = start[i] + np.int64(rng.below((pair[i] >> shift) & _LOW, degree[i]))


@inner_pass
def looks_up(place, table, out):
    """out[i] = table[place[i]]."""
    for i in range(place.size):
        out[i] = table[place[i]]


@inner_pass
def races(word0, word1, word2, low, high, winner):
    """Which of three candidates arrives first; 3 if all are absent."""
    for i in range(low.size):
        a = rules.races(profile.weight_of(word0[i]), first(low[i]))
        b = rules.races(profile.weight_of(word1[i]), second(low[i]))
        c = rules.races(profile.weight_of(word2[i]), first(high[i]))
        best = min(min(a, b), c)
        winner[i] = _EMPTY if best >= _ABSENT else (0 if a == best else (1 if b == best else 2))


@inner_pass
def races_weighted(items, count, weight):
    """As `races`, with the strength of the ties in the race."""
    for i in range(count):
        low, high = items.race_low[i], items.race_high[i]
        a = rules.races(profile.weight_of(items.word0[i]) * weight[items.place0[i]], first(low))
        b = rules.races(profile.weight_of(items.word1[i]) * weight[items.place1[i]], second(low))
        c = rules.races(profile.weight_of(items.word2[i]) * weight[items.place2[i]], first(high))
        best = min(min(a, b), c)
        items.winner[i] = _EMPTY if best >= _ABSENT else (0 if a == best else (1 if b == best else 2))


@inner_pass
def wins(winner, one, two, out):
    """Put the winner's entry in the place of candidate 0."""
    for i in range(winner.size):
        w, a, b, c = winner[i], one[i], two[i], out[i]
        out[i] = a if w == 1 else (b if w == 2 else c)


@inner_pass
def notices(winner, slot, word, high, notice, noticed):
    """1 where an open need is noticed; replies are no items."""
    for i in range(winner.size):
        seen = (winner[i] != _EMPTY) & (slot[i] != _REPLY)
        noticed[i] = rules.notices(second(high[i]), profile.need_of(word[i]), notice) if seen else _NOTHING


@inner_pass
def decides(lean, word, high, noticed, winner, slot, levers, choice):
    """0 nothing, 1 kind, 2 hostile; hostile ones are left to `turns_hostile`."""
    c = levers
    for i in range(lean.size):
        item = rules.joins_in(profile.liked_of(word[i]), c.beta_liked, c.liked_ref)
        need = rules.cares(noticed[i], profile.helped_of(word[i]), c.beta_need, c.beta_answered)
        reply = slot[i] == _REPLY
        p = rules.acts(lean[i], _NOTHING if reply else item, _NOTHING if reply else need)
        choice[i] = rules.chooses(second(high[i]), p, _NOTHING) if reply | (winner[i] != _EMPTY) else 0


@inner_pass
def turns_hostile(hostility, baseline, wellbeing, norm, items, count, levers):
    """Where nothing kind was done by somebody who can be hostile: does the item provoke?"""
    c = levers
    for i in range(count):
        row = items.row[i]
        idle = items.choice[i] == 0 and items.winner[i] != _EMPTY and items.slot[i] != _REPLY
        if idle and hostility[row] > NEVER:
            h = rules.lashes_out(
                hostility[row], rules.mood(baseline[row], wellbeing[row]), profile.sour_of(items.word0[i]), norm[row],
                c.hostile_mood, c.hostile_context, c.hostile_both, c.mood_ref, c.sour_ref, c.hostile_norm, c.norm_ref,
            )  # fmt: skip
            items.choice[i] = rules.chooses(second(items.high[i]), _NOTHING, h)


@inner_pass
def tallies(winner, slot, word, noticed, tally):
    """What each item adds to the reader's day, in one word; 0 for replies and empty slots."""
    for i in range(winner.size):
        seen = (winner[i] != _EMPTY) & (slot[i] != _REPLY)
        one = _ONE | (np.uint64(profile.kindness_of(word[i])) << _16) | (np.uint64(noticed[i]) << _48)
        tally[i] = one if seen else _ZERO


@inner_pass
def counts_items(tally, end, seen, kindness, needs):
    """Per person: items seen, kindness, needs noticed, as differences of a running sum, where carries cancel."""
    total, k = _ZERO, 0
    for i in range(seen.size):
        before = total
        while k < end[i]:
            total += tally[k]
            k += 1
        day = total - before
        seen[i], kindness[i], needs[i] = np.uint16(day & _LOW16), np.uint32((day >> _16) & _LOW), np.uint16(day >> _48)


@inner_pass
def lists_acts(choice, act):
    """Numbers of the items that led to an act; returns how many."""
    k = 0
    for i in range(choice.size):
        act[k] = i
        k += 1 if choice[i] > 0 else 0
    return k
