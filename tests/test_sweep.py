"""Sweeps lose nothing and mix nothing: any pool, any order, any kill leaves the same table."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from concurrent.futures import Executor, Future
from pathlib import Path

import numpy as np
import pytest
import studies

from sim.lab.errors import BadInput
from sim.lab.store import STUDY, Store
from sim.lab.sweep import Shard, run_part, sweep
from sim.model import disk


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    """The small study, undisturbed."""
    folder = tmp_path_factory.mktemp("study") / "small"
    sweep(studies.plan(), folder, workers=1)
    return folder


def digest(folder: Path) -> str:
    """Digest of the small study's whole table."""
    plan = studies.plan()
    return Store.of(plan, folder).digest(plan)


class Backwards(Executor):
    """Works at once, but each pair of parts in reverse order."""

    _max_workers = 1

    def __init__(self):
        self.held = []

    def submit(self, function, /, *arguments):
        future = Future()
        self.held.append((future, function, arguments))
        if len(self.held) == 2:
            for held, call, given in reversed(self.held):
                held.set_result(call(*given))
            self.held = []
        return future


def test_any_pool_and_any_order_give_the_same_bytes(finished, tmp_path):
    for name, options in {
        "threads": {"workers": 3, "pool": "threads"},
        "processes": {"workers": 2, "pool": "processes"},
        "backwards": {"executor": Backwards()},
    }.items():
        sweep(studies.plan(), tmp_path / name, **options)
        assert digest(tmp_path / name) == digest(finished), name


def test_shards_make_the_whole(finished, tmp_path):
    for number in (2, 0, 1):
        store = sweep(studies.plan(), tmp_path / "s", workers=1, shard=Shard(number, 3))
    assert store.missing(studies.plan()) == []
    assert digest(tmp_path / "s") == digest(finished)


def test_the_table_has_one_row_for_each_run(finished):
    plan = studies.plan()
    runs = Store.of(plan, finished).read(plan)
    assert len(runs) == plan.runs == 24
    assert not runs.duplicated(["burnout_rate", "notice", "arm", "replicate"]).any()
    assert runs.run_id.is_unique
    series = Store.of(plan, finished).read(plan, "series")
    assert len(series) == 24 * 5
    assert series.groupby("run_id").size().eq(5).all()


def test_progress_counts_runs(tmp_path):
    told = []
    sweep(studies.plan(), tmp_path / "s", workers=1, advance=told.append)
    assert told == list(range(4, 25, 4))


def test_a_second_call_does_nothing_and_a_missing_part_is_made_again(finished, tmp_path):
    folder = Path(shutil.copytree(finished, tmp_path / "s"))
    told = []
    sweep(studies.plan(), folder, workers=1, advance=told.append)
    assert told == []
    lost = sorted((folder / "runs").iterdir())[2]
    lost.unlink()
    sweep(studies.plan(), folder, workers=1, advance=told.append)
    assert told == [24]
    assert lost.is_file()


def test_more_replicates_and_another_level_leave_the_other_rows_alone(finished):
    plan = studies.plan()
    part = plan.parts[3]
    before, _ = run_part(plan, part)
    more = studies.plan(studies.small(replicates=3))
    after, _ = run_part(more, more.parts[3])
    assert after["replicate"] == [1, 1, 2, 2, 3, 3]
    assert after["digest"][:4] == before["digest"]
    wider = studies.plan(studies.small(points=[*studies.POINTS, {"rules.burnout_rate": 0.2, "rules.notice": 0.5}]))
    assert [one.id for one in wider.parts[:6]] == [one.id for one in plan.parts]


def test_replicates_differ_and_arms_share_their_luck():
    rows, _ = run_part(studies.plan(), studies.plan().parts[0])
    assert len(set(rows["digest"])) == 4
    same = studies.plan(studies.small(arms={"control": {}, "again": {}}))
    rows, _ = run_part(same, same.parts[0])
    assert rows["digest"][0] == rows["digest"][1] != rows["digest"][2]


