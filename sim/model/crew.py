"""Who does the work of a tick: threads that are kept, and the desks they sit at."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any, Generic, TypeVar

T = TypeVar("T")
MANY, FEW = 16, 4  # tasks of a thread: many, so that a busy core does not stall the tick; few where each is soon done


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    """Kept for all worlds of this process: making one costs a small tick. Its tasks never wait for each other."""
    return ThreadPoolExecutor(threads, thread_name_prefix="kindling")


os.register_at_fork(after_in_child=_pool.cache_clear)  # threads do not survive a fork


def share(work: Callable[..., Any], threads: int, *parts: Iterable[Any]) -> None:
    """work(part) for every part (or parts, side by side), by so many threads. Work must not share anything itself."""
    for _ in _pool(threads).map(work, *parts):
        pass


def share_wards(work: Callable[[tuple[int, int]], Any], threads: int, wards: int, tasks: int = MANY) -> None:
    """Work on all wards, given as (first, last + 1), in so many tasks for each thread."""
    if threads == 1 or wards < 2:
        work((0, wards))
        return
    size = max(1, wards // (threads * tasks))
    share(work, threads, [(w, min(w + size, wards)) for w in range(0, wards, size)])


class Desks(Generic[T]):
    """Working arrays: whoever works has some to themselves, and the next takes them over."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._free: list[T] = []

    def seat(self, work: Callable[..., Any], *given: Any) -> None:
        """work(*given, desk)."""
        try:
            desk = self._free.pop()
        except IndexError:
            desk = self._make()
        work(*given, desk)
        self._free.append(desk)


@cache
def kept(make: Callable[..., T], *numbers: int) -> Desks[T]:
    """Working arrays made so, kept for all worlds of this process: fresh memory costs a small world two ticks."""
    return Desks(partial(make, *numbers))
