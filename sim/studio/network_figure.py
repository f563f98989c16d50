"""One picture of a network: who is tied to whom, and how ties are distributed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sim.lab.describe import friendships
from sim.model.network.networks import Network
from sim.studio import plots
from sim.studio.layout import SPRING_UP_TO, drawn_ties, layout

PALE, WARM, COOL, INK, FAINT = "#C8CCD0", "#D55E00", "#0072B2", "#2B2F33", "#6B7278"
MOST_DRAWN = 8_000  # people; beyond that a drawing is a grey cloud


def draw_network(network: Network, description: dict[str, Any], path: Path | str) -> Path:
    """Write the picture (the ending of `path` says the format) and return its path.

    Left the network, people sized and coloured by their number of friends; right the share of people with at least
    so many friends, both axes logarithmic; below, the numbers of `description` in words.
    """
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"font.size": 11, "text.color": INK, "svg.fonttype": "none"}):
        figure = Figure(figsize=(12.5, 7), facecolor="white")
        grid = figure.add_gridspec(
            2, 2, width_ratios=(1.35, 1), height_ratios=(1, 0.42), left=0.02, right=0.97, top=0.93, bottom=0.06,
            wspace=0.12, hspace=0.34,
        )  # fmt: skip
        friends = friendships(network)
        _draw_people(figure.add_subplot(grid[:, 0]), network, friends)
        _draw_degrees(figure.add_subplot(grid[0, 1]), np.diff(friends.indptr))
        _write_facts(figure.add_subplot(grid[1, 1]), description)
        facts = ", ".join(f"{value} {name}" for name, value in facts_in_words(description))
        plots.write(figure, Path(path), title="A network", description=f"Who is tied to whom: {facts}.")
    return Path(path)


def _draw_people(axes: Any, network: Network, friends: Any) -> None:
    axes.set_axis_off()
    if network.people > MOST_DRAWN:
        message = f"{network.people:,} people are too many to draw\n(up to {MOST_DRAWN:,} are)"
        axes.text(0.5, 0.5, message, ha="center", va="center", color=FAINT, transform=axes.transAxes)
        return
    degree = np.diff(friends.indptr)
    place = layout(network)
    _draw_ties(axes, place[drawn_ties(network, network.ties)])
    level = np.log1p(degree) / np.log1p(max(degree.max(initial=1), 1))
    size = (30 + 330 * level**2) * min(1.0, 6 / max(network.people, 1) ** 0.5) + 2
    order, many = np.argsort(degree, kind="stable"), network.people > SPRING_UP_TO
    axes.scatter(
        *place[order].T, s=size[order], c=level[order], cmap="cividis", vmin=0, vmax=1, linewidths=0.3 if many else 1,
        edgecolors="white", zorder=2,
    )  # fmt: skip
    axes.margins(0.03)
    axes.set_title("Everybody: the more friends, the larger and lighter", loc="left", fontsize=12, x=0.03)


def _draw_ties(axes: Any, lines: np.ndarray) -> None:
    """A stroke for each tie: float[m, 2, 2], the places of its two ends."""
    from matplotlib.collections import LineCollection

    many = max(len(lines), 1)
    alpha = float(np.clip(70 / many**0.5, 0.15, 0.9))
    width = float(np.clip(16 / many**0.5, 0.35, 1.2))
    ties = LineCollection(list(lines), colors=PALE, alpha=alpha, linewidths=width, zorder=1, rasterized=many > 5000)
    axes.add_collection(ties)


def _draw_degrees(axes: Any, degree: np.ndarray) -> None:
    """Share of people with at least k friends; a straight line here is a power law."""
    count = np.bincount(degree) if len(degree) else np.zeros(1)
    at_least = count[::-1].cumsum()[::-1] / max(count.sum(), 1)
    friends = np.flatnonzero(count)
    friends = friends[friends > 0]
    if len(friends):
        axes.loglog(friends, at_least[friends], color=PALE, lw=1, zorder=1)
        axes.loglog(friends, at_least[friends], "o", color=WARM, ms=5, mec="white", mew=0.5, zorder=2)
        axes.axvline(degree.mean(), color=COOL, ls="--", lw=1.2)
        axes.annotate(
            f" mean {degree.mean():.1f}", (degree.mean(), 1), (3, -4), xycoords=("data", "axes fraction"),
            textcoords="offset points", color=COOL, va="top",
        )  # fmt: skip
    axes.set_title("Share of people with at least so many friends", loc="left", fontsize=12)
    axes.set_xlabel("friends", color=FAINT)
    _quiet_axes(axes)


def _quiet_axes(axes: Any) -> None:
    from matplotlib.ticker import FuncFormatter, NullFormatter

    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(PALE)
    axes.tick_params(which="both", color=PALE, labelcolor=FAINT)
    axes.grid(True, which="major", color="#EEF0F2", lw=0.8)
    axes.set_axisbelow(True)
    if axes.get_xscale() == "log":
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.6g} %"))
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.yaxis.set_minor_formatter(NullFormatter())


def _write_facts(axes: Any, description: dict[str, Any]) -> None:
    axes.set_axis_off()
    facts = facts_in_words(description)
    half = -(-len(facts) // 2)
    for i, (name, value) in enumerate(facts):
        x, y = (0.0 if i < half else 0.53), 1 - (i % half) * 0.2
        axes.text(x, y, value, fontsize=14, va="top", transform=axes.transAxes)
        axes.text(x + 0.2, y - 0.02, name, fontsize=9.5, color=FAINT, va="top", transform=axes.transAxes)


def facts_in_words(description: dict[str, Any]) -> list[tuple[str, str]]:
    """(what, value) pairs of what is known, in the order in which one would say them."""
    words = (
        ("people", "people", "{:,}"), ("ties", "ties, one way", "{:,}"),
        ("mean_degree", "friends on average", "{:.1f}"),
        ("max_degree", "friends at most", "{:,}"), ("clustering", "clustering", "{:.0%}"),
        ("reciprocity", "of ties are returned", "{:.0%}"), ("largest_share", "in one piece", "{:.0%}"),
        ("communities", "communities", "{:,}"), ("group_assortativity", "group assortativity", "{:.2f}"),
        ("isolated", "without a tie", "{:,}"),
    )  # fmt: skip
    return [(name, form.format(description[key])) for key, name, form in words if description.get(key) is not None]
