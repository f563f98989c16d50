"""The kernel's second half is compiled by a process of its own while this one compiles the first, where no machine code
is kept yet: numba compiles one function at a time, and a first run would wait for half as long again.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sim.model.compiled import COMPILES, cache_folder

_SETTLES = """
from sim.model.law.settings import ScenarioSettings
from sim.model.world import World
World(ScenarioSettings.model_validate({"network": {"people": 20, "degree": 4}})).settle()
"""
_LONG = 300  # seconds after which nobody waits any longer
_at_work: list[subprocess.Popen[bytes]] = []


def compile_settle() -> None:
    """Let another process compile `settle`, if it is not kept yet and there is a core for it."""
    kept = any(cache_folder().rglob("kernel.settle-*.nbi"))
    if kept or not COMPILES or not sys.executable or (os.cpu_count() or 1) == 1:
        return
    paths = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    _at_work.append(subprocess.Popen([sys.executable, "-c", _SETTLES], env=env, **quiet))  # type: ignore[call-overload]


def wait() -> None:
    """Wait for it. Whatever became of it, `settle` is then found or compiled here."""
    while _at_work:
        process = _at_work.pop()
        try:
            process.wait(_LONG)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
