"""Reading a study: a Python file that defines `STUDY`, or a TOML file.

question = "Does a reminder pay where people burn out easily?"
scenario = "everyday"            # a shipped name, or a file beside this one
replicates = 20
outcomes = ["kind_acts", "resting"]

[changes]                        # of the scenario, in every run
"network.people" = 500

[factors]
"rules.burnout_rate" = [0.03, 0.1, 0.3]     # levels; or { low = 0.03, high = 0.3, log = true }

[design]                         # for ranges: latin_hypercube, sobol, morris; or { csv = "points.csv" }
kind = "grid"

[arms.control]
[arms.reminder]
"rules.prompt" = 0.3
"""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.lab import design, toml
from sim.lab.errors import BadInput, did_you_mean
from sim.lab.locate import Key, lines
from sim.lab.study import Study

KEYS: dict[str, type] = {
    "question": str, "scenario": str, "replicates": int, "outcomes": list, "series": bool, "factors": dict,
    "changes": dict, "design": dict, "arms": dict,
}  # fmt: skip
RANGES: dict[str, tuple[str, Callable[..., list[design.Point]]]] = {
    "latin_hypercube": ("points", design.latin_hypercube),
    "sobol": ("points", design.sobol),
    "morris": ("trajectories", design.morris),
}
KINDS = ("grid", *RANGES, "csv")
OWN = set(KEYS) - {"question", "arms"}  # keys that scenarios do not have


def read(path: str | Path) -> Study:
    """The study of a file; BadInput with file, line and key for everything that cannot be used."""
    path = Path(path)
    if not path.is_file():
        raise BadInput(path, None, "study", "no such file")
    if path.suffix == ".py":
        return _python(path)
    if path.suffix == ".toml":
        return _Sheet(path).study()
    raise BadInput(path, None, "study", "is neither a Python file (.py) nor a TOML file (.toml)")


def _python(path: Path) -> Study:
    found = runpy.run_path(str(path)).get("STUDY")
    if not isinstance(found, Study):
        raise BadInput(path, None, "STUDY", "is not defined as a Study; see experiments/ for examples")
    return found


class _Sheet:
    """A study's TOML text, which knows where everything was written."""

    def __init__(self, path: Path) -> None:
        self.path, text = path, toml.read_text(path)
        self.tree = toml.parse(text, path)
        self.lines = lines(text)

    def study(self) -> Study:
        for key, value in self.tree.items():
            if key not in KEYS:
                raise self.bad((key,), f"unknown key; allowed are {', '.join(KEYS)}{did_you_mean(key, KEYS)}")
            if type(value) is not KEYS[key]:
                raise self.bad((key,), f"is not a {_WORDS[KEYS[key]]}")
        told: dict[str, Any] = {key: self.tree[key] for key in ("replicates", "outcomes", "series") if key in self.tree}
        if "question" not in self.tree:
            raise self.bad(("question",), "is missing: a study answers a question")
        try:
            told["changes"] = dict(_flat(self.tree.get("changes", {})))
            return Study(self.path.stem, self.tree["question"], self.scenario(), self.points(), **self.arms(), **told)
        except BadInput as trouble:
            key = trouble.key or "study"
            raise trouble if trouble.line else self.bad((key,), trouble.message) from None

    def scenario(self) -> str | Path:
        name = self.tree.get("scenario", "everyday")
        return self.path.parent / name if name.endswith(".toml") else name

    def arms(self) -> dict[str, Any]:
        arms = self.tree.get("arms")
        if arms is None:
            return {}
        for name, changes in arms.items():
            if not isinstance(changes, dict):
                raise self.bad(("arms", name), "is not a table of settings")
        return {"arms": {name: dict(_flat(changes)) for name, changes in arms.items()}}

    def points(self) -> list[design.Point]:
        asked, factors = self.tree.get("design", {}), self.tree.get("factors", {})
        kind = asked.get("kind", "csv" if "csv" in asked else "grid")
        if kind not in KINDS:
            message = f'"{kind}" is no design; allowed are {", ".join(KINDS)}{did_you_mean(str(kind), KINDS)}'
            raise self.bad(("design", "kind"), message)
        known = {"kind", "seed", "csv", *(RANGES[kind][:1] if kind in RANGES else ())}
        for key in asked:
            if key not in known:
                raise self.bad(("design", key), f"unknown key for {kind}{did_you_mean(key, known)}")
        if kind == "csv":
            return design.read_csv(self.path.parent / asked.get("csv", ""))
        if kind == "grid":
            return design.grid({key: self.levels(key, value) for key, value in _factors(factors)})
        size, make = RANGES[kind]
        number, seed = asked.get(size), asked.get("seed", 0)
        for key, value, least in ((size, number, 1), ("seed", seed, 0)):
            if type(value) is not int or value < least:
                raise self.bad(("design", key), f"needs a whole number of at least {least}")
        ranges = {key: self.range(key, value) for key, value in _factors(factors)}
        if not ranges:
            raise self.bad(("factors",), f"is empty; {kind} needs at least one range")
        return design.unique(make(ranges, number, seed=seed))

    def levels(self, key: str, value: Any) -> list[Any]:
        if isinstance(value, list) and value:
            return value
        raise self.bad(("factors", key), "is not a list of levels, which a grid needs")

    def range(self, key: str, value: Any) -> design.Range:
        if not isinstance(value, dict) or not {"low", "high"} <= set(value) <= {"low", "high", "log", "whole"}:
            raise self.bad(("factors", key), "is not { low = …, high = … } with log and whole if wanted")
        try:
            return design.Range(**value)
        except (TypeError, BadInput) as trouble:
            raise self.bad(("factors", key), getattr(trouble, "message", "low and high are not numbers")) from None

    def bad(self, key: Key, message: str) -> BadInput:
        for length in range(len(key), 0, -1):
            if key[:length] in self.lines:
                return BadInput(self.path, self.lines[key[:length]], ".".join(map(str, key)), message)
        return BadInput(self.path, None, ".".join(map(str, key)), message)


_WORDS = {str: "text in quotes", int: "whole number", list: "list", bool: "true or false", dict: "table"}


def _flat(tree: dict[str, Any], above: str = "") -> list[tuple[str, Any]]:
    """Settings by dotted key, whether they were written with dots or as tables."""
    found: list[tuple[str, Any]] = []
    for key, value in tree.items():
        name = f"{above}.{key}" if above else key
        found += _flat(value, name) if isinstance(value, dict) else [(name, value)]
    return found


def _factors(tree: dict[str, Any], above: str = "") -> list[tuple[str, Any]]:
    """As `_flat`, but a table of `low` and `high` is a range, not a table of settings."""
    found: list[tuple[str, Any]] = []
    for key, value in tree.items():
        name = f"{above}.{key}" if above else key
        inner = isinstance(value, dict) and "low" not in value
        found += _factors(value, name) if inner else [(name, value)]
    return found
