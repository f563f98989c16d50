"""Commands that show: the live page, a replay, a film of a run, a report of a study."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.common import Changes, Quiet, command_line, overrides
from sim.cli.studies import Folder, Outcomes
from sim.lab.errors import BadInput

PAGES = (".html", ".htm")
Named = Annotated[str, typer.Argument(help="Name of a shipped scenario, or a TOML file.")]
People = Annotated[int | None, typer.Option(help="Number of people (network.people).")]
Days = Annotated[float | None, typer.Option(help="Length of the run.")]
Seed = Annotated[int | None, typer.Option(help="First word of the random key.")]
Arms = Annotated[
    list[str] | None, typer.Option(help="An arm to show, or twice for two side by side; else first and last.")
]


def live(
    scenario: Named = "everyday",
    settings: Changes = None,
    people: People = None,
    seed: Seed = None,
    arm: Arms = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine; any free one if not given.")] = 0,
    browser: Annotated[bool, typer.Option(" /--no-open", show_default=False, help="Do not open the browser.")] = True,
) -> None:
    """Show a scenario on a page of your own browser: watch kindness spread, and change things on the way."""
    from sim.studio.live.server import serve

    changes = overrides(settings or [], {"network.people": people, "seed": seed})
    serve(scenario, changes, arms=arm or [], port=port, browser=browser)


def replay(
    scenario: Named,
    settings: Changes = None,
    seed: Seed = None,
    people: People = None,
    days: Days = None,
    arm: Arms = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File to write (NAME.html here if not given).")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Record a run as one HTML page: play it, scrub through it, read its numbers; opens anywhere, without a network."""
    changes = overrides(settings or [], {"seed": seed, "network.people": people, "days": days})
    from sim.lab.scenario import check

    loaded = check(scenario, changes)
    path = _free(output, loaded.settings.name)
    from sim.studio.recording import recorded
    from sim.studio.replay import write_replay

    write_replay(recorded(loaded, arm or [], command_line(), quiet), path)
    if not quiet:
        print(path)


def _free(output: Path | None, name: str) -> Path:
    """The file asked for, which is replaced; or one of the scenario's name, which is not."""
    path = output or Path(f"{name}.html")
    if path.suffix.lower() not in PAGES:
        raise BadInput(path, None, "-o", f"is no page; allowed are names ending in {' or '.join(PAGES)}")
    if path.is_dir() or (output is None and path.exists()):
        raise BadInput(path, None, "-o", "is there already; name another file with -o")
    if not path.parent.is_dir():
        raise BadInput(path, None, "-o", "the folder is not there")
    return path


def film(
    scenario: Named,
    output: Annotated[Path, typer.Option("-o", "--output", help="File: .gif, or .mp4 where ffmpeg is installed.")],
    settings: Changes = None,
    people: People = None,
    days: Days = None,
    arm: Arms = None,
    rate: Annotated[int, typer.Option(min=1, max=60, help="Frames a second.")] = 12,
    quiet: Quiet = False,
) -> None:
    """Film a run: the network as kindness spreads, with a curve and the day, for one arm or two side by side."""
    changes = overrides(settings or [], {"network.people": people, "days": days})
    from sim.lab.progress import progress
    from sim.lab.scenario import check
    from sim.studio.film import checked, write_film
    from sim.studio.recording import recorded

    checked(output)
    loaded = check(scenario, changes)
    made = recorded(loaded, arm or [], quiet=quiet)
    with progress(len(made.days), quiet, unit="frame") as advance:
        write_film(made, output, rate, advance)
    if not quiet:
        print(output)


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
