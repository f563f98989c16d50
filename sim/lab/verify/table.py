"""The table: running trials, and their rows as text, Markdown and plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor, log10
from pathlib import Path
from typing import Any, TextIO

from sim.lab.errors import BadInput
from sim.lab.verify import TRIALS
from sim.lab.verify.estimates import Estimate
from sim.lab.verify.trial import Measure, Trial
from sim.model import disk


@dataclass(frozen=True)
class Row:
    """One figure: the trial's, its band, ours; a figure without a band is only reported (measure None)."""

    trial: Trial
    name: str
    measure: Measure | None
    ours: Estimate

    @property
    def inside(self) -> bool | None:
        """Is ours inside the band? None where there is none."""
        return None if self.measure is None else self.measure.inside(self.ours)

    @property
    def cells(self) -> tuple[str, ...]:
        """Figure, published, band, ours with its standard error, inside or not."""
        told = {True: "inside", False: "outside", None: ""}[self.inside]
        unit = f" {self.measure.unit}" if self.measure else ""
        band = self.measure.band + unit if self.measure else ""
        return self.name, self.measure.published if self.measure else "", band, _with_error(self.ours), told

    def flat(self) -> dict[str, Any]:
        """The row as plain data; open ends of a band are null."""
        low, high, unit, published = (None,) * 4 if self.measure is None else (
            self.measure.low, self.measure.high, self.measure.unit, self.measure.published
        )  # fmt: skip
        return {
            "trial": self.trial.id, "title": self.trial.title, "figure": self.name, "published": published,
            "unit": unit, "low": _finite(low), "high": _finite(high), "ours": self.ours.value,
            "standard_error": self.ours.error, "inside": self.inside, "source": self.trial.source,
            "remark": self.trial.remark,
        }  # fmt: skip


def _with_error(ours: Estimate) -> str:
    """The estimate to the second digit of its error: `.905 ± .016`, `17.65 ± .63`."""
    digits = min(max(1 - floor(log10(ours.error)), 0), 4) if ours.error > 0 else 0
    return f"{_short(ours.value, digits)} ± {_short(ours.error, digits)}"


def _short(number: float, digits: int) -> str:
    """The number without a zero before the point."""
    text = f"{number:.{digits}f}"
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def _finite(bound: float | None) -> float | None:
    return None if bound is None or abs(bound) == float("inf") else bound


def chosen(only: str | None) -> list[Trial]:
    """The trials named in a comma-separated list, in the order of the table; all if None."""
    if only is None:
        return list(TRIALS.values())
    names = [name.strip().upper() for name in only.split(",") if name.strip()]
    unknown = [name for name in names if name not in TRIALS]
    if unknown or not names:
        raise BadInput("--only", None, ", ".join(unknown) or "nothing", f"is no trial; there are {', '.join(TRIALS)}")
    return [trial for name, trial in TRIALS.items() if name in names]


def made(only: str | None, quick: bool, output: Path | None, progress: TextIO | None) -> list[Row]:
    """What `kindling verify` does: run the trials, and write the table where asked to."""
    found = list(rows(chosen(only), quick, progress))
    if output:
        disk.write(output, markdown(found))
    return found


def rows(trials: list[Trial], quick: bool = False, progress: TextIO | None = None) -> Iterator[Row]:
    """Run each trial; rows come in the order of the table, those with a band first within a trial.

    progress : where a line is written as each trial begins
    """
    for number, trial in enumerate(trials, 1):
        if progress:
            print(f"{number} of {len(trials)}: {trial.id} {trial.title}", file=progress, flush=True)
        found = trial.run(trial.quick if quick else trial.people)
        measures = {measure.name: measure for measure in trial.measures}
        for name in [*measures, *(name for name in found if name not in measures)]:
            yield Row(trial, name, measures.get(name), found[name])


def summary(table: list[Row]) -> str:
    """How many figures lie inside their bands, and which do not."""
    judged = [row for row in table if row.inside is not None]
    missed = [f"{row.trial.id} ({row.name})" for row in judged if not row.inside]
    words = f"{len(judged) - len(missed)} of {len(judged)} figures inside their bands"
    return f"{words}; outside: {', '.join(missed)}" if missed else words


def text(table: list[Row]) -> str:
    """The table for a terminal."""
    head = ("", "figure", "published", "band", "ours ± standard error", "")
    lines: list[tuple[str, ...]] = [head]
    for place, row in enumerate(table):
        if place == 0 or table[place - 1].trial is not row.trial:
            lines.append((row.trial.id, row.trial.title, "", "", "", ""))
        lines.append(("", *row.cells))
    widths = [max(len(line[i]) for line in lines if line[2] or line[3] or line[4]) for i in range(6)]
    told = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([*told, "", summary(table)])


def markdown(table: list[Row]) -> str:
    """The table as a page of the documentation."""
    lines = [_HEAD, "", summary(table) + ".", "", "| | figure | published | band | ours ± standard error | |",
             "|---|---|---|---|---|---|"]  # fmt: skip
    trials: dict[str, Trial] = {}
    for row in table:
        title = f"**{row.trial.id}** {row.trial.title}" if row.trial.id not in trials else ""
        trials[row.trial.id] = row.trial
        lines.append("| " + " | ".join((title, *row.cells)) + " |")
    lines += ["", "## What the figures cannot say", ""]
    lines += [f"- **{t.id}** ({t.source}). {t.remark}".rstrip() for t in trials.values()]
    lines += ["", "## How each was done", ""]
    lines += [f"- **{t.id}**, {t.people:,} people. {_told(t)}" for t in trials.values()]
    return "\n".join(lines) + "\n"


def _told(trial: Trial) -> str:
    """The experiment in its own words, without the number that begins them."""
    return " ".join((trial.run.__doc__ or "").split()).split(". ", 1)[-1]


_HEAD = """# Calibration

Made by `kindling verify -o docs/calibration.md`; do not edit.

Published trials set the coefficients of the model, so agreement here is **no evidence that the model is right**: it
says that one set of coefficients can stand in for these trials at once, and where it cannot. Bands were fixed
beforehand. A figure outside its band is a finding, and stays in the table. Figures without a band are reported for
what they say of the others. Nothing in the model was tuned to any pattern that is not in this table."""
