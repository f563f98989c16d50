"""The one command, `kindling`. Data goes to stdout, everything else to stderr.

Exit codes: 0 done, 2 bad input, 3 disk or memory, 4 interrupted, 70 our bug.
"""

from __future__ import annotations

import json
import shlex
import signal
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from sim.lab import exits
from sim.lab.errors import BadInput

if TYPE_CHECKING:
    from sim.lab.record import Done
    from sim.lab.scenario import Override
    from sim.model.network.networks import Network

FIGURES = (".png", ".svg", ".pdf")
CTRL_C = 130  # newer typer returns this for an interrupt, older raises Abort

app = typer.Typer(
    name="kindling",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Engine(StrEnum):
    """Both give the same world, bit for bit: the kernel is fast, Mesa agents can be read and changed."""

    kernel = "kernel"
    mesa = "mesa"


Changes = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a setting; repeatable.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


@app.command()
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
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no summary.")] = False,
    figure: Annotated[bool, typer.Option(" /--no-figure", show_default=False, help="Do not draw the figure.")] = True,
    events: Annotated[bool, typer.Option("--events", help="Keep every act, in events.parquet.")] = False,
) -> None:
    """Run every arm of a scenario and leave a result folder: tables, data dictionary, figure, provenance."""
    overrides = _overrides(settings or [], {"seed": seed, "network.people": people, "days": days, "dt": dt})
    from sim.lab.perform import Order, perform

    order = Order(scenario, overrides, arm or [], replicates, engine.value, threads, output, _command(), events)
    told = perform(order, _draw if figure else None, quiet or as_json)
    if as_json:
        _print_json(told.flat())
    elif not quiet:
        print("\n".join(told.words()))


def _overrides(texts: list[str], given: dict[str, Any]) -> list[Override]:
    from sim.lab.scenario import Override, override

    named = [(tuple(key.split(".")), value, f"--{key.split('.')[-1]}") for key, value in given.items()]
    return [override(text) for text in texts] + [Override(*one) for one in named if one[1] is not None]


def _command() -> str:
    return shlex.join(["kindling", *sys.argv[1:]])


def _draw(runs: Sequence[Done], folder: Path) -> list[Path]:
    """One run as a page of its own, several as arms side by side."""
    settings = runs[0].scenario.settings
    told: dict[str, Any] = {"title": settings.name, "question": settings.question, "folder": folder}
    if len(runs) == 1:
        from sim.studio.plots import draw_run

        return draw_run(runs[0].frame, **told)
    from sim.studio.arms_figure import draw_arms

    return draw_arms(runs, **told)


def _print_json(value: object) -> None:
    plain = (sys.stdout.encoding or "").lower() != "utf-8"  # an unknown letter must not spoil the object
    print(json.dumps(value, indent=2, ensure_ascii=plain, allow_nan=False))


@app.command()
def scenarios(as_json: Json = False) -> None:
    """List the scenarios that come with Kindling, each with the question it asks."""
    from sim.lab.scenario import load, shipped

    told = [{"name": name, "question": load(name).settings.question} for name in shipped()]
    if as_json:
        _print_json(told)
    else:
        width = max((len(one["name"]) for one in told), default=0)
        print("\n".join(f"{one['name']:{width}}  {one['question']}" for one in told))


@app.command()
def check(
    files: Annotated[list[str], typer.Argument(help="Scenario files or names.")],
    settings: Changes = None,
) -> None:
    """Say whether scenario files would run; every fault on its own line."""
    from sim.lab.scenario import check as checked

    overrides = _overrides(settings or [], {})
    bad = 0
    for file in files:
        try:
            checked(file, overrides)
        except BadInput as fault:
            bad = exits.say(str(fault), 2)
        else:
            print(f"{file}: fine")
    raise typer.Exit(bad)


@app.command()
def schema(
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File to write instead of stdout.")] = None,
) -> None:
    """Print the JSON Schema of scenario files: every setting with range, unit, meaning and source."""
    from sim.lab.scenario import schema as made
    from sim.model import disk

    if output is None:
        _print_json(made())
    else:
        disk.write(output, json.dumps(made(), indent=2, ensure_ascii=False) + "\n")


