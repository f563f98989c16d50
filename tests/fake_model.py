"""A stand-in for the model with the same face: tests of files, folders and exit codes need no dynamics."""

from __future__ import annotations

import hashlib
import sys
import types
from dataclasses import dataclass

import numpy as np

from sim.model.network import networks
from sim.model.network.networks import Network, Report


@dataclass(frozen=True)
class Outcome:
    name: str
    meaning: str
    unit: str
    low: float
    high: float
    over: str = "recent"


OUTCOMES = {
    one.name: one
    for one in (
        Outcome("kind_acts", "kind acts a person and day", "1/day", 0, float("inf")),
        Outcome("resting", "share of people burned out", "1", 0, 1),
        Outcome("givers", "people who gave", "people", 0, float("inf")),
        Outcome("reward", "mean learned reward", "reward", -1, 1),  # named as headlines, never measured
        Outcome("needs_met", "needs met", "1", 0, 1),
        Outcome("wellbeing", "mean well-being", "1", 0, 1),
        Outcome("norm", "mean perceived norm", "acts/item", 0, 1),
        Outcome("received_gini", "Gini coefficient of value received", "1", 0, 1),
    )
}


def acts_by(name: str) -> tuple[Outcome, ...]:
    return (Outcome(f"acts_{name}", f"kind acts by {name}", "1/person/day", 0, float("inf")),)


def build(settings, seed: int, replicate: int, read_file=None) -> Network:
    n = settings.people
    if settings.kind == "small_world" and settings.degree >= n > 0:
        raise ValueError(f"network.degree: {settings.degree:g} needs more than {n} people")
    ring = (np.arange(n, dtype=np.uint32) + 1) % max(n, 1)
    rows, keys = np.arange(n + 1), np.arange(n, dtype=np.uint32)
    return Network(rows, ring, None, keys, None, np.zeros(n, np.int32), report=Report(n, n))


class World:
    """Counts ticks; its outcomes are functions of the tick and the seed."""

    slowness = 0.0
    fails: BaseException | None = None

    def __init__(self, settings, network: Network | None = None, threads: int | None = None):
        self.settings, self.tick = settings, 0
        self.network = network or build(settings.network, settings.seed, settings.replicate)

    @property
    def day(self) -> float:
        return self.tick * self.settings.dt

    def step(self) -> None:
        if self.fails and self.tick == 3:
            raise self.fails
        if self.slowness:
            import time

            time.sleep(self.slowness)
        self.tick += 1

    def outcomes(self, names: tuple[str, ...] | None = None) -> dict[str, float | int | None]:
        rate = None if self.tick == 0 else 2 + self.tick / 100 + self.settings.seed
        return {"kind_acts": rate, "resting": min(1.0, self.tick / 1000), "givers": self.tick, "acts_like": rate}

    def outcomes_at_end(self, names: tuple[str, ...] | None = None) -> dict[str, float | int | None]:
        return {}

    def digest(self) -> str:
        return hashlib.sha256(f"{self.settings.seed} {self.tick}".encode()).hexdigest()


class KindnessModel:
    def __init__(self, settings, network: Network | None = None, engine: str = "kernel"):
        self.world = World(settings, network)
        self.step = self.world.step


def modules() -> dict[str, types.ModuleType]:
    """The modules to put in place of the model's."""
    made = {}
    for name, parts in {
        "world": {"World": World},
        "outcomes": {
            "OUTCOMES": OUTCOMES,
            "AT_END": {},
            "COURSES": (),
            "EVERY": OUTCOMES,
            "ACTS": "acts_",
            "acts_by": acts_by,
        },
        "kindness": {"KindnessModel": KindnessModel},
    }.items():
        made[f"sim.model.{name}"] = types.ModuleType(f"sim.model.{name}")
        made[f"sim.model.{name}"].__dict__.update(parts)
    return made


def main() -> None:
    """`kindling` on the stand-in, for tests that need a process of their own: slowness is the first argument."""
    World.slowness = float(sys.argv.pop(1))
    sys.modules.update(modules())
    networks.build = build  # type: ignore[attr-defined]
    from sim.cli import main as kindling

    kindling()


if __name__ == "__main__":
    main()
