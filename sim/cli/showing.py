"""Commands that show: a report of a study, a film of a run."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.common import command_line
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