def test_another_study_in_the_folder_is_refused_with_the_difference(finished, tmp_path):
    folder = Path(shutil.copytree(finished, tmp_path / "s"))
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(BadInput, match=r"scenario.days: 4.0 there, 5.0 now"):
        sweep(studies.plan(extra=["days=5"]), folder)
    with pytest.raises(BadInput, match=r"replicates: 2 there, 3 now"):
        sweep(studies.plan(studies.small(replicates=3)), folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_another_program_is_another_study(finished, tmp_path, monkeypatch):
    folder = Path(shutil.copytree(finished, tmp_path / "s"))
    monkeypatch.setattr("sim.lab.study.program", lambda: {"kindling": "9.9"})
    with pytest.raises(BadInput, match=r"program\.kindling"):
        sweep(studies.plan(), folder)


def test_a_folder_of_somebody_elses_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(BadInput, match="not a study"):
        sweep(studies.plan(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("where", ["open", "sync", "rename", "settle"])
@pytest.mark.parametrize("call", [1, 2, 6])
def test_killed_at_every_point_of_writing(finished, tmp_path, where, call):
    folder = tmp_path / "s"
    process = studies.start(folder, where, call)
    assert process.wait() == -signal.SIGKILL
    sweep(studies.plan(), folder, workers=1)
    assert digest(folder) == digest(finished)
    assert list(Store.of(studies.plan(), folder).broken()) == []
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def killed_at_random(folder: Path, number: int, pool: str) -> tuple[int, int]:
    """Kill a sweep `number` times at random instants; returns parts there at the last kill, and kills that struck."""
    luck, struck = random.Random(number), 0
    for _ in range(number):
        process = studies.start(folder, pool=pool, workers=2)
        process.stdout.readline()
        time.sleep(luck.expovariate(1 / 0.15))
        struck += process.poll() is None
        studies.kill(process)
    return len(list((folder / "runs").glob("part-*"))) if folder.exists() else 0, struck


@pytest.mark.parametrize("pool", ["threads", "processes"])
def test_killed_at_random_instants(finished, tmp_path, pool):
    folder = tmp_path / "s"
    killed_at_random(folder, 3, pool)
    sweep(studies.plan(), folder, workers=2)
    assert digest(folder) == digest(finished)
    assert list(Store.of(studies.plan(), folder).broken()) == []


@pytest.mark.slow
@pytest.mark.parametrize("pool", ["threads", "processes"])
def test_killed_a_hundred_times(finished, tmp_path, pool, record_property):
    struck = 0
    for study in range(10):
        folder = tmp_path / f"s{study}"
        struck += killed_at_random(folder, 10, pool)[1]
        sweep(studies.plan(), folder, workers=2)
        assert digest(folder) == digest(finished)
        assert list(Store.of(studies.plan(), folder).broken()) == []
    record_property("kills that struck, none lost a run; 95 % bound on the chance of a loss", (struck, 3 / struck))


def test_two_processes_on_one_study(finished, tmp_path):
    folder = tmp_path / "s"
    both = [studies.start(folder, where=name) for name in ("first", "second")]
    assert [process.wait() for process in both] == [0, 0]
    assert digest(folder) == digest(finished)
    assert list(Store.of(studies.plan(), folder).broken()) == []


def test_every_flipped_bit_and_every_truncation_is_found(finished, tmp_path):
    folder = Path(shutil.copytree(finished, tmp_path / "s"))
    store = Store.of(studies.plan(), folder)
    files = sorted(folder.glob("*/part-*"))
    luck = np.random.default_rng(1)
    for trial in range(600):
        path = files[luck.integers(len(files))]
        whole = path.read_bytes()
        place = int(luck.integers(len(whole)))
        hurt = bytearray(whole)
        hurt[place] ^= 1 << int(luck.integers(8))
        path.write_bytes(hurt if trial < 500 else whole[:place])
        assert [one.path for one in store.broken()] == [path]
        path.write_bytes(whole)
    assert list(store.broken()) == []


def test_a_full_disk_says_where_and_loses_nothing(finished, tmp_path, monkeypatch):
    folder = tmp_path / "s"
    writes = 0

    def full(name, path):
        nonlocal writes
        writes += name == "sync"
        if writes == 6:
            raise OSError(28, os.strerror(28), str(path))

    monkeypatch.setattr(disk, "point", full)
    with pytest.raises(disk.DiskTrouble, match="No space left"):
        sweep(studies.plan(), folder, workers=1)
    monkeypatch.undo()
    assert list(Store.of(studies.plan(), folder).broken()) == []
    assert 0 < len(Store.of(studies.plan(), folder).missing(studies.plan())) < 6
    sweep(studies.plan(), folder, workers=1)
    assert digest(folder) == digest(finished)


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "a/b", "1/0", "-1/2"])
def test_a_shard_is_i_of_n(text):
    with pytest.raises(BadInput, match="is not i/n"):
        Shard.read(text)


def test_a_job_array_is_read_from_slurms_variables(monkeypatch):
    assert Shard.of_array() is None
    for name, value in {"ID": "7", "MIN": "5", "COUNT": "4"}.items():
        monkeypatch.setenv(f"SLURM_ARRAY_TASK_{name}", value)
    assert Shard.of_array() == Shard(2, 4)
    assert Shard.read("3/4") == Shard(2, 4)


def test_a_damaged_plan_is_refused(finished, tmp_path):
    folder = Path(shutil.copytree(finished, tmp_path / "s"))
    (folder / STUDY).write_text("{")
    with pytest.raises(BadInput, match="cannot be read"):
        sweep(studies.plan(), folder)
