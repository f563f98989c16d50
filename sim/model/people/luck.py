"""The draws of a tick for all people at once, since what one person draws hangs on nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from sim.model import rng
from sim.model.compiled import direct
from sim.model.stream import uniforms, words
from sim.model.world import World

Block = tuple[memoryview, ...]  # four of length n; reading a view gives a plain number, which rules take fastest


def plain(columns: Iterable[Any]) -> tuple[memoryview, ...]:
    """Arrays as views."""
    return tuple(memoryview(column) for column in columns)


class Blocks(dict[tuple[int, np.uint64, int], Block]):
    """Blocks by (tick, purpose, index), of the latest tick, each drawn when somebody first asks for it."""

    def __init__(self, world: World, drawn: Callable[..., tuple[np.ndarray, ...]]) -> None:
        super().__init__()
        self._world, self._drawn, self._tick = world, drawn, -1

    def __missing__(self, asked: tuple[int, np.uint64, int]) -> Block:
        tick, purpose, index = asked
        if tick != self._tick:
            self.clear()
            self._tick = tick
        numbers = self._drawn(self._world.columns.key, index, self._world.moment, purpose)
        self[asked] = block = plain(numbers)
        return block


class Luck:
    """Everybody's four words (0..2^32 - 1) and uniform numbers; `below` makes one of n places of a word."""

    def __init__(self, world: World) -> None:
        self.below = direct(rng.below)
        self.words, self.uniforms = Blocks(world, words), Blocks(world, uniforms)
