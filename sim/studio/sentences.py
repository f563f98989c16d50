"""What a figure says in words: the headline of one run and the description for those who cannot see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.lab.measures import amount, percent

Series = Mapping[str, Sequence[float | None]]  # column → one value per tick; None = missing

# Nothing has been counted on day 0, which is before anything happened: a zero there would be a false start.
COUNTED = ("kind_acts", "acts_", "hostile_acts", "participation", "cause_", "needs_met")
STEADY = 0.05  # a relative change below this is called steady


def column(series: Series, name: str) -> np.ndarray:
    """float64[ticks], one column with nan for what is missing, unknown or not yet counted."""
    days = series.get("day", ())
    values = np.array([np.nan if v is None else v for v in series.get(name, [None] * len(days))], dtype=np.float64)
    values[~np.isfinite(values)] = np.nan
    if name.startswith(COUNTED):
        values[np.asarray(days, dtype=np.float64) == 0] = np.nan
    return values


def mean(values: np.ndarray) -> float:
    """Mean of what is known; nan if nothing is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def window(days: np.ndarray) -> float:
    """Length of the stretch that stands for "now": 30 days, in short runs a quarter of the run."""
    return min(30.0, float(days[-1] - days[0]) / 4) if len(days) else 0.0


def now(series: Series, name: str) -> float:
    """Mean of a column over the last stretch of the run; nan if nothing is known there."""
    days = column(series, "day")
    return mean(column(series, name)[days > days[-1] - max(window(days), 1e-9)]) if len(days) else float("nan")


def at_first(series: Series, name: str) -> float:
    """Mean of a column over the first stretch of the run in which it was counted; nan if it never was."""
    days, values = column(series, "day"), column(series, name)
    known = days[~np.isnan(values)]
    return mean(values[days <= known[0] + window(days)]) if len(known) else float("nan")


def headline(series: Series) -> str:
    """What happened to kindness, and what it did: the trend and the outlook."""
    return f"{trend(series)} {outlook(series)}".strip()


def trend(series: Series) -> str:
    """The course of kindness in one sentence, from the first to the last stretch of the run."""
    first, last, unit = at_first(series, "kind_acts"), now(series, "kind_acts"), "kind acts per person and day"
    if np.isnan(last):
        return "There is nothing to count: no day passed, or nobody was there."
    if last == 0:
        return "Kindness died out." if first > 0 else "Nobody did a kind act."
    if first == 0 or amount(first) == amount(last) or abs(last / first - 1) < STEADY:
        return f"Kindness holds at {amount(last)} {unit}."
    return f"Kindness {'grows' if last > first else 'fades'} from {amount(first)} to {amount(last)} {unit}."


def outlook(series: Series) -> str:
    """Needs met and people burned out in one sentence, as far as they are known."""
    met, resting = now(series, "needs_met"), now(series, "resting")
    said = [] if np.isnan(met) else [f"{percent(met)} of needs are met"]
    said += [] if np.isnan(resting) else [f"{percent(resting)} of people are burned out"]
    return " and ".join(said) + "." if said else ""


def footnote(series: Series) -> str:
    """How to read the lines, and two numbers that need no line of their own."""
    acting, hostile = now(series, "participation"), now(series, "hostile_acts")
    parts = ["Thin line: each tick. Bold line: 7-day mean. Numbers: mean of the last " + stretch(series) + "."]
    parts += [] if np.isnan(acting) else [f"{percent(acting)} of people took part."]
    parts += [] if np.isnan(hostile) else [f"{amount(hostile)} hostile acts per person and day."]
    return "  ".join(parts)


def stretch(series: Series) -> str:
    """The length of "now" in words."""
    days = round(window(column(series, "day")))
    return f"{days} days" if days > 1 else "day"


def description(series: Series, question: str) -> str:
    """The figure for those who hear it: length, headline and the level of every line."""
    days = column(series, "day")
    length = f"A run of {len(days)} ticks" + (f" up to day {days[-1]:g}" if len(days) else "")
    levels = {
        "well-being": "wellbeing", "perceived norm": "norm", "gratitude": "gratitude", "exhaustion": "exhaustion",
        "burned out": "resting", "needs met": "needs_met", "people with an open need": "needs_open",
    }  # fmt: skip
    heard = ", ".join(f"{said} {amount(now(series, name))}" for said, name in levels.items())
    return f"{question} {length}. {headline(series)} At the end: {heard}.".strip()
