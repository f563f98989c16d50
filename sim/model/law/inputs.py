"""What interventions give each person in a tick, beside columns and levers; made anew before every tick.

An array has a row per person where an intervention makes people differ, and none where the lever of that name holds for
everybody (or nothing is done): then both engines pass it by.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Inputs(NamedTuple):
    """float32[n] or [0] each, but where another type is given.

    prompt, friction, thanks_offset, specificity, notice, need_chance : in place of the lever of that name
    assist : log-odds an assistant adds on a noticed need that nobody has answered
    cap : most effort that a trailing day may hold
    official : uint8, 1 = one feed slot is to show the official item; after browsing, 1 = it did
    told : value of that item to its reader
    caught, caught_early : chance that a hostile act is removed, and that it is before anybody reads it
    wrongly : chance that a visible kind act is removed by mistake
    signal, boost : what the feed ranks by in place of the score, and a factor on a person's weight; both or none
    community : uint32[m], rows among whom discovery looks
    recommended, discovery : float32, shares of feed slots that show strangers, or people of the community
    urged_today : uint16, how often an assistant spoke up in this tick
    """

    prompt: np.ndarray
    friction: np.ndarray
    thanks_offset: np.ndarray
    specificity: np.ndarray
    notice: np.ndarray
    need_chance: np.ndarray
    assist: np.ndarray
    cap: np.ndarray
    official: np.ndarray
    told: np.ndarray
    caught: np.ndarray
    caught_early: np.ndarray
    wrongly: np.ndarray
    signal: np.ndarray
    boost: np.ndarray
    community: np.ndarray
    urged_today: np.ndarray
    recommended: np.float32
    discovery: np.float32


_TYPES = {"official": "u1", "community": "u4", "urged_today": "u2"}
_SCALARS = ("recommended", "discovery")


def no_inputs() -> Inputs:
    """Nothing is done."""
    arrays: dict[str, Any] = {name: np.empty(0, _TYPES.get(name, "f4")) for name in Inputs._fields}
    scalars: dict[str, Any] = dict.fromkeys(_SCALARS, np.float32(0))
    return Inputs(**{**arrays, **scalars})


def copied(inputs: Inputs) -> Inputs:
    """Inputs to read a feed with, so that what is noted there on the way stays untouched."""
    parts: list[Any] = [part.copy() for part in inputs]
    return Inputs(*parts)
