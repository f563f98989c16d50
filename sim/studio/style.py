"""How every figure looks: colours, type, bare axes, labels beside the lines instead of legends."""

from __future__ import annotations

import re
import unicodedata
import warnings
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import escape

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.textpath import TextToPath

KIND, TIRED, PALE = "#D55E00", "#0072B2", "#C8CCD0"
INK, SOFT, HAIR, PAPER = "#23282D", "#5B636B", "#E6E8EA", "#FFFFFF"
KIND_TEXT = "#A34300"  # small letters in the colour itself would have too little contrast on white
EMBERS = ("#6B2700", "#A34300", "#D55E00", "#E98A45", "#F3B384", "#FADCC4")  # heaviest gesture … lightest, one hue

# The first three come with matplotlib, so figures look the same everywhere; the others only fill in missing scripts.
SANS = ("DejaVu Sans",)
SERIF = ("STIXGeneral", "DejaVu Serif")
# In an SVG, letters stay text: a browser without these fonts takes the next of about the same width.
STAND_INS = {"'DejaVu Sans'": "'DejaVu Sans', Verdana, sans-serif", "'DejaVu Serif'": "'Times New Roman', serif"}
OTHER_SCRIPTS = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Noto Sans JP", "Noto Sans KR", "Noto Sans Devanagari",
    "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Thai", "WenQuanYi Zen Hei", "Hiragino Sans", "PingFang SC",
    "Microsoft YaHei", "Malgun Gothic", "Nirmala UI", "Arial Unicode MS", "FreeSans",
)  # fmt: skip
ELLIPSIS = "…"


def fonts(first: Sequence[str] = SANS) -> list[str]:
    """Font families in order of preference, only those this machine has (matplotlib complains about others)."""
    present = set(fontManager.get_font_names())
    return [name for name in (*first, *OTHER_SCRIPTS) if name in present]


def look() -> Any:
    """Settings for `matplotlib.rc_context`; letters stay text in SVG so that screen readers and searches find them."""
    return {
        "font.family": fonts(),
        "font.size": 9.5,
        "text.color": INK,
        "text.parse_math": False,
        "axes.edgecolor": PALE,
        "axes.labelcolor": SOFT,
        "axes.linewidth": 0.8,
        "axes.spines.left": False,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.axisbelow": True,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "grid.color": HAIR,
        "grid.linewidth": 0.8,
        "xtick.color": SOFT,
        "ytick.color": SOFT,
        "xtick.labelsize": 8.5,
        "ytick.labelsize": 8.5,
        "xtick.major.size": 3,
        "ytick.major.size": 0,
        "svg.fonttype": "none",
        "svg.hashsalt": "kindling",
    }


@contextmanager
def dressed() -> Iterator[None]:
    """A context in which figures are drawn in this look; letters that no font has are boxes, without complaint."""
    import matplotlib

    with matplotlib.rc_context(look()), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def wrapped(text: str, fits: Callable[[str], bool], lines: int) -> list[str]:
    """The text on at most so many lines that fit; what is too much ends in an ellipsis."""
    rows, row = [], ""
    for piece in pieces(" ".join(text.split())):
        if row and not fits((row + piece).rstrip()):
            rows.append(row.rstrip())
            row = ""
        row += piece
        while not fits(row.rstrip()):
            rows.append(beginning(row, fits))
            row = row[len(rows[-1]) :]
    rows.append(row.rstrip())
    if len(rows) <= lines:
        return rows
    return [*rows[: lines - 1], beginning(rows[lines - 1], lambda start: fits(start + ELLIPSIS)) + ELLIPSIS]


def beginning(text: str, fits: Callable[[str], bool]) -> str:
    """As many letters from the start as fit, at least one."""
    return text[: max(1, bisect(range(1, len(text) + 1), False, key=lambda length: not fits(text[:length])))]


def pieces(text: str) -> list[str]:
    """The text cut where a line may break: after a space and around each wide letter (Chinese, Japanese, Korean)."""
    found = [""]
    for letter in text:
        last = found[-1][-1:]
        if last == " " or (last and (wide(letter) or wide(last))):
            found.append("")
        found[-1] += letter
    return found


def wide(letter: str) -> bool:
    """Does the letter fill a square, as in scripts that put no spaces between words?"""
    return unicodedata.east_asian_width(letter) in "WF"


def fits_in(inches: float, size: float, weight: str, family: Sequence[str]) -> Callable[[str], bool]:
    """Tells whether a text in this type (size in points) is no wider than so many inches."""
    type_, measure = FontProperties(family=family, size=size, weight=weight), TextToPath()
    return lambda text: measure.get_text_width_height_descent(text, type_, False)[0] <= inches * 72


def spread(positions: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The positions moved apart to at least `gap`, in their order, inside low..high if they fit there."""
    order = sorted(range(len(positions)), key=positions.__getitem__)
    moved = [min(max(positions[i], low), high) for i in order]
    for i in range(1, len(moved)):
        moved[i] = max(moved[i], moved[i - 1] + gap)
    for i in reversed(range(len(moved))):
        moved[i] = min(moved[i], high - gap * (len(moved) - 1 - i))
    return [place for _, place in sorted(zip(order, moved, strict=True))]


def label_ends(axes: Axes, ends: Sequence[tuple[float, str, str]], size: float = 9.0) -> None:
    """Names each line at its right end: (height in data units, text, colour); a thin stroke leads to moved labels."""
    low, high = axes.get_ylim()
    width, inches = axes.bbox.width / axes.figure.dpi, axes.bbox.height / axes.figure.dpi
    at = [(height - low) / (high - low) for height, _, _ in ends]
    for start, place, (_, text, colour) in zip(at, spread(at, size / 53 / inches, 0.02, 0.98), ends, strict=True):
        letters = KIND_TEXT if colour == KIND else colour
        stroke = [1 + 0.04 / width, 1 + 0.16 / width]
        axes.plot(stroke, [min(max(start, 0), 1), place], transform=axes.transAxes, color=PALE, lw=0.8, clip_on=False)
        axes.text(1 + 0.21 / width, place, text, transform=axes.transAxes, color=letters, size=size, va="center")


def name_panel(axes: Axes, title: str, note: str) -> None:
    """A bold name and a quiet second line above a panel."""
    axes.annotate(title, (0, 1), (0, 24), textcoords="offset points", xycoords="axes fraction", size=11, weight="bold")
    axes.annotate(note, (0, 1), (0, 10), textcoords="offset points", xycoords="axes fraction", size=8.5, color=SOFT)


def say_empty(axes: Axes) -> None:
    """An honest empty panel: no ticks, one quiet sentence."""
    axes.set(xticks=[], yticks=[])
    axes.text(0.5, 0.5, "nothing to show", transform=axes.transAxes, ha="center", va="center", color=SOFT)


def accessible(svg: str, stem: str, description: str) -> str:
    """The SVG as one image with a name and a description, which screen readers say, and with fonts to fall back on."""
    stem = re.sub(r"[^\w-]+", "-", stem)  # a name of a file may hold what no id may
    named = f'<svg role="img" aria-labelledby="{stem}-title {stem}-desc" '
    said = f'</title>\n <desc id="{stem}-desc">{escape(description)}</desc>'
    for font, fonts in STAND_INS.items():
        svg = svg.replace(font, fonts)
    svg = svg.replace("<svg ", named, 1).replace("<title>", f'<title id="{stem}-title">', 1)
    return svg.replace("</title>", said, 1)
