"""A recorded run for a replay: where people stand, who is tied, and everybody's mood from the first day to the last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.lab.errors import BadInput
from sim.lab.experiment import chosen, runs
from sim.lab.progress import progress
from sim.lab.run import Frame, Run, network_of
from sim.lab.scenario import Scenario
from sim.studio.layout import drawn_ties, layout
from sim.studio.mood import Level, Moods

if TYPE_CHECKING:
    from sim.lab.record import Done

MOST_ARMS = 2
MOST_FRAMES = 400
MOST_OUTCOMES = 6
ALWAYS = ("kind_acts", "wellbeing", "resting")  # what a scenario shows that names no headline
WEEK = 7.0


@dataclass(frozen=True)
class Arm:
    """One arm of a recording.

    moods : uint8[frames, n], numbers of the legend
    series : the outcomes by frame, and `day`; None where an outcome does not exist
    weeks : mean of each outcome over each week, from every tick
    """

    name: str
    says: str
    moods: np.ndarray
    series: Frame
    weeks: Frame


@dataclass(frozen=True)
class Recording:
    """One arm, or two on the same network with the same draws.

    places : float32[n, 2], -1..1; ties : uint32[m, 2]
    days : the day of each frame; outcomes : names of the columns of `series`
    """

    name: str
    question: str
    about: str
    look_at: str
    finding: str
    command: str
    places: np.ndarray
    ties: np.ndarray
    days: list[float]
    legend: tuple[Level, ...]
    outcomes: tuple[str, ...]
    arms: tuple[Arm, ...]

    @property
    def people(self) -> int:
        return len(self.places)


@dataclass
class _Reel:
    """Collects the moods of the runs as they go, a frame every so many ticks and the last."""

    every: int
    last: int
    frames: list[list[np.ndarray]] = field(default_factory=list)
    legend: tuple[Level, ...] = ()

    def follow(self, run: Run) -> None:
        moods = Moods(run.world)
        taken = [moods.levels]
        self.legend = max(self.legend, moods.legend, key=len)
        self.frames.append(taken)

        def watch(world: Any) -> None:
            moods.watch(world)
            if world.tick % self.every == 0 or world.tick == self.last:
                taken.append(moods.levels)

        run.watch = watch


def record_arms(
    scenario: Scenario,
    names: Sequence[str] = (),
    command: str = "",
    advance: Callable[[int], None] = lambda done: None,
) -> Recording:
    """Runs one or two arms and keeps what a replay shows; without names the control and the last arm.

    command : the line that rebuilds the replay, shown at its end
    advance : told how many ticks are done

    Raises BadInput for unknown arms and for more than two.
    """
    arms = shown_arms(scenario, names)
    network = network_of(arms[0])
    reel = _Reel(-(-arms[0].ticks // MOST_FRAMES) or 1, arms[0].ticks)
    first = arms[0].settings
    done = list(runs(arms, range(first.replicate, first.replicate + 1), network, advance=advance, opened=reel.follow))
    outcomes = _outcomes(done)
    kept = tuple(_arm(one, frames, outcomes, reel) for one, frames in zip(done, reel.frames, strict=True))
    texts = (first.name, first.question, first.about, first.look_at, first.finding, command)
    days = [float(day or 0) for day in kept[0].series["day"]]
    return Recording(*texts, layout(network), drawn_ties(network), days, reel.legend, outcomes, kept)


def recorded(scenario: Scenario, names: Sequence[str] = (), command: str = "", quiet: bool = False) -> Recording:
    """`record_arms`, with its progress told."""
    with progress(sum(one.ticks for one in shown_arms(scenario, names)), quiet) as advance:
        return record_arms(scenario, names, command, advance)


def shown_arms(scenario: Scenario, names: Sequence[str]) -> list[Scenario]:
    """The arms of these names, which all last as long; BadInput for unknown ones and for more than two."""
    arms = chosen(scenario, names)
    if len(names) > MOST_ARMS:
        raise BadInput("--arm", None, ",".join(names)[:80], f"are too many; allowed are at most {MOST_ARMS} arms")
    return arms if len(arms) <= MOST_ARMS else [arms[0], arms[-1]]


def _outcomes(done: Sequence[Done]) -> tuple[str, ...]:
    """The headline of the scenario, as far as it is known day by day; kind acts too, where there are any."""
    wanted = [*done[0].scenario.settings.headline, "kind_acts"] if done[0].scenario.settings.headline else ALWAYS
    known = {name for run in done for name, values in run.series.columns.items() if np.isfinite(values).any()}
    if not any(np.nansum(run.series.columns["kind_acts"]) for run in done):
        known.discard("kind_acts")
    return tuple(name for name in dict.fromkeys(wanted) if name in known)[:MOST_OUTCOMES]


def _arm(done: Done, frames: list[np.ndarray], outcomes: Sequence[str], reel: _Reel) -> Arm:
    frame = done.series.frame()
    ticks = [t for t in range(reel.last + 1) if t % reel.every == 0 or t == reel.last]
    series = {name: [frame[name][t] for t in ticks] for name in ("day", *outcomes)}
    return Arm(done.scenario.arm, done.scenario.says, np.stack(frames), series, by_week(frame, outcomes))


def by_week(frame: Frame, outcomes: Sequence[str]) -> Frame:
    """Mean of each outcome over each week that has begun (day 0 is in none), with `day`, on which the week ends."""
    days = np.array(frame["day"], float)
    ends = [float(end) for end in np.append(np.arange(WEEK, days[-1], WEEK), days[-1])] if days[-1] > 0 else []
    weeks = [(days > start + 1e-9) & (days <= end + 1e-9) for start, end in pairwise([0.0, *ends])]
    means = {name: [_mean(frame[name], week) for week in weeks] for name in outcomes}
    return {"day": [*ends], **means}


def _mean(values: Sequence[float | None], inside: np.ndarray) -> float | None:
    known = [value for value, wanted in zip(values, inside, strict=True) if wanted and value is not None]
    return float(np.mean(known)) if known else None
