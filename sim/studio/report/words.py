"""How a report says numbers: differences, intervals and names as people read them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sim.lab import measures
from sim.studio.study_figure import shown
from sim.studio.wording import capital, plain

Row = Mapping[str, Any]  # of `sim.lab.comparison.Comparison.table`
NONE = "–"  # a cell with nothing in it
MOST = 14  # rows that a chart draws; its table has them all


def quoted(name: str) -> str:
    """A name inside a sentence: `“as it is”`."""
    return f"“{plain(name)}”"


def listed(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def place(row: Row, factors: Sequence[str]) -> str:
    """`burnout rate 0.03`, nothing for a study of one point."""
    return ", ".join(f"{plain(name)} {shown(row[name])}" for name in factors)


def sure(row: Row) -> str:
    """Whether a difference is clear of 0: `yes`, `alone only` (not as one of many looks), or `no`."""
    if row["interval"] == "none":
        return NONE
    return "yes" if row["among_many"] else "alone only" if row["clear"] else "no"


def level(outcome: str, value: float) -> str:
    """A level of an outcome."""
    return NONE if math.isnan(value) else measures.said(outcome, value)


def change(outcome: str, value: float) -> str:
    """A difference with its sign; of a share in points, which the head of the column says."""
    return NONE if math.isnan(value) else measures.difference(outcome, value).removesuffix(" points")


def between(outcome: str, low: float, high: float) -> str:
    """`−1.3 to +0.2`, or a dash where there is no interval."""
    ends = [change(outcome, end) for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def counted(outcome: str) -> str:
    """What a column of differences is called: `Difference, points`."""
    return f"Difference{',' if measures.is_share(outcome) else ''}{_points(outcome)}"


def sentence(outcome: str, rows: Sequence[Row]) -> str:
    """The finding of one outcome: `Kind acts per person and day: up by 0.1 (0.06 to 0.15) with “tips”.`"""
    return f"{capital(measures.label(outcome))}: {finding(outcome, rows)}"


def finding(outcome: str, rows: Sequence[Row]) -> str:
    """What came of it, arm by arm: `up by 0.1 (0.06 to 0.15) with “tips”, no clear difference with “mail”.`"""
    by_arm: dict[str, list[Row]] = {}
    for row in rows:
        by_arm.setdefault(row["arm"], []).append(row)
    return ", ".join(f"{_verdict(outcome, own)} with {quoted(arm)}" for arm, own in by_arm.items()) + "."


def _verdict(outcome: str, rows: Sequence[Row]) -> str:
    known = [row for row in rows if row["pairs"]]
    if not known:
        return "not measured"
    return _at_one(outcome, known[0]) if len(rows) == 1 else _at_many(outcome, known)


def _at_one(outcome: str, row: Row) -> str:
    if row["interval"] == "none":
        return f"{_moved(outcome, row['difference'])} (in a single pair of runs, so it may be chance)"
    if row["interval"] == "exact" and row["difference"] == 0:
        return "no difference in any pair"
    if not row["clear"]:
        return "no clear difference"
    low, high = sorted(abs(row[end]) for end in ("low", "high"))
    ends = f"{measures.magnitude(outcome, low)} to {measures.magnitude(outcome, high)}"
    doubt = "" if row["among_many"] else ", perhaps by chance"
    return f"{_moved(outcome, row['difference'])} ({ends}{doubt})"


def _at_many(outcome: str, rows: Sequence[Row]) -> str:
    clear = [row for row in rows if row["clear"]]
    told = [
        f"{way} at {_share(len(there), len(rows))} settings, by {_range(outcome, there)}"
        for way, there in (
            ("up", [row for row in clear if row["difference"] > 0]),
            ("down", [row for row in clear if row["difference"] < 0]),
        )
        if there
    ]
    return " and ".join(told) or f"no clear difference at any of {len(rows)} settings"


def _share(some: int, all_: int) -> str:
    return f"all {all_}" if some == all_ else f"{some} of {all_}"


def _range(outcome: str, rows: Sequence[Row]) -> str:
    sizes = sorted(abs(row["difference"]) for row in rows)
    low, high = (measures.magnitude(outcome, size) for size in (sizes[0], sizes[-1]))
    return (low if low == high else f"{low} to {high}") + _points(outcome)


def _moved(outcome: str, difference: float) -> str:
    if difference == 0:
        return "no difference"
    way = "up" if difference > 0 else "down"
    return f"{way} by {measures.magnitude(outcome, difference)}{_points(outcome)}"


def _points(outcome: str) -> str:
    return " points" if measures.is_share(outcome) else ""
