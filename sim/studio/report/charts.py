"""The charts of a report: as narrow as a phone needs, the look of every other figure, names beside their marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.lab import measures
from sim.studio import plots, style
from sim.studio.arms_figure import LOOKS, name_width
from sim.studio.report.words import Row
from sim.studio.wording import plain

if TYPE_CHECKING:
    import pandas as pd

WIDTH, NAMES, RIGHT, ROW = 4.6, 1.6, 0.25, 0.4  # inches: a chart, most room for names, its right margin, a strip
FOOT, TALL = 0.55, 2.9
MARKERS = ("o", "D", "s", "^", "v", "P")
FEW = MaxNLocator(4, steps=[1, 2, 2.5, 5, 10])


def blank(height: float) -> Figure:
    """An empty chart so many inches high."""
    figure = Figure(figsize=(WIDTH, height), facecolor=style.PAPER)
    FigureCanvasAgg(figure)
    return figure


def differences(outcome: str, rows: Sequence[tuple[str, Row]]) -> Figure:
    """A strip for each row: mean difference and its interval, full where it is clear of 0 and hollow where not."""
    share = measures.is_share(outcome)
    strips = [
        (name, row["difference"], row["low"], row["high"], bool(row["clear"])) for name, row in rows if row["pairs"]
    ]
    unit = "points" if share else measures.unit(outcome).strip("()").replace("/", " per ")
    return stacked(strips, 0.0, lambda value: signed(value * (100 if share else 1)), f"difference, {unit}")


def levels(outcome: str, rows: Sequence[tuple[str, Row]]) -> Figure:
    """A strip for each row: mean level and its interval; the line is at 1, where groups are equal."""
    strips = [(name, row["middle"], row["low"], row["high"], True) for name, row in rows if not np.isnan(row["middle"])]
    return stacked(strips, 1.0, lambda value: f"{value:g}", "ratio; at 1 both are equal")


def stacked(
    strips: Sequence[tuple[str, float, float, float, bool]], line: float, said: Callable[[float], str], unit: str
) -> Figure:
    """Strips from top to bottom: name, middle, ends of the interval (nan where there is none), whether it is full."""
    figure = blank(FOOT + 0.15 + ROW * len(strips))
    fits = style.fits_in(NAMES - 0.2, 9.5, "normal", style.fonts())
    names = [style.wrapped(name, fits, 2) for name, *_ in strips]
    left = 0.2 + max((name_width(line) for lines in names for line in lines), default=0.5)
    axes = plots.place(figure, left, FOOT, WIDTH - left - RIGHT, ROW * len(strips))
    axes.axvline(line, color=style.PALE, lw=1.6)
    for down, (_, middle, low, high, full) in enumerate(strips):
        ink = style.KIND if full else style.SOFT
        axes.hlines(-down, low, high, color=ink, lw=2.4)
        axes.plot(middle, -down, "o", color=ink, mfc=ink if full else style.PAPER, mew=1.6, ms=7.5)
    axes.set_yticks(
        [-down for down in range(len(strips))], ["\n".join(lines) for lines in names], size=9.5, color=style.INK
    )
    axes.set_ylim(-len(strips) + 0.4, 0.6)
    across(axes, [line, *(value for _, *ends, _ in strips for value in ends if not np.isnan(value))], said)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x")
    axes.set_xlabel(unit, size=9)
    return figure


def across(axes: Axes, values: Sequence[float], said: Callable[[float], str]) -> None:
    """A scale with few ticks that holds all values and some room."""
    low, high = min(values), max(values)
    room = (high - low) * 0.08 or abs(high) * 0.1 or 0.5
    ticks = plots.inside(FEW, low - room, high + room)
    axes.set_xticks(ticks, [said(tick) for tick in ticks], size=9)
    axes.set_xlim(low - room, high + room)


def signed(value: float) -> str:
    """`+2.5`, `−1`, `0`."""
    return "0" if abs(value) < 1e-12 else f"{value:+.4g}".replace("-", "−")


def plane(cloud: pd.DataFrame, table: pd.DataFrame, units: str, money: str) -> Figure:
    """The cost-effectiveness plane: a mark for each pair of runs, and each arm's mean with both its intervals."""
    figure = blank(TALL + 1.2)
    axes = plots.place(figure, 0.8, 0.6, WIDTH - 0.8 - RIGHT, TALL)
    axes.axhline(0, color=style.PALE, lw=1.6)
    axes.axvline(0, color=style.PALE, lw=1.6)
    for place, row in enumerate(table.to_dict("records")):
        colour, marker = LOOKS[(place + 1) % len(LOOKS)][0], MARKERS[place % len(MARKERS)]
        own = cloud[cloud["arm"] == row["arm"]]
        axes.plot(own["extra_effect"], own["extra_cost"], marker, color=colour, alpha=0.35, ms=4, mew=0)
        axes.hlines(row["cost"], row["effect_low"], row["effect_high"], color=style.INK, lw=1.6)
        axes.vlines(row["effect"], row["cost_low"], row["cost_high"], color=style.INK, lw=1.6)
        named: dict[str, Any] = dict(color=colour, mec=style.INK, ms=9, mew=1.2, ls="none", label=plain(row["arm"]))
        axes.plot(row["effect"], row["cost"], marker, **named)
    axes.margins(0.12)
    both(axes, f"extra {units}, all people together", f"extra cost, {money}")
    key(figure, axes)
    return figure


def acceptability(curve: pd.DataFrame, unit: str, money: str) -> Figure:
    """How sure it is that an arm is worth its cost, by what a unit is worth; the line is at one half."""
    figure = blank(TALL + 1.2)
    axes = plots.place(figure, 0.8, 0.6, WIDTH - 0.8 - RIGHT, TALL)
    axes.axhline(0.5, color=style.PALE, lw=1.6)
    arms = [arm for arm in dict.fromkeys(curve["arm"]) if curve.loc[curve["arm"] == arm, "worth"].notna().any()]
    for place, arm in enumerate(arms):
        colour, dashes = LOOKS[(place + 1) % len(LOOKS)]
        own, marker = curve[curve["arm"] == arm], MARKERS[place % len(MARKERS)]
        looks: dict[str, Any] = dict(
            color=colour, ls=dashes, lw=2.2, marker=marker, markevery=8, ms=6, label=plain(arm)
        )
        axes.plot(own["willingness"], own["worth"], **looks)
    axes.set_ylim(-0.03, 1.03)
    both(axes, f"what an extra {unit} is worth, {money}", "chance that it pays")
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    key(figure, axes)
    return figure


def both(axes: Axes, below: str, beside: str) -> None:
    """Few ticks in plain numbers, and what the axes are."""
    for ends, put in ((axes.get_xlim(), axes.set_xticks), (axes.get_ylim(), axes.set_yticks)):
        ticks = plots.inside(FEW, *ends)
        put(ticks, [f"{tick:,.6g}".replace("-", "−") for tick in ticks])
    axes.set_xlabel(below, size=9)
    axes.set_ylabel(beside, size=9)
    axes.grid(axis="x")


def key(figure: Figure, axes: Axes) -> None:
    """Names of the arms above the chart, two in a row."""
    marks, names = axes.get_legend_handles_labels()
    if names:
        fits = style.fits_in(WIDTH / 2 - 0.75, 9, "normal", style.fonts())
        short = [style.wrapped(name, fits, 1)[0] for name in names]
        place: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (0.02, 1.0), "ncols": 2}
        figure.legend(marks, short, **place, frameon=False, fontsize=9, labelcolor=style.INK)
