"""How far a study is, read from its folder alone, also while others work on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sim.lab.store import TABLES, Broken, Store
from sim.model import disk


@dataclass(frozen=True)
class Status:
    """A study at one moment.

    runs, parts : planned
    runs_done, parts_done : on the disk in every table, and whole as far as was looked
    broken : files that are no whole part of the plan; their parts count as missing
    writing : files that processes are writing
    bytes : what the whole parts take
    looked : whether every file was read; else a damaged file counts as a whole one
    """

    study: str
    question: str
    runs: int
    parts: int
    runs_done: int
    parts_done: int
    broken: tuple[Broken, ...]
    writing: int
    bytes: int
    looked: bool

    @property
    def runs_missing(self) -> int:
        """Planned runs that are not done."""
        return self.runs - self.runs_done

    @property
    def parts_missing(self) -> int:
        """Planned parts that are not done."""
        return self.parts - self.parts_done

    @property
    def finished(self) -> bool:
        """Whether nothing is missing and nothing is broken."""
        return not self.parts_missing and not self.broken

    def words(self) -> list[str]:
        """Lines for a person."""
        share = 100 * self.runs_done // max(self.runs, 1)
        lines = [
            f"{self.study}: {self.question}",
            f"{self.runs_done:,} of {self.runs:,} runs done ({share} %), {self.runs_missing:,} missing",
            f"{self.parts_done:,} of {self.parts:,} parts on the disk, {self.bytes:,} bytes",
        ]
        lines += [f"{self.writing} being written now"] if self.writing else []
        return lines + [f"broken: {one}" for one in self.broken]


def status(folder: str | Path, look: bool = True) -> Status:
    """How far the study in a folder is; BadInput where none is there. Reads only, so it may be called at any time.

    look : read every file and hold it against its checksum; without, only names are read
    """
    store = Store.at(Path(folder))
    told = store.told()
    planned: dict[str, int] = told["parts"]
    broken = tuple(store.broken()) if look else ()
    bad = {one.path for one in broken}
    whole = [{name: path for name, path in store.files(table).items() if path not in bad} for table in store.tables]
    done = set(planned).intersection(*whole)
    return Status(
        study=told["study"],
        question=told["question"],
        runs=sum(planned.values()),
        parts=len(planned),
        runs_done=sum(planned[name] for name in done),
        parts_done=len(done),
        broken=broken,
        writing=sum(1 for _ in _being_written(store)),
        bytes=sum(path.stat().st_size for table in whole for path in table.values()),
        looked=look,
    )


def _being_written(store: Store) -> Iterator[Path]:
    for table in TABLES:
        for path in (store.folder / table).glob(".part-*"):
            if disk.temporary(path) and not disk.abandoned(path):
                yield path
