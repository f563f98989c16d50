"""A recording as few bytes, which `web/recording.js` unpacks in the reader's browser.

The bytes are a raw deflate stream of: length of the header (uint32, little-endian), header (JSON), then the parts in
the order of `sizes` in the header: places (two numbers of 12 bits in three bytes), ties (how many begin at each row,
then the gaps between the other ends, the first from the row itself), and for each arm the moods of day 0, the gaps
between changes, and the new moods. Changes are counted person by person, each through all frames. Whole numbers are
written seven bits to a byte, the lowest first; the highest bit says that more follow.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sim.studio.recording import Recording

FINEST = 4095  # 12 bits
DIGITS = 5
_SIZES = np.array([1 << 7, 1 << 14, 1 << 21, 1 << 28], np.uint64)


def encode(recording: Recording) -> bytes:
    """The recording, without its texts and weeks, deflated."""
    parts = [pack_places(recording.places), *pack_ties(recording.ties, recording.people)]
    for arm in recording.arms:
        parts += pack_moods(arm.moods)
    header = {
        "people": recording.people,
        "days": [_short(day) for day in recording.days],
        "series": [[[_short(v) for v in arm.series[name]] for name in recording.outcomes] for arm in recording.arms],
        "sizes": [len(part) for part in parts],
    }
    text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
    return _deflated(b"".join([struct.pack("<I", len(text)), text, *parts]))


def decode(content: bytes) -> dict[str, Any]:
    """What the bytes of `encode` hold: header, places float32[n, 2], ties uint32[m, 2], moods uint8[frames, n]."""
    raw = zlib.decompress(content, -15)
    (length,) = struct.unpack_from("<I", raw)
    header = json.loads(raw[4 : 4 + length])
    parts = _cut(raw[4 + length :], header["sizes"])
    people, frames = header["people"], len(header["days"])
    found: dict[str, Any] = {"header": header, "places": unpack_places(next(parts))}
    found["ties"] = unpack_ties(next(parts), next(parts))
    found["moods"] = [unpack_moods((next(parts), next(parts), next(parts)), people, frames) for _ in header["series"]]
    return found


def _deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    return packer.compress(content) + packer.flush()


def _cut(content: bytes, sizes: Sequence[int]) -> Iterator[bytes]:
    start = 0
    for size in sizes:
        yield content[start : start + size]
        start += size


def _short(value: float | None) -> float | int | None:
    """Few digits: a curve on a screen shows no more."""
    if value is None:
        return None
    rounded = float(f"{value:.{DIGITS}g}")
    return int(rounded) if rounded.is_integer() else rounded


def pack_places(places: np.ndarray) -> bytes:
    """float[n, 2] in -1..1 as three bytes a person."""
    x, y = np.rint((places.astype(np.float64).T + 1) / 2 * FINEST).astype(np.uint16)
    return np.column_stack([x & 255, (x >> 8) | ((y & 15) << 4), y >> 4]).astype(np.uint8).tobytes()


def unpack_places(content: bytes) -> np.ndarray:
    """float32[n, 2], -1..1, to the nearest of 4096 steps."""
    low, middle, high = np.frombuffer(content, np.uint8).reshape(-1, 3).T.astype(np.uint16)
    both = np.column_stack([low | ((middle & 15) << 8), (middle >> 4) | (high << 4)])
    return (both / FINEST * 2 - 1).astype(np.float32)


def pack_ties(ties: np.ndarray, people: int) -> tuple[bytes, bytes]:
    """uint32[m, 2], lower row first and ascending: how many begin at each row, and the gaps to the other ends."""
    first, second = ties.astype(np.int64).T
    before = np.where(np.diff(first, prepend=-1) > 0, first, np.roll(second, 1)) if len(ties) else first
    return varints(np.bincount(first, minlength=people)), varints(second - before)


def unpack_ties(counts: bytes, gaps: bytes) -> np.ndarray:
    """The ties of `pack_ties`."""
    first = np.repeat(np.arange(len(number := numbers(counts))), number)
    steps = np.cumsum(numbers(gaps))
    starts = np.flatnonzero(np.diff(first, prepend=-1))
    before = np.concatenate([[0], steps[starts[1:] - 1]]) if len(starts) else steps
    length = np.diff(np.append(starts, len(first)))
    return np.column_stack([first, first + steps - np.repeat(before, length)]).astype(np.uint32)


def pack_moods(moods: np.ndarray) -> tuple[bytes, bytes, bytes]:
    """uint8[frames, n]: the first frame, the gaps between changes, and the new moods."""
    by_person = moods.T
    changed = by_person[:, 1:] != by_person[:, :-1]
    gaps = np.diff(np.flatnonzero(changed), prepend=0)
    return moods[0].tobytes(), varints(gaps), by_person[:, 1:][changed].astype(np.uint8).tobytes()


def unpack_moods(parts: tuple[bytes, bytes, bytes], people: int, frames: int) -> np.ndarray:
    """The moods of `pack_moods`."""
    first, gaps, new = parts
    change = np.zeros(people * (frames - 1), np.int16)
    change[np.cumsum(numbers(gaps))] = np.frombuffer(new, np.uint8).astype(np.int16) + 1
    held = np.zeros((people, frames), np.int16)
    held[:, 0] = np.frombuffer(first, np.uint8).astype(np.int16) + 1
    held[:, 1:] = change.reshape(people, frames - 1)
    last = np.maximum.accumulate(np.where(held > 0, np.arange(frames), 0), axis=1)
    return (np.take_along_axis(held, last, axis=1) - 1).astype(np.uint8).T


def varints(values: np.ndarray) -> bytes:
    """Whole numbers 0..2^35, seven bits to a byte."""
    words = np.asarray(values, np.uint64)
    length = 1 + np.searchsorted(_SIZES, words, side="right")
    start = np.cumsum(length) - length
    out = np.zeros(int(length.sum()), np.uint8)
    for place in range(int(length.max(initial=0))):
        has = length > place
        more = np.where(length[has] > place + 1, 128, 0)
        out[start[has] + place] = ((words[has] >> np.uint64(7 * place)) & np.uint64(127)).astype(np.uint8) | more
    return out.tobytes()


def numbers(content: bytes) -> np.ndarray:
    """int64, the numbers of `varints`."""
    octets = np.frombuffer(content, np.uint8).astype(np.int64)
    if not len(octets):
        return octets
    ends = np.flatnonzero(octets < 128)
    start = np.concatenate([[0], ends[:-1] + 1])
    place = np.arange(len(octets)) - np.repeat(start, ends - start + 1)
    return np.add.reduceat((octets & 127) << (7 * place), start)
