"""Commands that show: a report of a study, a film of a run."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.common import Changes, Quiet, command_line, overrides
from sim.cli.studies import Folder, Outcomes


class Format(StrEnum):
    """A page to read and print, or its tables for a spreadsheet."""

    html = "html"
    csv = "csv"


def report(
    folder: Folder,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File (or folder for csv); beside the study if not given.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="One HTML page, or its tables as CSV.")] = Format.html,
    outcome: Outcomes = None,
    control: Annotated[str | None, typer.Option(help="Arm to compare with; the first if not given.")] = None,
    robust: Annotated[
        Path | None, typer.Option(help="Folder that `kindling sweep --robust` made around this study.")
    ] = None,
) -> None:
    """Tell what a study found on one page: the answer, charts with tables, costs, groups, doubts, how to rebuild it."""
    from sim.studio.report.facts import Facts
    from sim.studio.report.page import write_page, write_tables

    facts = Facts.read(folder, outcome or (), control, robust, command_line())
    if form == Format.html:
        path = output or folder / "report.html"
        write_page(facts, path)
        print(path)
    else:
        print("\n".join(map(str, write_tables(facts, output or folder / "report"))))


def film(
    scenario: Annotated[str, typer.Argument(help="Name of a shipped scenario, or a TOML file.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="File: .gif, or .mp4 where ffmpeg is installed.")],
    settings: Changes = None,
    people: Annotated[int | None, typer.Option(help="Number of people (network.people).")] = None,
    days: Annotated[float | None, typer.Option(help="Length of the run.")] = None,
    arm: Annotated[
        list[str] | None, typer.Option(help="An arm to show, or twice for two side by side; else first and last.")
    ] = None,
    rate: Annotated[int, typer.Option(min=1, max=60, help="Frames a second.")] = 12,
    quiet: Quiet = False,
) -> None:
    """Film a run: the network as kindness spreads, with a curve and the day, for one arm or two side by side."""
    changes = overrides(settings or [], {"network.people": people, "days": days})
    from sim.lab.progress import progress
    from sim.lab.scenario import check
    from sim.studio.film import checked, write_film
    from sim.studio.recording import record_arms, shown_arms

    checked(output)
    loaded = check(scenario, changes)
    with progress(sum(one.ticks for one in shown_arms(loaded, arm or [])), quiet) as advance:
        made = record_arms(loaded, arm or [], advance=advance)
    with progress(len(made.days), quiet, unit="frame") as advance:
        write_film(made, output, rate, advance)
    if not quiet:
        print(output)
