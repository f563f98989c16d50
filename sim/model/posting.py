"""Writing letters: what an act is, what it is worth and what moved it, one act at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.model import letters, profile, rng, rules
from sim.model.compiled import inlined, kernel_pass
from sim.model.feed import BLOCK, MOST_ITEMS
from sim.model.stream import draw, first, second

_NONE, _ONE, _NOTHING = np.uint64(0), np.float32(1), np.float32(0)


class Acts(NamedTuple):
    """Working arrays of the acts of a block, uint64[BLOCK·MOST_ITEMS] each."""

    key: np.ndarray
    slot: np.ndarray
    low: np.ndarray
    high: np.ndarray
    cause: np.ndarray
    spare: np.ndarray


def act_arrays():
    """Fresh working arrays for a block's acts."""
    k, u = BLOCK * MOST_ITEMS, np.uint64
    return Acts(np.empty(k, u), np.empty(k, u), np.empty(k, u), np.empty(k, u), np.empty(k, u), np.empty(k, u))


@kernel_pass
def write_letters(columns, ties, levers, catalogue, moment, lo, people, items, acts, count, out):
    """Turn the listed acts into letters, in order; all draws come first, so that they vectorise."""
    a, k = acts, count
    for i in range(k):
        a.key[i], a.slot[i] = items.key[items.act[i]], items.slot[items.act[i]]
    draw(a.key[:k], a.slot[:k], moment, rng.ACT, a.low[:k], a.high[:k])
    draw(a.key[:k], a.slot[:k], moment, rng.CAUSE, a.cause[:k], a.spare[:k])
    for i in range(k):
        if items.choice[items.act[i]] == 2:
            write_hostile(columns, ties, moment, lo, items, items.act[i], out[i])
        else:
            write_kind(columns, ties, levers, catalogue, moment, lo, people, items, items.act[i], acts, i, out[i])


@inlined
def strength(ties, place):
    """Strength of the tie along which an act goes."""
    return ties.weight[place] if ties.weight.size > 0 else _ONE


@inlined
def write_hostile(columns, ties, moment, lo, items, item, letter):
    """A hostile act: seen by all, a chain of its own; in place of a gift stands the strength of the tie."""
    row, slot = lo + items.row[item], items.slot[item]
    marks = letters.HOSTILE | letters.VISIBLE | letters.SINCERE
    letter[0] = letters.ends(np.uint64(row), np.uint64(items.author0[item]))
    letter[1] = letters.content(_NONE, marks, letters.OWN, slot, _NONE, strength(ties, items.place0[item]))
    letter[2] = letters.act_number(moment.tick, items.key[item], slot)


@inlined
def picks(columns, levers, catalogue, row, noticed, u, odds):
    """Place of the gesture chosen on an item."""
    c, k = levers, catalogue
    for g in range(odds.size):
        share = k.on_need[g] if noticed > _NOTHING else k.on_feed[g]
        odds[g] = rules.gesture_odds(
            share, k.effort[g], k.visibility[g], columns.exhaustion[row], c.exhaustion_mean, columns.image[row],
            c.image_scale, c.effort_weight, c.beta_watched, c.visibility_ref,
        )  # fmt: skip
    return rules.picks_gesture(u, odds)


@inlined
def cause(columns, levers, row, people, items, item, u):
    """OWN, GIFT or ITEM; a gift or a kind act of the author must exist to be the cause."""
    c, i, word = levers, items.row[item], items.word0[item]
    if items.slot[item] == letters.REPLY:
        return letters.GIFT
    liked = rules.joins_in(profile.liked_of(word), c.beta_liked, c.liked_ref)
    need = rules.cares(items.noticed[item], profile.helped_of(word), c.beta_need, c.beta_answered)
    moved = rules.moves(u, columns.warmth[row], c.prompt, people.habit[i], people.gift[i], people.norm[i], liked, need)
    if moved == 1 and columns.gift[row] > _NOTHING:
        return letters.GIFT
    return letters.ITEM if moved == 2 and profile.tone_of(word) == np.uint64(1) else letters.OWN


@inlined
def write_kind(columns, ties, levers, catalogue, moment, lo, people, items, item, acts, i, letter):
    """A kind act: which gesture, how sincere, what it is worth, what moved it."""
    row, slot, k = lo + items.row[item], items.slot[item], catalogue
    reply = slot == letters.REPLY
    noticed = items.noticed[item]
    g = k.thanks if reply else picks(columns, levers, k, row, noticed, first(acts.low[i]), items.odds)
    sincere = rules.is_sincere(second(acts.low[i]), columns.image[row], levers.image_scale, k.value[g],
                               k.visibility[g], columns.audience[row])  # fmt: skip
    found = 0 if sincere == 1 else rules.happens(first(acts.high[i]), levers.detection)
    marks = letters.VISIBLE if rules.happens(second(acts.high[i]), k.visibility[g]) == 1 else _NONE
    marks |= (letters.SINCERE if sincere == 1 else _NONE) | (letters.FOUND if found == 1 else _NONE)
    marks |= letters.NEED if noticed > _NOTHING else _NONE
    tie = _ONE if reply else strength(ties, items.place0[item])
    worth = rules.is_worth(k.value[g], np.int64(k.worded[g]), levers.specificity, sincere, found,
                           levers.performative_quality, tie)  # fmt: skip
    moved = cause(columns, levers, row, people, items, item, first(acts.cause[i]))
    author = columns.helper[row] if reply else items.author0[item]
    root, depth = letters.act_number(moment.tick, items.key[item], slot), _NONE
    if moved == letters.GIFT:
        root, depth = columns.gift_root[row], np.uint64(columns.gift_depth[row]) + np.uint64(1)
    if moved == letters.ITEM:
        root, depth = columns.act_root[author], np.uint64(columns.act_depth[author]) + np.uint64(1)
    letter[0] = letters.ends(np.uint64(row), np.uint64(author))
    letter[1] = letters.content(np.uint64(g), marks, moved, slot, depth, worth)
    letter[2] = root
