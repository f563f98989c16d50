"""Chains of kindness, traced as they grow: who moved whom, how many acts a chain has, how deep and how wide it is.

The parent of an act is the gift of the giver's helper, or the last visible kind act of the author whose item moved it.
Letters say the cause and the root; the tracer knows each person's last gift and last visible act, and so the parent.

A chain can grow only while somebody carries its root, as `gift_root` or `act_root`. Chains that nobody carries have
ended: they are counted and forgotten, so that memory grows with people and not with days. Two limits keep it so:
among more than 2,000 people one root in k is traced (chosen by a hash of its number, k = people // 2000), and a chain
is cut once it is found with more than 4,096 acts, counted as it is and followed no further.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.model.law import letters
from sim.model.law.columns import NOBODY, Columns
from sim.model.outcomes import trees

MOST_ACTS = 4096  # a longer chain is cut
_TRACED = 2000  # people up to whom every chain is traced
_ROOM = 4096  # acts beyond which the forest is tidied
_TALL = 4097  # depths 0..4095, and beyond
_FOREST = ("parent", "depth", "root", "sender", "number")
_KEPT = (*_FOREST, "act_at", "gift_at", "sizes", "tallest", "sums")


class Chains:
    """
    parent, depth, root : int64[m], the acts of chains that still live, as in `trees`
    sender : int64[m], row of the giver; number : uint64[m], number of the chain's root
    act_at, gift_at : int64[n], each person's last visible act and largest gift in the forest; -1 = none was traced
    sizes, tallest : int64[MOST_ACTS + 1], int64[4097], ended chains by number of acts and by depth; the last = or more
    sums : float64[5], over ended chains: acts, their squares, virality, chains with a virality, largest size
    """

    def __init__(self, people: int) -> None:
        self.every = np.uint64(max(1, people // _TRACED))
        for name in _FOREST:
            setattr(self, name, np.empty(0, np.uint64 if name == "number" else np.int64))
        self.act_at, self.gift_at = np.full(people, -1), np.full(people, -1)
        self.sizes, self.tallest = np.zeros(MOST_ACTS + 1, np.int64), np.zeros(_TALL, np.int64)
        self.sums = np.zeros(5)
        self.room = _ROOM

    parent: np.ndarray
    depth: np.ndarray
    root: np.ndarray
    sender: np.ndarray
    number: np.ndarray

    def follow(self, columns: Columns, mail: np.ndarray) -> None:
        """Take in the kind letters of traced chains of the tick just over, and the columns they led to."""
        mail, parent = self._traced(mail, self._parents(mail))
        place = self._grow(mail, parent)
        self._point(columns, mail, place)
        if self.parent.size > self.room:
            self.tidy(columns)

    def _parents(self, mail: np.ndarray) -> np.ndarray:
        """int64[k], place in the forest of what moved each act; -1 = nothing, or an act that is not traced."""
        sender, receiver, cause = _ends(mail)
        by_gift, by_item = cause == int(letters.GIFT), cause == int(letters.ITEM)
        parent = np.where(by_gift, self.gift_at[sender], np.where(by_item, self.act_at[receiver], -1))
        known = parent >= 0
        known[known] = self.number[parent[known]] == mail[known, 2]
        return np.where(known, parent, -1)

    def _traced(self, mail: np.ndarray, parent: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Leave out acts of chains that were cut, which have no parent in the forest."""
        keep = (parent >= 0) | (_ends(mail)[2] == int(letters.OWN))
        return mail[keep], parent[keep]

    def _grow(self, mail: np.ndarray, parent: np.ndarray) -> np.ndarray:
        """Add acts to the forest; returns their places."""
        place = np.arange(self.parent.size, self.parent.size + len(mail))
        moved = parent >= 0
        root, depth = place.copy(), np.zeros(len(mail), np.int64)
        root[moved], depth[moved] = self.root[parent[moved]], self.depth[parent[moved]] + 1
        more = (parent, depth, root, _ends(mail)[0], mail[:, 2])
        for name, new in zip(_FOREST, more, strict=True):
            setattr(self, name, np.concatenate([getattr(self, name), new]))
        return place

    def _point(self, columns: Columns, mail: np.ndarray, place: np.ndarray) -> None:
        """Whose last visible act, and whose largest gift, these acts are now."""
        sender, receiver, _ = _ends(mail)
        what, root = mail[:, 1], mail[:, 2]
        shown = (what & letters.VISIBLE > 0) & (what & letters.VOID == 0)
        self.act_at[sender[shown]] = place[shown]  # in the order of slots, so that the last one stays
        gift = (what >> np.uint64(32)).astype(np.uint32).view(np.float32)
        taken = (columns.gift[receiver] == gift) & (columns.gift_root[receiver] == root) & (what & letters.VOID == 0)
        taken &= columns.helper[receiver] == sender
        self.gift_at[receiver[taken][::-1]] = place[taken][::-1]  # the first of equal gifts is remembered

    def carried(self, columns: Columns) -> np.ndarray:
        """bool[n], bool[n]: whose last visible act, and whose gift, can still move somebody."""
        held = np.array([self.act_at >= 0, (self.gift_at >= 0) & (columns.helper != NOBODY)])
        for who, at, root in zip(held, (self.act_at, self.gift_at), (columns.act_root, columns.gift_root), strict=True):
            rows = np.flatnonzero(who)
            who[rows] = self.number[at[rows]] == root[rows]
        return held

    def tidy(self, columns: Columns) -> None:
        """Count chains that have ended and forget them."""
        act, gift = self.carried(columns)
        live = np.zeros(self.parent.size, bool)
        live[self.root[self.act_at[act]]] = live[self.root[self.gift_at[gift]]] = True
        live &= np.bincount(self.root, minlength=live.size) <= MOST_ACTS
        self._count(~live[self.root])
        self._forget(live[self.root], act, gift)
        self.room = 2 * self.parent.size + _ROOM

    def _count(self, ended: np.ndarray) -> None:
        size, tall, virality = measured(*_renumbered(ended, self.parent, self.depth))
        self.sizes += np.bincount(np.minimum(size, MOST_ACTS), minlength=MOST_ACTS + 1)
        self.tallest += np.bincount(np.minimum(tall, _TALL - 1), minlength=_TALL)
        largest = max(self.sums[4], size.max(initial=0))
        self.sums[:4] += size.sum(), (size.astype(np.float64) ** 2).sum(), virality.sum(), virality.size
        self.sums[4] = largest

    def _forget(self, keep: np.ndarray, act: np.ndarray, gift: np.ndarray) -> None:
        moved_to = np.append(np.where(keep, np.cumsum(keep) - 1, -1), -1)
        for at, carried in ((self.act_at, act), (self.gift_at, gift)):
            rows = np.flatnonzero(carried)
            kept = moved_to[at[rows]]
            at[:] = -1
            at[rows] = kept
        self.parent, self.root = moved_to[self.parent], moved_to[self.root]
        for name in _FOREST:
            setattr(self, name, getattr(self, name)[keep])

    def closed(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Sizes, depths and sums as if all chains had ended now."""
        whole = Chains(0)
        whole.sizes, whole.tallest, whole.sums = self.sizes.copy(), self.tallest.copy(), self.sums.copy()
        whole.parent, whole.depth = self.parent, self.depth
        whole._count(np.ones(self.parent.size, bool))
        return whole.sizes, whole.tallest, whole.sums

    def arrays(self) -> dict[str, np.ndarray]:
        """All that a checkpoint must keep."""
        return {"room": np.array([self.room]), **{name: getattr(self, name) for name in _KEPT}}

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Go on from `arrays`."""
        self.room = int(arrays["room"][0])
        for name in _KEPT:
            setattr(self, name, arrays[name].copy())


def measured(parent: np.ndarray, depth: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Size and depth of every tree of a forest, and structural virality of those with two acts or more."""
    root = trees.roots(parent, depth)
    starts = np.flatnonzero(parent < 0)
    size = np.bincount(root, minlength=parent.size)
    tall = np.zeros(parent.size, np.int64)
    np.maximum.at(tall, root, depth)
    many = starts[size[starts] > 1]
    virality = trees.structural_virality(size[many], trees.wiener(parent, depth, root)[many])
    return size[starts], tall[starts], virality


def _renumbered(chosen: np.ndarray, parent: np.ndarray, depth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The chosen acts, whole trees, as a forest of their own."""
    place = np.append(np.cumsum(chosen) - 1, -1)
    return place[parent[chosen]], depth[chosen]


def _ends(mail: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row of the sender, row of the receiver, cause: int64[k] each."""
    sender, receiver = mail[:, 0] & np.uint64(0xFFFFFFFF), mail[:, 0] >> np.uint64(32)
    return (
        sender.astype(np.int64),
        receiver.astype(np.int64),
        ((mail[:, 1] >> np.uint64(10)) & np.uint64(3)).astype(int),
    )
