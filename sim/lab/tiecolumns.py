"""What every network format is read into, and which columns of a table are meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from sim.lab.errors import BadInput, did_you_mean
from sim.model.law.settings import NetworkSettings

ENDS = (("source", "target"), ("from", "to"))


@dataclass
class TieColumns:
    """Ties of a file before people are numbered.

    source, target : int64[k] or object[k] of str, ids of the reader and the person read
    weight, day : float64[k], unchecked | None
    directed : what the format says, None if it says nothing
    names, groups : everybody the file declares (GraphML), else None
    line_of : tie number -> line (or row) of the file
    """

    source: np.ndarray
    target: np.ndarray
    weight: np.ndarray | None
    line_of: Callable[[int], int | None]
    directed: bool | None = None
    day: np.ndarray | None = None
    names: list[str] | None = None
    groups: list[object] | None = None
    weight_column: str = "weight"
    notes: list[str] = field(default_factory=list)


def named_column(path: Path, line: int | None, names: Sequence[str], key: str, asked: str) -> str:
    """The column called `asked` (else that differs only in case), or BadInput naming those there are."""
    same = [name for name in names if name == asked] or [n for n in names if n.lower() == asked.lower()]
    if same:
        return same[0]
    there = ", ".join(names) if names else "none"
    raise BadInput(path, line, key, f'there is no column "{asked}"; columns are {there}{did_you_mean(asked, names)}')


def pick_columns(
    path: Path, line: int | None, names: Sequence[str], settings: NetworkSettings
) -> tuple[str, str, str | None]:
    """Columns of the reader, the person read and the strength.

    By default `source` and `target` (or `from` and `to`) where the file has both, else the first and the second;
    `weight` where the file has it.
    """
    lower = {name.lower(): name for name in reversed(names)}
    pair = next(((lower[a], lower[b]) for a, b in ENDS if a in lower and b in lower), tuple(names[:2]))
    ends = [
        usual if asked is None else named_column(path, line, names, f"network.{key}", asked)
        for key, asked, usual in (("source", settings.source, pair[0]), ("target", settings.target, pair[1]))
    ]
    if ends[0] == ends[1]:
        raise BadInput(path, line, "network.target", f'is the same column as network.source ("{ends[0]}")')
    if settings.weight is not None:
        return ends[0], ends[1], named_column(path, line, names, "network.weight", settings.weight)
    weight = lower.get("weight")
    return ends[0], ends[1], None if weight in ends else weight


def pick_day(path: Path, line: int | None, names: Sequence[str], settings: NetworkSettings) -> str | None:
    """The column of the day on which a tie appears, where one is asked for."""
    return None if settings.day is None else named_column(path, line, names, "network.day", settings.day)


def columns_note(names: Sequence[str], source: str, target: str, weight: str | None, day: str | None) -> list[str]:
    """What was read as what, and what was not read."""
    used = f'reader "{source}", person read "{target}"' + (f', strength "{weight}"' if weight else "")
    used += f', appears on day "{day}"' if day else ""
    unread = [name for name in names if name not in (source, target, weight, day)]
    return [f"columns: {used}"] + ([f"columns not read: {', '.join(unread)}"] if unread else [])
