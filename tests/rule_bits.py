"""Digests of every scalar law on the same arguments, so that compiled and plain Python can be compared.

`python tests/rule_bits.py` prints them; with NUMBA_DISABLE_JIT=1 the laws then run as plain Python on NumPy scalars.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import warnings
import zlib
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np

from sim.model import arith
from sim.model.law import letters, profile
from sim.model.law.rules import (
    bonds,
    campaign,
    custom,
    decision,
    feed,
    gesture,
    membership,
    published,
    state,
    steering,
    temper,
)

CHAPTERS = (feed, decision, gesture, state, published, campaign, steering, temper, membership, bonds, custom)
MODULES = (arith, letters, profile, *CHAPTERS)
CALLS = 400
# Ranges of arguments by name, where it is not 0..1
RANGES = {
    "x": (0.001, 80.0), "warmth": (-4.0, 4.0), "hostility": (-6.0, 2.0), "lean": (-6.0, 6.0), "item": (-1.0, 1.0),
    "attention": (0.0, 50.0), "age": (0.0, 400.0), "score": (0.0, 30.0), "scorn": (0.0, 30.0),
    "half_life": (0.05, 30.0), "ranking": (0.0, 3.0), "weight": (0.0, 8.0), "unread": (0.0, 30.0),
    "dt": (0.001, 1.0), "reward": (-2.0, 3.0),
    "glow": (-1.0, 3.0), "effort": (0.0, 3.0), "load": (0.0, 6.0), "gift": (0.0, 4.0), "gift_scale": (0.1, 100.0),
    "value": (0.0, 4.0), "tie": (0.0, 5.0), "need": (0.0, 1.5), "answers": (0.0, 5.0), "posts": (0.1, 100.0),
    "habit": (-2.0, 2.0), "norm_pull": (-1.0, 1.0), "tired": (-1.0, 1.0), "show": (-1.0, 1.0), "friction": (0.0, 5.0),
    "thanks_offset": (-5.0, 5.0), "beta_gift": (0.0, 12.0), "beta_norm": (0.0, 10.0), "beta_exhaustion": (0.0, 3.0),
    "received": (0.0, 20.0), "hurt": (0.0, 4.0), "thanks": (0.0, 5.0), "needs": (0.0, 10.0), "memory": (0.0, 30.0),
    "today": (0.0, 30.0), "shown": (0.0, 50.0), "read": (0.0, 50.0), "specificity": (1.0, 1.5), "goal": (0.0, 2.0),
    "burnout_onset": (0.0, 0.99), "image_scale": (0.01, 1.1), "scale": (1.0, 1023.0), "hostile_value": (0.0, 5.0),
    "dose": (0.0, 40.0), "asked": (0.0, 20.0), "found": (0.0, 20.0), "boost": (0.0, 4.0), "see_boost": (0.0, 5.0),
    "force": (0.01, 1.5), "novelty_rate": (0.0, 1.0), "discovery": (0.0, 3.0), "broadcast": (0.0, 3.0),
    "crowd": (0.0, 1.5), "rate": (0.0, 2.0), "rate_top": (2.0, 4.0), "pressure": (0.0, 16.0), "reluctance": (0.0, 16.0),
    "before": (0.0, 16.0), "after": (0.0, 16.0), "life_days": (1.0, 60.0), "days": (0.001, 60.0), "day": (0.0, 400.0),
    "accepts": (-4.0, 4.0), "standing": (0.0, 6.0), "standing_ref": (0.0, 3.0), "delay_log": (-4.0, 3.0),
    "delay_spread": (0.0, 2.0), "base": (-10.0, 2.0), "token": (-2.0, 2.0), "match": (0.0, 2.0), "shock": (-2.0, 2.0),
    "drift": (-2.0, 2.0), "drift_bound": (0.0, 20.0), "pace": (-2.0, 5.0), "pace_ref": (0.001, 5.0),
    "acts": (0.0, 50.0), "lapse_dt": (0.0, 24.0), "recognition_miss": (-69.0, 0.0), "heard": (0, 2**31),
    "hostile_weight": (0.0, 3.0), "rate_dt": (0.0, 5.0), "word": (0, 2**55), "word0": (0, 2**63), "word1": (0, 2**62),
}  # fmt: skip
STRICT = {"u"}  # never 0 or 1
BITS = {"tone": 3, "sincere": 2, "gesture": 16, "cause": 3, "slot": 256, "depth": 5000, "marks": 2, "worded": 2,
        "custom": 2, "committed": 2, "count": 32, "places": 32, "away": 2,
        "found_out": 2, "resting": 2, "official": 2, "items": 60, "kindness": 1024,
        "pressing": 2**25, "seen": 2**25, "threshold": 2**25, "reached": 2,
        "life": 4, "ticks": 400, "tick": 9000, "first": 50, "followers": 10**6, "people": 10**6}  # fmt: skip


def sources(module: ModuleType) -> dict[str, ast.FunctionDef]:
    """The scalar laws a module defines, as written, in the order of its source."""
    tree = ast.parse(inspect.getsource(module))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef) and is_law(node)}


def laws(module: ModuleType) -> dict[str, Any]:
    """The scalar laws a module defines, by name."""
    return {name: getattr(module, name) for name in sources(module)}


def is_law(node: ast.FunctionDef) -> bool:
    """Whether a function is decorated as a rule."""
    return any(isinstance(mark, ast.Name) and mark.id == "rule" for mark in node.decorator_list)


def types_of(law: Callable[..., Any]) -> dict[str, str]:
    """Type of each argument by name."""
    notes = dict(getattr(law, "py_func", law).__annotations__)
    notes.pop("return")
    return notes


def arguments(name: str, law: Callable[..., Any], calls: int = CALLS) -> Iterator[list[Any]]:
    """The same pseudo-random arguments for a law on every call."""
    random = np.random.default_rng(zlib.crc32(name.encode()))
    for _ in range(calls):
        yield [value(random, argument, kind) for argument, kind in types_of(law).items()]


def value(random: np.random.Generator, name: str, kind: str) -> Any:
    """One argument of the right type, within its range; ends come often."""
    low, high = RANGES.get(name, (0.0, 1.0))
    if kind == "u64":
        drawn = random.integers(0, BITS.get(name, int(high) if high > 1 else 2**16), dtype=np.uint64)
        return drawn & ~np.uint64(0xC000) if name == "word" else drawn  # its weight is a number, not nan
    if kind == "i64":
        return np.int64(random.integers(1 if name in ("items", "ticks") else 0, BITS.get(name, 5)))
    if name in STRICT:
        return np.float32((random.integers(0, 2**23) + 0.5) * 2.0**-23)
    ends = [low, high, low + random.random() * (high - low)]
    return np.float32(ends[random.choice(3, p=[0.1, 0.1, 0.8])])


def digest(name: str, law: Callable[..., Any]) -> str:
    """SHA-256 over the bits of a law's results."""
    total = hashlib.sha256()
    wide = {"f32": np.float32, "u64": np.uint64, "i64": np.int64}[
        getattr(law, "py_func", law).__annotations__["return"]
    ]
    for given in arguments(name, law):
        total.update(wide(law(*given)).tobytes())
    return total.hexdigest()


def digests() -> dict[str, str]:
    """Digest of every law of the model, by module and name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return {f"{m.__name__}.{name}": digest(name, law) for m in MODULES for name, law in laws(m).items()}


if __name__ == "__main__":
    print(json.dumps(digests()))
