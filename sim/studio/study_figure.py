"""The figure of a study: how outcomes change along a factor, arm by arm, and how far each arm is from the control."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib.lines
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.lab import measures
from sim.lab.comparison import headline
from sim.lab.contrast import interval
from sim.lab.results import Results
from sim.studio import plots, style
from sim.studio.arms_figure import LOOKS
from sim.studio.plots import MARGIN, WIDTH, Heading
from sim.studio.wording import capital, titled

if TYPE_CHECKING:
    import pandas as pd

MOST, TALL, ROOM, GAP = 4, 2.3, 0.75, 1.15  # panels in a row, their height, between them, between rows (inches)


def draw_study(
    results: Results, folder: Path, outcomes: Sequence[str] = (), x: str = "", stem: str = "study"
) -> list[Path]:
    """The study as `folder/stem.svg` and `folder/stem.png`.

    outcomes : the panels, at most four; the study's headline if none are named
    x : factor along the axis; the study's first if not named. Arms stand side by side where there is no factor
    """
    with style.dressed():
        shown = list(outcomes or headline(results))[:MOST]
        figure = study_figure(results, shown, x or next(iter(results.factors), "arm"))
        said = f"{results.about['question']} {sentence(results, shown[0], x or next(iter(results.factors), 'arm'))}"
        return plots.save(figure, folder / stem, title=results.about["study"], description=" ".join(said.split()))


def study_figure(results: Results, outcomes: Sequence[str], x: str, headed: bool = True) -> Figure:
    """A row of levels; below it, where there are several arms, a row of differences to the control.

    headed : with name, finding and question above; a page that says them itself leaves them out
    """
    rows = 2 if len(results.arms) > 1 else 1
    header, key = header_lines(results, outcomes[0], x) if headed else [], keys(results, x)
    height = 0.3 + sum(step for *_, step in header) + 0.35 * bool(key) + rows * (TALL + GAP) + 0.75
    figure = Figure(figsize=(WIDTH, height), facecolor=style.PAPER)
    FigureCanvasAgg(figure)
    plots.write_header(figure, header, height)
    write_key(figure, key, 0.55 + rows * (TALL + GAP) + 0.1, height)
    wide = (WIDTH - 2 * MARGIN - ROOM * (len(outcomes) - 1)) / len(outcomes)
    for place, outcome in enumerate(outcomes):
        for row in range(rows):
            axes = plots.place(
                figure, MARGIN + place * (wide + ROOM), 0.95 + (rows - 1 - row) * (TALL + GAP), wide, TALL
            )
            draw_panel(axes, results, outcome, x, differences=row == 1)
    plots.write_footer(figure, footnote(results), height)
    return figure


def header_lines(results: Results, outcome: str, x: str) -> list[Heading]:
    """Name, finding, question."""
    sans, serif = style.fonts(), style.fonts(style.SERIF)
    return [
        *plots.heading(
            titled(results.about["study"]),
            1,
            0.24,
            size=10.5,
            weight="bold",
            family=sans,
            color=style.KIND_TEXT,
        ),
        *plots.heading(sentence(results, outcome, x), 2, 0.42, size=21, weight="bold", family=serif),
        *plots.heading(results.about["question"], 3, 0.3, size=11, weight="normal", family=sans, color=style.SOFT),
    ]


def sentence(results: Results, outcome: str, x: str) -> str:
    """The first outcome at both ends of the factor: what the last arm changes there, or what the only arm comes to."""
    runs, what = results.runs, capital(measures.label(outcome))
    if x == "arm":
        levels = [
            f"{measures.said(outcome, mean_of(part[outcome])[0])} {arm.replace('_', ' ')}"
            for arm, part in by(runs, "arm")
        ]
        return f"{what}: {', '.join(levels)}."
    ends = by(runs, x)[:: max(len(by(runs, x)) - 1, 1)]
    where = [f"at {x.replace('_', ' ')} {shown(ends[0][0])}", *(f"at {shown(value)}" for value, _ in ends[1:])]
    control, arm = results.arms[0], results.arms[-1]
    if control == arm:
        told = [measures.said(outcome, mean_of(part[outcome])[0]) for _, part in ends]
    else:
        told = [measures.difference(outcome, mean_of(paired(part, outcome, arm, control))[0]) for _, part in ends]
        what += f", with {arm.replace('_', ' ')}"
    return f"{what}: {', '.join(map(' '.join, zip(told, where, strict=True)))}."


def keys(results: Results, x: str) -> list[tuple[str, str, Any]]:
    """Name, colour and dashes of every line that must be told from another."""
    if x == "arm" or len(results.arms) == 1:
        return []
    return [(arm, *look) for arm, look in zip(results.arms, LOOKS, strict=False)]


def write_key(figure: Figure, key: Sequence[tuple[str, str, Any]], up: float, height: float) -> None:
    """One line: a stroke and a name for each arm."""
    left, fonts = MARGIN, style.fonts()
    for name, colour, dashes in key:
        text = name.replace("_", " ")
        stroke = [left / WIDTH, (left + 0.35) / WIDTH]
        figure.add_artist(matplotlib.lines.Line2D(stroke, [(up + 0.05) / height] * 2, color=colour, ls=dashes, lw=2.4))
        ink = style.KIND_TEXT if colour == style.KIND else colour
        figure.text((left + 0.45) / WIDTH, up / height, text, size=10, weight="bold", color=ink)
        left += 0.85 + next(w for w in np.arange(0.1, WIDTH, 0.1) if style.fits_in(w, 10, "bold", fonts)(text))


def draw_panel(axes: Axes, results: Results, outcome: str, x: str, differences: bool) -> None:
    """Means with 95 % intervals over replicates; differences are paired."""
    title, note = measures.meaning(outcome), measures.unit(outcome)
    if differences:
        points = ", in points" if measures.is_share(outcome) else ""
        title, note = f"difference to {results.arms[0].replace('_', ' ')}", f"paired by replicate{points}"
        axes.axhline(0, color=style.PALE, lw=1.2)
    wide = axes.get_position().width * WIDTH
    fits = style.fits_in(wide + ROOM * 0.7, 11, "bold", style.fonts())
    style.name_panel(axes, style.wrapped(capital(title), fits, 1)[0], note)
    lines = results.arms[1:] if differences else results.arms
    places = list(dict.fromkeys(results.runs[x])) if x != "arm" else results.arms
    numbers = x != "arm" and all(isinstance(place, int | float) and not isinstance(place, bool) for place in places)
    order = sorted(places) if numbers else places
    at: dict[Any, float] = {place: float(place) if numbers else float(k) for k, place in enumerate(order)}
    drawn: list[float] = []
    for arm, (colour, dashes) in zip(results.arms, LOOKS, strict=False):
        if arm in lines:
            drawn += draw_line(axes, results, outcome, x, arm, at, (colour, dashes), differences)
    dress(axes, outcome, x, at, numbers, drawn, differences)


def draw_line(
    axes: Axes,
    results: Results,
    outcome: str,
    x: str,
    arm: str,
    at: dict[Any, float],
    look: tuple[str, Any],
    differences: bool,
) -> list[float]:
    """One arm along the factor; returns the ends of its intervals."""
    points = []
    for value, part in by(results.runs, x):
        if x == "arm" and value != arm:
            continue
        within = results.runs if x == "arm" else part
        chosen = paired(within, outcome, arm, results.arms[0]) if differences else part[part["arm"] == arm][outcome]
        points.append((at[value], *mean_of(chosen)))
    place, middle, low, high = (np.array(column, float) for column in zip(*sorted(points), strict=True))
    if len(place) > 1:
        axes.fill_between(place, low, high, color=look[0], alpha=0.15, lw=0)
    else:
        axes.vlines(place, low, high, color=look[0], lw=2)
    axes.plot(place, middle, color=look[0], ls=look[1], lw=2, marker="o", ms=4)
    return [float(value) for value in (*low, *high, *middle) if np.isfinite(value)]


def dress(
    axes: Axes, outcome: str, x: str, at: dict[Any, float], numbers: bool, drawn: Sequence[float], differences: bool
) -> None:
    """Scales and ticks in the outcome's own words."""
    low, high = (min([*drawn, *[0.0] * differences]), max([*drawn, *[0.0] * differences])) if drawn else (0.0, 1.0)
    room = (high - low) * 0.12 or abs(high) * 0.05 or 0.5
    axes.set_ylim(low - room, high + room)
    ticks = [
        tick
        for tick in MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]).tick_values(low - room, high + room)
        if low - room <= tick <= high + room
    ]
    span = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    axes.set_yticks(ticks, [measures.tick(outcome, tick, span * 2) for tick in ticks])
    if numbers:
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
        axes.margins(x=0.04)
    else:
        names = [shown(place).replace(" ", "\n") for place in at]
        axes.set_xticks(list(at.values()), names, size=8.5 if sum(map(len, names)) < 30 else 6.5)
        axes.set_xlim(-0.5, len(at) - 0.5)
    axes.set_xlabel("" if x == "arm" else x.replace("_", " "), size=9, color=style.SOFT)


