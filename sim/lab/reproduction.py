"""The reproduction number of kindness: ripples of many acts in many worlds, with intervals over worlds.

Standard errors are over replicates, never over acts of one world, since ripples of one world share their luck.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sim.lab.contrast import LEVEL
from sim.lab.errors import BadInput
from sim.lab.ripple import SHARE, Ripple, ripples
from sim.lab.scenario import Scenario
from sim.lab.twins import FORMS, drawn, marked

if TYPE_CHECKING:
    import pandas as pd

Undoing = tuple[str, np.ndarray]


@dataclass(frozen=True)
class Reproduction:
    """What one act leads to, over independent worlds.

    form : "contagion" or "net", see `sim.lab.ripple`
    burnout : whether people could burn out; its coin flips are most of the noise
    acts : acts undone in all
    course : float64[replicates, ticks, farthest + 1], further kind acts per act undone, by tick after the act and by
        the giver's distance from the nearest giver of an undone act (the last stands for farther ones, too)
    """

    form: str
    burnout: bool
    acts: int
    course: np.ndarray

    @property
    def each(self) -> np.ndarray:
        """float64[replicates], T of each world."""
        return self.course.sum(axis=(1, 2))

    @property
    def further(self) -> float:
        """T, further kind acts per act undone."""
        return float(self.each.mean())

    @property
    def further_error(self) -> float:
        """Standard error of T; nan with one replicate."""
        return float(_error(self.each))

    @property
    def number(self) -> float:
        """R = T/(1 + T), the acts that one act leads to directly, were all acts alike; nan where T is -1 or less."""
        return _direct(self.further)

    @property
    def error(self) -> float:
        """Standard error of R, to first order."""
        return self.further_error / (1 + self.further) ** 2

    @property
    def interval(self) -> tuple[float, float]:
        """Ends of the interval of R at `LEVEL`: Student's t for T, carried over, since R rises with T."""
        low, high = _ends(self.further, self.further_error, len(self.course))
        return _direct(float(low)), _direct(float(high))

    def frame(self) -> pd.DataFrame:
        """One row per tick after the act and degree: further kind acts per act, with standard error and interval."""
        import pandas as pd

        replicates, ticks, degrees = self.course.shape
        mean, error = self.course.mean(axis=0), _error(self.course)
        low, high = _ends(mean, error, replicates)
        day, degree = np.indices((ticks, degrees))
        cells = {"tick": day + 1, "degree": degree, "further": mean, "error": error, "low": low, "high": high}
        return pd.DataFrame({name: cell.ravel() for name, cell in cells.items()}).assign(form=self.form)


def reproduction(
    scenario: Scenario,
    acts: int = 200,
    replicates: int = 10,
    *,
    forms: Sequence[str] = FORMS,
    burnout: bool = True,
    most: float = SHARE,
    burn_in: int = 100,
    days: int = 60,
    farthest: int = 6,
    advance: Callable[[int], None] = lambda ticks: None,
) -> list[Reproduction]:
    """Undo about `acts` kind acts, spread over `replicates` worlds from the scenario's own replicate on, in every form.

    burnout : False turns burnout off
    most : 0..1, share of a day's kind acts undone in one twin; more acts get more twins
    burn_in, days : ticks before the act, and ticks followed after its own
    advance : called with the number of ticks done, of replicates·(burn_in + days)

    Raises BadInput where that many acts are not done on the day.
    """
    _check(acts, replicates, forms)
    if not burnout:
        scenario = _without_burnout(scenario)
    each, first = -(-acts // replicates), scenario.settings.replicate
    found: dict[str, list[list[Ripple]]] = {form: [] for form in forms}
    for number in range(replicates):
        told = _behind(advance, number * (burn_in + days))
        pick = _batches(each, most, forms, scenario.settings.seed + ((first + number) << 32))
        here = scenario.in_replicate(first + number)
        made = ripples(here, pick, burn_in=burn_in, days=days, farthest=farthest, advance=told)
        for place, form in enumerate(forms):
            found[form].append(made[place :: len(forms)])
    return [_joined(form, burnout, worlds) for form, worlds in found.items()]


def _check(acts: int, replicates: int, forms: Sequence[str]) -> None:
    for option, number in (("--acts", acts), ("--replicates", replicates)):
        if number < 1:
            raise BadInput(option, None, str(number), "will not do; allowed is 1 or more")
    for form in forms:
        if form not in FORMS:
            raise BadInput("--form", None, form, f"is no form of a ripple; there are {' and '.join(FORMS)}")


def _without_burnout(scenario: Scenario) -> Scenario:
    rules = scenario.settings.rules.model_copy(update={"burnout_rate": 0.0})
    return replace(scenario, settings=scenario.settings.model_copy(update={"rules": rules}))


def _behind(advance: Callable[[int], None], before: int) -> Callable[[int], None]:
    return lambda done: advance(before + done)


def _batches(
    acts: int, most: float, forms: Sequence[str], seed: int
) -> Callable[[np.ndarray, np.ndarray], list[Undoing]]:
    """So many acts in as few twins as `most` allows, each batch in every form."""

    def pick(post: np.ndarray, key: np.ndarray) -> list[Undoing]:
        order = drawn(post, key, seed)
        if order.size < acts:
            text = f"{acts} a replicate are more than the day's {order.size} kind acts; take more people or replicates"
            raise BadInput("--acts", None, None, text)
        twins = -(-acts // max(1, round(most * order.size)))
        return [(form, marked(post, part)) for part in np.array_split(order[:acts], twins) for form in forms]

    return pick


def _joined(form: str, burnout: bool, worlds: Sequence[Sequence[Ripple]]) -> Reproduction:
    acts = [sum(one.acts for one in world) for world in worlds]
    course = [sum(one.degrees for one in world) / count for world, count in zip(worlds, acts, strict=True)]
    return Reproduction(form, burnout, sum(acts), np.array(course, np.float64))


def _direct(further: float) -> float:
    return further / (1 + further) if further > -1 else float("nan")


def _error(values: np.ndarray) -> np.ndarray:
    """Standard error of the mean over the first axis; nan where there is one value."""
    if len(values) < 2:
        return np.full(values.shape[1:], np.nan)
    return np.std(values, axis=0, ddof=1) / np.sqrt(len(values))


def _ends(mean: np.ndarray | float, error: np.ndarray | float, count: int) -> tuple[np.ndarray, np.ndarray]:
    from scipy import stats

    half = stats.t.isf((1 - LEVEL) / 2, max(count - 1, 1)) * np.asarray(error)
    return np.asarray(mean) - half, np.asarray(mean) + half
