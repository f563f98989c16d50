"""Where interventions take hold, as passes of their own that the kernel leaves out while nothing is done.

A pass calls rules and moves numbers; it holds no law.
"""

from __future__ import annotations

import numpy as np

from sim.model import rng
from sim.model.compiled import apart, inlined
from sim.model.law import letters, profile, rules
from sim.model.rng import below, philox, uniforms

STRANGERS = 16  # candidates of a slot that shows people one does not follow
_NONE, _NOTHING, _ABSENT = np.uint64(0), np.float32(0), np.float32(1e30)
_256, _RACES, _EMPTY = np.uint64(256), np.uint64(4), np.uint8(3)
NO_TIE = np.uint32(2**32 - 1)  # in place of a tie to a stranger


@apart
def takes(given, lever, out):
    """What each person has: their own, or the lever where nobody differs."""
    if given.size > 0:
        for i in range(out.size):
            out[i] = given[i]
    else:
        for i in range(out.size):
            out[i] = lever


@apart
def shows_official(official, items):
    """The official item takes one slot of the feed, where there is one."""
    for i in range(items.size):
        official[i] = np.uint8(rules.makes_room(np.int64(official[i]), items[i]))
    for i in range(items.size):
        items[i] -= np.int64(official[i])


@apart
def counts_official(official, seen, kindness):
    """The official item is an item seen, and its author is as kind as can be."""
    for i in range(seen.size):
        seen[i] += official[i]
    for i in range(seen.size):
        kindness[i] += np.uint32(1023) * np.uint32(official[i])


@apart
def looks_elsewhere(columns, inputs, moment, lo, items, count):
    """Slots that show strangers, or the hashtag's community, in place of people one follows."""
    anybody, some = np.uint64(columns.key.size), np.uint64(inputs.community.size)
    for i in range(count):
        if items.slot[i] != letters.REPLY:
            key, slot = np.uint64(items.key[i]), np.uint64(items.slot[i])
            u, _, _, _ = uniforms(key, moment.tick, rng.STRANGER, slot, moment.seed, moment.replicate)
            where = rules.looks_elsewhere(u, inputs.recommended, inputs.discovery)
            if where == 1:
                meets_strangers(columns, inputs, moment, lo, items, i, anybody, False)
            elif where == 2 and some > _NONE:
                meets_strangers(columns, inputs, moment, lo, items, i, some, True)


@inlined
def meets_strangers(columns, inputs, moment, lo, items, i, pool, community):
    """Sixteen of a pool race for a slot; oneself is no stranger."""
    key, slot, seed, replicate = np.uint64(items.key[i]), np.uint64(items.slot[i]), moment.seed, moment.replicate
    best, items.winner[i], items.place[0, i] = _ABSENT, _EMPTY, NO_TIE
    for j in range(np.uint64(1), np.uint64(5)):
        at = philox(key, moment.tick, rng.STRANGER, slot + _256 * j, seed, replicate)
        draws = uniforms(key, moment.tick, rng.STRANGER, slot + _256 * (j + _RACES), seed, replicate)
        for c in range(4):
            place = np.int64(below(at[c], pool))
            author = np.int64(inputs.community[place]) if community else place
            word = columns.profile[author] if author != lo + items.row[i] else _NONE
            arrival = rules.races(profile.weight_of(word), draws[c])
            if arrival < best:
                best, items.winner[i] = arrival, np.uint8(0)
                items.author[0, i], items.word[i] = np.uint32(author), word


@apart
def notices(items, count, lo, notice):
    """As `feed.notices`, with each reader's own eye for needs."""
    for i in range(count):
        seen = (items.winner[i] != _EMPTY) & (items.slot[i] != letters.REPLY)
        u, need = items.heed[i], profile.need_of(items.word[i])
        items.noticed[i] = rules.notices(u, need, notice[lo + items.row[i]]) if seen else _NOTHING


@apart
def urges(items, count, lo, assist, urged):
    """An assistant speaks up for needs that its user noticed and nobody answered; how often is tallied."""
    for i in range(count):
        helped = profile.helped_of(items.word[i])
        items.lean[i] = rules.is_urged(items.lean[i], items.noticed[i], helped, assist[lo + items.row[i]])
    for i in range(count):
        alone = profile.helped_of(items.word[i]) == _NOTHING and items.noticed[i] > _NOTHING
        if alone and assist[lo + items.row[i]] > _NOTHING:
            urged[lo + items.row[i]] += np.uint16(1)


@apart
def urges_acts(acts, count, lo, assist):
    """An act that an assistant urged was prompted."""
    for i in range(count):
        helped = profile.helped_of(acts.word[i])
        acts.prompt[i] = rules.is_urged(acts.prompt[i], acts.noticed[i], helped, assist[lo + acts.here[i]])


@apart
def hold_back(acts, count, items, lo, load, cap, effort, day_left):
    """held[i] = 1 for acts, in order, whose effort would take the giver's load beyond the cap."""
    giver, today = np.int64(-1), _NOTHING
    for i in range(count):
        if acts.here[i] != giver:
            giver, today = np.int64(acts.here[i]), _NOTHING
        acts.held[i] = 0
        if items.choice[items.act[i]] == 1:
            cost = effort[acts.gesture[i]]
            fits = rules.has_strength(load[lo + giver], day_left, today, cost, cap[lo + giver])
            acts.held[i] = np.int64(1) - fits
            today = today + cost if fits == 1 else today


@apart
def moderate(key, moment, inputs, out, count):
    """Acts removed: hostile ones that are caught, early or late, and visible kind ones by mistake."""
    for m in range(count):
        row, what = np.int64(letters.sender_of(out[m, 0])), out[m, 1]
        slot = letters.slot_of(what)
        u, v, _, _ = uniforms(np.uint64(key[row]), moment.tick, rng.REMOVE, slot, moment.seed, moment.replicate)
        if what & letters.HOSTILE != _NONE:
            fate = rules.is_removed(u, inputs.caught_early[row], inputs.caught[row])
            out[m, 1] = what | letters.VOID if fate == 1 else (what & ~letters.VISIBLE if fate == 2 else what)
        elif what & letters.VISIBLE != _NONE:
            out[m, 1] = what | letters.VOID if rules.happens(v, inputs.wrongly[row]) == 1 else what


@apart
def weigh(signal, boost, age, away, levers, weight):
    """As `settling.weigh`, by another signal and with a factor for each person."""
    c = levers
    for i in range(age.size):
        w = rules.promotes(rules.ranks(age[i], signal[i], np.float32(1), c.half_life, c.age_floor, c.ranking), boost[i])
        weight[i] = profile.packs_weight(w) if away[i] == 0 else _NONE


@apart
def reach(columns, levers, inputs, lo, hi):
    """The official item is worth something to those who saw it."""
    for i in range(lo, hi):
        if inputs.official[i] == 1:
            columns.gratitude[i] = rules.warms(columns.gratitude[i], inputs.told[i], levers.gift_scale)
            columns.received_today[i] += inputs.told[i]
