"""A small study for tests, and a process that works on it and may be killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from sim.lab.design import grid
from sim.lab.scenario import override
from sim.lab.study import Plan, Study, planned

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
import os, signal, sys
sys.path.insert(0, {tests!r})
import studies
from pathlib import Path
from sim.lab.sweep import sweep
from sim.model import disk

where, call, pool, workers = {where!r}, {call}, {pool!r}, {workers}
seen = 0

def fail(name, path):
    global seen
    seen += name == where
    if name == where and seen == call:
        os.kill(os.getpid(), signal.SIGKILL)

disk.point = fail
if __name__ == "__main__":
    print("ready", flush=True)
    sweep(studies.plan(), Path({folder!r}), workers=workers, pool=pool)
"""


def start(folder: Path, where: str = "", call: int = 0, pool: str = "threads", workers: int = 1) -> subprocess.Popen:
    """A process, in a group of its own, that works on the small study and dies at the `call`-th point named `where`."""
    tests = str(Path(__file__).parent)
    script = folder.parent / f"{folder.name}-{where}-{call}.py"
    told = {"where": where, "call": call, "pool": pool, "workers": workers}
    script.write_text(PROGRAM.format(tests=tests, folder=str(folder), **told))
    env = {**os.environ, "PYTHONPATH": str(Path(tests).parent)}
    return subprocess.Popen([sys.executable, str(script)], env=env, stdout=subprocess.PIPE, start_new_session=True)


def kill(process: subprocess.Popen) -> None:
    """SIGKILL for the process and its workers."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
