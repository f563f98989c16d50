"""Where a conclusion holds: its effect at every setting of the unpinned parameters, one strip each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.lab import measures, robust
from sim.studio import plots, style
from sim.studio.plots import MARGIN, Heading
from sim.studio.wording import capital, titled

if TYPE_CHECKING:
    import pandas as pd

WIDTH, NAMES, ROW = 10.0, 3.4, 0.27  # inches: the page, room for the settings' names, a strip
INKS = {"holds": style.TIRED, "unclear": style.SOFT, "turns": style.KIND}
MARKS = {"holds": "o", "unclear": "o", "turns": "D"}  # told apart without colour: filled, hollow, diamond


def draw_robust(
    found: pd.DataFrame, headline: robust.Headline, *, title: str, control: str, folder: Path, stem: str = "robust"
) -> list[Path]:
    """The settings of `sim.lab.robust.verdicts`, as `folder/stem.svg` and `folder/stem.png`."""
    with style.dressed():
        figure = robust_figure(found, headline, title, control)
        return plots.save(figure, folder / stem, title=f"{title}: where it holds", description=robust.words(found))


def robust_figure(
    found: pd.DataFrame, headline: robust.Headline, title: str, control: str, headed: bool = True
) -> Figure:
    """Strips from the largest effect to the smallest; the setting as it is stands first.

    headed : with name, outcome and verdict above; a page that says them itself leaves them out
    """
    header = heading(found, headline, title, control) if headed else []
    base, others = found.iloc[:1], found.iloc[1:].sort_values("difference", ascending=False)
    rows = [*base.to_dict("records"), *others.to_dict("records")]
    height = 0.25 + sum(step for *_, step in header) + ROW * len(rows) + 0.75
    figure = Figure(figsize=(WIDTH, height), facecolor=style.PAPER)
    FigureCanvasAgg(figure)
    down = 0.1
    for text, how, step in header:
        down += step
        figure.text(MARGIN / WIDTH, 1 - down / height, text, **how)
    axes = plots.place(figure, NAMES, 0.55, WIDTH - NAMES - MARGIN, ROW * len(rows))
    axes.axvline(0, color=style.PALE, lw=1.4)
    for down, row in enumerate(rows):
        ink, hollow = INKS[row["verdict"]], row["verdict"] == "unclear"
        axes.hlines(-down, row["low"], row["high"], color=ink, lw=2)
        face = style.PAPER if hollow else ink
        axes.plot(row["difference"], -down, MARKS[row["verdict"]], color=ink, mfc=face, ms=5.5)
    fits = style.fits_in(NAMES - 0.3, 8.5, "normal", style.fonts())
    names = [style.wrapped(row["setting"], fits, 1)[0] for row in rows]
    axes.set_yticks([-down for down in range(len(rows))], names)
    axes.set_ylim(-len(rows) + 0.4, 0.6)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    scale = 100 if measures.is_share(headline.outcome) else 1
    axes.xaxis.set_major_formatter(lambda value, place: f"{value * scale:g}".replace("-", "−"))
    axes.grid(axis="x")
    unit = "points" if scale == 100 else measures.unit(headline.outcome)
    axes.set_xlabel(f"difference, {unit}; bars are 95 % intervals", size=9)
    return figure


def heading(found: pd.DataFrame, headline: robust.Headline, title: str, control: str) -> list[Heading]:
    """Name of the study, what is compared, and in how many settings it holds."""
    what = f"{capital(measures.label(headline.outcome))}: {headline.arm} against {control}".replace("_", " ")
    lines = [
        (titled(title), 10.5, "bold", style.KIND_TEXT, 1, 0.35),
        (what, 13, "bold", style.INK, 2, 0.34),
        (robust.words(found), 11, "normal", style.SOFT, 4, 0.27),
    ]  # fmt: skip
    found_lines: list[Heading] = []
    for text, size, weight, ink, most, step in lines:
        fits = style.fits_in(WIDTH - 2 * MARGIN, size, weight, style.fonts())
        how = {"size": size, "weight": weight, "color": ink}
        found_lines += [(line, how, step) for line in style.wrapped(text, fits, most)]
    return found_lines
