"""The page: facts in a template, charts drawn into it; and the same tables as CSV."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.model import disk
from sim.studio import plots, style
from sim.studio.page import filled
from sim.studio.report.assumptions import assumed, reading, rebuild
from sim.studio.report.exhibit import Exhibit, Section
from sim.studio.report.facts import Facts
from sim.studio.report.money import costs
from sim.studio.report.turns import turns
from sim.studio.wording import plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HERE = Path(__file__).parent
TEMPLATE, LOOKS = "report.html.j2", "report.css"
_IDS = re.compile(r'(\bid="|url\(#|href="#)(?=[^"\s)])')
_LABELS = re.compile(r'aria-labelledby="(\S+) (\S+)"')
_OUTSIDE = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)


@dataclass(frozen=True)
class Arm:
    """An arm in words."""

    name: str
    says: str
    control: bool


def sections(facts: Facts) -> list[Section]:
    """Everything below the answer, in the order of the page."""
    return [
        facts.changes(),
        *facts.course(),
        costs(facts),
        facts.benefits(),
        facts.sides(),
        turns(facts),
        reading(facts),
        assumed(facts),
        rebuild(facts),
    ]


def arms(facts: Facts) -> list[Arm]:
    """The arms in words: what they say of themselves, else what they change."""
    said = facts.manifest.get("arms", {})
    told = {name: said.get(name) or _changes(changes) for name, changes in facts.about["arms"].items()}
    return [Arm(plain(name), says, name == facts.control) for name, says in told.items()]


def _changes(changes: dict[str, Any]) -> str:
    """What an arm of a study sets."""
    told = []
    for key, value in changes.items():
        name = plain(key.rpartition(".")[2])
        entries = value if isinstance(value, list) else [value]
        words = [
            plain(str(one.get("name", one.get("kind", "")))) if isinstance(one, dict) else f"{one}" for one in entries
        ]
        told.append(f"{name}: {', '.join(words) or 'none'}")
    return "; ".join(told)


def html(facts: Facts) -> str:
    """The page as text: one file that needs no other, no script and no network."""
    number = iter(range(1, 1000))

    def drawn(exhibit: Exhibit) -> str:
        assert exhibit.draw is not None
        return inline(exhibit.draw, f"chart-{next(number)}", exhibit.title, exhibit.says)

    parts = {
        "facts": facts, "arms": arms(facts), "sections": sections(facts), "drawn": drawn, "plain": plain,
        "css": (HERE / LOOKS).read_text(encoding="utf-8"),
    }  # fmt: skip
    return filled(HERE / TEMPLATE, **parts)


def inline(draw: Callable[[], Figure], stem: str, title: str, description: str) -> Any:
    """A figure as an SVG inside a page: every id is its own, so that several may stand on one page."""
    from markupsafe import Markup

    with style.dressed():
        svg = plots.svg(draw(), stem, title=title, description=description)
    svg = _OUTSIDE.sub("", svg[svg.index("<svg ") :])
    svg = re.sub(r' (?:width|height)="[\d.]+pt"', "", svg, count=2).replace("*{stroke", f"#{stem} *{{stroke", 1)
    svg = _IDS.sub(rf"\g<1>{stem}-", svg)
    svg = _LABELS.sub(rf'id="{stem}" aria-labelledby="{stem}-\1 {stem}-\2"', svg, count=1)
    return Markup(svg)


def write_page(facts: Facts, path: Path) -> None:
    """The page as a file."""
    disk.write(path, html(facts))


def write_tables(facts: Facts, folder: Path) -> list[Path]:
    """Every table of the page as a CSV file in a folder."""
    disk.folder(folder)
    found = {exhibit.table.name: exhibit.table.frame for exhibit in exhibits(facts)}
    paths = []
    for name, frame in found.items():
        paths.append(folder / f"{name}.csv")
        disk.write(paths[-1], frame.to_csv(index=False))
    return paths


def exhibits(facts: Facts) -> Iterator[Exhibit]:
    """Every chart and table of the page."""
    return (exhibit for section in sections(facts) for exhibit in section.exhibits)
