"""Whose items are read: the feed of the coming tick, opened and not acted on."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.model.engine.desk import BLOCK, browse_arrays
from sim.model.law import letters


def items_shown(world: Any) -> np.ndarray:
    """int64[n], how often each person's items will be read in the coming tick of a world. Changes nothing."""
    people, items, _ = browse_arrays(len(world.gestures))
    shown, known = np.zeros(world.people, np.int64), (world.ties, world.levers, world.inputs, world.moment)
    for lo in range(0, world.people, BLOCK):
        hi = min(lo + BLOCK, world.people)
        count = world.kernel.browse_people(world.felt, world.extra, *known, lo, hi, people, items)
        world.kernel.read_feed(world.felt, *known, lo, count, items)
        read = (items.winner[:count] < 3) & (items.slot[:count] != letters.REPLY)
        np.add.at(shown, items.author[0, :count][read], 1)
    return shown
