"""Whose items are read: the feed of the coming tick, opened and not acted on."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.model.engine.desk import BLOCK, browse_arrays
from sim.model.law import letters


def items_shown(world: Any) -> np.ndarray:
    """int64[n], how often each person's items will be read in the coming tick of a world. Changes nothing."""
    shown, scratch = np.zeros(world.people, np.int64), browse_arrays(len(world.gestures))
    items, sheet = scratch[1], world.sheet(world.felt)
    for lo in range(0, world.people, BLOCK):
        count = world.kernel.open_feed(sheet, lo, min(lo + BLOCK, world.people), scratch)
        read = (items.winner[:count] < 3) & (items.slot[:count] != letters.REPLY)
        np.add.at(shown, items.author[0, :count][read], 1)
    return shown
