"""The bytes of an input file, unpacked within limits."""

from __future__ import annotations

import zlib
from pathlib import Path

from sim.lab.errors import BadInput

GZIP, PARQUET = b"\x1f\x8b", b"PAR1"
PACKED = {b"PK\x03\x04": "zip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd", b"7z\xbc\xaf": "7z"}
LARGEST_EXPANDED = 2 * 2**30  # bytes a .gz file may unpack to
LARGEST_RATIO, RATIO_COUNTS_FROM = 200, 16 * 2**20  # text packs 3 to 20 fold; beyond 200 it is a trap
_PIECE = 2**20


def first_bytes(path: Path) -> bytes:
    """The first bytes of a file, by which its format is known; BadInput if there is no file to read."""
    return _read(path, 64)


def read_bytes(path: Path) -> bytes:
    """The whole file; gzip is unpacked. BadInput if it is missing, no file, unreadable, empty or unpacks too far."""
    data = _read(path, -1)
    data = _unpack(path, data) if data.startswith(GZIP) else data
    if not data:
        raise BadInput(path, None, None, "the file is empty")
    return data


def _read(path: Path, size: int) -> bytes:
    try:
        if path.exists() and not path.is_file():  # a device or pipe may never end
            raise BadInput(path, None, None, "is a folder or device; a file is needed")
        with path.open("rb") as file:
            return file.read(size)
    except FileNotFoundError:
        raise BadInput(path, None, None, "there is no such file") from None
    except (OSError, ValueError) as problem:
        raise BadInput(path, None, None, f"cannot be read: {problem}") from None


def _unpack(path: Path, data: bytes) -> bytes:
    """Unpack all members of a gzip file, stopping as soon as a limit is passed."""
    pieces: list[bytes] = []
    size, rest = 0, data
    try:
        while rest.startswith(GZIP):
            stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
            while not stream.eof:
                piece = stream.decompress(rest, _PIECE)
                rest = stream.unconsumed_tail
                if not piece and not rest and not stream.eof:
                    raise BadInput(path, None, None, "the gzip file ends too early; is the download complete?")
                pieces.append(piece)
                size += len(piece)
                _refuse_bomb(path, size, len(data))
            rest = stream.unused_data
    except zlib.error as problem:
        raise BadInput(path, None, None, f"is a damaged gzip file: {problem}") from None
    return b"".join(pieces)


def _refuse_bomb(path: Path, size: int, packed: int) -> None:
    if size > LARGEST_EXPANDED:
        raise BadInput(path, None, None, f"unpacks to more than {LARGEST_EXPANDED:,} bytes; unpack it yourself first")
    if size > RATIO_COUNTS_FROM and size > LARGEST_RATIO * packed:
        message = f"unpacks to more than {LARGEST_RATIO} times its size, as no table does; unpack it yourself first"
        raise BadInput(path, None, None, message)


def as_text(path: Path, data: bytes) -> str:
    """The text of UTF-8 bytes, without a byte order mark; BadInput for binary files and other encodings."""
    kind = next((kind for magic, kind in PACKED.items() if data.startswith(magic)), None)
    if kind:
        raise BadInput(path, None, None, f"is a {kind} archive; unpack it first (.gz is read as it is)")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput(path, 1, None, "is UTF-16 text; save it as UTF-8")
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise BadInput(path, line, None, "is not a text file (it holds NUL bytes)")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        byte = data[problem.start]
        raise BadInput(path, line, None, f"byte 0x{byte:02x} is not UTF-8; save the file as UTF-8") from None
