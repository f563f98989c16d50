"""A crowd in a figure: people as marks by mood on their ties, and the key to the marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from sim.studio import style
from sim.studio.mood import TIRED_LEVEL, Level

EDGE = 1.06  # places reach to 1, and marks beyond

# By the number of a mood, as on the pages: colour, size beside an ordinary person.
MOODS = (
    (style.PALE, 0.75), (style.EMBERS[4], 0.9), (style.KIND, 1.1), (style.KIND_TEXT, 1.35), (style.TIRED, 1.05),
    (style.PALE, 0.4),
)  # fmt: skip


def stage(axes: Axes, places: np.ndarray, ties: np.ndarray | None) -> Any:
    """Bare axes with ties behind and a mark for everybody, which `dress` then clothes.

    places : float32[n, 2], -1..1; ties : an image of `ties_image`, None where there are none
    """
    axes.set_axis_off()
    axes.set(xlim=(-EDGE, EDGE), ylim=(-EDGE, EDGE), aspect="equal", xticks=[], yticks=[])
    if ties is not None:
        axes.imshow(ties, extent=(-EDGE, EDGE, -EDGE, EDGE), zorder=1)
    return axes.scatter(*places.astype(float).T, zorder=2)


def ties_image(places: np.ndarray, ties: np.ndarray, inches: float, dpi: int = 100) -> np.ndarray | None:
    """uint8[dots, dots, 4], the ties drawn once: they are most of the strokes of a picture, and stay as they are.

    places : float32[n, 2], -1..1; ties : uint32[m, 2]; None where m is 0
    """
    if not len(ties):
        return None
    figure = Figure(figsize=(inches, inches), dpi=dpi, facecolor=style.PAPER)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(-EDGE, EDGE), ylim=(-EDGE, EDGE))
    axes.set_axis_off()
    alpha = float(np.clip(60 / len(ties) ** 0.5, 0.05, 0.8))
    ends = places.astype(float)[ties.astype(int)]
    axes.add_collection(LineCollection(list(ends), colors=style.PALE, alpha=alpha, linewidths=0.5))
    canvas.draw()
    return np.asarray(canvas.buffer_rgba()).copy()


def radius(people: int) -> float:
    """Points: that of an ordinary person, smaller where there are many."""
    return float(np.clip(78 / max(people, 1) ** 0.5, 0.8, 9.0))


def dress(people: Any, moods: np.ndarray, size: float) -> None:
    """Colours and sizes of marks by mood; the tired are hollow, so that they are told without colour, too.

    moods : uint8[n]; size : radius of an ordinary person in points
    """
    colours = np.array([colour for colour, _ in MOODS])[moods]
    sizes = np.array([relative for _, relative in MOODS])[moods] * size
    hollow = moods == TIRED_LEVEL.number
    people.set_sizes((2 * sizes) ** 2)
    people.set_facecolors(np.where(hollow, style.PAPER, colours))
    people.set_edgecolors(np.where(hollow, colours, style.PAPER))
    people.set_linewidths(np.where(hollow, max(size * 0.35, 0.5), 0.3))


def draw_key(axes: Axes, legend: Sequence[Level], size: float = 8.5) -> None:
    """What the marks mean, one below the other."""
    axes.set_axis_off()
    axes.set(xlim=(0, 1), ylim=(-len(legend) + 0.4, 0.6), xticks=[], yticks=[])
    marks = axes.scatter([0.03] * len(legend), [-row for row in range(len(legend))])
    dress(marks, np.array([level.number for level in legend]), 3.6)
    for row, level in enumerate(legend):
        axes.text(0.07, -row, f"{level.name}: {level.says}", size=size, va="center", color=style.INK)
