"""Names people and groups come with, and the order in which they are numbered."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

import numpy as np

WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,300})")  # bounded: turning longer digits into a number takes quadratic time


def are_whole(names: Sequence[Hashable]) -> bool:
    """Is every name a whole number, written without leading zeros or a plus sign?"""
    return all(WHOLE.fullmatch(str(name)) and str(name) != "-0" for name in names)


def order_of(names: Sequence[Hashable]) -> list[int]:
    """Positions of `names` in rising order: as numbers if all are whole numbers, else as text by code point."""
    value = (lambda i: int(str(names[i]))) if are_whole(names) else (lambda i: str(names[i]))
    return sorted(range(len(names)), key=value)


def number_groups(values: Sequence[object]) -> tuple[np.ndarray, tuple[str, ...]]:
    """int32[n] group of each person and the groups' names in rising order.

    None and "" are unknown; if any occur, group 0 is "unknown".
    """
    texts = ["" if value is None else str(value) for value in values]
    known = sorted(set(texts) - {""})
    names = [known[i] for i in order_of(known)]
    if "" in texts:
        names.insert(0, "")
    number = {name: i for i, name in enumerate(names)}
    group = np.fromiter((number[text] for text in texts), np.int32, len(texts))
    return group, tuple(name or "unknown" for name in names)
