"""What `kindling run` does, in order: read, build, claim the folder, step, record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.lab import experiment, folder, progress, record, scenario, summary
from sim.lab.run import network_of


@dataclass(frozen=True)
class Order:
    """What to run and where to put it; `None` and no arms stand for what the scenario says."""

    source: str
    overrides: Sequence[scenario.Override] = ()
    arms: Sequence[str] = ()
    replicates: str | None = None
    engine: str = "kernel"
    threads: int | None = None
    output: Path | None = None
    command: str = ""


@dataclass(frozen=True)
class Told:
    """The finished runs and the folder they are in."""

    runs: Sequence[record.Done]
    path: Path
    manifest: dict[str, Any]

    def words(self) -> list[str]:
        return summary.words(self.runs, self.path, self.manifest["notes"])

    def flat(self) -> dict[str, Any]:
        return summary.flat(self.runs, self.path, self.manifest)


def perform(order: Order, draw: record.Draw | None = None, quiet: bool = True) -> Told:
    """Runs it; BadInput before anything is written, and a folder only when it is finished."""
    loaded = scenario.check(order.source, order.overrides)
    arms, numbers = experiment.chosen(loaded, order.arms), experiment.replicates(loaded, order.replicates)
    path = folder.free(order.output, loaded.settings.name)
    clock = record.Clock()
    with progress.progress(experiment.ticks(arms, numbers), quiet) as advance:
        network = network_of(arms[0].in_replicate(numbers[0]))
        with folder.claimed(path):
            runs = list(experiment.runs(arms, numbers, network, order.engine, order.threads, advance))
            told = (arms[0] if len(arms) == 1 else loaded).in_replicate(numbers[0])
            manifest = record.record(told, runs, path, order.command, clock, draw)
    return Told(runs, path, manifest)
