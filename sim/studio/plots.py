"""Figures: one function each, from plain columns to an SVG and a PNG, without matplotlib's global state."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.model import disk
from sim.studio import sentences, style
from sim.studio.sentences import Series, amount, column, now, percent

# Bottom up: what costs the giver most is the ember, a like the tip of the flame.
GESTURES = {
    "acts_substantial": "substantial",
    "acts_resource": "resources",
    "acts_check_in": "check-ins",
    "acts_encouragement": "encouragement",
    "acts_thanks": "thanks",
    "acts_like": "likes",
}
CAUSES = {
    "cause_gift": ("a gift received", style.KIND),
    "cause_item": ("something read", style.EMBERS[3]),
    "cause_own": ("own accord", style.PALE),
}
WIDTH, MARGIN, PANELS = 14.0, 0.75, 7.0  # inches: the page, its side margins, the height of everything below the header
Dashes = str | tuple[int, tuple[float, ...]]
FULL: Dashes = "-"
DASHED: Dashes = (0, (5, 2))
DOTTED: Dashes = (0, (1, 1.4))
Line = tuple[str, str, str, Dashes, Callable[[float], str]]  # column, name, colour, dashes, how numbers are said
Heading = tuple[str, dict[str, Any], float]  # text, its style, inches from the line above


def draw_run(series: Series, *, title: str, question: str, folder: Path, stem: str = "run") -> list[Path]:
    """The figure of one run, as `folder/stem.svg` and `folder/stem.png`.

    series : column → list[ticks], `day` first, None where missing; columns that are not there count as missing
    """
    with style.dressed():
        # A script for which this machine has no font still shows in the SVG, where letters stay text.
        figure = run_figure(series, title=title, question=question)
        return save(figure, folder / stem, title=title, description=sentences.description(series, question))


def run_figure(series: Series, *, title: str, question: str) -> Figure:
    """The page: a header as high as its text needs, kind acts and their causes, below them three smaller panels."""
    header = header_lines(series, title, question)
    height = PANELS + sum(step for *_, step in header) + 0.4
    figure = Figure(figsize=(WIDTH, height), facecolor=style.PAPER)
    FigureCanvasAgg(figure)
    write_header(figure, header, height)
    draw_gestures(place(figure, MARGIN, 3.75, 7.15, 2.45), series)
    draw_causes(place(figure, 9.95, 3.75, 1.7, 2.45), series)
    draw_people(place(figure, MARGIN, 0.95, 2.75, 1.7), series)
    draw_cost(place(figure, 5.35, 0.95, 2.6, 1.7), series)
    draw_needs(place(figure, 9.95, 0.95, 2.05, 1.7), series)
    write_footer(figure, sentences.footnote(series), height)
    return figure


def header_lines(series: Series, title: str, question: str) -> list[Heading]:
    """The header from top to bottom."""
    sans, serif = style.fonts(), style.fonts(style.SERIF)
    return [
        *heading(title, 2, 0.24, size=10.5, weight="bold", family=sans, color=style.KIND_TEXT),
        *heading(sentences.trend(series), 2, 0.46, size=27, weight="bold", family=serif),
        *heading(sentences.outlook(series), 2, 0.4, size=19, weight="normal", family=serif),
        *heading(question, 4, 0.27, size=11, weight="normal", family=sans, color=style.SOFT),
    ]


def heading(text: str, lines: int, step: float, **how: Any) -> list[Heading]:
    """The text wrapped to the width of the page; none if there is no text."""
    fits = style.fits_in(WIDTH - 2 * MARGIN, how["size"], how["weight"], how["family"])
    return [(line, how, step) for line in style.wrapped(text, fits, lines) if line]


def write_header(figure: Figure, header: Sequence[Heading], height: float) -> None:
    """Each line on its own baseline, from the top of the page."""
    down = 0.3
    for text, how, step in header:
        down += step
        figure.text(MARGIN / WIDTH, 1 - down / height, text, **how)


def write_footer(figure: Figure, note: str, height: float) -> None:
    """A quiet line at the foot of the page, and our name."""
    up = 0.25 / height
    figure.text(MARGIN / WIDTH, up, note, size=8.5, color=style.SOFT)
    figure.text(1 - MARGIN / WIDTH, up, "Kindling", size=8.5, color=style.KIND_TEXT, weight="bold", ha="right")


def place(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes at a place given in inches from the lower left corner."""
    across, up = figure.get_size_inches()
    return figure.add_axes((left / across, bottom / up, width / across, height / up))


