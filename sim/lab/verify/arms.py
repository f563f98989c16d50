"""What the little experiments share: a scenario, twin worlds on the same draws, acts put into the post, who acted.

Two arms are two worlds of the same people and the same coin flips; what differs between them is the treatment.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.model.law import letters
from sim.model.law.settings import ScenarioSettings
from sim.model.network.networks import Network
from sim.model.world import World

SEED = 20  # of every experiment; the standard errors say how far another seed may lie
HOUR = 1 / 24
_ROW = np.uint64(0xFFFFFFFF)
_EXTRA = np.uint64(254)  # slot of an act that an experiment adds, after those of the feed
SEEN = letters.VISIBLE | letters.SINCERE


def scenario(people: int, rules: dict[str, float] | None = None, **tables: Any) -> ScenarioSettings:
    """The defaults with some rules and tables changed, for so many people on a small-world network."""
    network = {"kind": "small_world", "people": people, **tables.pop("network", {})}
    return ScenarioSettings.model_validate({"seed": SEED, "network": network, "rules": rules or {}, **tables})


def stepped(world: World, ticks: int) -> World:
    """The world, some ticks later."""
    for _ in range(ticks):
        world.step()
    return world


def twin(world: World) -> World:
    """A second world that is now just like this one."""
    other = World(world.settings, world.network)
    pairs = zip((*other.columns, *other.extra.columns), (*world.columns, *world.extra.columns), strict=True)
    for mine, theirs in pairs:
        mine[:] = theirs
    other.tick = world.tick
    return other


def lived_in(settings: ScenarioSettings, days: int = 60, network: Network | None = None) -> World:
    """A world after so many days, when its levels have settled."""
    return stepped(World(settings, network), round(days / settings.dt))


def gifts(
    world: World,
    giver: np.ndarray,
    receiver: np.ndarray,
    gesture: str = "resource",
    *,
    value: float | None = None,
    marks: np.uint64 = SEEN,
) -> np.ndarray:
    """Acts between rows, as letters uint64[k, 3]; of the gesture's own value unless told.

    A hostile act (marks HOSTILE) carries the strength of the tie, 1, in place of a value.
    """
    place = next(i for i, g in enumerate(world.gestures) if g.name == gesture)
    worth = np.float32(world.gestures[place].value if value is None else value)
    what = letters.content(np.uint64(place), marks, letters.OWN, _EXTRA, np.uint64(0), worth)
    return np.array([
        (letters.ends(np.uint64(a), np.uint64(b)), what,
         letters.act_number(np.uint64(world.tick), np.uint64(world.columns.key[a]), _EXTRA))
        for a, b in zip(giver, receiver, strict=True)
    ], np.uint64).reshape(-1, letters.WORDS)  # fmt: skip


def step_with(world: World, extra: np.ndarray) -> None:
    """One tick in which these letters are posted besides the world's own."""
    world.browse()
    post = np.concatenate([world.letters(), extra])
    slot = (post[:, 1] >> np.uint64(12)) & np.uint64(255)
    world.put_letters(post[np.lexsort((slot, post[:, 0] & _ROW))])
    world.settle()


def given(world: World, hostile: bool = False) -> np.ndarray:
    """int[people], kind (or hostile) acts of the last tick on items of the feed, replies and added acts left out."""
    post = world.letters()
    slot = (post[:, 1] >> np.uint64(12)) & np.uint64(255)
    chosen = (slot < _EXTRA) & ((post[:, 1] & letters.HOSTILE != 0) == hostile)
    return np.bincount((post[chosen, 0] & _ROW).astype(np.int64), minlength=world.people)


def received(world: World, hostile: bool = False) -> np.ndarray:
    """int[people], visible acts of the last tick that were sent to each person."""
    post = world.letters()
    chosen = (post[:, 1] & letters.VISIBLE != 0) & ((post[:, 1] & letters.HOSTILE != 0) == hostile)
    return np.bincount((post[chosen, 0] >> np.uint64(32)).astype(np.int64), minlength=world.people)


def given_during(world: World, ticks: int) -> np.ndarray:
    """int[people], kind acts on items over the next ticks."""
    total = np.zeros(world.people, np.int64)
    for _ in range(ticks):
        world.step()
        total += given(world)
    return total
