"""All arms of a scenario from one burn-in: what they share is run once, and from the fork on each goes its own way.

The same bits as running every arm from the start (tests/test_branch.py), for the price of one beginning.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sim.lab.errors import BadInput
from sim.lab.run import Run, Series, network_of, prepared
from sim.lab.scenario import Scenario

if TYPE_CHECKING:
    from sim.model.network.networks import Network

APART = {"interventions", "campaign", "arms", "replicate"}  # settings that are looked at by themselves, or not at all
_LATE = 1e-9  # days; sums of dt miss whole days by less


def branch(
    scenario: Scenario,
    day: float,
    *,
    arms: Sequence[str] = (),
    replicate: int | None = None,
    network: Network | None = None,
    threads: int | None = None,
    advance: Callable[[int], None] = lambda tick: None,
) -> Iterator[Run]:
    """The arms of a scenario, forked on a day: one run each, in the order of the file, with the days before in its
    series; iterating a run steps it on to the last day.

    day : 0 ≤ day < days; the fork is at the first tick that begins on it or later
    arms : names of those wanted; all where none are given
    replicate : the scenario's own where it is left out
    network : that of the replicate, where it is at hand
    advance : called with the number of every tick of the burn-in

    Raises BadInput where an arm is another world before the fork.
    """
    chosen = _chosen(scenario, arms, replicate)
    tick = _fork(scenario, day)
    _check(chosen, tick)
    network = network or network_of(chosen[0])
    return _forked(chosen, tick, network, threads, advance)


def latest(scenario: Scenario, arms: Sequence[str] = ()) -> float:
    """The last day on which the arms can fork, 0 where they differ from the start; at most the run's last tick."""
    chosen = _chosen(scenario, arms, None)
    tick = bisect_left(range(1, scenario.ticks), True, key=lambda tick: _fault(chosen, tick) is not None)
    return tick * scenario.settings.dt


def _chosen(scenario: Scenario, names: Sequence[str], replicate: int | None) -> list[Scenario]:
    from sim.lab.experiment import chosen

    arms = chosen(scenario, names)
    return arms if replicate is None else [arm.in_replicate(replicate) for arm in arms]


def _fork(scenario: Scenario, day: float) -> int:
    settings = scenario.settings
    if not 0 <= day < settings.days:
        raise BadInput("--day", None, f"{day:g}", f"will not do; a fork is from day 0 to before day {settings.days:g}")
    return min(int(_first(day, settings.dt)), scenario.ticks - 1)


def _forked(
    arms: Sequence[Scenario], tick: int, network: Network, threads: int | None, advance: Callable[[int], None]
) -> Iterator[Run]:
    from sim.lab.twins import become

    trunk = prepared(arms[0], threads=threads, network=network)
    for done in trunk.steps(tick):
        advance(done)
    for arm in arms:
        run = prepared(arm, threads=threads, network=network)
        become(run.world, trunk.world)
        run.series = Series({name: values[:] for name, values in trunk.series.columns.items()})
        yield run


def _check(arms: Sequence[Scenario], tick: int) -> None:
    fault = _fault(arms, tick)
    if fault is None:
        return
    arm, key, text = fault
    day = f"{tick * arm.settings.dt:g}"
    message = f"{arm.arm} and {arms[0].arm} are not the same until the fork on day {day}: {text}"
    raise arm.fault(f"arms.{arm.arm}.{key}", message)


def _fault(arms: Sequence[Scenario], tick: int) -> tuple[Scenario, str, str] | None:
    """The first arm that is another world than the first before a tick: which, in what setting, and how."""
    for arm in arms[1:] if tick else ():
        for differ in (_other_settings, _other_campaign, _other_windows):
            found = differ(arms[0], arm, tick)
            if found:
                return arm, *found
    return None


def _other_settings(control: Scenario, arm: Scenario, tick: int) -> tuple[str, str] | None:
    """What both engines read from the first tick on."""
    one, other = (each.settings.model_dump(exclude=APART) for each in (control, arm))
    key = _differing(one, other)
    return (key, f"{key} differs from the start") if key else None


def _other_campaign(control: Scenario, arm: Scenario, tick: int) -> tuple[str, str] | None:
    """Campaigns may differ only where both are there and neither has begun."""
    one, other = control.settings.campaign, arm.settings.campaign
    if one == other:
        return None
    if one is None or other is None:
        return "campaign", "only one of them has a campaign"
    day = min(one.start, other.start)
    if round(day / control.settings.dt) < tick:
        return "campaign", f"their campaigns differ and begin on day {day:g}"
    return None


def _other_windows(control: Scenario, arm: Scenario, tick: int) -> tuple[str, str] | None:
    """What is open before the fork, for how long, and in what dose."""
    one, other = (_before(each, tick) for each in (control, arm))
    for name in sorted(one.keys() | other.keys()):
        if one.get(name) != other.get(name):
            first = min(told[0] for told in (one.get(name), other.get(name)) if told) * control.settings.dt
            return "interventions", f'"{name}", which opens on day {first:g}, is not the same in both'
    return None


def _before(scenario: Scenario, tick: int) -> dict[str, tuple[int, int, dict[str, Any]]]:
    """By name: first tick and end of the window as far as it lies before a tick, and all else that is set."""
    dt, found = scenario.settings.dt, {}
    for one in scenario.settings.interventions:
        first, stop = (_first(day, dt) for day in (one.start, one.close))
        if first < min(stop, tick):
            found[one.name] = int(first), int(min(stop, tick)), one.model_dump(exclude={"start", "end", "days"})
    return found


def _first(day: float, dt: float) -> int | float:
    """The first tick that begins on a day or later."""
    return math.ceil((day - _LATE) / dt) if math.isfinite(day) else math.inf


def _differing(one: dict[str, Any], other: dict[str, Any]) -> str:
    """Dotted key of the first setting that differs; empty where none does."""
    for key in [*one, *(key for key in other if key not in one)]:
        mine, theirs = one.get(key), other.get(key)
        if mine != theirs:
            both = isinstance(mine, dict) and isinstance(theirs, dict)
            return f"{key}.{_differing(mine, theirs)}" if both else key  # type: ignore[arg-type]
    return ""
