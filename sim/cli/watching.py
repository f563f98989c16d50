"""Commands that show a scenario: the live page."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.common import Changes, overrides


def live(
    scenario: Annotated[str, typer.Argument(help="Name of a shipped scenario, or a TOML file.")] = "everyday",
    settings: Changes = None,
    people: Annotated[int | None, typer.Option(help="Number of people (network.people).")] = None,
    seed: Annotated[int | None, typer.Option(help="First word of the random key.")] = None,
    arms: Annotated[str | None, typer.Option(metavar="A,B", help="One arm, or two side by side.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine; any free one if not given.")] = 0,
    browser: Annotated[bool, typer.Option(" /--no-open", show_default=False, help="Do not open the browser.")] = True,
) -> None:
    """Show a scenario on a page of your own browser: watch kindness spread, and change things on the way."""
    changes = overrides(settings or [], {"network.people": people, "seed": seed})
    from sim.studio.live.server import serve

    named = [name.strip() for name in (arms or "").split(",") if name.strip()]
    serve(scenario, changes, arms=named, port=port, browser=browser)
