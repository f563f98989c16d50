"""What a report is made of: sections, and in them charts, each with its table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Table:
    """Numbers in words, and the same as numbers.

    name : of its file where tables are written as CSV
    rows : cells in the order of `head`; the first one names its row
    frame : the numbers behind the words
    """

    name: str
    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    frame: pd.DataFrame


@dataclass(frozen=True)
class Exhibit:
    """A chart, its finding in a sentence, and its table.

    draw : makes the figure; None where a table says it all
    wide : whether the chart takes the whole width of the page
    """

    title: str
    says: str
    table: Table
    draw: Callable[[], Figure] | None = None
    wide: bool = False


@dataclass(frozen=True)
class Section:
    """A heading, sentences, exhibits; `id` is where links lead.

    commands : lines for a terminal
    """

    id: str
    title: str
    says: Sequence[str] = ()
    exhibits: Sequence[Exhibit] = ()
    points: Sequence[str] = field(default_factory=tuple)
    commands: Sequence[str] = ()