def draw_gestures(axes: Axes, series: Series) -> None:
    """Kind acts per person and day, stacked by gesture from the heaviest to the lightest."""
    style.name_panel(axes, "Kind acts per person and day", "by gesture, the most effort below")
    total = column(series, "kind_acts")
    if not scale(axes, series, [total], amount):
        return
    parts = [column(series, name) for name in GESTURES]
    middles = stack(axes, series, parts, style.EMBERS)
    ends = [
        (middle, f"{said}  {amount(now(series, name))}", style.INK)
        for middle, (name, said), part in zip(middles, GESTURES.items(), parts, strict=True)
        if not np.isnan(part).all()
    ]
    end = draw_line(axes, series, total, style.KIND)
    ends += [] if end is None else [(end, f"all together  {amount(now(series, 'kind_acts'))}", style.KIND)]
    style.label_ends(axes, ends, 9.5)


def draw_causes(axes: Axes, series: Series) -> None:
    """Shares of acts by what moved people to them."""
    style.name_panel(axes, "What moved people to act", "share of kind acts")
    parts = [column(series, name) for name in CAUSES]
    if not scale(axes, series, parts, percent, top=1.0):
        return
    colours = [colour for _, colour in CAUSES.values()]
    middles = stack(axes, series, parts, colours)
    ends = [
        (middle, f"{said}  {percent(now(series, name))}", style.INK)
        for middle, (name, (said, _)), part in zip(middles, CAUSES.items(), parts, strict=True)
        if not np.isnan(part).all()
    ]
    style.label_ends(axes, ends)


def draw_people(axes: Axes, series: Series) -> None:
    """Well-being with its spread, the perceived norm and gratitude."""
    style.name_panel(axes, "How people are", "means, 0 to 1; band: one standard deviation")
    middle, sd = smooth(series, column(series, "wellbeing")), smooth(series, column(series, "wellbeing_sd"))
    lines = [
        ("wellbeing", "well-being", style.INK, FULL, amount),
        ("norm", "norm", style.SOFT, DASHED, amount),
        ("gratitude", "gratitude", style.SOFT, DOTTED, amount),
    ]
    if draw_lines(axes, series, lines, top=1.0):
        days = moments(series)
        axes.fill_between(days, widened(middle - sd), widened(middle + sd), color=style.PALE, alpha=0.35, lw=0)


def draw_cost(axes: Axes, series: Series) -> None:
    """Mean exhaustion and the share of people who rest because they burned out."""
    style.name_panel(axes, "What it costs", "100% exhaustion: nothing left to give")
    lines = [
        ("exhaustion", "exhaustion", style.TIRED, FULL, percent),
        ("resting", "burned out", style.TIRED, DASHED, percent),
    ]
    draw_lines(axes, series, lines)


def draw_needs(axes: Axes, series: Series) -> None:
    """Share of ended needs that were met, and of people who wait with an open one."""
    style.name_panel(axes, "Hard days", "ended needs that were met; people in need")
    lines = [
        ("needs_met", "needs met", style.KIND, FULL, percent),
        ("needs_open", "in need", style.SOFT, DASHED, percent),
    ]
    draw_lines(axes, series, lines, top=1.0)


def draw_lines(axes: Axes, series: Series, lines: Sequence[Line], top: float | None = None) -> bool:
    """Several lines in one panel, each named at its end; False if there is nothing to draw."""
    columns = [column(series, name) for name, *_ in lines]
    if not scale(axes, series, columns, lines[-1][-1], top):
        return False
    ends = []
    for values, (name, said, colour, dashes, words) in zip(columns, lines, strict=True):
        end = draw_line(axes, series, values, colour, dashes)
        ends += [] if end is None else [(end, f"{said}  {words(now(series, name))}", colour)]
    style.label_ends(axes, ends)
    return True


def scale(
    axes: Axes, series: Series, columns: Sequence[np.ndarray], words: Callable[[float], str], top: float | None = None
) -> bool:
    """Axes from zero with few ticks; False, and a panel that says so, if nothing is known."""
    known = np.concatenate(columns)
    known = known[~np.isnan(known)]
    if not len(known):
        style.say_empty(axes)
        return False
    ceiling = top or max(float(known.max()) * 1.08, 1e-3)
    days = moments(series)
    few = MaxNLocator(5, integer=True, steps=[1, 2, 3, 5, 6, 10])
    ticks = [float(series["day"][0] or 0)] if len(series["day"]) == 1 else inside(few, days[0], days[-1])
    axes.set_xticks(ticks, [f"{'day ' if tick == ticks[0] else ''}{tick:g}" for tick in ticks])
    heights = inside(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]), 0, ceiling)
    axes.set_yticks(heights, [words(height) for height in heights])
    axes.set(xlim=(days[0], days[-1]), ylim=(0, ceiling))
    return True


