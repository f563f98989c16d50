"""The event log, an option of `kindling run`: every act of every run as one row of a Parquet file.

Rows are written in groups while the runs go on, so that long ones need no memory; the file has its name only once it is
complete.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from sim.lab.run import Run
from sim.model import disk
from sim.model.law import letters

NAME = "events.parquet"
GROUP = 131_072  # rows that a group has at least, but for the last
CAUSES = ("own", "gift", "item")
COLUMNS = (
    ("arm", "arm of the experiment", "", "", ""),
    ("replicate", "second word of the random key", "", 0, 2**32 - 1),
    ("tick", "number of the tick, from 0", "tick", 0, ""),
    ("day", "days since the start at the end of the tick", "day", 0, ""),
    ("sender", "key of the giver", "", 0, 2**32 - 1),
    ("receiver", "key of the receiver", "", 0, 2**32 - 1),
    ("gesture", "name in the catalogue; hostile for a hostile act", "", "", ""),
    ("cause", "what moved the act: own, gift (one received), item (the item seen)", "", "", ""),
    ("root", "number of the act that began the chain: tick 2^40 + key 2^8 + slot (255 = a reply)", "", 0, ""),
    ("depth", "acts since that beginning", "acts", 0, 4095),
    ("visible", "whether others see the act", "", "", ""),
    ("sincere", "whether it was meant", "", "", ""),
    ("found_out", "whether it was found out as performed", "", "", ""),
    ("on_need", "whether it was sent on a noticed need", "", "", ""),
    ("void", "whether it was taken back, so that nobody received or saw it", "", "", ""),
    ("value", "what it was worth to the receiver; null for a hostile act", "value", 0, ""),
)  # fmt: skip
_MARKS = {
    "visible": letters.VISIBLE, "sincere": letters.SINCERE, "found_out": letters.FOUND, "on_need": letters.NEED,
    "void": letters.VOID,
}  # fmt: skip


class Log:
    """Takes in one tick after the other and writes them in groups."""

    def __init__(self, writer: Any) -> None:
        self.writer = writer
        self.waiting: list[Any] = []

    def follow(self, run: Run) -> None:
        """Take in every tick of a run that is about to start."""
        run.watch = lambda world: self.add(run.scenario.arm, world)

    def add(self, arm: str, world: Any) -> None:
        """The acts of the tick just over."""
        self.waiting.append(_table(arm, world))
        if sum(table.num_rows for table in self.waiting) >= GROUP:
            self.flush()

    def flush(self) -> None:
        """Write what waits as one group."""
        import pyarrow as pa

        if self.waiting:
            rows = pa.concat_tables(self.waiting)
            self.writer.write_table(rows, row_group_size=max(1, rows.num_rows))
            self.waiting = []


@contextlib.contextmanager
def logged(folder: Path) -> Iterator[Log]:
    """A log for the runs of the block; `events.parquet` is there when the block ends, and leaves no trace if it
    fails."""
    from pyarrow import parquet

    with (
        disk.written(folder / NAME) as file,
        parquet.ParquetWriter(file, _schema(), compression="zstd") as writer,
    ):
        log = Log(writer)
        yield log
        log.flush()


def _schema() -> Any:
    import pyarrow as pa

    numbers = {"replicate": pa.uint32(), "tick": pa.int64(), "day": pa.float64(), "sender": pa.uint32(),
               "receiver": pa.uint32(), "root": pa.uint64(), "depth": pa.int16(), "value": pa.float32()}  # fmt: skip
    marks = dict.fromkeys(_MARKS, pa.bool_())
    return pa.schema([(name, {**numbers, **marks}.get(name, pa.string())) for name, *_ in COLUMNS])


def _table(arm: str, world: Any) -> Any:
    """The letters of the last tick as a table."""
    import pyarrow as pa

    post, names = world.letters(), [*(gesture.name for gesture in world.gestures), "hostile"]
    ends, what, root = post[:, 0], post[:, 1], post[:, 2]
    hostile = what & letters.HOSTILE > 0
    key, tick = world.columns.key, world.tick - 1
    value = (what >> np.uint64(32)).astype(np.uint32).view(np.float32)
    gesture = np.where(hostile, len(names) - 1, (what & np.uint64(15)).astype(np.int8)).astype(np.int8)
    cause = ((what >> np.uint64(10)) & np.uint64(3)).astype(np.int8)
    columns = {
        "arm": pa.repeat(arm, len(post)),
        "replicate": np.full(len(post), world.settings.replicate, np.uint32),
        "tick": np.full(len(post), tick, np.int64),
        "day": np.full(len(post), world.day),
        "sender": key[(ends & np.uint64(0xFFFFFFFF)).astype(np.int64)],
        "receiver": key[(ends >> np.uint64(32)).astype(np.int64)],
        "gesture": pa.DictionaryArray.from_arrays(gesture, names).dictionary_decode(),
        "cause": pa.DictionaryArray.from_arrays(cause, list(CAUSES)).dictionary_decode(),
        "root": root,
        "depth": ((what >> np.uint64(20)) & letters.DEEPEST).astype(np.int16),
        **{name: what & mark > 0 for name, mark in _MARKS.items()},
        "value": pa.array(value, mask=hostile),
    }
    return pa.table(columns, schema=_schema())
