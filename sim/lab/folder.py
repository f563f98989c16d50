"""A result folder: claimed before a run, finished by its manifest, never written over."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.lab.errors import BadInput
from sim.model import disk

MANIFEST = "manifest.json"
MARK = ".unfinished"  # says that an unfinished folder is ours to redo


def finished(path: Path) -> bool:
    """Whether the folder holds a complete result."""
    return (path / MANIFEST).is_file()


def free(path: Path | None, name: str) -> Path:
    """The folder to use: the one asked for, else results/<name>, results/<name>-2, … whichever is not finished.

    Writes nothing. Raises BadInput where the folder asked for holds a result or somebody else's files.
    """
    if path is None:
        tries = itertools.chain([f"results/{name}"], (f"results/{name}-{n}" for n in itertools.count(2)))
        path = next(one for one in map(Path, tries) if _usable(one))
    if not _usable(path):
        raise BadInput(path, None, "-o", _occupied(path))
    return path


def _usable(path: Path) -> bool:
    try:
        if not os.path.lexists(path):
            return True
        return path.is_dir() and not finished(path) and (not any(path.iterdir()) or (path / MARK).is_file())
    except OSError as trouble:
        raise disk.DiskTrouble(path, trouble) from trouble


def _occupied(path: Path) -> str:
    if finished(path):
        return "holds a finished result, which is never written over; choose another folder or delete this one"
    if path.is_dir():
        return "holds files that are not an unfinished result; choose a new or empty folder"
    return "is a file, not a folder"


@contextlib.contextmanager
def claimed(path: Path) -> Iterator[Path]:
    """The folder, emptied of an unfinished result and marked until `finish` is called in the block.

    A block that fails leaves nothing; one that is killed leaves a marked folder that the next run redoes.
    """
    made = not path.exists()
    if not _usable(path):
        raise BadInput(path, None, "-o", _occupied(path))
    disk.folder(path)
    with _held(path):
        if finished(path):  # by another run, between the two looks
            raise BadInput(path, None, "-o", _occupied(path))
        _empty(path)
        try:
            yield path
        except BaseException:
            _abandon(path, made)
            raise


def finish(path: Path, manifest: dict[str, Any]) -> None:
    """Writes the manifest, with size and SHA-256 of every part; the folder is a finished result from here on."""
    parts = sorted(part for part in path.rglob("*") if part.is_file() and part.name != MARK)
    listed = {
        str(part.relative_to(path)): {"sha256": disk.sha256(part), "bytes": part.stat().st_size} for part in parts
    }
    text = json.dumps(manifest | {"parts": listed}, indent=2, allow_nan=False)
    disk.write(path / MANIFEST, text + "\n")
    (path / MARK).unlink()


@contextlib.contextmanager
def _held(path: Path) -> Iterator[None]:
    """The mark, locked so that two runs cannot write into one folder; the system unlocks it after a crash."""
    try:
        mark = (path / MARK).open("a")
    except OSError as trouble:
        raise disk.DiskTrouble(path, trouble) from trouble
    with mark:
        try:
            _lock(mark.fileno())
        except OSError:
            raise BadInput(path, None, "-o", "another run is writing here; choose another folder") from None
        yield


def _lock(handle: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: two runs into one folder are not told apart
        return
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _empty(path: Path) -> None:
    for entry in path.iterdir():
        if entry.name == MARK:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _abandon(path: Path, made: bool) -> None:
    """Best effort: while the mark stays, nothing here counts as finished."""
    if finished(path):
        return
    with contextlib.suppress(OSError):
        _empty(path)
        (path / MARK).unlink()
        if made:
            path.rmdir()
