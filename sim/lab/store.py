"""Where a study's results lie: parts named by what they are and by what is in them, each whole or not there.

    study.json               what is planned, by which program
    runs/part-ID-SUM.parquet one row per run; ID names the part of the plan, SUM is the head of the file's SHA-256
    series/part-ID-SUM.parquet
    aside/                   what `repair` found and could not use

No file is ever changed, so any number of processes may work on one study: two that make the same part make the same
bytes under the same name. What is done is read from the disk alone.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.lab.errors import BadInput
from sim.model import disk

if TYPE_CHECKING:
    import pandas as pd

    from sim.lab.study import Part, Plan

STUDY = "study.json"
TABLES = ("runs", "series")
ASIDE = "aside"
_NAME = re.compile(r"part-(?P<id>[0-9a-f]{16})-(?P<sum>[0-9a-f]{16})\.parquet")

Columns = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Broken:
    """A file that is not what its name says."""

    path: Path
    why: str

    def __str__(self) -> str:
        return f"{self.path}: {self.why}"


class Store:
    """The folder of a study."""

    def __init__(self, folder: Path, tables: Sequence[str] = TABLES[:1]) -> None:
        self.folder, self.tables = folder, tuple(tables)

    @classmethod
    def of(cls, plan: Plan, folder: Path) -> Store:
        """The store for a plan's results."""
        return cls(folder, TABLES if plan.study.series else TABLES[:1])

    @classmethod
    def at(cls, folder: Path) -> Store:
        """The store that lies in a folder, without the plan; BadInput where there is none."""
        if not (folder / STUDY).is_file():
            raise BadInput(folder, None, "study", f"holds no study: {STUDY} is not there")
        return cls(folder, TABLES if cls(folder).told()["series"] else TABLES[:1])

    def open(self, plan: Plan) -> None:
        """Claim the folder for a plan, or go on with the same one; BadInput shows the difference to another."""
        wanted = json.loads(json.dumps(plan.told(), default=str))
        path = self.folder / STUDY
        if path.is_file():
            self.told()
            hold_against(path, wanted, "study", last="parts")
        elif self.folder.exists() and not self._ours(set(wanted["parts"])):
            raise BadInput(self.folder, None, "-o", "holds something that is not a study; choose another folder")
        for table in self.tables:
            disk.folder(self.folder / table)
        if not path.is_file():
            disk.write(path, json.dumps(wanted, indent=1) + "\n")

    def _ours(self, ids: set[str]) -> bool:
        """Whether nothing lies here but parts of this plan and what a killed `open` or a repair may leave."""
        return self.folder.is_dir() and all(
            disk.temporary(entry) or (entry.is_dir() and (entry.name == ASIDE or self._table_of(entry, ids)))
            for entry in self.folder.iterdir()
        )

    def _table_of(self, folder: Path, ids: set[str]) -> bool:
        return folder.name in TABLES and all(
            disk.temporary(path) or ((found := _NAME.fullmatch(path.name)) and found["id"] in ids)
            for path in folder.iterdir()
        )

    def told(self) -> dict[str, Any]:
        """What is planned here, as `Plan.told` gives it; BadInput where that cannot be read."""
        path = self.folder / STUDY
        try:
            there = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as trouble:
            raise BadInput(path, None, None, f"cannot be read ({trouble}); nothing was changed") from trouble
        if not isinstance(there, dict) or not isinstance(there.get("parts"), dict):
            raise BadInput(path, None, None, "is not a plan that this version wrote; nothing was changed")
        return there

    def put(self, part: Part, table: str, columns: Columns) -> Path:
        """Write one table of a part; the name holds a checksum, so a damaged file can be told."""
        content = encoded(columns)
        path = self.folder / table / f"part-{part.id}-{hashlib.sha256(content).hexdigest()[:16]}.parquet"
        with disk.written(path, len(content)) as file:
            file.write(content)
        return path

    def files(self, table: str) -> dict[str, Path]:
        """Files of a table by part."""
        found = {}
        for path in sorted((self.folder / table).glob("part-*.parquet")):
            if match := _NAME.fullmatch(path.name):
                found[match["id"]] = path
        return found

    def missing(self, plan: Plan) -> list[Part]:
        """Parts of the plan that are not there in every table, in the order of the plan."""
        there = [set(self.files(table)) for table in self.tables]
        done = set.intersection(*there)
        return [part for part in plan.parts if part.id not in done]

    def broken(self) -> Iterator[Broken]:
        """Every file that is not a whole part of the plan; what is just being written is not meant."""
        try:
            planned = set(self.told()["parts"])
        except BadInput:
            planned = None
            if (self.folder / STUDY).exists():
                yield Broken(self.folder / STUDY, "cannot be read as a plan")
        for table in TABLES:
            paths = sorted((self.folder / table).glob("*"))
            names = [found["id"] for path in paths if (found := _NAME.fullmatch(path.name))]
            twice = {name for name, more in itertools.pairwise(names) if name == more}
            for path in paths:
                if why := _fault(path, planned, twice):
                    yield Broken(path, why)

    def sweep_up(self) -> None:
        """Remove what killed processes left half written."""
        for folder in (self.folder, *(self.folder / table for table in TABLES)):
            for path in folder.glob(".part-*"):
                if disk.abandoned(path):
                    path.unlink(missing_ok=True)

    def repair(self) -> list[str]:
        """Move every broken file to `aside/`, so that the next sweep makes its part again; a sentence on each.

        Whole parts stay as they are, and so does what a process is writing. Raises DiskTrouble.
        """
        self.sweep_up()
        return [f"{one}; moved to {_moved(one.path, disk.folder(self.folder / ASIDE))}" for one in list(self.broken())]

    def read(self, parts: Iterable[str], table: str = "runs") -> pd.DataFrame | None:
        """A table in the order of these parts (their ids), of those that are there; None where none is."""
        import pyarrow as pa
        from pyarrow import parquet

        files = self.files(table)
        found = [parquet.read_table(files[part]) for part in parts if part in files]
        return pa.concat_tables(found, promote_options="permissive").to_pandas() if found else None

    def digest(self, plan: Plan) -> str:
        """SHA-256 over the checksums of all parts in the order of the plan."""
        total = hashlib.sha256()
        for table in self.tables:
            files = self.files(table)
            for part in plan.parts:
                total.update(bytes.fromhex(disk.sha256(files[part.id])))
        return total.hexdigest()


