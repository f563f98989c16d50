"""The letters of the last tick as outcomes read them: where they lie, ward by ward, and counted once for all."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from sim.model.engine import measuring
from sim.model.law import letters

Each = Callable[[Callable[[tuple[int, int]], Any]], None]


class Counted(NamedTuple):
    """
    marks : int64[4096], letters by their low bits: gesture, marks, cause
    depths : int64[4096], kind letters by the number of acts since the beginning of their chain
    place : int32[wards, room], where in the outbox of a ward the kind letters of traced chains lie
    found : int64[wards], how many of these there are
    """

    marks: np.ndarray
    depths: np.ndarray
    place: np.ndarray
    found: np.ndarray


class Mail:
    """
    outbox, counts : as in a world of so many people
    size : people in a ward
    each : does work on all wards, given as (first, last + 1), with as many threads as the world may use
    every : one chain in so many is traced
    """

    def __init__(self, outbox: np.ndarray, counts: np.ndarray, people: int, size: int, each: Each, every: int) -> None:
        self.outbox, self.counts, self.people, self.size = outbox, counts, people, size
        self.each, self.every = each, every

    def rows(self, wards: tuple[int, int]) -> tuple[int, int]:
        """First row and last + 1 of the people in wards."""
        return wards[0] * self.size, min(wards[1] * self.size, self.people)

    @cached_property
    def letters(self) -> np.ndarray:
        """All of them in one piece, uint64[m, 3], in the order (sender, slot): a copy."""
        return _joined([box[:count] for box, count in zip(self.outbox, self.counts, strict=True)])

    @cached_property
    def counted(self) -> Counted:
        """One pass over all letters; the order in which threads come to an end does not matter to whole numbers."""
        place, found = np.empty(self.outbox.shape[:2], np.int32), np.zeros(len(self.counts), np.int64)
        step, tables = measuring.step_of(self.every), list[np.ndarray]()

        def count(wards: tuple[int, int]) -> None:
            table = np.zeros((2, 1 << measuring.MARKS), np.int64)
            measuring.count_letters(wards, self.outbox, self.counts, step, table[0], table[1], place, found)
            tables.append(table)

        with np.errstate(over="ignore"):  # a hash overflows on purpose; plain numbers would warn of it
            self.each(count)
        marks, depths = sum(tables[1:], tables[0])
        return Counted(marks, depths, place, found)

    @cached_property
    def traced(self) -> np.ndarray:
        """Kind letters of the chains that are traced, uint64[k, 3], in the order (sender, slot)."""
        lists = zip(self.outbox, self.counted.place, self.counted.found, strict=True)
        return _joined([box[where[:k]] for box, where, k in lists if k])


def _joined(boxes: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(boxes) if boxes else np.empty((0, letters.WORDS), np.uint64)
