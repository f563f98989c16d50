"""Tables of text: one row a line, columns split by comma, tab, semicolon or blanks; # and % begin comment lines."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from sim.lab.errors import BadInput
from sim.lab.rawfile import as_text, read_bytes
from sim.model.network.names import WHOLE

HEADINGS = {"source", "target", "from", "to", "src", "dst", "weight", "ego", "alter", "follower", "followed",
            "id", "id1", "id2", "node", "node1", "node2", "node_1", "node_2", "name", "person", "group"}  # fmt: skip
_PIECE = 2**18  # bytes looked at together: they stay in the second-level cache
_COMMENT = re.compile(r"^[ \t]*[#%][^\r\n]*", re.MULTILINE)


class DelimitedTable:
    """A table of text, opened: its column names are known, its columns are read when asked for.

    names : from the header line, else "1", "2", …
    header_line : its line number, None if the table has none
    Raises BadInput for what `rawfile` refuses, no line at all, too few columns or a name that comes twice.
    """

    def __init__(self, path: Path, *, asked: tuple[str | None, ...] = (), least_columns: int = 2) -> None:
        self.path = path
        text = as_text(path, read_bytes(path))
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.text = _COMMENT.sub("", text) if "#" in text or "%" in text else text
        lines = list(islice(self._lines(), 2))
        if not lines:
            raise BadInput(path, None, None, "holds no ties, only comments or blank lines")
        self.delimiter = _delimiter([line.strip() for _, line in lines])
        first, *more = [self._split(*line) for line in lines]
        if len(first) < least_columns:
            message = f"{len(first)} column found, {least_columns} are needed; split them by comma, tab or blank"
            raise BadInput(path, lines[0][0], None, message)
        headed = _is_header(first, more[0] if more else None, asked, least_columns)
        self.header_line = lines[0][0] if headed else None
        self.names = first if headed else [str(i + 1) for i in range(len(first))]
        twice = next((name for name in self.names if self.names.count(name) > 1), None)
        if twice is not None:
            raise BadInput(path, self.header_line, None, f'the column name "{twice}" comes twice')

    def columns(self, ids: list[str], number: str | None = None) -> dict[str, np.ndarray]:
        """The named columns: ids as int64[k] where all of a column are whole numbers, else object[k] of str;
        `number` as float64[k]. BadInput with the line of the first row that does not fit."""
        whole = not _may_hold_padded_numbers(self.text)
        found = self._fast(ids, number, "int64") if whole else None
        if found is None:
            found = self._fast(ids, number, "string")
        return self._slow(ids, number) if found is None else found

    def texts(self, name: str) -> list[str]:
        """One column as it stands, cells may be empty."""
        place = self.names.index(name)
        return [self._split(line, text)[place] for line, text in self._rows()]

    def line_of(self, row: int) -> int:
        """Line number of a row of the table."""
        return next(islice(self._rows(), row, None))[0]

    def _lines(self) -> Iterator[tuple[int, str]]:
        start, number = 0, 0
        while start < len(self.text):
            end = self.text.find("\n", start)
            end = len(self.text) if end < 0 else end
            number += 1
            line = self.text[start:end]
            if line.strip():
                yield number, line
            start = end + 1

    def _rows(self) -> Iterator[tuple[int, str]]:
        return ((number, line) for number, line in self._lines() if number != self.header_line)

    def _split(self, number: int, line: str) -> list[str]:
        if self.delimiter == " ":
            return line.split()
        try:
            return [cell.strip() for cell in next(csv.reader([line], delimiter=self.delimiter))]
        except csv.Error as problem:
            raise BadInput(self.path, number, None, f"is no line of a table: {problem}") from None

    def _body(self) -> str:
        """Lines below the header, with single blanks between columns where blanks split them."""
        skip = 0
        if self.header_line is not None:
            for _ in range(self.header_line):
                skip = self.text.find("\n", skip) + 1 or len(self.text)
        body = self.text[skip:]
        if self.delimiter == " ":
            body = _single_blanks(body)
        return body

    def _fast(self, ids: list[str], number: str | None, id_type: str) -> dict[str, np.ndarray] | None:
        """All columns at once; None if a cell does not fit, or if cells have to be looked at one by one."""
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        body = self._body()
        if not body.strip():
            return self._slow(ids, number)
        types = {name: pa.type_for_alias(id_type) for name in ids} | ({number: pa.float64()} if number else {})
        try:
            table = arrow_csv.read_csv(
                io.BytesIO(body.encode()),
                arrow_csv.ReadOptions(column_names=self.names),
                arrow_csv.ParseOptions(delimiter=self.delimiter, quote_char=False if self.delimiter == " " else '"'),
                arrow_csv.ConvertOptions(column_types=types, include_columns=list(types), null_values=[]),
            )
        except (pa.ArrowInvalid, pa.ArrowKeyError):
            return None
        found = {name: table[name].to_numpy() for name in types}
        return None if id_type == "string" and any(_untidy(found[name]) for name in ids) else found

    def _slow(self, ids: list[str], number: str | None) -> dict[str, np.ndarray]:
        """Row by row, so that the first row that does not fit is found and named."""
        cells: dict[str, list] = {name: [] for name in [*ids, *([number] if number else [])]}
        place = {name: self.names.index(name) for name in cells}
        for line, text in self._rows():
            row = self._split(line, text)
            if len(row) != len(self.names):
                message = f"{len(row)} columns found, {len(self.names)} expected as in the first line"
                raise BadInput(self.path, line, None, message)
            for name in ids:
                cells[name].append(self._id(line, name, row[place[name]]))
            if number:
                cells[number].append(self._number(line, number, row[place[number]]))
        found = {name: _as_ids(cells[name]) for name in ids}
        return found | ({number: np.asarray(cells[number], np.float64)} if number else {})

    def _id(self, line: int, name: str, cell: str) -> str:
        if not cell:
            raise BadInput(self.path, line, name, "the id is missing")
        return cell

    def _number(self, line: int, name: str, cell: str) -> float:
        try:
            return float(cell.replace("_", "?"))  # Python reads 1_0 as 10, other readers do not
        except ValueError:
            raise BadInput(self.path, line, name, f'"{cell[:40]}" is not a number') from None


def _delimiter(lines: list[str]) -> str:
    """What splits the columns; a tab does only if every line looked at has one, else it is a blank like others."""
    if all("\t" in line for line in lines):
        return "\t"
    return next((mark for mark in ",;" if mark in lines[0]), " ")


def _single_blanks(body: str) -> str:
    """One blank between columns and none around lines; left alone where it is so already (the search is slow)."""
    if body.isascii() and not any(blank in body for blank in ("  ", "\n ", " \n", "\t", "\v", "\f")):
        return body.strip(" ")
    return re.sub(r"^ +| +$", "", re.sub(r"[^\S\n]+", " ", body), flags=re.MULTILINE)


def _may_hold_padded_numbers(text: str) -> bool:
    """Can there be an id such as 007 or -0, which differs from 7 and 0? Then ids are read as text."""
    byte = np.frombuffer(f"\n{text}\n".encode(), np.uint8)
    pieces = (byte[start : start + _PIECE + 2] for start in range(0, byte.size - 2, _PIECE))
    return "-0" in text or any(_holds_padded_number(piece) for piece in pieces)


def _holds_padded_number(byte: np.ndarray) -> bool:
    """Is there, but at the ends, a 0 before a digit that goes on no number?"""
    digit = byte - np.uint8(ord("0")) < 10  # smaller bytes wrap round
    padded = byte[1:-1] == ord("0")
    padded &= digit[2:]
    padded &= ~digit[:-2]
    padded &= byte[:-2] != ord(".")
    return bool(padded.any())


def _is_header(first: list[str], second: list[str] | None, asked: tuple[str | None, ...], ends: int) -> bool:
    """A known heading, a column asked for, or words above whole numbers make a header line."""
    lower = {cell.lower() for cell in first}
    wanted = {name.lower() for name in asked if name and not name.isdigit()}
    if lower & (HEADINGS | wanted):
        return True
    words = not any(WHOLE.fullmatch(cell) for cell in first[:ends])
    return words and second is not None and all(WHOLE.fullmatch(cell) for cell in second[:ends])


def _untidy(column: np.ndarray) -> bool:
    """Are there empty cells, or cells with blanks around them?"""
    return any(not cell or cell[0].isspace() or cell[-1].isspace() for cell in column)


def _as_ids(column: list[str]) -> np.ndarray:
    """int64[k] if all are whole numbers that fit, else object[k]."""
    if all(WHOLE.fullmatch(cell) and cell != "-0" and len(cell) < 19 for cell in column):
        return np.asarray([int(cell) for cell in column], np.int64)
    return np.asarray(column, object)
