"""Our SIR against every installed peer's: each in a process of its own, alternately, on the same network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

from sim.lab.bench import peers
from sim.lab.bench.lines import ROUNDS, Line, Spread, alternated, ratios, rounded
from sim.lab.bench.peers import CONTESTANTS, DAYS

OURS = "Kindling"
_HOME = Path(__file__).resolve().parents[3]  # where `sim` is, so that the process finds this code and no other


class Runner:
    """A contestant's process, which waits while others run. A context: afterwards the process is gone.

    infected : share ever infected, run by run; memory : most bytes the process has held
    """

    def __init__(self, name: str, case: Path, python: str = sys.executable) -> None:
        self.name, self.memory = name, 0
        self.infected: list[float] = []
        self._numbers = count(1)
        command = [python, "-W", "ignore", "-m", "sim.lab.bench.contestant", name, str(case)]
        place = {**os.environ, "PYTHONPATH": os.pathsep.join([str(_HOME), os.environ.get("PYTHONPATH", "")])}
        # not a pipe, which would fill up and stop a talkative peer
        self._said = TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 (closed by __exit__)
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": self._said}
        self._process = subprocess.Popen(command, text=True, env=place, **pipes)

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *trouble: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._said.close()

    def run(self) -> float:
        """Seconds of the next run; RuntimeError with the peer's last words where it fails."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            print(next(self._numbers), file=self._process.stdin, flush=True)
            told = json.loads(self._process.stdout.readline())
        except (OSError, ValueError):
            raise RuntimeError(self._last_words()) from None
        self.infected.append(told["infected"])
        self.memory = told["memory"]
        return told["seconds"]

    def _last_words(self) -> str:
        self._process.wait()
        self._said.seek(0)
        return (self._said.read().split("\n\n")[-1].strip().splitlines() or ["it said nothing"])[-1]


def installed(others: Sequence[Path] = ()) -> dict[str, str]:
    """Contestants, ours first, each with the Python that has what it needs: this one, or else one of the others."""
    found = {name: _python_with(one.module, others) for name, one in CONTESTANTS.items()}
    return {name: python for name, python in found.items() if python}


def _python_with(module: str, others: Sequence[Path]) -> str | None:
    if find_spec(module):
        return sys.executable
    return next((str(other) for other in others if _imports(other, module)), None)


def _imports(python: Path, module: str) -> bool:
    try:
        return not subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False).returncode
    except OSError:
        return False


def lines(sizes: Sequence[int], rounds: int = ROUNDS, others: Sequence[Path] = ()) -> Iterator[Line]:
    """A table for each number of people, and how to get the peers that are not here."""
    here = installed(others)
    for people in sizes:
        asked = {name: python for name, python in here.items() if people <= CONTESTANTS[name].most}
        yield from contest(people, asked, rounds)
    for name in sorted(set(CONTESTANTS) - set(here)):
        yield Line(f"SIR: {name}", "not installed", CONTESTANTS[name].install)


def contest(people: int, pythons: Mapping[str, str], rounds: int = ROUNDS) -> Iterator[Line]:
    """Ours and some peers, alternately, each in its Python; the first run of each, which loads, is not counted."""
    with TemporaryDirectory() as folder, ExitStack() as open_:
        path = Path(folder, "case.npz")
        peers.case(people).save(path)
        runners = [open_.enter_context(Runner(name, path, python)) for name, python in pythons.items()]
        failed = {runner.name: str(trouble) for runner in runners if (trouble := _trouble(runner))}
        times = alternated({one.name: one.run for one in runners if one.name not in failed}, rounds)
        for runner in runners:
            if runner.name in times:
                yield _line(people, runner, times)
            else:
                yield Line(f"SIR, {people:,} people: {runner.name}", "failed", failed[runner.name])


def _trouble(runner: Runner) -> RuntimeError | None:
    """What goes wrong in the first run; a peer that fails does not stop the others."""
    try:
        runner.run()
    except RuntimeError as trouble:
        return trouble
    return None


def _line(people: int, runner: Runner, times: dict[str, list[float]]) -> Line:
    steps = people * DAYS / 1e6
    speed = Spread.of([steps / seconds for seconds in times[runner.name]])
    share = Spread.of([100 * share for share in runner.infected])
    told = [f"{runner.memory / 1e6:,.0f} MB", f"{share.words()} % infected", CONTESTANTS[runner.name].differs]
    if runner.name != OURS:
        told.insert(0, f"ours {ratios(times[runner.name], times[OURS]).words()} × as fast")
    return Line(f"SIR, {people:,} people: {runner.name}", f"{rounded(speed.median)} M person-steps/s", "; ".join(told))
