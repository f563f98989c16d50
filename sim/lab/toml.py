"""TOML in and out: reading a text safely, writing a tree that reads back equal."""

from __future__ import annotations

import json
import math
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.lab.errors import BadInput
from sim.lab.locate import DEEPEST, Key, too_deep

LARGEST = 1_000_000  # bytes; a scenario is a page, and everything below is linear in this
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_DIGITS = re.compile(r"[\d_]{1000}")
_HINTS = (
    (re.compile(r"[=\[,]\s*[-+]?\.\d"), "a number starts with a digit, as in 0.5"),
    (re.compile(r"[=\[,]\s*[-+]?\d+\.(?!\d)"), "a number ends with a digit, as in 5.0"),
    (re.compile(r"[=\[,]\s*(True|False)\b"), "write true or false in small letters"),
    (re.compile(r"=\s*[A-Za-z_]"), "a text needs quotes"),
)
_ASSIGNED = re.compile(r"\s*\[*\s*([^=\]]+?)\s*(?:=|\])")


def read_text(path: Path) -> str:
    """The text of a regular UTF-8 file (a byte order mark is fine) of at most `LARGEST` bytes."""
    try:
        if not os.path.lexists(path):
            raise BadInput(path, None, "scenario", "no such file")
        if not path.is_file():
            raise BadInput(path, None, "scenario", "is not a file; a scenario is a TOML file")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as trouble:
        raise BadInput(path, None, "scenario", f"cannot be read: {trouble.strerror}") from None
    return _decoded(data, path)


def _decoded(data: bytes, path: Path) -> str:
    if len(data) > LARGEST:
        raise BadInput(path, None, "scenario", f"is larger than {LARGEST:,} bytes; a scenario is a short TOML file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        line = data.count(b"\n", 0, trouble.start) + 1
        raise BadInput(path, line, "scenario", "is not UTF-8 text; a scenario is a TOML text file") from None
    if "\0" in text:
        raise BadInput(
            path,
            text[: text.index("\0")].count("\n") + 1,
            "scenario",
            "holds a zero byte; a scenario is a TOML text file",
        )
    return text


def parse(text: str, path: str | Path) -> dict[str, Any]:
    """The tree of a TOML text; whatever is wrong with it is one `BadInput` with its line."""
    line = too_deep(text)
    if line:
        raise BadInput(path, line, "TOML", f"is nested too deeply; allowed are {DEEPEST} levels")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as trouble:
        raise _broken(str(trouble), text, path) from None


def _broken(message: str, text: str, path: str | Path) -> BadInput:
    at = _AT.search(message)
    rows = text.split("\n")
    number = int(at[1]) if at and at[1] else len(text.rstrip().split("\n"))
    what = _AT.sub("", message)
    if what.startswith(("Cannot overwrite", "Cannot declare", "Duplicate", "Cannot mutate")):
        named = _ASSIGNED.match(rows[number - 1])
        return BadInput(path, number, shown_text(named[1]) if named else "TOML", "is set twice; keep one of the two")
    if "digits" in what:  # int() refuses before we can count bits
        number = next((n for n, row in enumerate(rows, 1) if _DIGITS.search(row)), number)
        return BadInput(path, number, "TOML", "holds an integer beyond 64 bits")
    column = f" (column {at[2]})" if at and at[2] else ""
    return BadInput(
        path,
        number,
        "TOML",
        f"cannot be read: {shown_text(what[:1].lower() + what[1:])}{column}{_hint(rows[number - 1])}",
    )


def _hint(row: str) -> str:
    return next((f"; {hint}" for pattern, hint in _HINTS if pattern.search(row)), "")


def shown_text(text: str, longest: int = 60) -> str:
    """A text on one line: unprintable characters escaped, the end of a long one left off."""
    kept = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in kept)


def odd_values(tree: dict[str, Any]) -> Iterator[tuple[Key, str]]:
    """Values that TOML can spell and no scenario can use: not finite, beyond 64 bits, dates."""
    left: list[tuple[Key, Any]] = [((), tree)]
    while left:
        key, value = left.pop()
        if isinstance(value, dict):
            left += [((*key, name), inner) for name, inner in value.items()]
        elif isinstance(value, list):
            left += [((*key, index), inner) for index, inner in enumerate(value)]
        elif isinstance(value, float) and not math.isfinite(value):
            yield key, f"is {value}, not a finite number"
        elif isinstance(value, int) and not -(2**63) <= value < 2**63:
            yield key, "is an integer beyond 64 bits"
        elif not isinstance(value, str | int | float):
            yield key, "is a date or time; none is used here"


def dump(tree: dict[str, Any]) -> str:
    """TOML that reads back as `tree`; entries that are None are left out, since TOML has no null."""
    return "\n".join(_table((), tree)) + "\n"


def _table(path: tuple[str, ...], tree: dict[str, Any]) -> Iterator[str]:
    kept = {name: value for name, value in tree.items() if value is not None}
    if path:
        yield f"\n[{'.'.join(map(_key, path))}]"
    for name, value in kept.items():
        if not isinstance(value, dict):
            yield f"{_key(name)} = {_value(value)}"
    for name, value in kept.items():
        if isinstance(value, dict):
            yield from _table((*path, name), value)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _string(name)


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        kept = {name: inner for name, inner in value.items() if inner is not None}
        return "{" + ", ".join(f"{_key(name)} = {_value(inner)}" for name, inner in kept.items()) + "}"
    return repr(value)
