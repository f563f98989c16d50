"""The figure of several arms: one colour for each, a panel for each outcome that answers the question."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib.lines
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.lab import measures, summary
from sim.lab.experiment import grouped
from sim.lab.late import Compared
from sim.lab.record import Done
from sim.studio import plots, style
from sim.studio.plots import DASHED, DOTTED, FULL, MARGIN, WIDTH, Dashes, Heading
from sim.studio.sentences import Series, column
from sim.studio.wording import capital

# No two share a dash, so that they are told apart in grey, too; the control, which comes first, is dashed.
LOOKS: tuple[tuple[str, Dashes], ...] = (
    (style.SOFT, DASHED), (style.KIND, FULL), (style.TIRED, DOTTED), (style.SOFT, (0, (6, 1.5, 1, 1.5))),
    (style.KIND, (0, (10, 2.5))), (style.TIRED, (0, (6, 1.5, 1, 1.5, 1, 1.5))), (style.SOFT, (0, (1, 3.5))),
    (style.KIND, (0, (2.5, 2.5))), (style.TIRED, (0, (10, 2, 2.5, 2))),
)  # fmt: skip
ROW, GAP, BIG, SMALL, FOOT = 0.27, 1.1, 2.9, 1.6, 0.5  # inches: a line on an arm, room above panels, their heights
ACROSS, ROOM = 3, 0.15  # small panels in a row; how much of their range stays free above and below the lines


@dataclass(frozen=True)
class Arm:
    """What is drawn of one arm: its lines, look, and numbers by outcome."""

    name: str
    says: str
    series: list[Series]
    colour: str
    dashes: Dashes
    rows: dict[str, Compared]

    @property
    def title(self) -> str:
        return self.name.replace("_", " ")

    @property
    def ink(self) -> str:
        return style.KIND_TEXT if self.colour == style.KIND else self.colour


def draw_arms(runs: Sequence[Done], *, title: str, question: str, folder: Path, stem: str = "arms") -> list[Path]:
    """Arms side by side, as `folder/stem.svg` and `folder/stem.png`."""
    with style.dressed():
        figure = arms_figure(runs, title=title, question=question)
        said = f"{question} {' '.join(summary.words(runs, folder, [])[2:-1])}"
        return plots.save(figure, folder / stem, title=title, description=" ".join(said.split()))


def arms_figure(runs: Sequence[Done], *, title: str, question: str) -> Figure:
    """The page: header, what the arms are, the first outcome in a broad panel and the others in rows below."""
    arms = arms_of(runs)
    outcomes = list(arms[0].rows)
    header = header_lines(arms, title, question)
    rows = -(-(len(outcomes) - 1) // ACROSS)
    panels = BIG + GAP + rows * (SMALL + GAP) + 0.25
    height = 0.3 + sum(step for *_, step in header) + 0.25 + ROW * len(arms) + panels + FOOT
    figure = Figure(figsize=(WIDTH, height), facecolor=style.PAPER)
    FigureCanvasAgg(figure)
    plots.write_header(figure, header, height)
    write_arms(figure, arms, panels + FOOT, height)
    draw_panels(figure, arms, outcomes, panels + FOOT - 0.85)
    plots.write_footer(figure, footnote(runs), height)
    return figure


def arms_of(runs: Sequence[Done]) -> list[Arm]:
    """The arms in their order, each with a look of its own."""
    rows = summary.comparison(runs)
    arms = []
    for (name, done), look in zip(grouped(runs).items(), LOOKS, strict=False):
        own = {row.outcome: row for row in rows if row.arm == name}
        arms.append(Arm(name, done[0].scenario.says, [run.frame for run in done], *look, own))
    return arms


def header_lines(arms: Sequence[Arm], title: str, question: str) -> list[Heading]:
    """The header from top to bottom: the first two outcomes are said in words."""
    sans, serif = style.fonts(), style.fonts(style.SERIF)
    first, *more = [sentence(arms, name) for name in arms[0].rows][:2]
    return [
        *plots.heading(title, 2, 0.24, size=10.5, weight="bold", family=sans, color=style.KIND_TEXT),
        *plots.heading(first, 2, 0.44, size=24, weight="bold", family=serif),
        *plots.heading(" ".join(more), 2, 0.36, size=17, weight="normal", family=serif),
        *plots.heading(question, 4, 0.27, size=11, weight="normal", family=sans, color=style.SOFT),
    ]


def sentence(arms: Sequence[Arm], outcome: str) -> str:
    """`Kind acts per person and day: 2.5 as it is, 2.8 easier.`"""
    levels = ", ".join(f"{measures.said(outcome, arm.rows[outcome].level)} {arm.title}" for arm in arms)
    return f"{capital(measures.label(outcome))}: {levels}."


def write_arms(figure: Figure, arms: Sequence[Arm], bottom: float, height: float) -> None:
    """The key: a stroke, the name and what is different, one line for each arm."""
    width = max(name_width(arm.title) for arm in arms)
    for place, arm in enumerate(reversed(arms)):
        up = (bottom + ROW * place) / height
        stroke = [MARGIN / WIDTH, (MARGIN + 0.4) / WIDTH]
        figure.add_artist(
            matplotlib.lines.Line2D(stroke, [up + 0.05 / height] * 2, color=arm.colour, ls=arm.dashes, lw=2.6)
        )
        figure.text((MARGIN + 0.52) / WIDTH, up, arm.title, size=10, weight="bold", color=arm.ink)
        left = MARGIN + 0.52 + width + 0.15
        fits = style.fits_in(WIDTH - MARGIN - left, 10, "normal", style.fonts())
        figure.text(left / WIDTH, up, style.wrapped(arm.says, fits, 1)[0], size=10, color=style.INK)


def name_width(text: str) -> float:
    """Width of an arm's name in inches."""
    fonts = style.fonts()
    return next(width for width in np.arange(0.1, WIDTH, 0.1) if style.fits_in(width, 10, "bold", fonts)(text))