@app.command()
def odd(
    scenario: Annotated[str, typer.Argument(help="Name of a shipped scenario, or a TOML file.")] = "everyday",
    settings: Changes = None,
    whole: Annotated[bool, typer.Option("--all", help="The model page: every rule, column and parameter.")] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File to write instead of stdout.")] = None,
) -> None:
    """Describe a scenario in the seven elements of the ODD protocol, in Markdown with references."""
    from sim.lab.odd import model_page, scenario_page
    from sim.lab.scenario import load
    from sim.model import disk

    text = model_page() if whole else scenario_page(load(scenario, _overrides(settings or [], {})).settings)
    if output is None:
        print(text, end="")
    else:
        disk.write(output, text)


@app.command()
def network(
    file: Annotated[Path, typer.Argument(help="Ties as CSV or other delimited text, Parquet or GraphML.")],
    source: Annotated[str | None, typer.Option(help="Column of the reader.")] = None,
    target: Annotated[str | None, typer.Option(help="Column of the person read.")] = None,
    weight: Annotated[str | None, typer.Option(help="Column of tie strength.")] = None,
    people_path: Annotated[Path | None, typer.Option(help="Table of people.")] = None,
    group: Annotated[str | None, typer.Option(help="Column of the table of people that says the group.")] = None,
    directed: Annotated[bool | None, typer.Option("--directed/--mutual", help="Is a line a one-way tie?")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Figure to draw: .png, .svg or .pdf.")] = None,
    as_json: Json = False,
) -> None:
    """Describe a network file: size, degrees, clustering, components, communities, reciprocity."""
    if output and output.suffix.lower() not in FIGURES:
        raise BadInput(output, None, "-o", f"is no figure; allowed are names ending in {', '.join(FIGURES)}")
    from sim.lab.describe import network_command
    from sim.lab.summary import facts

    asked = {"source": source, "target": target, "weight": weight, "group": group, "directed": directed}
    asked["people_path"] = str(people_path) if people_path else None
    made, described = network_command(file, **{name: value for name, value in asked.items() if value is not None})
    if output:
        _draw_network(made, described, output)
    if as_json:
        _print_json(described)
    else:
        print("\n".join(facts(described)))


def _draw_network(made: Network, described: dict[str, Any], path: Path) -> None:
    from sim.model import disk
    from sim.studio.network_figure import draw_network

    with disk.written(path) as file:
        draw_network(made, described, Path(file.name))


@app.command()
def bench(
    quick: Annotated[bool, typer.Option("--quick", help="Stay at 10,000 people; a few seconds.")] = False,
) -> None:
    """Measure speed and memory of both engines on this machine."""
    from sim.lab.bench import main as measure

    measure(quick)


@app.command()
def verify(
    only: Annotated[str | None, typer.Option(metavar="A1,N3", help="Only these trials.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Small experiments: a look, with wide errors.")] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Also write the table as Markdown.")] = None,
    as_json: Json = False,
) -> None:
    """Hold the model against published trials: figure, band, ours, inside or not. A missed band exits 0, too."""
    from sim.lab.verify import table

    found = table.made(only, quick, output, None if as_json else sys.stderr)
    _print_json([row.flat() for row in found]) if as_json else print(table.text(found))


def _version(wanted: bool) -> None:
    if wanted:
        from sim import __version__

        print(f"kindling {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """How kindness spreads over social networks: run scenarios, look at networks, check files."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """The entry point: runs the command and exits with its code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that cannot show a letter must not stop a run
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, _interrupt)
    raise SystemExit(exit_code(sys.argv[1:] if arguments is None else arguments))


def _interrupt(signum: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


def exit_code(arguments: list[str]) -> int:
    """Runs the command; whatever goes wrong becomes one line on stderr and an exit code."""
    try:
        code = int(app(arguments or ["--help"], prog_name="kindling", standalone_mode=False) or 0)
        return exits.interrupted() if code == CTRL_C else code
    except Exception as trouble:
        return exits.told(trouble)
    except KeyboardInterrupt:
        return exits.interrupted()
    except SystemExit:  # the reader of stdout has gone (`| head`)
        return 0
