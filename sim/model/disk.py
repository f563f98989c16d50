"""The one way files are written: whole or not at all, and safely on the disk before they have their name."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import platform
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
FORGOTTEN = 3600.0  # seconds after which a temporary file of another machine is nobody's: one write takes far less
_HOST = hashlib.sha256(platform.node().encode()).hexdigest()[:8]
_TEMPORARY = re.compile(r"\.part-(?P<host>[0-9a-f]{8})-(?P<process>\d+)-\d+-.*", re.DOTALL)


class DiskTrouble(Exception):
    """A file or folder could not be written; exit code 3.

    needed : bytes the file takes, as far as known, where there was no room for it; else 0
    advice : what is said after that
    """

    def __init__(self, path: Path, trouble: OSError, needed: int = 0, advice: str = ""):
        self.path, self.trouble, self.needed, self.advice = path, trouble, needed, advice
        room = f"; needs at least {needed:,} bytes{advice}" if needed else ""
        super().__init__(f"{path}: cannot be written: {trouble.strerror or trouble}{room}")

    def __reduce__(self) -> tuple[type[DiskTrouble], tuple[Path, OSError, int, str]]:
        return type(self), (self.path, self.trouble, self.needed, self.advice)


def point(name: str, path: Path) -> None:
    """Does nothing. Tests replace it to fail at "open", "sync", "rename" or "settle"."""


@contextlib.contextmanager
def written(path: Path, size: int = 0) -> Iterator[BinaryIO]:
    """A binary file to write to; it becomes `path` when the block ends, or leaves no trace if anything fails.

    size : bytes that will be written, where known
    """
    own = unfinished(path)
    try:
        with _named(path, own, size):
            point("open", path)
            with own.open("wb") as file:
                yield file
                point("sync", path)
                file.flush()
                os.fsync(file.fileno())
            point("rename", path)
            os.replace(own, path)
            point("settle", path)
            settle(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):  # the trouble that led here is the one to tell
            own.unlink()
        raise


def write(path: Path, text: str) -> None:
    """The text as UTF-8, in one piece."""
    content = text.encode()
    with written(path, len(content)) as file:
        file.write(content)


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


def unfinished(path: Path) -> Path:
    """The file that this thread writes before it is `path`; no other thread on any machine uses the same name.

    It keeps the ending, for writers that take a name and look at the ending.
    """
    return path.with_name(f".part-{_HOST}-{os.getpid()}-{threading.get_native_id()}-{path.name}")


def temporary(path: Path) -> bool:
    """Whether a file is one that `written` has not finished."""
    return bool(_TEMPORARY.fullmatch(path.name))


def abandoned(path: Path) -> bool:
    """Whether a file is one that `written` will not finish, for its process was killed.

    Processes of other machines cannot be asked; their files are abandoned after an hour without change.
    """
    found = _TEMPORARY.fullmatch(path.name)
    if found is None:
        return False
    if found["host"] == _HOST and os.name == "posix":
        return not _alive(int(found["process"]))
    try:
        return time.time() - path.stat().st_mtime > FORGOTTEN
    except OSError:
        return False


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        pass
    return True


@contextlib.contextmanager
def _named(path: Path, own: Path | None = None, size: int = 0) -> Iterator[None]:
    try:
        yield
    except OSError as trouble:
        raise DiskTrouble(path, trouble, _needed(own, size) if trouble.errno in FULL else 0) from trouble


def _needed(own: Path | None, size: int) -> int:
    """Bytes of the whole file, or where they are not known, one more than have been written."""
    if size or own is None:
        return size
    with contextlib.suppress(OSError):
        return own.stat().st_size + 1
    return 1
