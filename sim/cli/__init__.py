"""The one command, `kindling`. Data goes to stdout, everything else to stderr.

Exit codes: 0 done, 2 bad input, 3 disk or memory, 4 interrupted, 70 our bug.
"""

from __future__ import annotations

import signal
import sys
from typing import Annotated, NoReturn

import typer

from sim.cli import analyses, measuring, scenarios, showing, studies
from sim.lab import exits

CTRL_C = 130  # newer typer returns this for an interrupt, older raises Abort

app = typer.Typer(
    name="kindling",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
COMMANDS = (
    scenarios.run, studies.sweep, studies.status, studies.compare,
    analyses.ripple, analyses.sensitivity, analyses.calibrate,
    scenarios.scenarios, scenarios.check, scenarios.schema, scenarios.odd,
    showing.live, showing.replay, showing.film, showing.report,
    measuring.network, measuring.verify, measuring.bench,
)  # fmt: skip
for one in COMMANDS:
    app.command()(one)


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
