"""A recorded run as one HTML file that opens anywhere: moving picture, curves, and the numbers as a table."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim import __version__
from sim.lab import measures
from sim.model import disk
from sim.studio import codec
from sim.studio.page import one_file
from sim.studio.recording import Arm, Recording
from sim.studio.wording import capital, titled

SCRIPTS = ("palette.js", "crowd.js", "sparks.js", "stage.js", "recording.js", "curves.js", "replay.js")
STYLES = ("base.css", "replay.css")
SPEEDS = ((1, "1 day a second"), (3, "3 days a second"), (7, "a week a second"), (14, "2 weeks a second"),
          (30, "a month a second"))  # fmt: skip
NONE = "–"
SECONDS = 25  # that a whole run should take


def write_replay(recording: Recording, path: Path | str) -> Path:
    """Writes the page, whole or not at all, and returns its path; DiskTrouble if it cannot be written."""
    disk.write(Path(path), replay_html(recording))
    return Path(path)


def replay_html(recording: Recording) -> str:
    """The page: one file without links to anything outside."""
    days = recording.days[-1]
    curves = [_curve(recording, name) for name in recording.outcomes]
    return one_file(
        "replay.html", SCRIPTS, STYLES,
        version=__version__,
        title=titled(recording.name),
        question=recording.question,
        people=counted(recording.people, "person", "people"),
        length=counted(days, "day", "days"),
        arms=[{"title": titled(arm.name), "says": arm.says} for arm in recording.arms],
        legend=recording.legend,
        frames=len(recording.days),
        speeds=SPEEDS,
        speed=min((speed for speed, _ in SPEEDS), key=lambda speed: abs(days / speed - SECONDS)),
        curves=curves,
        weeks=list(_weeks(recording)) if curves else [],
        texts=[(heading, text) for heading, text in _texts(recording) if text],
        command=recording.command,
        recording=b64encode(codec.encode(recording)).decode(),
    )  # fmt: skip


def counted(number: float, one: str, many: str) -> str:
    """`1 person`, `2,000 people`, `1.5 days`."""
    return f"{number:,.0f} {one if number == 1 else many}" if number == int(number) else f"{number:,.1f} {many}"


def said(name: str, value: float | None) -> str:
    """A level of an outcome, with its last zeros, so that numbers below each other compare."""
    if value is None:
        return NONE
    if measures.is_share(name) or abs(value) >= 100:
        return measures.said(name, value)
    return f"{value:#.3g}"


def _texts(recording: Recording) -> Iterator[tuple[str, str]]:
    yield "What to look at", recording.look_at
    yield "What was found", recording.finding
    yield "What happens here", recording.about


def _curve(recording: Recording, name: str) -> dict[str, Any]:
    """Title, unit, range and a sentence for those who cannot see the curve."""
    known = [value for arm in recording.arms for value in arm.series[name] if value is not None]
    low, high = (said(name, value) for value in (min(known), max(known))) if known else ("", "")
    unit, title = measures.unit(name), capital(measures.meaning(name))
    return {
        "title": title,
        "unit": unit if unit.startswith("per ") else "",
        "per": f", {unit}" if unit.startswith("per ") else "",
        "low": low,
        "high": high,
        "says": f"{title}: " + "; ".join(_course(arm, name, len(recording.arms)) for arm in recording.arms),
    }


def _course(arm: Arm, name: str, arms: int) -> str:
    values = [value for value in arm.series[name] if value is not None]
    told = f"from {said(name, values[0])} to {said(name, values[-1])}" if values else "not known"
    return f"{titled(arm.name)} {told}" if arms > 1 else told


def _weeks(recording: Recording) -> Iterator[dict[str, Any]]:
    """One row a week: the day it ends, and each outcome of each arm in words."""
    for week, day in enumerate(recording.arms[0].weeks["day"]):
        numbers = [measures.said(name, arm.weeks[name][week]) for name in recording.outcomes for arm in recording.arms]
        yield {"day": f"{day:g}", "numbers": numbers}
