"""Job arrays: each task finds its place, and together they make the table of an undivided run."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import studies

from sim.lab.errors import BadInput
from sim.lab.store import Store
from sim.lab.sweep import Shard

# tasks of an array, and the variables that Slurm 22.05 was seen to give its first: MIN, MAX, COUNT, STEP
ARRAYS = {
    "1-4": ([1, 2, 3, 4], (1, 4, 4, 1)),
    "0-30:10": ([0, 10, 20, 30], (0, 30, 4, 10)),
    "0-31:10": ([0, 10, 20, 30], (0, 30, 4, 10)),
    "5-8%1": ([5, 6, 7, 8], (5, 8, 4, 1)),
    "3": ([3], (3, 3, 1, 1)),
    "4,5,6": ([4, 5, 6], (4, 6, 3, 1)),
}
UNEVEN = {
    "1,3,7": ([1, 3, 7], (1, 7, 3, 1)),
    "2,4,6": ([2, 4, 6], (2, 6, 3, 1)),
    "0-3,10": ([0, 1, 2, 3, 10], (0, 10, 5, 1)),
    "0-8:4,10": ([0, 4, 8, 10], (0, 10, 4, 4)),
}
NONSENSE = [
    {"ID": "3", "MIN": "0", "COUNT": "4", "STEP": "2"},
    {"ID": "9", "MIN": "0", "COUNT": "4", "STEP": "1"},
    {"ID": "0", "MIN": "1", "COUNT": "4", "STEP": "1"},
    {"ID": "0", "MIN": "0", "COUNT": "4", "STEP": "0"},
    {"ID": "0", "MIN": "0", "COUNT": "0"},
    {"ID": "0", "COUNT": "4"},
    {"ID": "0", "MIN": "0"},
    {"ID": "0"},
    {"ID": "", "MIN": "0", "COUNT": "4"},
    {"ID": "a", "MIN": "0", "COUNT": "4"},
    {"ID": "-1", "MIN": "-1", "COUNT": "4"},
    {"ID": "0", "MIN": "0", "COUNT": "x"},
]


def names(task: int, first: int, last: int, count: int, step: int) -> dict[str, str]:
    """The variables of a task."""
    given = {"ID": task, "MIN": first, "MAX": last, "COUNT": count, "STEP": step}
    return {f"SLURM_ARRAY_TASK_{name}": str(value) for name, value in given.items()}


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "a/b", "1/0", "-1/2"])
def test_a_shard_is_i_of_n(text):
    with pytest.raises(BadInput, match="is not i/n"):
        Shard.read(text)


def test_outside_an_array_there_is_no_shard():
    assert Shard.of_array() is None
    assert Shard.read("3/4") == Shard(2, 4)


@pytest.mark.parametrize("left_out", [(), ("MAX",), ("COUNT",)])
@pytest.mark.parametrize("array", ARRAYS)
def test_every_task_has_its_place(monkeypatch, array, left_out):
    tasks, told = ARRAYS[array]
    for place, task in enumerate(tasks):
        for name, value in names(task, *told).items():
            monkeypatch.setenv(name, value)
        for name in left_out:
            monkeypatch.delenv(f"SLURM_ARRAY_TASK_{name}")
        assert Shard.of_array() == Shard(place, len(tasks))


@pytest.mark.parametrize("array", UNEVEN)
def test_an_uneven_array_is_refused_by_every_task(monkeypatch, array):
    tasks, told = UNEVEN[array]
    for task in tasks:
        for name, value in names(task, *told).items():
            monkeypatch.setenv(name, value)
        with pytest.raises(BadInput, match="is no evenly spaced array"):
            Shard.of_array()


@pytest.mark.parametrize("told", NONSENSE, ids=str)
def test_nonsense_is_refused(monkeypatch, told):
    for name, value in told.items():
        monkeypatch.setenv(f"SLURM_ARRAY_TASK_{name}", value)
    with pytest.raises(BadInput, match="is no evenly spaced array"):
        Shard.of_array()


@pytest.mark.parametrize(("first", "step", "count"), [*itertools.product((0, 1, 7), (1, 3, 10), (1, 2, 5))])
def test_the_tasks_of_an_array_divide_the_plan(monkeypatch, first, step, count):
    plan, found = studies.plan(), []
    for task in range(first, first + count * step, step):
        for name, value in names(task, first, first + (count - 1) * step, count, step).items():
            monkeypatch.setenv(name, value)
        shard = Shard.of_array()
        found += [part.number for part in plan.parts if part in shard]
    assert sorted(found) == list(range(len(plan.parts)))


def same_table(folder: Path, finished: Path) -> None:
    """Byte for byte, and nothing left."""
    assert studies.digest(folder) == studies.digest(finished)
    ours, theirs = ({path.name: path.read_bytes() for path in one.glob("*/part-*")} for one in (folder, finished))
    assert ours == theirs
    assert studies.left(folder) == []


def test_tasks_as_processes_make_the_whole(finished, tmp_path):
    tasks, told = ARRAYS["0-30:10"]
    folder = tmp_path / "s"
    at_once = [studies.start(folder, where=str(task), env=names(task, *told)) for task in tasks]
    assert [process.communicate()[1] for process in at_once] == [""] * 4
    assert len(studies.log(folder).read_text().split()) == len(studies.plan().parts)
    same_table(folder, finished)


def test_a_lost_task_is_told_and_may_come_later(finished, tmp_path):
    tasks, told = ARRAYS["0-30:10"]
    for task in tasks[1:]:
        assert studies.start(tmp_path / "s", env=names(task, *told)).wait() == 0
    missing = Store.of(studies.plan(), tmp_path / "s").missing(studies.plan())
    assert [part.number for part in missing] == [0, 4]
    assert studies.start(tmp_path / "s", env=names(tasks[0], *told)).wait() == 0
    same_table(tmp_path / "s", finished)


@pytest.mark.slow
@pytest.mark.skipif(
    not shutil.which("sbatch") or subprocess.run(["sinfo"], capture_output=True, check=False).returncode != 0,
    reason="needs a running Slurm (Debian: slurmctld, slurmd, munge)",
)
@pytest.mark.parametrize("array", ["0-30:10", "1-3"])
def test_a_real_slurm_makes_the_whole(finished, tmp_path, array):
    folder = tmp_path / "s"
    studies.start(folder).communicate()
    shutil.rmtree(folder)
    script = next(tmp_path.glob("s-*.py"))
    batch = ["sbatch", "--wait", "--quiet", f"--array={array}", f"--output={tmp_path}/%a.out", "--wrap"]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    subprocess.run([*batch, f"{sys.executable} {script}"], env=env, check=True, timeout=300)
    deadline = time.monotonic() + 20
    while len(list(tmp_path.glob("*.out"))) < len(ARRAYS.get(array, ([1, 2, 3],))[0]) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert [path.read_text() for path in tmp_path.glob("*.out")] == ["ready\n"] * (4 if array == "0-30:10" else 3)
    same_table(folder, finished)
