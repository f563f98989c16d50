"""Commands on scenarios: run, list, check, schema, describe."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.common import Changes, Json, Quiet, as_text, command_line, overrides, print_json, write_or_print
from sim.lab import exits
from sim.lab.errors import BadInput

if TYPE_CHECKING:
    from sim.lab.record import Done


class Engine(StrEnum):
    """Both give the same world, bit for bit: the kernel is fast, Mesa agents can be read and changed."""

    kernel = "kernel"
    mesa = "mesa"


def run(
    scenario: Annotated[str, typer.Argument(help="Name of a shipped scenario, or a TOML file.")],
    settings: Changes = None,
    seed: Annotated[int | None, typer.Option(help="First word of the random key.")] = None,
    people: Annotated[int | None, typer.Option(help="Number of people (network.people).")] = None,
    days: Annotated[float | None, typer.Option(help="Length of the run.")] = None,
    dt: Annotated[float | None, typer.Option(help="Length of a tick in days.")] = None,
    engine: Annotated[Engine, typer.Option(help="Which engine steps the world.")] = Engine.kernel,
    threads: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Threads of the kernel; changes no result.")
    ] = None,
    arm: Annotated[list[str] | None, typer.Option(help="Run this arm only; repeatable.")] = None,
    replicates: Annotated[str | None, typer.Option(metavar="N", help="How many, or a range like 3-7.")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Result folder (results/NAME if not given).")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    figure: Annotated[bool, typer.Option(" /--no-figure", show_default=False, help="Do not draw the figure.")] = True,
    events: Annotated[bool, typer.Option("--events", help="Keep every act, in events.parquet.")] = False,
) -> None:
    """Run every arm of a scenario and leave a result folder: tables, data dictionary, figure, provenance."""
    changes = overrides(settings or [], {"seed": seed, "network.people": people, "days": days, "dt": dt})
    from sim.lab.perform import Order, perform

    order = Order(scenario, changes, arm or [], replicates, engine.value, threads, output, command_line(), events)
    told = perform(order, _draw if figure else None, quiet or as_json)
    if as_json:
        print_json(told.flat())
    elif not quiet:
        print("\n".join(told.words()))


def _draw(runs: Sequence[Done], folder: Path) -> list[Path]:
    """One run as a page of its own, several as arms side by side."""
    settings = runs[0].scenario.settings
    told: dict[str, Any] = {"title": settings.name, "question": settings.question, "folder": folder}
    if len(runs) == 1:
        from sim.studio.plots import draw_run

        return draw_run(runs[0].frame, **told)
    from sim.studio.arms_figure import draw_arms

    return draw_arms(runs, **told)


def scenarios(as_json: Json = False) -> None:
    """List the scenarios that come with Kindling, each with the question it asks."""
    from sim.lab.scenario import load, shipped

    told = [{"name": name, "question": load(name).settings.question} for name in shipped()]
    if as_json:
        print_json(told)
    else:
        width = max((len(one["name"]) for one in told), default=0)
        print("\n".join(f"{one['name']:{width}}  {one['question']}" for one in told))


def check(
    files: Annotated[list[str], typer.Argument(help="Scenario files or names.")],
    settings: Changes = None,
) -> None:
    """Say whether scenario files would run; every fault on its own line."""
    from sim.lab.scenario import check as checked

    changes, bad = overrides(settings or [], {}), 0
    for file in files:
        try:
            checked(file, changes)
        except BadInput as fault:
            bad = exits.say(str(fault), 2)
        else:
            print(f"{file}: fine")
    raise typer.Exit(bad)


def schema(
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File to write instead of stdout.")] = None,
) -> None:
    """Print the JSON Schema of scenario files: every setting with range, unit, meaning and source."""
    from sim.lab.scenario import schema as made

    write_or_print(as_text(made()) + "\n", output)


def odd(
    scenario: Annotated[str, typer.Argument(help="Name of a shipped scenario, or a TOML file.")] = "everyday",
    settings: Changes = None,
    whole: Annotated[bool, typer.Option("--all", help="The model page: every rule, column and parameter.")] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File to write instead of stdout.")] = None,
) -> None:
    """Describe a scenario in the seven elements of the ODD protocol, in Markdown with references."""
    from sim.lab.odd import model_page, scenario_page
    from sim.lab.scenario import load

    text = model_page() if whole else scenario_page(load(scenario, overrides(settings or [], {})).settings)
    write_or_print(text, output)