def inside(locator: MaxNLocator, low: float, high: float) -> list[float]:
    """Ticks between the limits; the middle alone if none falls there."""
    ticks = [float(tick) for tick in locator.tick_values(low, high) if low <= tick <= high]
    return ticks or [(low + high) / 2]


def draw_line(axes: Axes, series: Series, values: np.ndarray, colour: str, dashes: Dashes = FULL) -> float | None:
    """The daily values pale, their moving mean bold; the height of its right end, None if nothing is known."""
    days, calm = moments(series), smooth(series, values)
    axes.plot(days, widened(values), color=colour, alpha=0.35, lw=0.7)
    axes.plot(days, widened(calm), color=colour, lw=2.2, ls=dashes, solid_capstyle="round")
    return last_known(calm)


def stack(axes: Axes, series: Series, parts: Sequence[np.ndarray], colours: Sequence[str]) -> list[float]:
    """Moving means on top of each other, bottom up, white hairlines between; the middle of each layer's right end."""
    days, floor, middles = moments(series), np.zeros(len(series["day"])), []
    known = widened(np.any(~np.isnan(parts), axis=0))
    for part, colour in zip(parts, colours, strict=True):
        ceiling = floor + np.nan_to_num(smooth(series, part))
        axes.fill_between(days, widened(floor), widened(ceiling), where=known, color=colour, ec=style.PAPER, lw=0.6)
        middles.append(float(floor[-1] + ceiling[-1]) / 2)
        floor = ceiling
    return middles


def moments(series: Series) -> np.ndarray:
    """The days to draw at; a single tick is drawn as a stroke one day wide, since a point has no length."""
    days = column(series, "day")
    return np.array([days[0] - 0.5, days[0] + 0.5]) if len(days) == 1 else days


def widened(values: np.ndarray) -> np.ndarray:
    """Values for `moments`: the value of a single tick stands at both ends of its stroke."""
    return np.repeat(values, 2) if len(values) == 1 else values


def smooth(series: Series, values: np.ndarray, days: float = 7.0) -> np.ndarray:
    """float64[ticks], centred moving mean over what is known in the window; nan where the value itself is missing."""
    moment = column(series, "day")
    step = float(np.median(np.diff(moment))) if len(moment) > 1 else 1.0
    half = max(round((days / step - 1) / 2), 0)
    known = ~np.isnan(values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(known)])
    start = np.maximum(np.arange(len(values)) - half, 0)
    stop = np.minimum(np.arange(len(values)) + half + 1, len(values))
    share = np.maximum(counts[stop] - counts[start], 1)
    return np.where(known, (sums[stop] - sums[start]) / share, np.nan)


def last_known(values: np.ndarray) -> float | None:
    """The last value that is not missing."""
    known = values[~np.isnan(values)]
    return float(known[-1]) if len(known) else None


def save(figure: Figure, stem: Path, *, title: str, description: str) -> list[Path]:
    """Writes stem.svg and stem.png, both with title and description, the same bytes for the same figure."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    drawn, png = stem.with_name(stem.name + ".svg"), stem.with_name(stem.name + ".png")
    drawn.write_text(svg(figure, stem.name, title=title, description=description), encoding="utf-8")
    figure.savefig(png, dpi=150, metadata={"Title": title, "Description": description})
    return [drawn, png]


def write(figure: Figure, path: Path, *, title: str, description: str) -> None:
    """The figure into a file whose ending says its format; an SVG and a PNG carry title and description."""
    if path.suffix.lower() == ".svg":
        disk.write(path, svg(figure, path.stem, title=title, description=description))
        return
    told = {".png": {"Title": title, "Description": description}, ".pdf": {"Title": title, "Subject": description}}
    with disk.written(path) as file:
        figure.savefig(file, format=path.suffix[1:], dpi=150, metadata=told.get(path.suffix.lower()))


def svg(figure: Figure, stem: str, *, title: str, description: str) -> str:
    """The figure as the text of an SVG with title and description; `stem` begins their ids."""
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", metadata={"Title": title, "Date": None})
    return style.accessible(drawn.getvalue(), stem, description)
