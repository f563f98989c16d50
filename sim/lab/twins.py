"""Copies of a world in memory: the same people, ties, letters and memories, so that both go on with the same bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.model.law import letters

FORMS = ("contagion", "net")
Pick = Callable[[np.ndarray], list[tuple[str, np.ndarray]]]  # letters → (form, bool[m] of those undone) of each twin
_STREAM = np.uint64(0x9E37_79B9_7F4A_7C15)
_ROW = np.uint64(0xFFFFFFFF)


def become(twin: Any, world: Any) -> None:
    """Make a world of the same people what another one is, memories and letters under way included.

    A campaign is copied where both have the same settings; else the twin's stays as it begins.
    """
    for mine, theirs in zip(twin.columns, world.columns, strict=True):
        mine[:] = theirs
    here, there = twin.memories(), world.memories()
    for name, memory in there["slow"].items():
        here["slow"][name][:] = memory
    twin.programme.memory.clear()
    twin.programme.memory.update({name: memory.copy() for name, memory in there["intervention"].items()})
    if twin.settings.campaign == world.settings.campaign:
        twin.campaign.restore({name: array.copy() for name, array in there["campaign"].items()})
    twin.memory.restore(world.memory.arrays())
    twin.tick = world.tick
    twin.put_letters(world.letters())


def twin_of(world: Any) -> Any:
    """Another world with the same settings, on the same network, in the same state."""
    from sim.model.world import World

    twin = World(world.settings, world.network, threads=world.threads, rules=world.rules)
    become(twin, world)
    return twin


def changed(world: Any, settings: Any) -> Any:
    """The world as it is, going on under other settings on the same network: rules and campaign act from the coming
    tick on; traits, ties and what has happened stay. Both must have the same mechanisms switched on.
    """
    from sim.model.world import World

    twin = World(settings, world.network, threads=world.threads, rules=world.rules)
    become(twin, world)
    if settings.campaign and world.settings.campaign:
        twin.campaign.restore({name: array.copy() for name, array in world.campaign.arrays().items()})
    return twin


def parted(world: Any, pick: Pick) -> tuple[np.ndarray, list[tuple[np.ndarray, Any]]]:
    """The world and its twins take the next tick, each twin without the acts that `pick` names for it.

    Returns the letters of that tick, uint64[m, 3], and for each twin bool[m] of what was undone, and the twin.
    """
    twins = [twin_of(world)]
    twins[0].browse()
    post = twins[0].letters()
    undoings = pick(post)
    for _ in undoings[1:]:
        twins.append(twin_of(world))
        twins[-1].browse()
    world.step()
    for twin, (form, chosen) in zip(twins, undoings, strict=True):
        twin.put_letters(undone(post, chosen, form))
        twin.settle()
    return post, [(chosen, twin) for (_, chosen), twin in zip(undoings, twins, strict=True)]


def undone(post: np.ndarray, chosen: np.ndarray, form: str) -> np.ndarray:
    """The letters of a tick without the chosen ones."""
    if form not in FORMS:
        raise ValueError(f"no form {form}; there are {' and '.join(FORMS)}")
    if form == "net":
        return post[~chosen]
    post = post.copy()
    post[chosen, 1] |= letters.VOID
    return post


def drawn(post: np.ndarray, key: np.ndarray, seed: int) -> np.ndarray:
    """int64[k], places of the kind letters of a tick in an order drawn by key and seed (0..2^64 - 1)."""
    kind = np.flatnonzero(is_kind(post))
    luck = (key[senders(post[kind])].astype(np.uint64) * _STREAM ^ np.uint64(seed) ^ post[kind, 1]) * _STREAM
    return kind[np.argsort(luck >> np.uint64(11), kind="stable")]


def marked(post: np.ndarray, places: np.ndarray) -> np.ndarray:
    """bool[m], true at these places."""
    chosen = np.zeros(len(post), bool)
    chosen[places] = True
    return chosen


def is_kind(post: np.ndarray) -> np.ndarray:
    """bool[m], which letters are kind."""
    return post[:, 1] & letters.HOSTILE == 0


def senders(post: np.ndarray) -> np.ndarray:
    """int64[m], rows of the givers."""
    return (post[:, 0] & _ROW).astype(np.int64)


def receivers(post: np.ndarray) -> np.ndarray:
    """int64[m], rows of the receivers."""
    return (post[:, 0] >> np.uint64(32)).astype(np.int64)


def distances(network: Any, start: np.ndarray, farthest: int) -> np.ndarray:
    """int64[n], ties between each person and the nearest of `start` along which influence can travel, at most
    `farthest`: from a person to those who read them, and to those they read and may answer."""
    from scipy.sparse import csr_array

    n = network.people
    reads = csr_array((np.ones(network.indices.size, np.int8), network.indices, network.indptr), shape=(n, n))
    both = (reads + reads.T).tocsr()
    far, edge = np.full(n, farthest), np.unique(start)
    far[edge] = 0
    for degree in range(1, farthest):
        reached = np.unique(both[edge].indices)
        edge = reached[far[reached] > degree]
        far[edge] = degree
    return far
