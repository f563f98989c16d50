"""What commands share: options, settings given on the command line, and one way to print an object."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.lab.errors import BadInput

if TYPE_CHECKING:
    from sim.lab.overrides import Override

Changes = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a setting; repeatable.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
FIGURES = (".png", ".svg", ".pdf")
Figure = Annotated[Path | None, typer.Option("-o", "--output", help="Figure to draw: .png, .svg or .pdf.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no summary.")]


def overrides(texts: list[str], given: dict[str, Any]) -> list[Override]:
    from sim.lab.overrides import Override, override

    named = [(tuple(key.split(".")), value, f"--{key.split('.')[-1]}") for key, value in given.items()]
    return [override(text) for text in texts] + [Override(*one) for one in named if one[1] is not None]


def check_figure(path: Path | None) -> None:
    """BadInput for a name that no figure can have."""
    if path and path.suffix.lower() not in FIGURES:
        raise BadInput(path, None, "-o", f"is no figure; allowed are names ending in {', '.join(FIGURES)}")


def command_line() -> str:
    return shlex.join(["kindling", *sys.argv[1:]])


def print_json(value: object) -> None:
    """The object as JSON on stdout."""
    print(as_text(value))


def as_text(value: object) -> str:
    """The object as JSON; letters that stdout may not know are escaped, so that none spoils it."""
    plain = (sys.stdout.encoding or "").lower() != "utf-8"
    return json.dumps(value, indent=2, ensure_ascii=plain, allow_nan=False, default=str)


def write_or_print(text: str, output: Path | None) -> None:
    """Into the file if one is named, else to stdout."""
    from sim.model import disk

    if output is None:
        print(text, end="")
    else:
        disk.write(output, text)
