"""The ripple of single acts: the same world without them, and everything that then goes differently, exactly.

Two forms. *Contagion*: the act is void, so that its giver still pays, glows and learns, but nobody receives or sees it;
its mean ripple T per act gives the reproduction number R = T/(1 + T) of a chain. *Net*: the act was never done, which
also saves its giver's strength.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.lab.scenario import Scenario

FORMS = ("contagion", "net")
SHARE = 0.02  # of a day's kind acts undone at once: their ripples hardly ever meet
_STREAM = np.uint64(0x9E37_79B9_7F4A_7C15)


@dataclass(frozen=True)
class Ripple:
    """What followed from undoing some acts of one day, in one world.

    acts : int, acts undone
    fewer : int64[days], kind acts that the world then had less (negative: more), by day after
    met : float64[days], needs met that it had less
    wellbeing : float64[days], sum over people of the well-being that it had less
    degrees : int64[days, farthest + 1], `fewer` by the giver's distance from the nearest giver of an undone act
    """

    acts: int
    fewer: np.ndarray
    met: np.ndarray
    wellbeing: np.ndarray
    degrees: np.ndarray

    @property
    def further(self) -> float:
        """T, further kind acts per act undone."""
        return float(self.fewer.sum()) / self.acts

    @property
    def reproduction(self) -> float:
        """R = T/(1 + T), the acts that one act leads to directly, were all acts alike."""
        return self.further / (1 + self.further)


def ripple(
    scenario: Scenario,
    form: str = "contagion",
    *,
    share: float = SHARE,
    burn_in: int = 100,
    days: int = 60,
    farthest: int = 6,
    advance: Callable[[int], None] = lambda ticks: None,
) -> Ripple:
    """Undo a random `share` of one day's kind acts and follow two worlds for `days` ticks. 0 undoes a single act."""
    from sim.lab.run import network_of
    from sim.model.world import World

    network = network_of(scenario)
    world, twin = World(scenario.settings, network), World(scenario.settings, network)
    for tick in range(burn_in):
        world.step()
        advance(tick + 1)
    _become(twin, world)
    world.browse()
    twin.browse()
    post = world.letters()
    chosen = choose(post, world.columns.key, share, scenario.settings.seed)
    far = distances(network, np.unique(_senders(post[chosen])), farthest)
    twin.put_letters(undone(post, chosen, form))
    world.settle()
    twin.settle()
    rows = [row for row in _followed(world, twin, far, farthest, days, lambda tick: advance(burn_in + tick))]
    fewer, met, wellbeing, degrees = zip(*rows, strict=True)
    return Ripple(int(chosen.sum()), *map(np.array, (fewer, met, wellbeing, degrees)))


def choose(post: np.ndarray, key: np.ndarray, share: float, seed: int) -> np.ndarray:
    """bool[m], which letters of a tick are undone: a share of the kind ones, one at least, picked by key and seed."""
    from sim.model.law import letters

    kind = np.flatnonzero(post[:, 1] & letters.HOSTILE == 0)
    chosen = np.zeros(len(post), bool)
    if kind.size:
        luck = (key[_senders(post[kind])].astype(np.uint64) * _STREAM ^ np.uint64(seed) ^ post[kind, 1]) * _STREAM
        chosen[kind[np.argsort(luck >> np.uint64(11), kind="stable")[: max(1, round(share * kind.size))]]] = True
    return chosen


def undone(post: np.ndarray, chosen: np.ndarray, form: str) -> np.ndarray:
    """The letters of a tick without the chosen ones."""
    from sim.model.law import letters

    if form not in FORMS:
        raise ValueError(f"no form {form}; there are {' and '.join(FORMS)}")
    if form == "net":
        return post[~chosen]
    post = post.copy()
    post[chosen, 1] |= letters.VOID
    return post


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


def _followed(
    world: Any, twin: Any, far: np.ndarray, farthest: int, days: int, advance: Callable[[int], None]
) -> Iterator[tuple[int, float, float, np.ndarray]]:
    from sim.model.law.columns import MET

    for tick in range(days):
        world.step()
        twin.step()
        mine, theirs = (_kind_senders(one.letters()) for one in (world, twin))
        degrees = np.bincount(far[mine], minlength=farthest + 1) - np.bincount(far[theirs], minlength=farthest + 1)
        met = [np.count_nonzero(one.columns.events_today & MET) for one in (world, twin)]
        felt = world.columns.wellbeing.astype(np.float64) - twin.columns.wellbeing
        yield mine.size - theirs.size, float(met[0] - met[1]), float(felt.sum()), degrees
        advance(tick + 1)


def _become(twin: Any, world: Any) -> None:
    for mine, theirs in zip(twin.columns, world.columns, strict=True):
        mine[:] = theirs
    twin.tick = world.tick
    twin.put_letters(world.letters())


def _senders(post: np.ndarray) -> np.ndarray:
    return (post[:, 0] & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _kind_senders(post: np.ndarray) -> np.ndarray:
    from sim.model.law import letters

    return _senders(post[post[:, 1] & letters.HOSTILE == 0])
