"""Commands that look and measure: networks, speed, agreement with published trials."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.common import Figure, Json, check_figure, print_json
from sim.lab.errors import BadInput

if TYPE_CHECKING:
    pass


def network(
    file: Annotated[Path, typer.Argument(help="Ties as CSV or other delimited text, Parquet or GraphML.")],
    source: Annotated[str | None, typer.Option(help="Column of the reader.")] = None,
    target: Annotated[str | None, typer.Option(help="Column of the person read.")] = None,
    weight: Annotated[str | None, typer.Option(help="Column of tie strength.")] = None,
    people_path: Annotated[Path | None, typer.Option(help="Table of people.")] = None,
    group: Annotated[str | None, typer.Option(help="Column of the table of people that says the group.")] = None,
    directed: Annotated[bool | None, typer.Option("--directed/--mutual", help="Is a line a one-way tie?")] = None,
    output: Figure = None,
    as_json: Json = False,
) -> None:
    """Describe a network file: size, degrees, clustering, components, communities, reciprocity."""
    check_figure(output)
    from sim.lab.describe import network_command
    from sim.lab.summary import facts

    asked = {"source": source, "target": target, "weight": weight, "group": group, "directed": directed}
    asked["people_path"] = str(people_path) if people_path else None
    made, described = network_command(file, **{name: value for name, value in asked.items() if value is not None})
    if output:
        from sim.studio.network_figure import draw_network

        draw_network(made, described, output)
    if as_json:
        print_json(described)
    else:
        print("\n".join(facts(described)))


def bench(
    quick: Annotated[bool, typer.Option("--quick", help="Stay at 10,000 people; a minute.")] = False,
    floor: Annotated[bool, typer.Option("--floor", help="What this machine allows, and our distance.")] = False,
    scaling: Annotated[bool, typer.Option("--scaling", help="Cost by people, ties, feed and acts.")] = False,
    peers: Annotated[bool, typer.Option(help="Run every peer that is installed, too.")] = True,
    people: Annotated[int | None, typer.Option(min=1, help="In place of 1,000,000; with --scaling the most.")] = None,
    python: Annotated[list[Path] | None, typer.Option(help="Another Python, with peers that this one lacks.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Table of --scaling, FILE.csv.")] = None,
) -> None:
    """Measure speed and memory on this machine, beside every peer that is installed."""
    from sim.lab.bench import measure

    _check_bench(floor, scaling, output)
    if scaling:
        _scale(quick, people, output or Path("scaling.csv"))
    elif floor:
        measure.floor(quick, people)
    else:
        measure.table(quick, peers, people, python or ())


def _check_bench(floor: bool, scaling: bool, output: Path | None) -> None:
    """BadInput for options that do not go together."""
    if floor and scaling:
        raise BadInput("--floor", None, "--scaling", "are two measurements; ask for one of them")
    if output and not scaling:
        raise BadInput(output, None, "-o", "names the table of --scaling; the other tables are printed")
    if output and output.suffix.lower() != ".csv":
        raise BadInput(output, None, "-o", "is no table; the name ends in .csv, and the figure lies beside it")


def _scale(quick: bool, people: int | None, path: Path) -> None:
    """The table of costs, and beside it the figure."""
    from sim.lab.bench import scaling
    from sim.studio.scaling_figure import draw_scaling

    points = scaling.measured(path, quick, people)
    for drawn in draw_scaling(points, folder=path.parent, stem=path.stem):
        print(f"Picture: {drawn}")


def verify(
    only: Annotated[str | None, typer.Option(metavar="A1,N3", help="Only these trials.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Small experiments: a look, with wide errors.")] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Also write the table as Markdown.")] = None,
    as_json: Json = False,
) -> None:
    """Hold the model against published trials: figure, band, ours, inside or not. A missed band exits 0, too."""
    from sim.lab.verify import table

    found = table.made(only, quick, output, None if as_json else sys.stderr)
    print_json([row.flat() for row in found]) if as_json else print(table.text(found))
