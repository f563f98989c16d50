"""The line of every key of a TOML text, which `tomllib` does not keep."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import NamedTuple

Key = tuple[str | int, ...]  # a dotted key, with the index of array elements

DEEPEST = 32  # nesting of tables, arrays and key parts; no scenario needs more, and readers recurse

_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'  # closing quotes may touch up to two quotes of the text
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{}=,.\n]"
    r"|[^\s\[\]{}=,.\#\"']+"
    r"|[\"']",  # an opening quote that nothing closes
    re.DOTALL,
)
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+"""
_MANY_PARTS = re.compile(rf"(?<![\w-])(?:{_PART}){{{DEEPEST}}}")  # possessive: linear in the length of the line


class Token(NamedTuple):
    text: str
    line: int


def tokens(text: str) -> Iterator[Token]:
    """Strings, comments, punctuation, line ends and bare words with the line, from 1, on which each begins."""
    line = 1
    for match in _TOKEN.finditer(text):
        word = match.group()
        if not word.startswith("#"):
            yield Token(word, line)
        line += word.count("\n")


def too_deep(text: str) -> int | None:
    """The first line nested deeper than `DEEPEST`, in any text, valid TOML or not; None if there is none."""
    depth = 0
    for word, line in tokens(text):
        depth += (word in "[{") - (word in "]}")
        if depth > DEEPEST:
            return line
    return _long_key(text)


def _long_key(text: str) -> int | None:
    for number, row in enumerate(text.split("\n"), 1):
        if row.count(".") >= DEEPEST and _MANY_PARTS.search(row):
            return number
    return None


def lines(text: str) -> dict[Key, int]:
    """Line of each key, table and array element of a valid TOML text no deeper than `DEEPEST`."""
    return _Reader(text).read()


class _Reader:
    """Follows tables and values without interpreting them; `self.found` grows as keys are met."""

    def __init__(self, text: str):
        self.stream = tokens(text)
        self.found: dict[Key, int] = {}
        self.elements: dict[Key, int] = {}  # array of tables → elements met so far
        self.next()

    def next(self) -> Token:
        met = getattr(self, "token", None)
        self.token = next(self.stream, Token("", 0))
        return met or self.token

    def read(self) -> dict[Key, int]:
        table: Key = ()
        while self.token.text:
            if self.token.text == "\n":
                self.next()
            elif self.token.text == "[":
                table = self.header()
            else:
                self.pair(table)
        return self.found

    def header(self) -> Key:
        line = self.next().line
        many = self.token.text == "["
        if many:
            self.next()
        path = self.resolved(self.key(), many)
        self.note(path, line)
        while self.token.text not in ("\n", ""):
            self.next()
        return path

    def resolved(self, key: list[str], many: bool) -> Key:
        """The full key of a header: arrays of tables on the way stand for their last element."""
        path: Key = ()
        for depth, part in enumerate(key, 1):
            path += (part,)
            if many and depth == len(key):
                self.note(path, self.token.line)
                self.elements[path] = self.elements.get(path, -1) + 1
            if path in self.elements:
                path += (self.elements[path],)
        return path

    def pair(self, table: Key) -> None:
        line = self.token.line
        path = table + tuple(self.key())
        for depth in range(len(table) + 1, len(path) + 1):
            self.note(path[:depth], line)
        self.next()  # the equals sign
        self.value(path)

    def key(self) -> list[str]:
        parts = [self.part()]
        while self.token.text == ".":
            self.next()
            parts.append(self.part())
        return parts

    def part(self) -> str:
        word = self.next().text
        return tomllib.loads(f"part = {word}")["part"] if word[0] in "\"'" else word

    def value(self, path: Key) -> None:
        if self.token.text == "[":
            self.array(path)
        elif self.token.text == "{":
            self.inline(path)
        else:
            while self.token.text not in (",", "]", "}", "\n", ""):
                self.next()

    def array(self, path: Key) -> None:
        self.next()
        index = 0
        while self.token.text not in ("]", ""):
            if self.token.text in (",", "\n"):
                self.next()
                continue
            self.note((*path, index), self.token.line)
            self.value((*path, index))
            index += 1
        self.next()

    def inline(self, path: Key) -> None:
        self.next()
        while self.token.text not in ("}", ""):
            if self.token.text in (",", "\n"):
                self.next()
            else:
                self.pair(path)
        self.next()

    def note(self, path: Key, line: int) -> None:
        """A key's own line, which is also that of tables no header of their own has named yet."""
        for depth in range(1, len(path) + 1):
            self.found.setdefault(path[:depth], line)
