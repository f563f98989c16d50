"""Outcomes as people read them: what a column is called, and how its numbers and their differences are written."""

from __future__ import annotations

import math

ACTS = "acts_"  # and the name of a gesture
LEVELS = ("mean", "Gini", "standard")  # meanings that begin so are levels, not shares of something
UNITS = {"1": "", "reward": "", "1/person/day": " per person and day", "1/day": " per day", "acts/item": " per item"}
UNKNOWN = "?"
SHORT = {  # for meanings that need a sentence, or more room than a chart's heading has
    "gratitude": "mean gratitude",
    "exhaustion": "mean exhaustion",
    "sincere": "kind acts that were meant",
    "found_out": "kind acts found out as performed",
    "cause_own": "acts of one's own accord",
    "cause_gift": "acts moved by a gift received",
    "cause_item": "acts moved by the item seen",
    "received_gini": "inequality of value received",
    "received_gini_30": "inequality of value received",
    "norm_half_life": "half-life of the norm's shift",
    "attendance": "present days, of members' days",
    "tie_strength": "mean strength of ties",
    "cost": "cost of all interventions",
    "needs_met": "needs met, of those that ended",
    "delivery": "work done, an index",
    "group_ratio": "received by the smallest group, relative to the rest",
}


def names() -> tuple[str, ...]:
    """Every column that a table of outcomes can have."""
    from sim.lab.complaints import gesture_names
    from sim.model.outcomes import OUTCOMES

    return (*OUTCOMES, *(ACTS + name for name in gesture_names()))


def label(name: str) -> str:
    """The outcome in words, with its unit."""
    return meaning(name) + _per(name)


def meaning(name: str) -> str:
    """The outcome in words."""
    from sim.model.outcomes import EVERY

    if name in EVERY:
        return SHORT.get(name, EVERY[name].meaning)
    return f"{name.removeprefix(ACTS).replace('_', ' ')} gestures"


def unit(name: str) -> str:
    """What its numbers count: `per person and day`, `share`, or a level without a unit."""
    return _per(name).strip() or ("share" if is_share(name) else "level")


def _per(name: str) -> str:
    from sim.model.outcomes import EVERY

    said = EVERY[name].unit if name in EVERY else "1/person/day"
    return UNITS.get(said, f" ({said})")


def is_share(name: str) -> bool:
    """Is the outcome a share of something, to be said in percent?"""
    from sim.model.outcomes import EVERY

    one = EVERY.get(name)
    return one is not None and (one.unit, one.low, one.high) == ("1", 0, 1) and not one.meaning.startswith(LEVELS)


def said(name: str, value: float | None) -> str:
    """A level of the outcome, with the digits that a comparison needs."""
    if value is None or math.isnan(value):
        return UNKNOWN
    if is_share(name):
        return f"{value:.1%}"
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def tick(name: str, value: float, span: float) -> str:
    """A level on an axis that spans so much: as many digits as tell neighbours apart."""
    scale = 100 if is_share(name) else 1
    digits = max(0, 1 - math.floor(math.log10(span * scale)))
    text = f"{value * scale:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text or '0'}{'%' if is_share(name) else ''}"


def difference(name: str, change: float | None) -> str:
    """A difference between two levels of the outcome, with its sign; points of a hundred for a share."""
    if change is None or math.isnan(change):
        return UNKNOWN
    if change == 0:
        return "no difference"
    size = magnitude(name, change)
    sign = "+" if change > 0 else "−"
    written = size.replace("under ", f"under {sign}") if size.startswith("under") else sign + size
    return written + (" points" if is_share(name) else "")


def magnitude(name: str, change: float) -> str:
    """The size of a difference or of its error, in points of a hundred for a share."""
    size = 100 * abs(change) if is_share(name) else abs(change)
    if 0 < size < 0.0001:
        return "under 0.0001"
    return f"{size:.2g}" if size < 99.5 else f"{size:,.0f}"


def percent(share: float) -> str:
    """A share as people say it: 65%, 3.1%, <0.1%, 0%."""
    if math.isnan(share):
        return UNKNOWN
    if 0 < share < 0.001:
        return "<0.1%"
    return f"{share:.1%}" if 0 < share < 0.0995 else f"{share:.0%}"


def amount(value: float) -> str:
    """A number with about two digits that count: 12, 2.7, 0.30, 0.012."""
    if math.isnan(value):
        return UNKNOWN
    if value == 0 or abs(value) >= 9.95:
        return f"{value:,.0f}"
    if abs(value) >= 0.0995:
        return f"{value:.1f}" if abs(value) >= 0.995 else f"{value:.2f}"
    return f"{value:.2g}" if abs(value) >= 0.001 else "<0.001"
