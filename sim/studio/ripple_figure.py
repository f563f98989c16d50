"""The ripple of a kind act: further acts per act by day, and by degree of separation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.lab.contrast import interval
from sim.lab.reproduction import Reproduction
from sim.studio import plots, style
from sim.studio.plots import DASHED, FULL, MARGIN, WIDTH

LOOKS = ((style.KIND, FULL), (style.TIRED, DASHED))
NAMES = {
    "contagion": "contagion: the act is done, and nobody receives it",
    "net": "net: the act is never done, which also saves strength",
}


def draw_ripple(found: Sequence[Reproduction], title: str, path: Path) -> None:
    """The figure of the forms that were asked for, into a file whose ending says its format."""
    with style.dressed():
        figure = ripple_figure(found, title)
        said = " ".join(map(sentence, found))
        plots.write(figure, path, title=f"{title}: the ripple of a kind act", description=said)


def ripple_figure(found: Sequence[Reproduction], title: str) -> Figure:
    """Two panels: the running sum of further acts by day, and the sum by degree."""
    figure = Figure(figsize=(WIDTH, 6.4), facecolor=style.PAPER)
    FigureCanvasAgg(figure)
    sans, serif = style.fonts(), style.fonts(style.SERIF)
    header = [
        *plots.heading(title, 1, 0.24, size=10.5, weight="bold", family=sans, color=style.KIND_TEXT),
        *plots.heading(sentence(found[0]), 2, 0.44, size=22, weight="bold", family=serif),
    ]
    plots.write_header(figure, header, 6.4)
    draw_days(plots.place(figure, MARGIN, 0.95, 5.2, 3.4), found)
    draw_degrees(plots.place(figure, MARGIN + 7.6, 0.95, 4.6, 3.4), found)
    about = f"{found[0].acts:,} acts in {len(found[0].course)} worlds; bands and bars are 95 % intervals over worlds."
    plots.write_footer(figure, about, 6.4)
    return figure


def sentence(one: Reproduction) -> str:
    """`One kind act leads to 0.3 further kind acts (0.1 to 0.5): R = 0.23.`"""
    low, high, _ = interval(one.each)
    ends = "" if math.isnan(low) else f" ({low:.2g} to {high:.2g})"
    return f"One kind act leads to {one.further:.2g} further ones{ends}: R = {one.number:.2g}.".replace("-", "−")


def draw_days(axes: Axes, found: Sequence[Reproduction]) -> None:
    """Further acts up to each day."""
    style.name_panel(axes, "Further kind acts so far, per act", "days after the act")
    axes.axhline(0, color=style.PALE, lw=1.2)
    ends = []
    for one, (colour, dashes) in zip(found, LOOKS, strict=False):
        course = np.cumsum(one.course.sum(axis=2), axis=1)
        middle, low, high = band(course)
        days = np.arange(1, len(middle) + 1)
        axes.fill_between(days, low, high, color=colour, alpha=0.15, lw=0)
        axes.plot(days, middle, color=colour, ls=dashes, lw=2)
        ends.append((float(middle[-1]), NAMES[one.form].partition(":")[0], colour))
    style.label_ends(axes, ends)


def draw_degrees(axes: Axes, found: Sequence[Reproduction]) -> None:
    """Further acts by the giver's distance from the undone act's giver."""
    style.name_panel(axes, "Whose they are", "ties between their giver and the act's giver")
    axes.axhline(0, color=style.PALE, lw=1.2)
    for place, (one, (colour, _)) in enumerate(zip(found, LOOKS, strict=False)):
        middle, low, high = band(one.course.sum(axis=1))
        at = np.arange(len(middle)) + (place - (len(found) - 1) / 2) * 0.25
        axes.vlines(at, low, high, color=colour, lw=2)
        axes.plot(at, middle, "o" if place == 0 else "D", color=colour, ms=6)
    last = found[0].course.shape[2] - 1
    axes.set_xticks(range(last + 1), [*map(str, range(last)), f"{last}+"])


def band(worlds: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean over worlds (the first axis) and its 95 % interval; the mean itself for one world."""
    ends = [interval(column)[:2] for column in worlds.T]
    middle = worlds.mean(axis=0)
    low, high = (np.where(np.isnan(end), middle, end) for end in np.array(ends, float).T)
    return middle, low, high
