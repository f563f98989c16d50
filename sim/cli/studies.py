"""Commands on studies: sweep, status, compare."""

from __future__ import annotations

import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.common import Changes, Json, Quiet, command_line, overrides, print_json
from sim.lab.errors import BadInput, did_you_mean

if TYPE_CHECKING:
    from sim.lab.scenario import Override
    from sim.lab.study import Study


class Pool(StrEnum):
    """Hands of this machine: threads share one interpreter, processes do not. The table is the same."""

    threads = "threads"
    processes = "processes"


Folder = Annotated[Path, typer.Argument(help="Folder of a study, as `kindling sweep` leaves it.")]
Outcomes = Annotated[list[str] | None, typer.Option("--outcome", help="This outcome only; repeatable.")]


def sweep(
    study: Annotated[str, typer.Argument(help="A study (.toml or .py), a scenario file, or a shipped scenario.")],
    settings: Changes = None,
    replicates: Annotated[int | None, typer.Option(min=1, help="In place of the study's own number.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Folder (results/NAME if not given).")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=1024, help="Hands at work; all cores if not given.")] = None,
    pool: Annotated[Pool | None, typer.Option(help="Kind of hands; by the size of the worlds if not given.")] = None,
    shard: Annotated[str | None, typer.Option(metavar="I/N", help="Every N-th part only; Slurm arrays set it.")] = None,
    dask: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Work on this Dask scheduler's workers.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how long and how large; run nothing.")] = False,
    robust: Annotated[
        str | None, typer.Option(metavar="ARM:OUTCOME", help="Does this hold? At either end of every unpinned range.")
    ] = None,
    repair: Annotated[bool, typer.Option("--repair", help="Set damaged parts aside and run them again.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run every point, arm and replicate of a study. Killed at any moment, the same line goes on where it was."""
    from sim.lab.conduct import Request, conduct
    from sim.lab.sweep import Shard

    changes = overrides(settings or [], {})
    source = _around(study, robust, changes) if robust else study
    request = Request(
        source, changes, replicates, output, workers, pool.value if pool else None,
        Shard.read(shard) if shard else None, dask, command_line(),
    )  # fmt: skip
    plan = request.plan()
    if dry_run:
        from sim.lab.estimate import estimate

        found = estimate(plan, workers)
        print_json(asdict(found)) if as_json else print("\n".join(found.words()))
        return
    if repair:
        _repair(request.folder(plan))
    store = conduct(request, plan, quiet or as_json)
    _told(store.folder, as_json, quiet)


def _around(study: str, robust: str, changes: list[Override]) -> Study:
    """The study around a headline, see `sim.lab.robust`."""
    from sim.lab.conduct import read
    from sim.lab.robust import Headline, around

    arm, colon, outcome = robust.partition(":")
    if not (arm and colon and outcome):
        raise BadInput("--robust", None, robust[:60], "is not ARM:OUTCOME, as in reminder:kind_acts")
    asked = read(study)
    arms = list(asked.scenarios(asked.points[0], changes))
    if arm not in arms[1:]:
        text = f"is no arm beside the control; there are {', '.join(arms[1:]) or 'none'}{did_you_mean(arm, arms[1:])}"
        raise BadInput("--robust", None, arm[:60], text)
    return around(asked, Headline(outcome, arm), changes)[0]


def _repair(folder: Path) -> None:
    from sim.lab.store import STUDY, Store

    if (folder / STUDY).is_file():
        print("\n".join(Store.at(folder).repair()) or "nothing to repair", file=sys.stderr)


def _told(folder: Path, as_json: bool, quiet: bool = False) -> None:
    from sim.lab.status import status as looked

    found = looked(folder)
    if as_json:
        print_json(asdict(found))
    elif not quiet:
        print("\n".join(found.words()))


def status(folder: Folder, as_json: Json = False) -> None:
    """Say how far a study is, from its folder alone; damaged parts are named."""
    _told(folder, as_json)


def compare(
    folder: Folder,
    outcome: Outcomes = None,
    control: Annotated[str | None, typer.Option(help="Arm to compare with; the first if not given.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Also write the table as CSV.")] = None,
    as_json: Json = False,
) -> None:
    """Compare the arms of a study run by run: difference with interval, cost per extra kind act and need met."""
    from sim.lab.comparison import Comparison

    found = Comparison.of(folder, outcome or (), control)
    if output:
        from sim.model import disk

        disk.write(output, found.table.to_csv(index=False))
    print_json(found.flat()) if as_json else print("\n".join(found.words()))
