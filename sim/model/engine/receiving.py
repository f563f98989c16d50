"""Receiving, as passes over the inbox of a ward of people. A pass calls rules and moves numbers; it holds no law.

Letters arrive in the order (sender, slot), here and there among the ward's rows: the fewer columns each touches, and
the fewer guesses at what it is, the better.
"""

from __future__ import annotations

import numpy as np

from sim.model.compiled import apart, inlined
from sim.model.law import letters, rules
from sim.model.law.columns import MET

_NONE, _NOTHING, _ONE = np.uint64(0), np.float32(0), np.float32(1)
_OLD, _FIRST, _32 = np.uint64(0xFFFFFFFF), np.uint64(1), np.uint64(32)  # _OLD: not brought by a letter of today


@apart
def receive(columns, levers, catalogue, lo, people, inbox, desk):
    """The letters of a ward (rows lo.., so many people) arrive.

    Which of them answer a need is anybody's guess: they are listed first, and answer then, in the same order.
    """
    largest, listed = desk.largest[:people], desk.answering
    begin_with(columns.gift[lo : lo + people], largest)
    for begin in range(0, inbox.shape[0], listed.size):
        k = np.uint64(0)
        for m in range(begin, min(begin + listed.size, inbox.shape[0])):
            listed[k] = np.uint32(m)
            k += np.uint64(take_in(columns, levers, catalogue, lo, inbox, m, largest))
        for j in range(k):
            answer(columns, inbox, listed[j])
    find_helpers(columns, lo, inbox, largest)


@inlined
def take_in(columns, levers, catalogue, lo, inbox, m, largest):
    """One act arrives; returns 1 if it may answer a need."""
    row, what = letters.receiver_of(inbox[m, 0]), inbox[m, 1]
    if what & letters.HOSTILE != _NONE:
        be_hurt(columns, levers, row, what)
        return 0
    gift, g = letters.gift_of(what), np.int64(letters.gesture_of(what))
    accept(columns, levers, row, gift)
    columns.thanks_today[row] += (what & letters.FOUND == _NONE) & (g == catalogue.thanks)
    be_noted(columns, row, what)
    i = row - np.uint64(lo)
    largest[i] = max(largest[i], gift_word(gift, _OLD - _FIRST - np.uint64(m)))
    return (what & letters.NEED != _NONE) & catalogue.answers[g]


@inlined
def gift_word(gift, low):
    """A gift as a number that is the larger, the larger it is; among equal ones `low` decides.

    One number, since every second guess at whether a gift is the largest so far would be wrong.
    """
    return (np.uint64(np.float32(gift if gift > _NOTHING else _NOTHING).view(np.uint32)) << _32) | low


@apart
def begin_with(gift, largest):
    """The largest gift of the last day before today's, which must be larger to take its place."""
    for i in range(gift.size):
        largest[i] = gift_word(gift[i], _OLD)


@inlined
def be_hurt(columns, levers, row, what):
    """A hostile act arrives; what was removed after the harm leaves no trace for others."""
    columns.gratitude[row] = rules.chills(
        columns.gratitude[row], letters.gift_of(what), levers.hostile_weight, levers.hostile_value, levers.gift_scale
    )
    columns.scorn[row] += np.float32(1) if what & letters.VISIBLE != _NONE else _NOTHING
    columns.hurt_today[row] += 1


@inlined
def accept(columns, levers, row, gift):
    """What a gift does to whoever gets it."""
    columns.gratitude[row] = rules.warms(columns.gratitude[row], gift, levers.gift_scale)
    columns.received_today[row] += gift


@inlined
def be_noted(columns, row, what):
    """What others see of a kind act received."""
    seen = what & (letters.FOUND | letters.VISIBLE) == letters.VISIBLE
    columns.gestures_today[row] += 1
    columns.score[row] += _ONE if seen else _NOTHING
    columns.likes_today[row] += 1 if seen else 0


@inlined
def find_helpers(columns, lo, inbox, largest):
    """The sender of the largest gift of the last day is one's helper; of equal ones the first."""
    for i in range(largest.size):
        if largest[i] & _OLD != _OLD:
            m, row = _OLD - _FIRST - (largest[i] & _OLD), np.uint64(lo + i)
            columns.gift[row] = np.uint32(largest[i] >> _32).view(np.float32)
            columns.helper[row] = np.uint32(letters.sender_of(inbox[m, 0]))
            columns.gift_root[row], columns.gift_depth[row] = inbox[m, 2], np.uint16(letters.depth_of(inbox[m, 1]))


@inlined
def answer(columns, inbox, m):
    """An open need is answered, perhaps met."""
    row = letters.receiver_of(inbox[m, 0])
    if columns.need[row] > _NOTHING:
        gift = letters.gift_of(inbox[m, 1])
        columns.need[row] = rules.answers_need(columns.need[row], gift)
        columns.answers[row] += gift
        if columns.need[row] == _NOTHING:
            columns.answers[row] = _NOTHING
            columns.events_today[row] |= MET
