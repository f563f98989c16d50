"""A letter: one act on its way from giver to receiver, as three 64-bit words, so that delivery moves whole letters.

| word | bits | field |
|---|---|---|
| 0 | 0-31, 32-63 | row of the sender, row of the receiver |
| 1 | 0-3 | gesture |
|   | 4, 5, 6, 7 | visible, sincere, found out, sent on a noticed need |
|   | 8, 9 | hostile, void (neither received nor seen: a twin without the act) |
|   | 10-11 | cause: 0 own, 1 a gift received, 2 the item seen |
|   | 12-19 | slot of the feed; 255 = a reply of thanks |
|   | 20-31 | depth in its chain |
|   | 32-63 | value of the gift, float32 |
| 2 | 0-63 | root: the act that began its chain |

An act's own number, which is the root of the chain it begins: tick·2^40 + key·2^8 + slot.
"""

from __future__ import annotations

import numpy as np

from sim.model.compiled import f32, rule, u64

WORDS = 3
OWN, GIFT, ITEM = np.uint64(0), np.uint64(1), np.uint64(2)
REPLY = np.uint64(255)
VISIBLE, SINCERE, FOUND, NEED, HOSTILE, VOID = (np.uint64(1 << bit) for bit in range(4, 10))
DEEPEST = np.uint64(4095)

_4, _8, _10, _12, _20, _32, _40 = (np.uint64(bit) for bit in (4, 8, 10, 12, 20, 32, 40))
_MASK2, _MASK4, _MASK8, _MASK12, _MASK32 = (np.uint64(2**bits - 1) for bits in (2, 4, 8, 12, 32))


@rule
def ends(sender: u64, receiver: u64) -> u64:
    """Word 0."""
    return sender | (receiver << _32)


@rule
def content(gesture: u64, marks: u64, cause: u64, slot: u64, depth: u64, gift: f32) -> u64:
    """Word 1; `marks` are the bits VISIBLE … VOID."""
    bits = np.uint64(np.float32(gift).view(np.uint32))
    return gesture | marks | (cause << _10) | (slot << _12) | (min(depth, DEEPEST) << _20) | (bits << _32)


@rule
def act_number(tick: u64, key: u64, slot: u64) -> u64:
    """Number of an act, unique in a run of less than 2^24 ticks."""
    return (tick << _40) | (key << _8) | slot


@rule
def sender_of(word0: u64) -> u64:
    """Row of the sender."""
    return word0 & _MASK32


@rule
def receiver_of(word0: u64) -> u64:
    """Row of the receiver."""
    return word0 >> _32


@rule
def gesture_of(word1: u64) -> u64:
    """Place in the catalogue."""
    return word1 & _MASK4


@rule
def cause_of(word1: u64) -> u64:
    """OWN, GIFT or ITEM."""
    return (word1 >> _10) & _MASK2


@rule
def slot_of(word1: u64) -> u64:
    """Slot of the feed, or REPLY."""
    return (word1 >> _12) & _MASK8


@rule
def depth_of(word1: u64) -> u64:
    """Acts since the beginning of the chain."""
    return (word1 >> _20) & _MASK12


@rule
def gift_of(word1: u64) -> f32:
    """Value of the gift, 0.. ."""
    return np.uint32(word1 >> _32).view(np.float32)