def draw_panels(figure: Figure, arms: Sequence[Arm], outcomes: Sequence[str], top: float) -> None:
    """The first outcome broad, with the names of the arms; the others small, with their numbers only."""
    bottom = top - BIG
    draw_outcome(plots.place(figure, MARGIN, bottom, 9.4, BIG), arms, outcomes[0], named=True)
    for place, outcome in enumerate(outcomes[1:]):
        across, down = place % ACROSS, place // ACROSS
        low = bottom - (down + 1) * (SMALL + GAP)
        draw_outcome(plots.place(figure, MARGIN + across * 4.4, low, 2.25, SMALL), arms, outcome)


def draw_outcome(axes: Axes, arms: Sequence[Arm], outcome: str, named: bool = False) -> None:
    """Replicates thin, the mean of an arm bold; level and difference to the control at the end of its line."""
    name_outcome(axes, outcome, axes.get_position().width * WIDTH + 1.5)
    calm = [[plots.smooth(one, column(one, outcome)) for one in arm.series] for arm in arms]
    if not scale(axes, arms[0].series[0], calm, outcome):
        return
    ends = []
    for arm, lines in zip(arms, calm, strict=True):
        end = draw_arm(axes, arm, lines, outcome)
        name = f"{arm.title}  " if named else ""
        ends += [] if end is None else [(end, name + numbers(arm.rows[outcome]), arm.colour)]
    style.label_ends(axes, ends, 10.0 if named else 8.5)


def draw_arm(axes: Axes, arm: Arm, lines: Sequence[np.ndarray], outcome: str) -> float | None:
    """The lines of one arm; the height of the bold one's right end."""
    days = plots.moments(arm.series[0])
    for one in lines if len(lines) > 1 else []:
        axes.plot(days, plots.widened(one), color=arm.colour, alpha=0.3, lw=0.6)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a mean of nothing is nan, as it should be
        bold = np.nanmean(lines, axis=0)
    axes.plot(days, plots.widened(bold), color=arm.colour, lw=2.2, ls=arm.dashes, solid_capstyle="round")
    return plots.last_known(bold)


def numbers(row: Compared) -> str:
    """`2.8  +0.32`, the control's level alone."""
    level = measures.said(row.outcome, row.level)
    return level if row.change is None else f"{level}  ({measures.difference(row.outcome, row.change)})"


def name_outcome(axes: Axes, outcome: str, inches: float) -> None:
    """The outcome above its panel: its meaning, and the unit or what kind of number it is."""
    meaning = capital(measures.meaning(outcome))
    fits = style.fits_in(inches, 11, "bold", style.fonts())
    style.name_panel(axes, style.wrapped(meaning, fits, 1)[0], measures.unit(outcome))


def scale(axes: Axes, series: Series, lines: Sequence[Sequence[np.ndarray]], outcome: str) -> bool:
    """Axes with few ticks, from zero where zero is near; False, and a panel that says so, if nothing is known."""
    known = np.concatenate([one for arm in lines for one in arm])
    known = known[~np.isnan(known)]
    if not len(known):
        style.say_empty(axes)
        return False
    low, high = limits(float(known.min()), float(known.max()))
    days = plots.moments(series)
    few = MaxNLocator(5, integer=True, steps=[1, 2, 3, 5, 6, 10])
    ticks = [float(series["day"][0] or 0)] if len(series["day"]) == 1 else plots.inside(few, days[0], days[-1])
    axes.set_xticks(ticks, [f"{'day ' if tick == ticks[0] else ''}{tick:g}" for tick in ticks])
    heights = plots.inside(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]), low, high)
    axes.set_yticks(heights, [measures.tick(outcome, height, high - low) for height in heights])
    axes.set(xlim=(days[0], days[-1]), ylim=(low, high))
    return True


def limits(least: float, most: float) -> tuple[float, float]:
    """From zero, unless the lines stay in the upper half: then only their own range, at least a tenth of the level."""
    size = max(abs(least), abs(most), 1e-3)
    spread = max(most - least, size / 10)
    if 0 <= least < most / 2 or least == most == 0:
        return 0.0, most + ROOM * max(most, 1e-3)
    middle = (least + most) / 2
    return middle - spread * (0.5 + ROOM), middle + spread * (0.5 + ROOM)


def footnote(runs: Sequence[Done]) -> str:
    """How to read the lines and the numbers."""
    several = len(runs) > len(grouped(runs))
    lines = "Thin lines: replicates. Bold: their mean." if several else "Lines: 7-day means."
    control = next(iter(grouped(runs))).replace("_", " ")
    numbers = f"Numbers: second half of the run, and the difference to {control}."
    return f"{lines} {numbers} Axes need not begin at zero."
