"""What `kindling sweep` does, in order: read the study, plan it, work what is missing, and close the folder."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.lab import memory, progress, studyfile, toml
from sim.lab.errors import BadInput, Interrupted, extra
from sim.lab.overrides import Override
from sim.lab.record import Clock, dictionary, machine
from sim.lab.results import Results
from sim.lab.scenario import find, resolved, shipped
from sim.lab.store import Store
from sim.lab.study import Plan, Study, planned, program
from sim.lab.sweep import Shard, sweep
from sim.model import disk

if TYPE_CHECKING:
    from concurrent.futures import Executor

MANIFEST, DESIGN, COLUMNS, SCENARIO = "manifest.json", "design.csv", "columns.csv", "scenario.toml"


@dataclass(frozen=True)
class Request:
    """What to sweep and with which hands; None stands for what the study says, or for a sensible choice.

    source : a study, a study file (.py, .toml), a scenario file or the name of a shipped scenario
    dask : address of a Dask scheduler
    """

    source: Study | str | Path
    overrides: Sequence[Override] = ()
    replicates: int | None = None
    output: Path | None = None
    workers: int | None = None
    pool: str | None = None
    shard: Shard | None = None
    dask: str | None = None
    command: str = ""

    def plan(self) -> Plan:
        """Every point and arm checked; BadInput says what is wrong."""
        study = self.source if isinstance(self.source, Study) else read(str(self.source))
        return planned(study if self.replicates is None else replace(study, replicates=self.replicates), self.overrides)

    def folder(self, plan: Plan) -> Path:
        """Where the results go."""
        return self.output or Path("results", plan.study.name)


def read(source: str) -> Study:
    """The study of a file; a scenario is the study of its own arms."""
    path = Path(source)
    if source not in shipped() and path.suffix in (".py", ".toml") and not _is_scenario(path):
        return studyfile.read(path)
    file = find(source)
    tree = toml.parse(toml.read_text(file), file)
    return Study(str(tree.get("name", file.stem)), str(tree.get("question", "")), source)


def _check_memory(plan: Plan, workers: int) -> None:
    """TooLarge where the worlds that are worked at once do not fit; of points that differ in their network, all are
    looked at."""
    differ = any(key.startswith("network.") for key in plan.study.factors)
    for part in plan.parts if differ else plan.parts[:1]:
        for scenario in plan.scenarios(part).values():
            memory.check(scenario.settings, threads=1, worlds=min(workers, len(plan.parts)))


def _is_scenario(path: Path) -> bool:
    """Whether a TOML file has none of the keys that only studies have."""
    if path.suffix != ".toml" or not path.is_file():
        return False
    return not studyfile.OWN & set(toml.parse(toml.read_text(path), path))


def conduct(request: Request, plan: Plan, quiet: bool = True) -> Store:
    """Work what is missing, and close the folder once every part is there. Ctrl-C keeps every finished part."""
    folder, clock = request.folder(plan), Clock()
    if request.dask is None:
        _check_memory(plan, request.workers or os.cpu_count() or 1)
    done = 0

    def advance(runs: int) -> None:
        nonlocal done
        done = runs
        tell(runs)

    try:
        with progress.progress(plan.runs, quiet, unit="run") as tell, _hands(request.dask) as executor:
            tell(plan.runs - sum(map(plan.runs_of, Store.of(plan, folder).missing(plan))))
            store = sweep(
                plan, folder, workers=request.workers, pool=request.pool, shard=request.shard or Shard.of_array(),
                executor=executor, advance=advance,
            )  # fmt: skip
    except KeyboardInterrupt as stop:
        raise Interrupted(f"{done:,} of {plan.runs:,} runs are kept in {folder}; the same line goes on") from stop
    if not store.missing(plan):
        close(plan, store, request.command, clock)
    return store


@contextmanager
def _hands(address: str | None) -> Iterator[Executor | None]:
    """An executor over the workers of a Dask scheduler, or none."""
    if address is None:
        yield None
        return
    try:
        client = extra("distributed", "dask").Client(address, timeout=10)
    except (OSError, ValueError) as trouble:
        raise BadInput("--dask", None, toml.shown_text(address), f"answers nothing: {trouble}") from trouble
    with client:
        yield client.get_executor()


def close(plan: Plan, store: Store, command: str, clock: Clock) -> None:
    """Leave beside the tables what they mean, what was asked, and where everything came from."""
    from sim.model.outcomes import EVERY

    study, folder = plan.study, store.folder
    arms = plan.scenarios(plan.parts[0])
    first = next(iter(arms.values()))
    table = Results(folder).runs
    outcomes = [name for name in table.columns if name in EVERY]
    disk.write(folder / SCENARIO, resolved(first.settings))
    disk.write(folder / DESIGN, _design(plan))
    disk.write(folder / COLUMNS, dictionary(outcomes, factors=study.columns))
    told: dict[str, Any] = {"study": study.name, "question": study.question, "runs": len(table)}
    told |= {"digest": store.digest(plan), "arms": {name: scenario.says for name, scenario in arms.items()}}
    written = told | {"command": command, "program": program(), "machine": machine()} | clock.read()
    disk.write(folder / MANIFEST, json.dumps(written, indent=1, default=str) + "\n")


def _design(plan: Plan) -> str:
    """The points of the design, one a line, as `sim.lab.design.read_csv` reads them."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(plan.study.factors)
    for point in plan.study.points:
        rows.writerow([json.dumps(value) if not isinstance(value, str) else value for value in point.values()])
    return text.getvalue()
