"""A desk: the working arrays of one thread, kept between ticks, since fresh memory costs a small world a third of one.

Each array is as narrow as what it holds, so that a block's arrays leave the cache to the profiles.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.model.instructions import RUN
from sim.model.law.columns import MOST_ITEMS

BLOCK = 512  # people a pass of browsing handles at once: the block's arrays stay in the second-level cache
CANDIDATES = 3  # for a slot of the feed, at most
_SLOTS = MOST_ITEMS + 1  # with the reply


class People(NamedTuple):
    """Working arrays of a block of people, length BLOCK."""

    key: np.ndarray
    nought: np.ndarray
    low: np.ndarray
    high: np.ndarray
    away: np.ndarray  # 1 = at rest, or lapsed
    warmth: np.ndarray  # as it is now
    items: np.ndarray
    reply: np.ndarray
    gift: np.ndarray
    norm: np.ndarray
    habit: np.ndarray
    prompt: np.ndarray
    friction: np.ndarray
    offset: np.ndarray  # of thanking
    quality: np.ndarray  # what naming the impact makes of a gesture's value
    lean: np.ndarray
    thank: np.ndarray
    end: np.ndarray  # number of items up to and with this person


class Items(NamedTuple):
    """Working arrays of the items a block reads, and of the acts they lead to; length BLOCK·52 + 17, or three rows of
    that, one for each candidate."""

    row: np.ndarray  # place of the reader in the block
    key: np.ndarray
    slot: np.ndarray
    start: np.ndarray  # place of the reader's first tie
    degree: np.ndarray  # number of the reader's ties; 0 for a reply
    lean: np.ndarray
    decision: np.ndarray  # uniform number that decides whether to act
    heed: np.ndarray  # uniform number that decides whether a need is noticed
    race: np.ndarray  # [c], uniform number of candidate c
    place: np.ndarray  # [c], place of candidate c in the list of ties; [0] is then the winner's, and so with authors
    author: np.ndarray  # [c], row of candidate c
    weight: np.ndarray  # [c], weight of candidate c in the race
    word: np.ndarray  # profile of the winner
    winner: np.ndarray  # 0, 1, 2, or 3 if all are absent
    noticed: np.ndarray
    choice: np.ndarray
    tally: np.ndarray  # [k + 1]: items seen, 1 + kindness << 16 + need noticed << 48, summed up to and with item k
    act: np.ndarray  # numbers of the items that led to an act


class Acts(NamedTuple):
    """Working arrays of the acts of a block, length BLOCK·52 each; `odds` has one such row per gesture."""

    word: np.ndarray
    root: np.ndarray
    content: np.ndarray  # second word of the letter
    marks: np.ndarray
    depth: np.ndarray
    here: np.ndarray  # place of the giver in the block
    slot: np.ndarray
    cause: np.ndarray  # what moved the act
    sincere: np.ndarray
    held: np.ndarray  # 1 = held back, to spare one's strength
    gesture: np.ndarray
    key: np.ndarray
    author: np.ndarray  # row of the receiver
    followed: np.ndarray  # numbers of the acts that go on with a chain
    choose: np.ndarray  # uniform numbers: which gesture, whether it is meant, found out, seen, and what moved it
    mean: np.ndarray
    find: np.ndarray
    show: np.ndarray
    move: np.ndarray
    noticed: np.ndarray
    exhaustion: np.ndarray
    image: np.ndarray
    warmth: np.ndarray
    habit: np.ndarray
    gift: np.ndarray
    norm: np.ndarray
    prompt: np.ndarray
    tie: np.ndarray
    worth: np.ndarray
    passed: np.ndarray  # sum of the odds gone through
    goal: np.ndarray  # sum of all odds, then the place in it that was drawn
    odds: np.ndarray


class Settling(NamedTuple):
    """Working arrays of a ward, uint64[size] where nothing else is said."""

    key: np.ndarray
    nought: np.ndarray
    low: np.ndarray
    high: np.ndarray
    weight: np.ndarray
    member: np.ndarray
    spare: np.ndarray
    away: np.ndarray  # uint8, 1 = at rest, or lapsed
    largest: np.ndarray  # the largest gift of the last day, and which letter of the inbox brings it, see `receiving`
    latest: np.ndarray  # uint32, 1 + which letter of the outbox is the last visible act; 0 = none
    answering: np.ndarray  # uint32, letters of the inbox that may answer a need


class Desk(NamedTuple):
    """What a thread needs to browse for a block of people, and to settle a ward."""

    browse: tuple[People, Items, Acts]
    settle: Settling


def desk(gestures: int, ward: int) -> Desk:
    """Fresh working arrays, for so many gestures and so many people in a ward."""
    return Desk(browse_arrays(gestures), settle_arrays(ward))


def browse_arrays(gestures: int) -> tuple[People, Items, Acts]:
    """Fresh working arrays for a block."""
    return people_arrays(), item_arrays(), act_arrays(gestures)


def people_arrays() -> People:
    """Fresh working arrays for a block of people."""
    u, f, i = np.uint64, np.float32, np.int64
    kinds = [u, u, u, u, np.uint8, f, i, i, *[f] * 9, np.uint32]
    return People(*(np.zeros(BLOCK, kind) for kind in kinds))


def item_arrays() -> Items:
    """Fresh working arrays for a block's items."""
    k, b, r, u, f = BLOCK * _SLOTS + RUN + 1, np.uint8, np.uint32, np.uint64, np.float32
    one, each, then = (np.uint16, r, b, r, r, f, f, f), (f, r, r, f), (u, b, f, b, u, r)
    return Items(
        *(np.empty(k, kind) for kind in one),
        *(np.empty((CANDIDATES, k), kind) for kind in each),
        *(np.empty(k, kind) for kind in then),
    )  # type: ignore[call-arg]


def act_arrays(gestures: int) -> Acts:
    """Fresh working arrays for a block's acts."""
    k = BLOCK * _SLOTS
    kinds = [*[np.uint64] * 3, *[np.uint16] * 3, *[np.uint8] * 4, np.int32, *[np.uint32] * 3, *[np.float32] * 17]
    return Acts(*(np.empty(k, kind) for kind in kinds), np.empty((gestures, k), np.float32))  # type: ignore[call-arg]


def settle_arrays(size):
    """Fresh working arrays for a ward of `size` people."""
    kinds = [*[np.uint64] * 7, np.uint8, np.uint64, *[np.uint32] * 2]
    return Settling(*(np.zeros(size, kind) for kind in kinds))  # type: ignore[call-arg]
