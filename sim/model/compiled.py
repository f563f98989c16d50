"""How functions are compiled, and where the machine code is kept.

Numba's own cache looks only at the file a function stands in; a kernel that calls an edited rule would stay stale.
So the cache folder is named by a hash over every source file of the model.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba import config, njit

_TYPES = {
    "f32": numba.float32,
    "u64": numba.uint64,
    "i64": numba.int64,
    "bool": numba.boolean,
    "f32s": numba.types.Array(numba.float32, 1, "C", readonly=False),
}
f32 = np.float32


def sources_hash(folder: Path = Path(__file__).parent) -> str:
    """SHA-256 over names and texts of the model's source files, first 16 hex digits."""
    digest = hashlib.sha256(f"{numba.__version__} {np.__version__}".encode())
    for path in sorted(folder.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
