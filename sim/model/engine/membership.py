"""Lapsing, returning and recognition, as passes over a run of people. A pass calls rules; it holds no law.

Lapsing, like rest, looks at states before this tick: it decides what others read next.
"""

from __future__ import annotations

import numpy as np

from sim.model import rng
from sim.model.compiled import apart, inlined
from sim.model.engine import receiving
from sim.model.law import letters, rules
from sim.model.stream import draw, first

_NONE, _NOTHING = np.uint64(0), np.float32(0)
LAPSED, RETURNED = np.uint8(1), np.uint8(2)


@apart
def stay_away(resting, lapsed, away):
    """1 where somebody is at rest or has lapsed; `lapsed` has no rows where nobody lapses."""
    for i in range(resting.size):
        away[i] = resting[i]
    for i in range(lapsed.size):
        away[i] |= lapsed[i]


@apart
def weigh_recognition(recognition, levers, thank):
    """What recognition adds to thanking."""
    for i in range(recognition.size):
        thank[i] += rules.is_recognised(recognition[i], levers.beta_recognition, levers.recognition_ref)


@apart
def turn(columns, extra, levers, moment, lo, hi, scratch):
    """Lapse or return."""
    n, c, lapsed, turned = hi - lo, levers, extra.lapsed[lo:hi], extra.turned_today[lo:hi]
    draw(scratch.key[:n], scratch.nought[:n], moment, rng.MEMBER, scratch.member[:n], scratch.spare[:n])
    recognition, wellbeing = extra.recognition[lo:hi], columns.wellbeing[lo:hi]
    for i in range(n):
        gone = lapsed[i] == 1
        leaves = rules.lapses(recognition[i], wellbeing[i], c.lapse_dt, c.lapse_recognition, c.lapse_wellbeing,
                              c.recognition_ref, c.wellbeing_ref)  # fmt: skip
        turns = rules.happens(first(scratch.member[i]), c.return_chance if gone else leaves)
        lapsed[i] = np.uint8(turns) ^ lapsed[i]
        turned[i] = (RETURNED if gone else LAPSED) if turns == 1 else np.uint8(0)


@apart
def come_back(columns, extra, levers, lo, hi):
    """Whoever returned finds what has been waiting."""
    for i in range(lo, hi):
        if extra.turned_today[i] == RETURNED:
            columns.gratitude[i] = rules.warms(columns.gratitude[i], extra.waiting[i], levers.gift_scale)
            columns.received_today[i] += extra.waiting[i]
            columns.thanks_today[i] += extra.waiting_thanks[i]
            extra.waiting[i], extra.waiting_thanks[i] = _NOTHING, np.uint32(0)


@apart
def receive(columns, extra, levers, catalogue, lo, people, inbox, desk):
    """Letters arrive in the order (sender, slot), or wait for somebody who has lapsed."""
    largest = desk.largest[:people]
    receiving.begin_with(columns.gift[lo : lo + people], largest)
    for m in range(inbox.shape[0]):
        row = np.int64(letters.receiver_of(inbox[m, 0]))
        if extra.lapsed[row] == 1:
            keep(columns, extra, catalogue, row, inbox[m, 1])
        elif receiving.take_in(columns, levers, catalogue, lo, inbox, m, largest):
            receiving.answer(columns, inbox, m)
    receiving.find_helpers(columns, lo, inbox, largest)


@inlined
def keep(columns, extra, catalogue, row, what):
    """An act waits: others see it, the person does not yet feel it."""
    if what & letters.HOSTILE != _NONE:
        columns.scorn[row] += np.float32(1) if what & letters.VISIBLE != _NONE else _NOTHING
    else:
        receiving.be_noted(columns, row, what)
        extra.waiting[row] += letters.gift_of(what)
        thanks = what & letters.FOUND == _NONE and np.int64(letters.gesture_of(what)) == catalogue.thanks
        extra.waiting_thanks[row] += np.uint32(1) if thanks else np.uint32(0)


@apart
def recall(recognition, thanks, levers):
    """Recognition after the tick."""
    for i in range(recognition.size):
        recognition[i] = rules.recalls(
            recognition[i], levers.recognition_left, np.float32(thanks[i]), levers.recognition_miss
        )
