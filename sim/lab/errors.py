"""Input that cannot be used, said in one line a person can act on."""

from __future__ import annotations


class BadInput(Exception):
    """`file:line: key: what is wrong, what is allowed, did you mean …?`; exit code 2.

    path : str, file or option the input came from
    line : int | None, counted from 1; None where there is no line to point to
    key : str, dotted key, column or option that is wrong
    message : str, the rest of the line
    """

    def __init__(self, path: object, line: int | None, key: str, message: str):
        self.path, self.line, self.key, self.message = str(path), line, key, message
        super().__init__(f"{self.path}:{line}: {key}: {message}" if line else f"{self.path}: {key}: {message}")