def encoded(columns: Columns) -> bytes:
    """The columns as a zstd Parquet file; the same columns give the same bytes."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import parquet

    def column(values: Sequence[Any]) -> pa.Array:
        if values and isinstance(values[0], str | bool):
            return pa.array(values)
        if values and all(isinstance(value, int) for value in values):
            return pa.array(values, pa.int64())
        return pa.array(np.asarray([np.nan if v is None else v for v in values], np.float64), from_pandas=True)

    text = io.BytesIO()
    parquet.write_table(pa.table({name: column(list(v)) for name, v in columns.items()}), text, compression="zstd")
    return text.getvalue()


def hold_against(path: Path, wanted: dict[str, Any], what: str, last: str = "") -> None:
    """BadInput with the differences if the plan (of a `what`) that was written at `path` is not the wanted one; those
    of the key `last`, which follow from the others, are said only where there are no others."""
    try:
        there = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as trouble:
        raise BadInput(path, None, None, f"cannot be read ({trouble}); nothing was changed") from trouble
    before, now = ({key: value for key, value in tree.items() if key != last} for tree in (there, wanted))
    differ = list(differences(before, now)) or list(differences(there, wanted))
    if differ:
        shown = "; ".join(differ[:5]) + (f"; and {len(differ) - 5} more" if len(differ) > 5 else "")
        raise BadInput(path, None, what, f"is another {what}, and results are never mixed: {shown}")


def differences(there: Any, wanted: Any, key: str = "") -> Iterator[str]:
    """Sentences on where two trees of plain values differ: `rules.notice: 0.5 there, 0.3 now`."""
    if isinstance(there, dict) and isinstance(wanted, dict):
        for name in [*there, *(name for name in wanted if name not in there)]:
            inner = f"{key}.{name}" if key else str(name)
            if name not in there or name not in wanted:
                yield f"{inner}: {'missing' if name not in wanted else 'new'}"
            else:
                yield from differences(there[name], wanted[name], inner)
    elif there != wanted:
        yield f"{key}: {_shown(there)} there, {_shown(wanted)} now"


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _fault(path: Path, planned: set[str] | None, twice: set[str]) -> str:
    """What is wrong with a file in the folder of a table, or nothing."""
    if disk.temporary(path):
        return "left by a process that was killed" if disk.abandoned(path) else ""
    found = _NAME.fullmatch(path.name)
    if not found or not path.is_file():
        return "is not a part of a study"
    try:
        if disk.sha256(path)[:16] != found["sum"]:
            return "does not have the checksum in its name"
    except OSError as trouble:
        return f"cannot be read ({trouble.strerror})"
    if planned is not None and found["id"] not in planned:
        return "is a part of another study"
    return "is one of two files for the same part" if found["id"] in twice else ""


def _moved(path: Path, folder: Path) -> Path:
    names = itertools.chain([path.name], (f"{path.name}-{number}" for number in itertools.count(2)))
    place = next(folder / name for name in names if not (folder / name).exists())
    try:
        os.replace(path, place)
    except OSError as trouble:
        raise disk.DiskTrouble(path, trouble) from trouble
    return place
