"""What a tick costs as the world grows: four small panels with the same scale of nanoseconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from sim.lab.bench.lines import rounded
from sim.lab.bench.scaling import BASE, DEGREE, READ, READ_FOR_ACTS, Point
from sim.studio import plots, style
from sim.studio.plots import MARGIN, WIDTH

HEIGHT, PANEL, GAP = 8.2, 5.2, 1.45  # inches
TITLE = "What a tick costs"
INKS = (style.TIRED, style.KIND)  # one thread, all cores


def _few(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:.1g}"


def _many(value: float) -> str:
    """A number of people, short enough for an axis."""
    if value >= 1e6:
        return f"{value / 1e6:g} M"
    return f"{value / 1e3:g} k" if value >= 1e3 else f"{value:g}"


PANELS: tuple[tuple[str, str, str, Callable[[Point], float], Callable[[float], str]], ...] = (
    ("people", "People", f"each with {DEGREE:g} ties, {READ:g} items a day", lambda point: point.people, _many),
    ("degree", "Ties per person", f"{BASE:,} people, {READ:g} items a day", lambda point: point.degree, _few),
    ("attention", "Items read a day", f"{BASE:,} people, {DEGREE:g} ties", lambda point: point.attention, _few),
    ("acts", "Kind acts a day", f"{BASE:,} people, {READ_FOR_ACTS:g} items a day", lambda point: point.acts, _few),
)


def draw_scaling(points: Sequence[Point], *, folder: Path, stem: str = "scaling") -> list[Path]:
    """The points of `sim.lab.bench.scaling`, as `folder/stem.svg` and `folder/stem.png`."""
    with style.dressed():
        return plots.save(scaling_figure(points), folder / stem, title=TITLE, description=description(points))


def description(points: Sequence[Point]) -> str:
    """The figure in words."""
    ranges = []
    for axis, name, *_ in PANELS:
        found = [point.nanoseconds for point in points if point.axis == axis]
        if found:
            ranges.append(f"{name.lower()}: {rounded(min(found))} to {rounded(max(found))}")
    return f"Nanoseconds per person and tick along four sizes. {'; '.join(ranges)}."


def scaling_figure(points: Sequence[Point]) -> Figure:
    """Two by two panels; bands reach from the quickest to the slowest round."""
    figure = Figure(figsize=(WIDTH, HEIGHT), facecolor=style.PAPER)
    FigureCanvasAgg(figure)
    title: dict[str, Any] = {"size": 17, "weight": "bold", "family": style.fonts(style.SERIF), "color": style.INK}
    figure.text(MARGIN / WIDTH, 1 - 0.6 / HEIGHT, TITLE, **title)
    note = "nanoseconds per person and tick; the line is the median of the rounds, the band their whole range"
    figure.text(MARGIN / WIDTH, 1 - 0.9 / HEIGHT, note, size=10, color=style.SOFT)
    top = 1.1 * max(point.high for point in points)
    for place, (axis, name, said, across, words) in enumerate(PANELS):
        right, down = place % 2, place // 2
        axes = plots.place(figure, MARGIN + right * (PANEL + GAP), 0.85 + (1 - down) * 3.3, PANEL, 2.25)
        style.name_panel(axes, name, said)
        _draw(axes, [point for point in points if point.axis == axis], across, words, top)
    plots.write_footer(figure, "measured by kindling bench --scaling", HEIGHT)
    return figure


def _draw(
    axes: Axes, points: Sequence[Point], across: Callable[[Point], float], words: Callable[[float], str], top: float
) -> None:
    if not points:
        style.say_empty(axes)
        return
    threads = sorted({point.threads for point in points})
    axes.set(xscale="log", ylim=(0, top))
    ends = []
    for ink, hands in zip(INKS, threads, strict=False):
        line = sorted((point for point in points if point.threads == hands), key=across)
        x = [across(point) for point in line]
        axes.fill_between(x, [p.low for p in line], [p.high for p in line], color=ink, alpha=0.15, lw=0)
        axes.plot(x, [p.nanoseconds for p in line], "o-", color=ink, lw=1.6, ms=4)
        ends.append((line[-1].nanoseconds, f"{hands} thread{'s' * (hands > 1)}", ink))
    axes.xaxis.set_major_locator(FixedLocator(_ticks(sorted({across(point) for point in points}))))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words(value)))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    style.label_ends(axes, ends)


def _ticks(values: Sequence[float]) -> list[float]:
    """At most six of the values, the first and the last among them."""
    step = max(1, -(-len(values) // 6))
    return sorted({*values[::step], values[-1]} - ({values[-2]} if step > 1 and len(values) % step == 0 else set()))
