"""What goes over the wire in bytes: a scene once, then frames. All numbers little-endian.

| bytes | scene | frame |
|---|---|---|
| 0-3 | `KINS` | `KINF` |
| 4-7 | run: counts up with every start | run |
| 8-11 | people n | frame: counts up |
| 12-15 | ties m | tick |
| 16-19 | | people n |
| 20-23 | | worlds w, 1 or 2 |
| 24-27, 28-31 | | acts of the first and the second world, k0 and k1 |
| then | float32[n, 2] places, -1..1 | uint32[k0 + k1, 2] giver and receiver of each act |
| then | uint32[m, 2] ties | uint8[w, n] moods |
| the rest | | JSON: {"rows": [[tick, [outcomes of world 0], …], …], "open": …, "person": …} |

Acts are those of the last tick, at most 2,000 for each world. Rows are all that the page has not seen yet.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

SCENE, FRAME = b"KINS", b"KINF"
_SCENE, _FRAME = struct.Struct("<4s3I"), struct.Struct("<4s7I")


@dataclass(frozen=True)
class Frame:
    """One picture of the worlds.

    moods : uint8[n] of each world; acts : uint32[k, 2] of each world
    """

    run: int
    number: int
    tick: int
    moods: Sequence[np.ndarray]
    acts: Sequence[np.ndarray]
    told: dict[str, Any]

    def packed(self) -> bytes:
        counts = [len(one) for one in self.acts]
        head = (self.run, self.number, self.tick, len(self.moods[0]), len(self.moods), counts[0], sum(counts[1:]))
        parts = [np.ascontiguousarray(one, "<u4").tobytes() for one in self.acts]
        parts += [np.ascontiguousarray(one, np.uint8).tobytes() for one in self.moods]
        tail = json.dumps(self.told, separators=(",", ":"), allow_nan=False).encode()
        return b"".join([_FRAME.pack(FRAME, *head), *parts, tail])

    @classmethod
    def unpacked(cls, content: bytes) -> Frame:
        """What `packed` made; ValueError for anything else."""
        magic, run, number, tick, people, worlds, *counts = _FRAME.unpack_from(content)
        if magic != FRAME:
            raise ValueError("not a frame")
        place, acts, moods = _FRAME.size, [], []
        for count in counts[:worlds]:
            acts.append(np.frombuffer(content, "<u4", 2 * count, place).reshape(-1, 2))
            place += 8 * count
        for _ in range(worlds):
            moods.append(np.frombuffer(content, np.uint8, people, place))
            place += people
        return cls(run, number, tick, moods, acts, json.loads(content[place:]))


def scene(run: int, places: np.ndarray, ties: np.ndarray) -> bytes:
    """places : float32[n, 2]; ties : uint32[m, 2]."""
    head = _SCENE.pack(SCENE, run, len(places), len(ties))
    return head + np.ascontiguousarray(places, "<f4").tobytes() + np.ascontiguousarray(ties, "<u4").tobytes()


def scene_parts(content: bytes) -> tuple[int, np.ndarray, np.ndarray]:
    """Run, places and ties of a scene."""
    magic, run, people, ties = _SCENE.unpack_from(content)
    if magic != SCENE:
        raise ValueError("not a scene")
    places = np.frombuffer(content, "<f4", 2 * people, _SCENE.size).reshape(-1, 2)
    return run, places, np.frombuffer(content, "<u4", 2 * ties, _SCENE.size + places.nbytes).reshape(-1, 2)
