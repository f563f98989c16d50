"""The ripple of single acts: the same world without them, and everything that then goes differently, exactly.

Two forms. *Contagion*: the act is void, so that its giver still pays, glows and learns, but nobody receives or sees it;
its mean ripple T per act gives the reproduction number R = T/(1 + T) of a chain. *Net*: the act was never done, which
also saves its giver's strength.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.lab.scenario import Scenario
from sim.lab.twins import FORMS, distances, drawn, is_kind, marked, parted, senders

SHARE = 0.02  # of a day's kind acts undone at once: their ripples hardly ever meet


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
    form: str = FORMS[0],
    *,
    share: float = SHARE,
    burn_in: int = 100,
    days: int = 60,
    farthest: int = 6,
    advance: Callable[[int], None] = lambda ticks: None,
) -> Ripple:
    """Undo a random `share` of one day's kind acts and follow two worlds for `days` ticks. 0 undoes a single act."""

    def pick(post: np.ndarray, key: np.ndarray) -> list[tuple[str, np.ndarray]]:
        return [(form, choose(post, key, share, scenario.settings.seed))]

    return ripples(scenario, pick, burn_in=burn_in, days=days, farthest=farthest, advance=advance)[0]


def ripples(
    scenario: Scenario,
    pick: Callable[[np.ndarray, np.ndarray], list[tuple[str, np.ndarray]]],
    *,
    burn_in: int,
    days: int,
    farthest: int,
    advance: Callable[[int], None] = lambda ticks: None,
) -> list[Ripple]:
    """One ripple for each undoing that `pick(letters, keys)` names as (form, bool[m]), all from one burn-in, followed
    side by side. `advance` is told the number of ticks done."""
    world = burned_in(scenario, burn_in, advance)
    post, twins = parted(world, lambda post: pick(post, world.columns.key))
    far = [distances(world.network, np.unique(senders(post[chosen])), farthest) for chosen, _ in twins]
    rows: list[list[Any]] = [[] for _ in twins]
    for tick in range(days):
        world.step()
        for (_, twin), reach, seen in zip(twins, far, rows, strict=True):
            twin.step()
            seen.append(_less(world, twin, reach, farthest))
        advance(burn_in + tick + 1)
    return [_ripple(int(chosen.sum()), seen, farthest) for (chosen, _), seen in zip(twins, rows, strict=True)]


def burned_in(scenario: Scenario, ticks: int, advance: Callable[[int], None] = lambda done: None) -> Any:
    """A world of the scenario after some ticks."""
    from sim.lab.run import prepared

    world = prepared(scenario).world
    for tick in range(ticks):
        world.step()
        advance(tick + 1)
    return world


def choose(post: np.ndarray, key: np.ndarray, share: float, seed: int) -> np.ndarray:
    """bool[m], which letters of a tick are undone: a share of the kind ones, one at least, picked by key and seed."""
    order = drawn(post, key, seed)
    return marked(post, order[: max(1, round(share * order.size))])


def _ripple(acts: int, rows: list[Any], farthest: int) -> Ripple:
    fewer, met, wellbeing, degrees = zip(*rows, strict=True) if rows else ((), (), (), np.empty((0, farthest + 1)))
    return Ripple(acts, *map(np.array, (fewer, met, wellbeing, degrees)))


def _less(world: Any, twin: Any, far: np.ndarray, farthest: int) -> tuple[int, float, float, np.ndarray]:
    """What the twin had less in the tick just over."""
    from sim.model.law.columns import MET

    mine, theirs = (senders(post[is_kind(post)]) for post in (world.letters(), twin.letters()))
    degrees = np.bincount(far[mine], minlength=farthest + 1) - np.bincount(far[theirs], minlength=farthest + 1)
    met = [np.count_nonzero(one.columns.events_today & MET) for one in (world, twin)]
    felt = world.columns.wellbeing.astype(np.float64) - twin.columns.wellbeing
    return mine.size - theirs.size, float(met[0] - met[1]), float(felt.sum()), degrees
