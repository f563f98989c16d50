"""What a run leaves behind: tidy tables with a data dictionary, a picture, and where everything came from."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sim import __version__
from sim.lab.events import COLUMNS as EVENT_COLUMNS
from sim.lab.events import NAME as EVENTS
from sim.lab.folder import finish
from sim.lab.run import Frame, Run, Series, Values
from sim.lab.scenario import Scenario, resolved
from sim.model import disk

PACKAGES = ("mesa", "numpy", "numba", "scipy", "networkx", "pydantic", "pyarrow", "matplotlib")
IDENTITY = (
    ("run_id", "hash of scenario, network and program version; equal runs have equal ids", "", "", ""),
    ("scenario", "name of the scenario", "", "", ""),
    ("arm", "arm of the experiment", "", "", ""),
    ("replicate", "second word of the random key", "", 0, 2**32 - 1),
    ("seed", "first word of the random key", "", 0, 2**32 - 1),
)
MEASURED = {  # by `Outcome.over`
    "recent": "series; runs (mean of the last 30 days, or of the last quarter of a run shorter than 120)",
    "run": "series; runs (after the last tick)",
    "end": "runs (measured once, after the last tick)",
}
RUN_COLUMNS = (
    ("days", "length of the run", "day", 0, ""),
    ("dt", "length of a tick", "day", 0, 1),
    ("people", "number of people", "people", 0, ""),
    ("ties", "number of ties, a mutual one counted twice", "ties", 0, ""),
    ("digest", "SHA-256 over every column of the world after the last tick", "", "", ""),
)


class Clock:
    """When a run began and how long it took."""

    def __init__(self) -> None:
        self.started, self._began = datetime.now(UTC), time.perf_counter()

    def read(self) -> dict[str, Any]:
        seconds = round(time.perf_counter() - self._began, 3)
        return {"started": _stamp(self.started), "finished": _stamp(datetime.now(UTC)), "seconds": seconds}


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


@dataclass(frozen=True)
class Done:
    """What is kept of a finished run when its world is gone.

    identity : the columns that tell this run from every other
    size : people, ties and digest
    network : the network's digest, size and report
    summary : one number for each outcome
    """

    scenario: Scenario
    engine: str
    threads: int | None
    series: Series
    identity: dict[str, Any]
    size: dict[str, Any]
    network: dict[str, Any]
    summary: Values

    @property
    def frame(self) -> Frame:
        return self.series.frame()


Draw = Callable[[Sequence[Done], Path], list[Path]]  # draws into the folder, returns the files it made


def kept(run: Run) -> Done:
    """A finished run without its world."""
    network = run.world.network
    size = {"people": network.people, "ties": network.ties, "digest": run.world.digest()}
    about = _network(network)
    identity = _identity(run.scenario, about["digest"])
    return Done(run.scenario, run.engine, run.threads, run.series, identity, size, about, run.summary())


def record(
    scenario: Scenario, runs: Sequence[Done], path: Path, command: str, clock: Clock, draw: Draw | None = None
) -> dict[str, Any]:
    """Writes the tables, the pictures and last the manifest into a claimed folder, and returns the manifest.

    A picture that cannot be drawn is noted in the manifest and costs nothing else.
    """
    disk.write(path / "scenario.toml", resolved(scenario.settings))
    _write_table(path / "series", _joined([_series(run) for run in runs]))
    _write_table(path / "runs", _joined([_row(run) for run in runs]))
    logged = (path / EVENTS).exists()
    disk.write(path / "columns.csv", dictionary([*runs[0].series.columns, *runs[0].summary], logged))
    notes = _drawn(runs, path / "figures", draw) if draw else []
    manifest = provenance(scenario, runs) | {"command": command, "notes": notes} | clock.read()
    finish(path, manifest)
    return manifest


def _identity(scenario: Scenario, network: str) -> dict[str, Any]:
    """The columns that tell this run from every other; network : its digest."""
    settings = scenario.settings
    told = settings.model_dump(exclude={"network": {"path", "people_path"}})
    named = json.dumps([told, network, _stream(), __version__], sort_keys=True)
    return {
        "run_id": hashlib.sha256(named.encode()).hexdigest()[:16],
        "scenario": settings.name,
        "arm": scenario.arm,
        "replicate": settings.replicate,
        "seed": settings.seed,
    }


def _stream() -> int:
    from sim.model.rng import STREAM

    return STREAM


def _series(run: Done) -> dict[str, Any]:
    rows = len(run.series.columns["day"])
    return {name: [value] * rows for name, value in run.identity.items()} | run.series.columns


def _row(run: Done) -> dict[str, Any]:
    settings = run.scenario.settings
    told = run.identity | {"days": settings.days, "dt": settings.dt} | run.size | run.summary
    return {name: [value] for name, value in told.items()}


def _joined(tables: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Tables with the same columns, one below the other."""
    return {name: [value for table in tables for value in table[name]] for name in tables[0]}


