"""Where a study's results lie: parts named by what they are and by what is in them, each whole or not there.

    study.json               what is planned, by which program
    runs/part-ID-SUM.parquet one row per run; ID names the part of the plan, SUM is the head of the file's SHA-256
    series/part-ID-SUM.parquet

No file is ever changed, so any number of processes may work on one study: two that make the same part make the same
bytes under the same name. What is done is read from the disk alone.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.lab.errors import BadInput
from sim.lab.study import Part, Plan
from sim.model import disk

STUDY = "study.json"
TABLES = ("runs", "series")
_NAME = re.compile(r"part-(?P<id>[0-9a-f]{16})-(?P<sum>[0-9a-f]{16})\.parquet")
_LEFT = re.compile(r"\.part-\d+-.*")  # what `disk.written` leaves when its process is killed

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

    def open(self, plan: Plan) -> None:
        """Claim the folder for a plan, or go on with the same one; BadInput shows the difference to another."""
        wanted = json.loads(json.dumps(plan.told(), default=str))
        path = self.folder / STUDY
        if path.is_file():
            hold_against(path, wanted, "study")
            return
        if self.folder.exists() and not self._ours():
            raise BadInput(self.folder, None, "-o", "holds something that is not a study; choose another folder")
        for table in self.tables:
            disk.folder(self.folder / table)
        disk.write(path, json.dumps(wanted, indent=1) + "\n")

    def _ours(self) -> bool:
        """Whether nothing lies here but what a killed `open` may leave."""
        if not self.folder.is_dir():
            return False
        return all(
            _LEFT.fullmatch(entry.name) or (entry.name in TABLES and entry.is_dir() and not any(entry.iterdir()))
            for entry in self.folder.iterdir()
        )

    def put(self, part: Part, table: str, columns: Columns) -> Path:
        """Write one table of a part; the name holds a checksum, so a damaged file can be told."""
        content = encoded(columns)
        path = self.folder / table / f"part-{part.id}-{hashlib.sha256(content).hexdigest()[:16]}.parquet"
        with disk.written(path) as file:
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
        """Every file whose content does not fit its name."""
        for table in TABLES:
            for path in sorted((self.folder / table).glob("*")):
                if _LEFT.fullmatch(path.name):
                    yield Broken(path, "left by a process that was killed")
                elif not (match := _NAME.fullmatch(path.name)):
                    yield Broken(path, "is not a part of a study")
                elif disk.sha256(path)[:16] != match["sum"]:
                    yield Broken(path, "does not have the checksum in its name")

    def sweep_up(self) -> None:
        """Remove what killed processes of this machine left half written."""
        for folder in (self.folder, *(self.folder / table for table in self.tables)):
            for path in folder.glob(".part-*"):
                if _LEFT.fullmatch(path.name) and not _alive(int(path.name.split("-")[1])):
                    path.unlink(missing_ok=True)

    def read(self, plan: Plan, table: str = "runs") -> Any:
        """A table in the order of the plan, as a pandas DataFrame, of the parts that are there."""
        import pyarrow as pa
        from pyarrow import parquet

        files = self.files(table)
        parts = [parquet.read_table(files[part.id]) for part in plan.parts if part.id in files]
        return pa.concat_tables(parts, promote_options="permissive").to_pandas() if parts else None

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


def hold_against(path: Path, wanted: dict[str, Any], what: str) -> None:
    """BadInput with the differences if the plan (of a `what`) that was written at `path` is not the wanted one."""
    try:
        there = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as trouble:
        raise BadInput(path, None, None, f"cannot be read ({trouble}); nothing was changed") from trouble
    differ = list(differences(there, wanted))
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


def _alive(process: int) -> bool:
    import os

    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True
