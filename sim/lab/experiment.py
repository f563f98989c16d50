"""All runs of a scenario: every arm in every replicate, on one network per replicate and the same draws."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from sim.lab.errors import BadInput, did_you_mean
from sim.lab.record import Done, kept
from sim.lab.run import network_of, prepared
from sim.lab.scenario import Scenario

if TYPE_CHECKING:
    from sim.model.network.networks import Network

MOST_REPLICATES = 10_000
_RANGE = re.compile(r"(\d{1,10})(?:-(\d{1,10}))?")


def chosen(scenario: Scenario, names: Sequence[str]) -> list[Scenario]:
    """The arms of these names in the order of the file; all of them if none is named."""
    known = scenario.arms
    for name in names:
        if name not in known:
            text = f"no such arm; {scenario.settings.name} has {', '.join(known)}{did_you_mean(name, known)}"
            raise BadInput("--arm", None, name, text)
    return [arm for name, arm in known.items() if not names or name in names]


def replicates(scenario: Scenario, text: str | None) -> range:
    """`5` is five replicates from the scenario's own on, `3-7` those from the third to the seventh."""
    first = scenario.settings.replicate
    if text is None:
        return range(first, first + 1)
    match = _RANGE.fullmatch(text)
    if match and match[2]:
        found = range(int(match[1]), int(match[2]) + 1)
    else:
        found = range(first, first + int(match[1])) if match else range(0)
    if not 0 < len(found) <= MOST_REPLICATES or found[-1] >= 2**32:
        allowed = f"allowed is a number like 5 or a range like 1-50, at most {MOST_REPLICATES:,} of them"
        raise BadInput("--replicates", None, text[:40], f"will not do; {allowed}")
    return found


def ticks(arms: Sequence[Scenario], numbers: range) -> int:
    """Ticks of all runs together."""
    return sum(arm.ticks for arm in arms) * len(numbers)


def runs(
    arms: Sequence[Scenario],
    numbers: range,
    network: Network,
    engine: str = "kernel",
    threads: int | None = None,
    advance: Callable[[int], None] = lambda done: None,
) -> Iterator[Done]:
    """Each arm of each replicate, run to its last day; `advance` is told how many ticks are done.

    network : that of the first replicate; the arms of a replicate share one
    """
    done = 0
    for number in numbers:
        if number != numbers[0] and not _lasts(arms[0]):
            network = network_of(arms[0].in_replicate(number))
        for arm in arms:
            made = prepared(arm.in_replicate(number), engine, threads, network)
            for tick in made:
                advance(done + tick)
            done += arm.ticks
            yield kept(made)


def _lasts(arm: Scenario) -> bool:
    """Is the network the same in every replicate?"""
    return arm.settings.network.kind == "file" or arm.settings.network.replicates == "shared"


def grouped(done: Sequence[Done]) -> dict[str, list[Done]]:
    """The runs by arm, the control first."""
    found: dict[str, list[Done]] = {}
    for run in done:
        found.setdefault(run.scenario.arm, []).append(run)
    return found
