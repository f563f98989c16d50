"""A study: a question, a base scenario, factors, arms and replicates; and the plan of runs that follows from them.

The plan is cut into parts: one point, all arms, up to `BATCH` replicates. A part's name is a hash of everything its
rows depend on (settings in full, network file, version of program and random stream), so that a plan and a folder
can be compared as two sets.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sim import __version__
from sim.lab.design import Point
from sim.lab.errors import BadInput, did_you_mean
from sim.lab.overrides import Override, from_settings
from sim.lab.scenario import Scenario, load

BATCH = 10  # replicates in a part
CONTROL = "control"  # what an only arm is called


@dataclass(frozen=True)
class Study:
    """A question put to the model.

    scenario : name or file of the base scenario
    points : settings by dotted key, one dict per point (see `sim.lab.design`)
    arms : name → settings by dotted key, the first is the control; where none are given, the scenario's own
    replicates : int ≥ 1; they are 1, 2, …, and r of every point and arm draws the same numbers
    outcomes : columns of the table; all where empty
    changes : settings of the base by dotted key, for every run; points and arms come on top
    series : whether the whole course of every run is kept, not only its last stretch
    """

    name: str
    question: str
    scenario: str | Path = "everyday"
    points: Sequence[Point] = ({},)
    arms: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    replicates: int = 10
    outcomes: Sequence[str] = ()
    series: bool = False
    changes: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key, fits, allowed in (
            ("replicates", self.replicates >= 1, "1 or more"),
            ("points", len(self.points) >= 1, "at least one"),
        ):
            if not fits:
                raise BadInput(self.name, None, key, f"must be {allowed}")

    @property
    def factors(self) -> list[str]:
        """Dotted keys that differ between points."""
        return list(self.points[0])

    def bare(self, point: Point) -> Point:
        """A point by the columns of the tables: the last word of a factor's key, or the whole key where that is taken.

        >>> Study("x", "?", points=[{"rules.ease": 1, "dt": 0.5}]).bare({"rules.ease": 1, "dt": 0.5})
        {'ease': 1, 'dt': 0.5}
        """
        names = {key: column for column, key in self.columns.items()}
        return {names[key]: value for key, value in point.items()}

    @property
    def columns(self) -> dict[str, str]:
        """The factors' columns in the tables, each with the dotted key of its factor. Names of outcomes are taken."""
        from sim.model.outcomes import EVERY

        last = [key.rpartition(".")[2] for key in self.factors]
        return {
            word if last.count(word) == 1 and word not in EVERY else key.replace(".", "_"): key
            for key, word in zip(self.factors, last, strict=True)
        }

    def scenarios(self, point: Point, overrides: Sequence[Override] = ()) -> dict[str, Scenario]:
        """The scenario of each arm at a point, the control first; BadInput names the factor or arm that will not do."""
        given = [*from_settings(self.changes, "changes"), *overrides, *from_settings(point, "factor")]
        if not self.arms:
            return load(self.scenario, given).arms
        bare = [*given, Override(("arms",), {}, "arms")]
        return {
            name: replace(load(self.scenario, [*bare, *from_settings(changes, f"arm {name}")]), arm=name)
            for name, changes in self.arms.items()
        }


@dataclass(frozen=True)
class Part:
    """A piece of the plan that is worked at once and written as one file.

    number : place in the plan
    """

    number: int
    point: Point
    replicates: range
    id: str