def _write_table(folder: Path, columns: dict[str, Any]) -> None:
    """One zstd Parquet file; whole numbers and texts as they are, measures as float64, missing as null."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import parquet

    def column(values: Any) -> pa.Array:
        if isinstance(values, list) and isinstance(values[0], str | int):
            return pa.array(values)
        return pa.array(np.asarray(values, dtype=np.float64), from_pandas=True)

    table = pa.table({name: column(values) for name, values in columns.items()})
    with disk.written(disk.folder(folder) / "part-0.parquet") as file:
        parquet.write_table(table, file, compression="zstd")


def dictionary(outcomes: Iterable[str], events: bool = False, factors: Mapping[str, str] = MappingProxyType({})) -> str:
    """The data dictionary as CSV: every column of every table, with meaning, unit and range."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("name", "meaning", "unit", "low", "high", "tables"))
    table.writerows((*row, "series and runs") for row in IDENTITY)
    table.writerows((name, f"factor: {key}", "", "", "", "series and runs") for name, key in factors.items())
    table.writerow(("day", "days since the start; 0 is before anything happened", "day", 0, "", "series"))
    table.writerows((*row, "runs") for row in RUN_COLUMNS)
    table.writerows(_explained(name) for name in dict.fromkeys(outcomes) if name != "day")
    table.writerows((*row, "events") for row in EVENT_COLUMNS if events)
    return text.getvalue()


def _explained(name: str) -> tuple[Any, ...]:
    """Name, meaning, unit, low, high and tables of an outcome."""
    from sim.model.outcomes import ACTS, EVERY, acts_by

    known: dict[str, Any] = dict(EVERY)
    if name.startswith(ACTS):  # a gesture that only this scenario has
        known |= {name: acts_by(name.removeprefix(ACTS))[0]}
    one = known[name]
    return name, one.meaning, one.unit, _open(one.low), _open(one.high), MEASURED[getattr(one, "over", "end")]


def _open(bound: float | None) -> float | str:
    """A bound, or nothing where there is none."""
    return "" if bound is None or bound in (float("inf"), float("-inf")) else bound


def _drawn(runs: Sequence[Done], folder: Path, draw: Draw) -> list[str]:
    """Notes on what could not be drawn."""
    try:
        draw(runs, disk.folder(folder))
    except OSError as trouble:
        raise disk.DiskTrouble(folder, trouble) from trouble
    except Exception as trouble:
        if os.environ.get("KINDLING_DEBUG") == "1":
            raise
        return [f"no figure: {type(trouble).__name__}: {trouble}"]
    return []


def provenance(scenario: Scenario, runs: Sequence[Done]) -> dict[str, Any]:
    """Everything needed to tell where a result came from and to make it again, except when and by which command.

    What is said of one run alone is said of the first; `runs` lists them all.
    """
    first = runs[0]
    return {
        "kindling": __version__,
        "stream": _stream(),
        **first.identity,
        "engine": first.engine,
        "threads": first.threads,
        "digest": joint_digest(runs),
        "summary": first.summary,
        "arms": {run.scenario.arm: run.scenario.says for run in runs},
        "runs": [_told(run) for run in runs],
        "network": first.network,
        "scenario_file": str(scenario.path),
        "settings": scenario.settings.model_dump(),
        "machine": machine(),
    }


def joint_digest(runs: Sequence[Done]) -> str:
    """The digest of a single run, or one over those of all runs in their order."""
    digests = [run.size["digest"] for run in runs]
    return digests[0] if len(runs) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()


def _told(run: Done) -> dict[str, Any]:
    own = {name: run.identity[name] for name in ("run_id", "arm", "replicate")}
    return own | {"digest": run.size["digest"], "network": run.network["digest"], "summary": run.summary}


def _network(network: Any) -> dict[str, Any]:
    counted = {"digest": network.digest(), "people": network.people, "ties": network.ties}
    return counted | {"report": asdict(network.report)}


def machine() -> dict[str, Any]:
    return {
        "system": platform.platform(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "python": sys.version.split()[0],
        "packages": {name: _version(name) for name in PACKAGES},
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
