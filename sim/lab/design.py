"""Designs: which points of its factors' ranges a study visits. A point is a setting for every factor, by dotted key."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.lab.errors import BadInput, extra

Point = dict[str, Any]


@dataclass(frozen=True)
class Range:
    """A factor that may take any number between `low` and `high`; `whole` rounds it, `log` spreads its logarithm."""

    low: float
    high: float
    log: bool = False
    whole: bool = False

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise BadInput("factors", None, "low", f"{self.low:g} is not below high {self.high:g}")
        if self.log and self.low <= 0:
            raise BadInput("factors", None, "low", f"{self.low:g} has no logarithm; a log factor starts above 0")

    def at(self, u: float) -> float | int:
        """The value at a share u in 0..1 of the range."""
        spread = self.low * (self.high / self.low) ** u if self.log else self.low + u * (self.high - self.low)
        return round(spread) if self.whole else float(spread)


def grid(factors: Mapping[str, Sequence[Any]]) -> list[Point]:
    """Every combination of the factors' levels; the last factor moves fastest. One empty point without factors."""
    return [dict(zip(factors, levels, strict=True)) for levels in itertools.product(*factors.values())]


def listed(points: Sequence[Point]) -> list[Point]:
    """The points as given; each must set the same factors."""
    for number, point in enumerate(points):
        if set(point) != set(points[0]):
            odd = ", ".join(sorted(set(point) ^ set(points[0])))
            raise BadInput("points", None, str(number), f"sets other factors than the first point: {odd}")
    return [dict(point) for point in points]


def latin_hypercube(factors: Mapping[str, Range], points: int, seed: int = 0) -> list[Point]:
    """`points` points, of which each of as many equal slices of every factor holds one (McKay et al. 1979)."""
    from scipy.stats import qmc

    return _spread(factors, qmc.LatinHypercube(len(factors), rng=seed).random(points))


def sobol(factors: Mapping[str, Range], points: int, seed: int = 0) -> list[Point]:
    """`points` points (a power of 2) of the scrambled Sobol sequence."""
    from scipy.stats import qmc

    _check_power(points, "points")
    return _spread(factors, qmc.Sobol(len(factors), rng=seed).random(points))


def morris(factors: Mapping[str, Range], trajectories: int, seed: int = 0, levels: int = 4) -> list[Point]:
    """Trajectories of len(factors) + 1 points that change one factor a step (Morris 1991), for screening."""
    sample = extra("SALib.sample.morris", "sensitivity").sample
    return _spread(factors, sample(problem(factors), trajectories, num_levels=levels, seed=seed))


def saltelli(factors: Mapping[str, Range], blocks: int, seed: int = 0) -> list[Point]:
    """`blocks` (a power of 2) blocks of len(factors) + 2 points, for Sobol indices: a point, the same with one factor
    after the other from a second point, and that second point (Saltelli et al. 2010)."""
    _check_power(blocks, "blocks")
    sample = extra("SALib.sample.sobol", "sensitivity").sample
    return _spread(factors, sample(problem(factors), blocks, calc_second_order=False, seed=seed))


def unique(points: Sequence[Point]) -> list[Point]:
    """The points in order without those that were there before: a study runs a point once."""
    return list({tuple(point.items()): point for point in points}.values())


def problem(factors: Mapping[str, Range]) -> dict[str, Any]:
    """The factors as SALib wants them, all from 0 to 1."""
    return {"num_vars": len(factors), "names": list(factors), "bounds": [[0.0, 1.0]] * len(factors)}


def read_csv(path: str | Path) -> list[Point]:
    """The user's own points: a header of dotted keys, one point a line; numbers and true/false are read as such."""
    path = Path(path)
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as trouble:
        raise BadInput(path, None, "design", f"cannot be read: {trouble}") from trouble
    if len(rows) < 2:
        raise BadInput(path, None, "design", "needs a header of factors and at least one point")
    header = [name.strip() for name in rows[0]]
    if len(set(header)) < len(header) or not all(header):
        raise BadInput(path, 1, "design", "has a factor without a name or twice")
    return [
        _point(path, line, header, row) for line, row in enumerate(rows[1:], 2) if any(cell.strip() for cell in row)
    ]


def _point(path: Path, line: int, header: list[str], row: list[str]) -> Point:
    if len(row) != len(header):
        raise BadInput(path, line, "design", f"has {len(row)} values for {len(header)} factors")
    return {name: _value(cell.strip()) for name, cell in zip(header, row, strict=True)}


def _value(cell: str) -> Any:
    try:
        return json.loads(cell)
    except ValueError:
        return cell


def _check_power(number: int, key: str) -> None:
    if number < 1 or number & (number - 1):
        near = 1 << max(number - 1, 0).bit_length()
        raise BadInput("design", None, key, f"{number} is not a power of 2, which Sobol points need; try {near}")


def _spread(factors: Mapping[str, Range], shares: Any) -> list[Point]:
    return [{key: one.at(float(u)) for (key, one), u in zip(factors.items(), row, strict=True)} for row in shares]