@dataclass(frozen=True)
class Plan:
    """Everything a study will run.

    program : what planned it, see `program`; another one may not work it
    files : digests of the files that scenarios read, by name
    """

    study: Study
    overrides: tuple[Override, ...]
    arms: tuple[str, ...]
    parts: tuple[Part, ...]
    program: Mapping[str, Any]
    files: Mapping[str, Sequence[str]]

    @property
    def runs(self) -> int:
        """Number of runs."""
        return sum(map(self.runs_of, self.parts))

    def runs_of(self, part: Part) -> int:
        """Number of runs in a part."""
        return len(part.replicates) * len(self.arms)

    def scenarios(self, part: Part) -> dict[str, Scenario]:
        """The scenario of each arm of a part, the control first."""
        return self.study.scenarios(part.point, self.overrides)

    def told(self) -> dict[str, Any]:
        """What the plan is made of, as plain values: what a resumed study is held against."""
        study = self.study
        base = next(iter(self.scenarios(self.parts[0]).values()))
        return {
            "study": study.name,
            "question": study.question,
            "program": dict(self.program),
            "scenario": base.settings.model_dump(exclude=_OUTSIDE),
            "files": {name: list(digests) for name, digests in self.files.items()},
            "arms": {name: dict(study.arms.get(name, {})) for name in self.arms},
            "factors": list(study.columns),
            "points": [dict(point) for point in study.points],
            "replicates": study.replicates,
            "outcomes": list(study.outcomes),
            "series": study.series,
            "parts": {part.id: self.runs_of(part) for part in self.parts},
        }


def planned(study: Study, overrides: Sequence[Override] = ()) -> Plan:
    """The plan; every point and arm is checked before anything runs. BadInput says which does not fit."""
    _check_outcomes(study)
    made_by = program()
    parts: list[Part] = []
    digests: dict[str, str] = {}
    arms: tuple[str, ...] = ()
    for point in study.points:
        made = study.scenarios(point, overrides)
        arms, dumps = tuple(made), [_identity(scenario, digests) for scenario in made.values()]
        for start in range(1, study.replicates + 1, BATCH):
            replicates = range(start, min(start + BATCH, study.replicates + 1))
            told = [dumps, arms, list(replicates), list(study.outcomes), study.series, made_by]
            parts.append(Part(len(parts), dict(point), replicates, _hash(told)))
    if len({part.id for part in parts}) < len(parts):
        raise BadInput(study.name, None, "points", "has the same point twice")
    return Plan(study, tuple(overrides), arms, tuple(parts), made_by, _by_name(digests))


@cache
def program() -> Mapping[str, Any]:
    """Versions of all that decides a table's bytes: results of two programs are never mixed.

    sources : head of a SHA-256 over the program's text, model and lab
    """
    from sim.model.rng import STREAM

    versions = {name: version(name) for name in ("numba", "numpy", "pyarrow")}
    return {"kindling": __version__, "stream": STREAM, "sources": sources(), **versions}


def sources(home: Path = Path(__file__).parents[1]) -> str:
    """Head of a SHA-256 over names and texts of the program in a folder, model and lab."""
    total = hashlib.sha256()
    for path in sorted([*(home / "model").rglob("*.py"), *(home / "lab").glob("*.py")]):
        total.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]


_NAMES = {"path", "people_path"}
# where a file lies and which replicate it is do not make another scenario; a file's content does, see `_identity`
_OUTSIDE: Any = {"replicate": True, "network": {**dict.fromkeys(_NAMES, True), "layers": {"__all__": _NAMES}}}


def _identity(scenario: Scenario, digests: dict[str, str]) -> dict[str, Any]:
    """All that decides the scenario's rows; digests of files are added to `digests`, by path, and taken from there."""
    network = scenario.settings.network
    paths = [path for one in (network, *network.layers) if one.kind == "file" for path in (one.path, one.people_path)]
    for path in filter(None, paths):
        digests[path] = digests.get(path) or _digest(Path(path))
    return scenario.settings.model_dump(exclude=_OUTSIDE) | {"files": [digests[path] if path else "" for path in paths]}


def _by_name(digests: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for path, digest in digests.items():
        found.setdefault(Path(path).name, set()).add(digest)
    return {name: sorted(found[name]) for name in sorted(found)}


def _digest(path: Path) -> str:
    from sim.model import disk

    return disk.sha256(path)


def _hash(told: Any) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _check_outcomes(study: Study) -> None:
    from sim.model.outcomes import EVERY

    for name in study.outcomes:
        if name not in EVERY and not name.startswith("acts_"):
            raise BadInput(study.name, None, "outcomes", f'"{name}" is no outcome{did_you_mean(name, EVERY)}')
