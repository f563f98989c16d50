"""The one way files are written: whole or not at all, and safely on the disk before they have their name."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


class DiskTrouble(Exception):
    """A file or folder could not be written; exit code 3."""

    def __init__(self, path: Path, trouble: OSError):
        self.path = path
        super().__init__(f"{path}: cannot be written: {trouble.strerror or trouble}")


def point(name: str, path: Path) -> None:
    """Does nothing. Tests replace it to fail at "open", "sync", "rename" or "settle"."""


@contextlib.contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A binary file to write to; it becomes `path` when the block ends, or leaves no trace if anything fails.

    Its own name keeps the ending, for writers that take a name and look at the ending.
    """
    temporary = path.with_name(f".part-{os.getpid()}-{path.name}")
    try:
        with _named(path):
            point("open", path)
            with temporary.open("wb") as file:
                yield file
                point("sync", path)
                file.flush()
                os.fsync(file.fileno())
            point("rename", path)
            os.replace(temporary, path)
            point("settle", path)
            settle(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write(path: Path, text: str) -> None:
    """The text as UTF-8, in one piece."""
    with written(path) as file:
        file.write(text.encode())


def folder(path: Path) -> Path:
    """The folder, made if it is not there."""
    with _named(path):
        path.mkdir(parents=True, exist_ok=True)
    return path


def settle(path: Path) -> None:
    """Puts the names in a folder on the disk; systems that cannot open a folder do it by themselves."""
    if os.name == "posix":
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as trouble:
        raise DiskTrouble(path, trouble) from trouble
