"""A small study for tests, and a process that works on it and may be killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from sim.lab import sweep as sweeping
from sim.lab.design import grid
from sim.lab.overrides import override
from sim.lab.store import Store
from sim.lab.study import Plan, Study, planned
from sim.model import disk

SMALL = ("network.people=40", "network.degree=4", "days=4")
POINTS = grid({"rules.burnout_rate": [0.03, 0.1, 0.3], "rules.notice": [0.2, 0.8]})
ARMS = {"control": {}, "reminder": {"rules.prompt": 0.3}}


def small(**changes) -> Study:
    """Six points, two arms, two replicates."""
    told = {"points": POINTS, "arms": ARMS, "replicates": 2, "outcomes": ("kind_acts", "resting"), "series": True}
    return Study("small", "Does a reminder pay?", "everyday", **{**told, **changes})


def plan(study: Study | None = None, extra: Sequence[str] = ()) -> Plan:
    """The plan of the small study, or of another one in small worlds."""
    return planned(study or small(), [override(text) for text in (*SMALL, *extra)])


PROGRAM = """
import os, resource, signal, sys
sys.path.insert(0, {tests!r})
import studies
from pathlib import Path
from sim.lab import exits, sweep as sweeping
from sim.model import disk

where, call, act, log = {where!r}, {call}, {act!r}, {log!r}
seen, run_part = 0, sweeping.run_part

def fail(name, path):
    global seen
    seen += name == where
    if name == where and seen == call:
        getattr(studies, act)(path)

def noted(plan, part, *more):
    with open(log, "a") as file:
        file.write(part.id + "\\n")
    return run_part(plan, part, *more)

disk.point, sweeping.run_part = fail, noted
if __name__ == "__main__":
    print("ready", flush=True)
    try:
        studies.swept(Path({folder!r}), workers={workers}, pool={pool!r}, address={address!r})
    except Exception as trouble:
        sys.exit(exits.told(trouble))
"""


def swept(folder: Path, workers: int, pool: str, address: str = "") -> None:
    """The small study, in full or, within a job array, this task's share of it; on a Dask cluster if one is named."""
    shard = sweeping.Shard.of_array()
    if not address:
        sweeping.sweep(plan(), folder, workers=workers, pool=pool, shard=shard)
        return
    import distributed

    with distributed.Client(address, timeout=60) as client:
        sweeping.sweep(plan(), folder, executor=client.get_executor())


def start(
    folder: Path,
    where: str = "",
    call: int = 0,
    pool: str = "threads",
    workers: int = 1,
    act: str = "die",
    address: str = "",
    env: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.Popen:
    """A process, in a group of its own, that works on the small study; at the `call`-th point named `where` it meets
    with `act`, a function of this module. It exits as the program does."""
    tests = str(Path(__file__).parent)
    script = folder.parent / f"{folder.name}-{where}-{call}.py"
    told = {"where": where, "call": call, "pool": pool, "workers": workers, "act": act, "address": address}
    script.write_text(PROGRAM.format(tests=tests, folder=str(folder), log=str(log(folder)), **told))
    env = {**os.environ, "PYTHONPATH": str(Path(tests).parent), **env}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "start_new_session": True}
    return subprocess.Popen([sys.executable, str(script)], env=env, text=True, **pipes)


def log(folder: Path) -> Path:
    """Where started processes note each part that they begin."""
    return folder.with_name(f"{folder.name}.log")


def die(path: Path) -> None:
    """The process is killed."""
    os.kill(os.getpid(), signal.SIGKILL)


def write_to_full(path: Path) -> None:
    """The kernel says that there is no room, whatever is written to this file."""
    disk.unfinished(path).symlink_to("/dev/full")


def limit_files(path: Path) -> None:
    """No file of this process, or of those it starts, may take more than 100 bytes."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def kill(process: subprocess.Popen) -> None:
    """SIGKILL for the process and its workers."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def digest(folder: Path) -> str:
    """Digest of the small study's whole table."""
    return Store.of(plan(), folder).digest(plan())


def left(folder: Path) -> list[str]:
    """What should not be in a study's folder: broken files by what is wrong, temporary files by name."""
    broken = [str(one) for one in Store(folder).broken()]
    return broken + [path.name for path in folder.rglob(".*")]
