"""The command that records runs to be looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.common import Changes, Quiet, command_line, overrides
from sim.lab.errors import BadInput

ENDINGS = (".html", ".htm")


def replay(
    scenario: Annotated[str, typer.Argument(help="Name of a shipped scenario, or a TOML file.")],
    settings: Changes = None,
    seed: Annotated[int | None, typer.Option(help="First word of the random key.")] = None,
    people: Annotated[int | None, typer.Option(help="Number of people (network.people).")] = None,
    days: Annotated[float | None, typer.Option(help="Length of the run.")] = None,
    arm: Annotated[
        list[str] | None,
        typer.Option(help="An arm to show, or twice for two side by side; else first and last."),
    ] = None,
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
    from sim.lab.progress import progress
    from sim.studio.recording import record_arms, shown_arms
    from sim.studio.replay import write_replay

    ticks = sum(one.ticks for one in shown_arms(loaded, arm or []))
    with progress(ticks, quiet) as advance:
        made = record_arms(loaded, arm or [], command_line(), advance)
    write_replay(made, path)
    if not quiet:
        print(path)


def _free(output: Path | None, name: str) -> Path:
    """The file asked for, which is replaced; or one of the scenario's name, which is not."""
    path = output or Path(f"{name}.html")
    if path.suffix.lower() not in ENDINGS:
        raise BadInput(path, None, "-o", f"is no page; allowed are names ending in {' or '.join(ENDINGS)}")
    if path.is_dir() or (output is None and path.exists()):
        raise BadInput(path, None, "-o", "is there already; name another file with -o")
    if not path.parent.is_dir():
        raise BadInput(path, None, "-o", "the folder is not there")
    return path