def by(runs: pd.DataFrame, x: str) -> list[tuple[Any, pd.DataFrame]]:
    """The runs at each value of a column, in the order of the study."""
    return [(value, runs[runs[x] == value]) for value in dict.fromkeys(runs[x])]


def paired(runs: pd.DataFrame, outcome: str, arm: str, control: str) -> pd.Series:
    """The outcome of an arm less that of the control, run by run."""
    apart = [name for name in runs.columns if name in ("seed", "replicate")]
    known = [runs[runs["arm"] == name].groupby(apart)[outcome].mean() for name in (arm, control)]
    return known[0] - known[1]


def mean_of(values: pd.Series) -> tuple[float, float, float]:
    """Mean, and the ends of its 95 % interval; the mean itself where there is no interval."""
    known = values.dropna().to_numpy(float)
    if not known.size:
        return float("nan"), float("nan"), float("nan")
    low, high, kind = interval(known)
    middle = float(known.mean())
    return (middle, middle, middle) if kind == "none" else (middle, low, high)


def shown(value: Any) -> str:
    """A factor's level as people write it."""
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")


def footnote(results: Results) -> str:
    """What the points and bands are."""
    runs = results.runs
    many = runs.groupby("arm")["replicate"].nunique().max()
    people = f"{runs['people'].iloc[0]:,} people" if runs["people"].nunique() == 1 else "people as drawn"
    size = f"{people}, {runs['days'].iloc[0]:g} days, {many} replicates"
    return f"{size}. Points are means, bands 95 % intervals; axes need not begin at zero."
