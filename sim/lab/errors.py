"""What is said to a person whose input cannot be used."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any


class BadInput(Exception):
    """Input that cannot be used: which file, which line, which key, what is wrong and what is allowed.

    str() is exactly `file:line: key: message`; parts that are None are left out.
    """

    def __init__(self, path: str | Path, line: int | None, key: str | None, message: str) -> None:
        self.path, self.line, self.key, self.message = str(path), line, key, message
        place = self.path if line is None else f"{self.path}:{line}"
        super().__init__(": ".join(part for part in (place, key, message) if part is not None))

    def __reduce__(self) -> tuple[type[BadInput], tuple[str, int | None, str | None, str]]:
        return type(self), (self.path, self.line, self.key, self.message)


class Interrupted(Exception):
    """Ctrl-C in a sweep: what is kept, and how to go on; exit code 4."""


class TooLarge(Exception):
    """A world that does not fit into memory, found before anything is allocated; exit code 3."""


class WorkerLost(Exception):
    """A worker died under a part, most likely for want of memory; exit code 3."""

    def __init__(self) -> None:
        super().__init__(
            "a worker died, most likely for want of memory; what is done is kept, and with fewer workers the same line"
            " goes on"
        )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean "near"?` if a known word is near, else nothing.

    >>> did_you_mean("wieght", ["source", "weight"])
    '; did you mean "weight"?'
    """
    near = difflib.get_close_matches(word, list(known), n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def extra(module: str, name: str) -> Any:
    """A module of a package that only comes with the extra `name`; BadInput says how to install it."""
    package = module.partition(".")[0]
    try:
        return import_module(module)
    except ModuleNotFoundError as trouble:
        if trouble.name != package:
            raise
        raise BadInput(package, None, None, f'is not installed; pip install "kindling-sim[{name}]"') from None
