"""Delivery: letters sorted by the ward of their receiver, in two counting passes that keep the order (sender, slot).

Counts are integers and every thread writes places of its own, so no number of threads changes an order.
"""

from __future__ import annotations

import numpy as np

from sim.model.compiled import inlined, kernel_pass
from sim.model.instructions import bring
from sim.model.law import letters

_NONE, _WORDS = np.uint64(0), np.uint64(letters.WORDS)
_AHEAD = np.uint64(4)  # letters: an inbox is as large as memory, and each ward's part of it grows letter by letter
WARD = 4096  # least number of people in a ward


@kernel_pass
def count(wards, size, outbox, counts, table):
    """table[w, v] = number of letters from ward w to ward v, for wards wards[0]..wards[1]-1; void ones go nowhere."""
    for ward in range(wards[0], wards[1]):
        table[ward, :] = 0
        for m in range(counts[ward]):
            if outbox[ward, m, 1] & letters.VOID == _NONE:
                table[ward, goal_of(outbox[ward, m, 0], size)] += 1


@kernel_pass
def post(wards, size, outbox, counts, place, inbox):
    """Copy letters to their places; place[w, v] = where ward w's next letter to ward v goes (is used up)."""
    for ward in range(wards[0], wards[1]):
        for m in range(counts[ward]):
            if outbox[ward, m, 1] & letters.VOID == _NONE:
                goal = goal_of(outbox[ward, m, 0], size)
                k = place[ward, goal]
                place[ward, goal] = k + 1
                bring(inbox, (np.uint64(k) + _AHEAD) * _WORDS)
                inbox[k, 0], inbox[k, 1], inbox[k, 2] = outbox[ward, m, 0], outbox[ward, m, 1], outbox[ward, m, 2]


@inlined
def goal_of(ends, size):
    """The receiver's ward. Unsigned numbers divide in half the time."""
    return letters.receiver_of(ends) // np.uint64(size)


@kernel_pass
def places(table, starts):
    """Makes of the counts where each (sending ward, receiving ward) begins; starts[v] = where the inbox of ward v does,
    int64[w + 1]."""
    begun = 0
    for goal in range(table.shape[1]):
        starts[goal] = begun
        for ward in range(table.shape[0]):
            begun, table[ward, goal] = begun + table[ward, goal], begun
    starts[-1] = begun


def ward_size(people: int) -> int:
    """People in a ward: about a thousand wards at most, so that the table of wards stays small."""
    size = WARD
    while people > 1024 * size:
        size *= 2
    return size
