"""Networks from files: delimited ties, Parquet, GraphML; .gz variants; an optional table of people.

    network = read_network(NetworkSettings(kind="file", path="ties.csv", people_path="people.csv"))

A line is a tie from the reader to the person read. Ties are mutual unless the file or `directed` says otherwise.
People get rows in rising order of their ids: as numbers if all are whole numbers, else as text.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sim.lab.delimited import DelimitedTable
from sim.lab.errors import BadInput
from sim.lab.graphml import read_graphml
from sim.lab.parquetfile import read_parquet
from sim.lab.rawfile import PARQUET, first_bytes
from sim.lab.tiecolumns import TieColumns, columns_note, named_column, pick_columns, pick_day
from sim.model.law.settings import NetworkSettings
from sim.model.network.names import number_groups, order_of
from sim.model.network.networks import Network, appearing, assemble, is_strength
from sim.model.network.rows import Ties


def read_network(settings: NetworkSettings, folder: Path | str = "") -> Network:
    """The network in `settings.path` (relative to `folder`); what was done to the input is in `network.report`.

    Raises BadInput, with file and line, for everything that cannot be used as it stands.
    """
    path = Path(folder, settings.path or "")
    columns = read_ties(path, settings)
    notes = list(columns.notes)
    if settings.people_path is not None:
        columns.names, columns.groups = read_people(Path(folder, settings.people_path), settings, notes)
    elif settings.group is not None and columns.groups is None:
        raise BadInput(path, None, "network.group", "groups are in a table of people; give network.people_path too")
    if not len(columns.source) and not columns.names:
        raise BadInput(path, None, None, "holds no ties")
    _check_strength(path, columns)
    _check_day(path, columns, str(settings.day))
    source, target, label, group, group_names = _number_people(path, columns)
    directed = settings.directed if settings.directed is not None else bool(columns.directed)
    notes.append("ties are one-way: the reader reads the other" if directed else "ties are mutual")
    ties = Ties(source, target, len(label), columns.weight, directed, label, group, group_names, tuple(notes))
    network = assemble(ties)
    return network if columns.day is None else appearing(network, ties, columns.day)


def read_ties(path: Path, settings: NetworkSettings) -> TieColumns:
    """The ties of a file, by what it is: Parquet and GraphML are known by their first bytes or their ending."""
    endings = [ending.lower() for ending in path.suffixes]
    start = first_bytes(path)
    if start.startswith(PARQUET) or ".parquet" in endings:
        return read_parquet(path, settings)
    if {".graphml", ".xml"} & set(endings[-2:]) or start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return read_graphml(path, settings)
    return _read_delimited(path, settings)


def read_people(path: Path, settings: NetworkSettings, notes: list[str]) -> tuple[list[str], list[object] | None]:
    """Ids and groups (None if there is no group column) of a table of people, which must name everybody once."""
    asked = settings.group
    table = DelimitedTable(path, asked=(asked,), least_columns=1)
    lower = {name.lower(): name for name in reversed(table.names)}
    id_column = lower.get("id", table.names[0])
    group = lower.get("group")
    if asked is not None:
        group = named_column(path, table.header_line, table.names, "network.group", asked)
    ids = _distinct_ids(table, id_column)
    if group is None:
        return ids, None
    notes.append(f'groups: column "{group}" of {path.name}')
    return ids, list(table.texts(group))


def _distinct_ids(table: DelimitedTable, column: str) -> list[str]:
    ids = [str(one) for one in table.columns([column])[column]]
    seen: set[str] = set()
    for row, one in enumerate(ids):
        if one in seen:
            line = table.line_of(row)
            raise BadInput(table.path, line, column, f'"{one}" comes twice; each person needs one line')
        seen.add(one)
    return ids


def _read_delimited(path: Path, settings: NetworkSettings) -> TieColumns:
    table = DelimitedTable(path, asked=(settings.source, settings.target, settings.weight, settings.day))
    source, target, weight = pick_columns(path, table.header_line, table.names, settings)
    found, day = table.columns([source, target], weight), pick_day(path, table.header_line, table.names, settings)
    notes = columns_note(table.names, source, target, weight, day)
    if table.header_line is not None:
        notes.insert(0, f"line {table.header_line} was read as the header")
    strength = None if weight is None else found[weight]
    return TieColumns(
        found[source],
        found[target],
        strength,
        table.line_of,
        day=None if day is None else table.columns([source, target], day)[day],
        weight_column=weight or "weight",
        notes=notes,
    )


def _check_strength(path: Path, columns: TieColumns) -> None:
    if columns.weight is None:
        return
    wrong = np.flatnonzero(~is_strength(columns.weight))
    if len(wrong):
        value = columns.weight[wrong[0]]
        line, name = columns.line_of(int(wrong[0])), columns.weight_column
        raise BadInput(path, line, name, f"{value:g} is not a tie strength; finite numbers above 0 are allowed")


def _check_day(path: Path, columns: TieColumns, name: str) -> None:
    if columns.day is None:
        return
    wrong = np.flatnonzero(~((columns.day >= 0) & (columns.day < np.inf)))
    if len(wrong):
        line, value = columns.line_of(int(wrong[0])), columns.day[wrong[0]]
        raise BadInput(path, line, name, f"{value:g} is not a day; finite numbers from 0 are allowed")


def _number_people(
    path: Path, columns: TieColumns
) -> tuple[np.ndarray, np.ndarray, list[str], np.ndarray | None, tuple[str, ...]]:
    """Rows of both tie ends, names by row, group by row, names of groups."""
    source, target, found = _rank(columns.source, columns.target)
    if columns.names is None:
        return source, target, found, None, ()
    order = order_of(columns.names)
    label = [columns.names[i] for i in order]
    row = {name: i for i, name in enumerate(label)}
    place = np.fromiter((row.get(name, -1) for name in found), np.int64, len(found))
    source, target = place[source], place[target]
    _refuse_unknown(path, columns, source, target)
    group, group_names = (None, ()) if columns.groups is None else number_groups([columns.groups[i] for i in order])
    return source, target, label, group, group_names


def _refuse_unknown(path: Path, columns: TieColumns, source: np.ndarray, target: np.ndarray) -> None:
    """BadInput for the first tie with an end that has no row (-1)."""
    unknown = np.flatnonzero((source < 0) | (target < 0))
    if len(unknown):
        tie = int(unknown[0])
        name = columns.source[tie] if source[tie] < 0 else columns.target[tie]
        message = f'"{name}" is not in the table of people, which must name everybody'
        raise BadInput(path, columns.line_of(tie), "id", message)


def _rank(source: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """int64[k] rank of each end among all ids, and the ids in rising order."""
    if source.dtype.kind == "i" and target.dtype.kind == "i" and len(source):
        return _rank_numbers(source, target)
    import pyarrow as pa

    texts = pa.array([str(one) for ends in (source, target) for one in ends], pa.string()).dictionary_encode()
    names = texts.dictionary.to_pylist()
    order = order_of(names)
    ends = np.argsort(order)[texts.indices.to_numpy()]
    return ends[: len(source)], ends[len(source) :], [names[i] for i in order]


def _rank_numbers(source: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """As `_rank`, by a table over the range of ids where that is not much longer than the ties."""
    low, high = int(min(source.min(), target.min())), int(max(source.max(), target.max()))
    if high - low > 8 * len(source) + 1_000_000:
        found, place = np.unique(np.concatenate([source, target]), return_inverse=True)
        return place[: len(source)], place[len(source) :], [str(one) for one in found.tolist()]
    source, target = source - low, target - low
    there = np.zeros(high - low + 1, bool)
    there[source] = there[target] = True
    found = np.flatnonzero(there) + low
    if len(found) <= high - low:  # else everybody's rank is how far they stand from the lowest id
        rank = np.cumsum(there) - 1
        source, target = rank[source], rank[target]
    return source, target, [str(one) for one in found.tolist()]
