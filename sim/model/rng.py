"""Random numbers as pure functions of who, when and why: Philox4x32-10.

Salmon et al. 2011, doi 10.1145/2063384.2063405:

key = (seed, replicate); counter = (person's key, tick, purpose, index). A block has four words; which word serves
what is stated beside each purpose. Nothing else in the dynamics is random.
"""

from __future__ import annotations

import numpy as np

from sim.model.compiled import inlined_entry, rule, u64

STREAM = 1  # version of this assignment of draws; stored with every result

# Purposes are appended, never renumbered: a new one leaves every other draw alone.
DAY = np.uint64(1)  # index 0: fraction of a feed item | chance to thank | decision to thank | -
FEED = np.uint64(2)  # index slot: position of candidate 0, 1, 2 | decision
RACE = np.uint64(3)  # index slot: race of candidate 0, 1, 2 | need noticed
ACT = np.uint64(4)  # index slot: gesture | sincere | found out | visible
CAUSE = np.uint64(5)  # index slot: cause | - | - | -
SETTLE = np.uint64(6)  # index 0: burn out or come back | new need | its size | fading of a need
TRAIT = np.uint64(7)  # index 0: warmth | attention | image | baseline; 1: gain | loss | hostile | -
NETWORK = np.uint64(8)  # index: edge or attempt, as the family says (sim.model.network.families)
# A campaign's draws have its number in place of the tick, so that no outcome hangs on the length of a tick.
CAMPAIGN = np.uint64(9)  # index 0: reluctance | life | nominates | public; 1: found | ask if aware | if in | reached
SEES = np.uint64(10)  # index author's key: whether a reader sees the token | race for the cause | - | -
NAMES = np.uint64(11)  # of the nominee, index nominator's key: order among the friends | delay | ask | -
ASKS = np.uint64(12)  # index number of a window: ask | - | - | -
SEEDS = np.uint64(13)  # index 0: order in which people are chosen to begin | spread of the threshold | - | -
# Interventions. `name` is a word made from the intervention's name, so that no other one moves its draws.
CHOOSE = np.uint64(16)  # tick 0, index name: rank among the eligible | struck by a shock | size of that need | -
DELIVER = np.uint64(17)  # tick = day, index name: delivered that day | - | - | -
MESSAGE = np.uint64(18)  # index name: shown in this tick | - | - | -
STRANGER = np.uint64(19)  # index slot + 256·j; j 0: which feed; 1-4: positions of candidates; 5-8: their races
REMOVE = np.uint64(20)  # index slot: hostile act caught | kind act removed by mistake | - | -
MEMBER = np.uint64(24)  # index 0: lapse or return | - | - | -
CUSTOM = np.uint64(25)  # tick 0, index 0: committed | custom on day 0 | - | -

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW, _32, _9 = np.uint64(0xFFFFFFFF), np.uint64(32), np.uint64(9)
_HALF, _STEP = np.float32(0.5), np.float32(2.0**-23)


@inlined_entry
def philox(c0, c1, c2, c3, k0, k1):
    """Four random words (uint64 holding 32 bits) of the counter c0..c3 under the key k0, k1 (uint64 holding 32 bits).

    Words live in uint64 because the known-zero upper halves give the vector multiply.
    """
    for _ in range(10):
        p0 = c0 * _M0
        p1 = c2 * _M1
        c0, c1, c2, c3 = (p1 >> _32) ^ c1 ^ k0, p1 & _LOW, (p0 >> _32) ^ c3 ^ k1, p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@inlined_entry
def uniform(word):
    """A float32 strictly between 0 and 1 from a 32-bit word: the middle of one of 2^23 equal cells."""
    return (np.float32(np.int32(word >> _9)) + _HALF) * _STEP


@rule
def below(word: u64, n: u64) -> u64:
    """An integer 0..n-1 from a 32-bit word (multiply-shift; n < 2^32, bias at most n/2^32)."""
    return (word * n) >> _32


@inlined_entry
def uniforms(c0, c1, c2, c3, k0, k1):
    """The four words of a block as uniform numbers."""
    a, b, c, d = philox(c0, c1, c2, c3, k0, k1)
    return uniform(a), uniform(b), uniform(c), uniform(d)
