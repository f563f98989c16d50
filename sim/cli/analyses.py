"""Commands that ask more of a scenario: the ripple of an act, what it is sensitive to, settings that meet targets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.common import Changes, Figure, Json, Quiet, check_figure, overrides, print_json
from sim.lab.errors import BadInput

if TYPE_CHECKING:
    from sim.lab.design import Range
    from sim.lab.reproduction import Reproduction

Named = Annotated[str, typer.Argument(help="Name of a shipped scenario, or a TOML file.")]
Folder = Annotated[Path | None, typer.Option("-o", "--output", help="Folder; the same line goes on where it was.")]
Workers = Annotated[int | None, typer.Option(min=1, max=1024, help="Hands at work; all cores if not given.")]


def ripple(
    scenario: Named,
    settings: Changes = None,
    acts: Annotated[int, typer.Option(min=1, help="Kind acts to undo and follow.")] = 200,
    replicates: Annotated[int, typer.Option(min=1, help="Worlds they are spread over.")] = 10,
    burnout: Annotated[bool, typer.Option("--burnout/--no-burnout", help="Can people burn out?")] = True,
    story: Annotated[bool, typer.Option("--story", help="Follow a single act, sentence by sentence, instead.")] = False,
    output: Figure = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Undo kind acts in twin worlds and follow what goes differently: the reproduction number, by day and degree."""
    check_figure(output)
    from sim.lab.progress import progress
    from sim.lab.reproduction import reproduction
    from sim.lab.scenario import check

    loaded = check(scenario, overrides(settings or [], {}))
    if story:
        _story(loaded, as_json)
        return
    with progress(replicates * 160, quiet or as_json) as advance:
        found = reproduction(loaded, acts, replicates, burnout=burnout, advance=advance)
    if output:
        from sim.studio.ripple_figure import draw_ripple

        draw_ripple(found, loaded.settings.name, output)
    print_json([_flat(one) for one in found]) if as_json else print("\n".join(_words(found)))


def _story(loaded: Any, as_json: bool) -> None:
    from sim.lab.story import story as told

    found = told(loaded)
    print_json({"lines": found.lines(), "ended": found.ended}) if as_json else print("\n".join(found.lines()))


def _flat(one: Reproduction) -> dict[str, Any]:
    low, high = one.interval
    told = {"form": one.form, "burnout": one.burnout, "acts": one.acts, "replicates": len(one.course)}
    numbers = {"further": one.further, "further_error": one.further_error, "r": one.number, "low": low, "high": high}
    return told | {name: None if value != value else value for name, value in numbers.items()}


def _words(found: Sequence[Reproduction]) -> list[str]:
    lines = [f"{found[0].acts:,} kind acts undone in {len(found[0].course)} worlds; 95 % intervals over worlds."]
    for one in found:
        low, high = one.interval
        lines.append(
            f"{one.form:9}  R = {_number(one.number)} ({_number(low)} to {_number(high)}); "
            f"{one.further:+.2f} ± {one.further_error:.2f} further kind acts per act"
        )
        by_degree = one.course.sum(axis=1).mean(axis=0)
        degrees = "  ".join(f"{degree}: {further:+.2f}" for degree, further in enumerate(by_degree))
        lines.append(f"{'':11}by degree of separation: {degrees}")
    return lines


def _number(value: float) -> str:
    """R, which has no value where an act leads to less than none."""
    return "−∞" if value != value else f"{value:.2f}".replace("-", "−")


def sensitivity(
    scenario: Named = "everyday",
    settings: Changes = None,
    outcome: Annotated[list[str] | None, typer.Option("--outcome", help="Of the headline if not given.")] = None,
    trajectories: Annotated[int, typer.Option(min=2, help="Of Morris screening; 10 and more for intervals.")] = 10,
    replicates: Annotated[int, typer.Option(min=1, help="Runs of every point.")] = 2,
    workers: Workers = None,
    output: Folder = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Which of the parameters that no study pins down move the outcomes? Morris screening over their ranges."""
    from sim.lab.conduct import Request, conduct
    from sim.lab.late import HEADLINE
    from sim.lab.results import Results
    from sim.lab.scenario import check
    from sim.lab.sensitivity import screened, screening, unpinned

    changes = overrides(settings or [], {})
    names = tuple(outcome or check(scenario, changes).settings.headline or HEADLINE)
    factors = unpinned(scenario, changes)
    study = screening(scenario, factors, names, trajectories=trajectories, replicates=replicates)
    folder = output or Path("results", f"{Path(scenario).stem}-sensitivity")
    request = Request(study, changes, output=folder, workers=workers)
    store = conduct(request, request.plan(), quiet or as_json)
    table = screened(study, Results(store.folder).runs, factors, trajectories=trajectories)
    table = table.sort_values(["outcome", "mu_star"], ascending=[True, False])
    if as_json:
        print_json(table.to_dict("records"))
        return
    print("mu*: mean size of what a step of a third of the range does; sigma: how much that depends on the others.")
    for name, rows in table.groupby("outcome", sort=False):
        print(f"\n{name}")
        for row in rows.itertuples():
            print(f"  {row.factor:32} {row.mu_star:9.4f} ({row.low:.4f} to {row.high:.4f})  sigma {row.sigma:.4f}")


def calibrate(
    scenario: Named,
    targets: Annotated[Path, typer.Option(help="Table of targets, .toml or .csv: outcome, value, within.")],
    factor: Annotated[list[str], typer.Option(metavar="KEY=LOW:HIGH", help="Setting to seek; repeatable.")],
    settings: Changes = None,
    batches: Annotated[int, typer.Option(min=1, help="Batches of 8 trials.")] = 8,
    replicates: Annotated[int, typer.Option(min=1, help="Runs of every trial.")] = 4,
    workers: Workers = None,
    output: Folder = None,
    as_json: Json = False,
) -> None:
    """Seek settings within ranges that bring the outcomes to targets; says which targets are met, and which not."""
    from sim.lab.calibrate import Calibration
    from sim.lab.calibrate import calibrate as sought
    from sim.lab.sweep import sweep
    from sim.lab.targets import read_targets

    ranges, wanted = dict(map(_range, factor)), read_targets(targets)
    asked = Calibration(Path(scenario).stem, scenario, ranges, wanted, replicates=replicates)
    folder = output or Path("results", f"{asked.name}-calibration")
    fit = sought(asked, folder, batches, overrides(settings or [], {}), partial(sweep, workers=workers))
    if as_json:
        print_json({"best": fit.best, "met": fit.met, "targets": fit.distances.to_dict("records")})
        return
    print("\n".join(f"{key} = {value:.5g}" for key, value in fit.best.items()))
    print(fit.distances.to_string(index=False))
    print("Every target is met." if fit.met else "Not every target is met.")


def _range(text: str) -> tuple[str, Range]:
    from sim.lab.design import Range

    key, _, ends = text.partition("=")
    low, _, high = ends.partition(":")
    try:
        return key.strip(), Range(float(low), float(high))
    except ValueError as trouble:
        raise BadInput("--factor", None, text[:60], "is not KEY=LOW:HIGH, as in rules.friction=0:2") from trouble
