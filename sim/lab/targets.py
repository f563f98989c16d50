"""Targets of a calibration: outcomes that a study found, with a band, from a TOML file or a CSV table.

[[targets]]
outcome = "kind_acts"
arm = "reminder"        # "control" where left out
difference = true       # from the first arm; else the arm's own level
value = 0.12
within = 0.03           # half of the band's width
source = "Author et al. 2020, table 2"

A CSV table has the same keys as its header, one target a line; an empty cell is a key left out.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.lab import toml
from sim.lab.complaints import shown
from sim.lab.errors import BadInput, did_you_mean
from sim.lab.locate import lines
from sim.lab.responses import Response
from sim.lab.study import CONTROL

KEYS: dict[str, tuple[type, str]] = {
    "outcome": (str, "a text"), "arm": (str, "a text"), "difference": (bool, "true or false"),
    "value": (float, "a finite number"), "within": (float, "a finite number above 0"), "source": (str, "a text"),
}  # fmt: skip
NEEDED = ("outcome", "value", "within")
Row = tuple[Mapping[str, Any], Callable[[str], tuple[int | None, str]]]  # what is told; line and full name of a key


@dataclass(frozen=True, kw_only=True)
class Target(Response):
    """A response that is to be within `value` ± `within`.

    source : where the number comes from
    """

    value: float
    within: float
    source: str = ""


def read_targets(path: str | Path) -> list[Target]:
    """The targets of a file, .toml or .csv; BadInput with file, line and key for everything that cannot be used."""
    path = Path(path)
    if path.suffix not in (".toml", ".csv"):
        raise BadInput(path, None, "targets", "is neither a TOML file (.toml) nor a table (.csv)")
    if not path.is_file():
        raise BadInput(path, None, "targets", "no such file")
    found: dict[str, Target] = {}
    for told, where in _sheet(path) if path.suffix == ".toml" else _table(path):
        made = _target(path, told, where)
        if made.column in found:
            line, key = where("outcome")
            raise BadInput(path, line, key, "has a target already, in the same arm and kind")
        found[made.column] = made
    if not found:
        raise BadInput(path, None, "targets", "are none; at least one is needed")
    return list(found.values())


def _sheet(path: Path) -> Iterator[Row]:
    text = toml.read_text(path)
    tree, known = toml.parse(text, path), lines(text)
    for key in tree:
        if key != "targets":
            raise BadInput(path, known[(key,)], key, "unknown key; allowed is targets, as in [[targets]]")
    tables = tree.get("targets", [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise BadInput(path, known[("targets",)], "targets", "are not tables, each begun by [[targets]]")
    for number, told in enumerate(tables):
        above = ("targets", number)

        def where(key: str, above: tuple[str, int] = above) -> tuple[int | None, str]:
            return known.get((*above, key), known.get(above)), f"targets.{above[1]}.{key}"

        yield told, where


def _table(path: Path) -> Iterator[Row]:
    rows = _rows(path)
    header = rows[0][1] if rows else []
    if len(set(header)) < len(header) or not all(header):
        raise BadInput(path, 1, "targets", "have a column without a name or twice")
    for line, row in rows[1:]:
        if not any(row):
            continue
        if len(row) != len(header):
            raise BadInput(path, line, "targets", f"has {len(row)} values for {len(header)} columns")

        def where(key: str, line: int = line) -> tuple[int | None, str]:
            return line, key

        yield {name: _cell(name, cell) for name, cell in zip(header, row, strict=True) if cell}, where


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Line number and cells of every row."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file)
            return [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as trouble:
        raise BadInput(path, None, "targets", f"cannot be read: {trouble}") from None


def _cell(name: str, cell: str) -> Any:
    """The cell as TOML would have it."""
    if KEYS.get(name, (str,))[0] is str:
        return cell
    try:
        return json.loads(cell)
    except ValueError:
        return cell


def _target(path: Path, told: Mapping[str, Any], where: Callable[[str], tuple[int | None, str]]) -> Target:
    def bad(key: str, message: str) -> BadInput:
        line, name = where(key)
        return BadInput(path, line, name, message)

    for key, value in told.items():
        if key not in KEYS:
            raise bad(key, f"unknown key; allowed are {', '.join(KEYS)}{did_you_mean(key, KEYS)}")
        kind, allowed = KEYS[key]
        if not _fits(value, kind) or (key == "within" and value <= 0):
            raise bad(key, f"{shown(value)} will not do; allowed is {allowed}")
    for key in NEEDED:
        if key not in told:
            raise bad(key, f"is missing; a target needs {', '.join(NEEDED)}")
    _check_outcome(told["outcome"], bad)
    if told.get("difference") and told.get("arm", CONTROL) == CONTROL:
        raise bad("arm", "is the control, which has no difference to itself; name another arm")
    return Target(**{**told, "value": float(told["value"]), "within": float(told["within"])})


def _fits(value: Any, kind: type) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return isinstance(value, kind)


def _check_outcome(name: str, bad: Callable[[str, str], BadInput]) -> None:
    from sim.lab.measures import names

    if name not in names():
        raise bad("outcome", f'"{toml.shown_text(name)}" is no outcome{did_you_mean(name, names())}')
