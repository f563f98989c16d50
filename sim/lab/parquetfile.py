"""Ties in Parquet files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from sim.lab.errors import BadInput
from sim.lab.rawfile import LARGEST_EXPANDED
from sim.lab.tiecolumns import TieColumns, columns_note, pick_columns, pick_day
from sim.model.law.settings import NetworkSettings


def read_parquet(path: Path, settings: NetworkSettings) -> TieColumns:
    """Ties of a Parquet file; BadInput for columns of another type, missing cells, or a file that unpacks too far."""
    names, read = _open(path)
    if len(names) < 2:
        raise BadInput(path, None, None, f"{len(names)} column found, 2 are needed")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BadInput(path, None, None, f'the column name "{twice}" comes twice')
    source, target, weight = pick_columns(path, None, names, settings)
    day = pick_day(path, None, names, settings)
    table = read(list(dict.fromkeys(name for name in (source, target, weight, day) if name)))
    strength = None if weight is None else _numbers(path, weight, table[weight])
    ends = [_ids(path, name, table[name]) for name in (source, target)]
    notes = columns_note(names, source, target, weight, day)
    days = None if day is None else _numbers(path, day, table[day], "days")
    return TieColumns(
        ends[0], ends[1], strength, lambda row: row + 1, day=days, weight_column=weight or "weight", notes=notes
    )


def _open(path: Path) -> tuple[list[str], Callable[[list[str]], Any]]:
    """Column names, and a function that reads some of them."""
    import pyarrow as pa
    from pyarrow import parquet

    def guarded(do: Callable[[], Any]) -> Any:
        try:
            return do()
        except (pa.ArrowException, OSError) as problem:
            raise BadInput(path, None, None, f"is no Parquet file that can be read: {problem}") from None

    file = guarded(lambda: parquet.ParquetFile(path))
    groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
    if max(sum(group.total_byte_size for group in groups), file.metadata.num_rows) > LARGEST_EXPANDED:
        raise BadInput(path, None, None, f"unpacks to more than {LARGEST_EXPANDED:,} bytes")
    return list(file.schema_arrow.names), lambda columns: guarded(lambda: file.read(columns=columns))


def _ids(path: Path, name: str, column: Any) -> np.ndarray:
    """int64[k] of a whole-number column, object[k] of a text column."""
    import pyarrow as pa
    from pyarrow import compute

    _refuse_missing(path, name, column)
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_integer(kind) and kind != pa.uint64():
        return column.cast(pa.int64()).to_numpy()
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or kind == pa.uint64():
        texts = compute.utf8_trim_whitespace(column.cast(pa.string()))
        empty = np.flatnonzero(compute.equal(texts, "").to_numpy())
        if len(empty):
            raise BadInput(path, int(empty[0]) + 1, name, "the id is missing")
        return texts.to_numpy()
    raise BadInput(path, None, name, f"ids are of type {kind}; whole numbers or text are allowed")


def _numbers(path: Path, name: str, column: Any, what: str = "strengths") -> np.ndarray:
    import pyarrow as pa

    _refuse_missing(path, name, column)
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        raise BadInput(path, None, name, f"{what} are of type {column.type}; numbers are needed")
    return column.to_numpy().astype(np.float64)


def _refuse_missing(path: Path, name: str, column: Any) -> None:
    if column.null_count:
        row = int(np.flatnonzero(column.is_null().to_numpy())[0]) + 1
        raise BadInput(path, row, name, "the cell is missing")
