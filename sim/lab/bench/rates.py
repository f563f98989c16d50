"""What this machine can do at best: bytes streamed, words gathered and added, blocks drawn, curves bent.

Each rate is one simple loop over arrays, compiled as the kernel is; with several threads each has a part of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np

from sim.lab.bench.lines import Spread, alternated, timed
from sim.model import arith, rng
from sim.model.compiled import compiled
from sim.model.stream import Moment, draw

SIZES = (2**20, 2**25, 2**30)  # bytes of a table: in the second-level cache, in the third, in memory
_PICKS, _STREAM, _BLOCK, _REPEATS = 2**22, 2**27, 2**11, 500
Rates = Mapping[str, Spread]  # ns per byte, pick, block or value, by what is done
_MOMENT = Moment(np.uint64(1), np.uint64(1), np.uint64(1))
_HALF = np.float32(0.5)


@compiled
def _stream(values):
    """Every value read and written."""
    for i in range(values.size):
        values[i] = values[i] * _HALF + _HALF


@compiled
def _gather(table, index):
    """Sum of the words at the places of an index."""
    total = table[0]
    for i in range(index.size):
        total += table[index[i]]
    return total


@compiled
def _scatter(table, index):
    """One more at every place of an index."""
    for i in range(index.size):
        table[index[i]] += table[0]


@compiled
def _logistic(x, out):
    for i in range(x.size):
        out[i] = arith.logistic(x[i])


@compiled
def _exp(x, out):
    for i in range(x.size):
        out[i] = arith.exp(x[i])


@compiled
def _log(x, out):
    for i in range(x.size):
        out[i] = arith.log(x[i])


def measured(
    rounds: int, sizes: Sequence[int] = SIZES, words: int = 0, threads: int = 1, works: Mapping[str, Any] | None = None
) -> dict[str, list[float]]:
    """ns per unit of every rate, round by round, in turn with other `works` (functions that return a number).

    sizes : bytes of the tables of 4-byte words; words : length of one more table, of 8-byte words, such as profiles
    """
    with ThreadPoolExecutor(threads) as pool:
        made = rates(sizes, words, threads)
        turns = {name: partial(_together, pool, parts, units) for name, (parts, units) in made.items()}
        for turn in turns.values():
            turn()
        return alternated({**turns, **(works or {})}, rounds)


def _together(pool: ThreadPoolExecutor, parts: Sequence[Callable[[], Any]], units: float) -> float:
    return timed(lambda: list(pool.map(lambda part: part(), parts))) / units * 1e9


def rates(sizes: Sequence[int], words: int, threads: int) -> dict[str, tuple[list[Callable[[], Any]], float]]:
    """By name: the work of each thread, and how many units all of them do."""
    made: dict[str, tuple[list[Callable[[], Any]], float]] = {}
    streamed = np.ones(min(_STREAM, max(sizes)) // 4, np.float32)
    made["stream"] = ([partial(_stream, part) for part in np.array_split(streamed, threads)], 2 * streamed.nbytes)
    tables = {shown(size): np.ones(size // 4, np.int32) for size in sizes}
    for work, loop in (("gather", _gather), ("scatter-add", _scatter)):
        for name, table in tables.items():
            made[f"{work} {name}"] = _picks(loop, table, threads)
    if words:
        made["gather profiles"] = _picks(_gather, np.ones(words, np.uint64), threads)
    hands, many = range(threads), threads * _BLOCK * _REPEATS
    made["block"] = ([partial(_blocks, *np.zeros((4, _BLOCK), np.uint64)) for _ in hands], many)
    for name, curve in (("logistic", _logistic), ("exp", _exp), ("log", _log)):
        made[name] = ([partial(_bend, curve, *_values()) for _ in hands], many)
    return made


def shown(size: int) -> str:
    """A size in binary units: `32 MB`."""
    return f"{size >> 30} GB" if size >= 2**30 else f"{size / 2**20:g} MB"


def _picks(loop: Callable[..., Any], table: np.ndarray, threads: int) -> tuple[list[Callable[[], Any]], float]:
    """Random places, each thread's in a part of the table of its own."""
    draws, each = np.random.default_rng(1), _PICKS // threads
    parts = np.array_split(table, threads)
    return [partial(loop, part, draws.integers(0, part.size, each, np.uint32)) for part in parts], each * threads


def _blocks(key: np.ndarray, index: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
    for _ in range(_REPEATS):
        draw(key, index, _MOMENT, rng.FEED, low, high)


def _values() -> tuple[np.ndarray, np.ndarray]:
    return np.linspace(0.01, 4, _BLOCK, dtype=np.float32), np.empty(_BLOCK, np.float32)


def _bend(curve: Callable[..., None], x: np.ndarray, out: np.ndarray) -> None:
    for _ in range(_REPEATS):
        curve(x, out)
