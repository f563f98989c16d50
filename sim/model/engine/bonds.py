"""Ties that strengthen, fade and break, as passes over a ward: everybody tends the ties they hold themselves.

A tie a→b stands in a's row. What b sends to a strengthens or harms b→a for b, and a→b for a.
"""

from __future__ import annotations

import numpy as np

from sim.model.compiled import apart, inlined
from sim.model.law import letters, rules

_NONE = np.uint64(0)


@apart
def tend(ties, extra, levers, lo, hi, sent, inbox):
    """Ties fade; then acts sent, then acts received, in the order (sender, slot), change them."""
    weight = ties.weight[ties.indptr[lo] : ties.indptr[hi]]
    for k in range(weight.size):
        weight[k] = rules.weakens(weight[k], levers.tie_left, levers.tie_break)
    for m in range(sent.shape[0]):
        row, other = letters.sender_of(sent[m, 0]), letters.receiver_of(sent[m, 0])
        if sent[m, 1] & letters.HOSTILE == _NONE:
            strengthen(ties, levers, np.int64(row), other)
    for m in range(inbox.shape[0]):
        other, row = letters.sender_of(inbox[m, 0]), np.int64(letters.receiver_of(inbox[m, 0]))
        if extra.lapsed.size > 0 and extra.lapsed[row] == 1:
            continue
        if inbox[m, 1] & letters.HOSTILE == _NONE:
            strengthen(ties, levers, row, other)
        else:
            weaken(ties, levers, row, other)


@inlined
def strengthen(ties, levers, row, other):
    """The tie to another, if one reads them, gains."""
    k = find(ties, row, other)
    if k >= 0:
        ties.weight[k] = rules.strengthens(ties.weight[k], levers.tie_gain)


@inlined
def weaken(ties, levers, row, other):
    """The tie to another, if one reads them, is harmed."""
    k = find(ties, row, other)
    if k >= 0:
        ties.weight[k] = rules.weakens(ties.weight[k], levers.tie_harm, levers.tie_break)


@inlined
def find(ties, row, other):
    """Place of one's tie to another in the list of ties; -1 = none. A row is in ascending order."""
    low, high = ties.indptr[row], ties.indptr[row + 1]
    while low < high:
        middle = (low + high) // 2
        if np.uint64(ties.indices[middle]) < other:
            low = middle + 1
        else:
            high = middle
    return low if low < ties.indptr[row + 1] and np.uint64(ties.indices[low]) == other else np.int64(-1)
