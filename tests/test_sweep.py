"""Sweeps lose nothing and mix nothing: any pool, any order, any kill leaves the same table."""

from __future__ import annotations

import random
import shutil
import signal
import time
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest
import studies
from studies import digest

from sim.lab.errors import BadInput
from sim.lab.results import Results
from sim.lab.store import Store
from sim.lab.sweep import Shard, sweep


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
    runs = Results(finished).runs
    assert len(runs) == plan.runs == 24
    assert not runs.duplicated(["burnout_rate", "notice", "arm", "replicate"]).any()
    assert runs.run_id.is_unique
    series = Results(finished).series
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


def killed_at_random(folder: Path, number: int, pool: str) -> int:
    """Kill a sweep by two workers `number` times at random instants, then let one finish; kills that struck."""
    luck, struck = random.Random(number), 0
    for _ in range(number):
        process = studies.start(folder, pool=pool, workers=2)
        process.stdout.readline()
        time.sleep(luck.expovariate(1 / 0.15))
        struck += process.poll() is None
        studies.kill(process)
    last = studies.start(folder, pool=pool, workers=2)
    assert last.wait() == 0
    return struck


def nothing_is_lost(folder: Path, finished: Path, kills: int, workers: int = 2) -> None:
    """The undisturbed table, nothing else in the folder, and no part begun again but those that a kill cut short."""
    assert digest(folder) == digest(finished)
    assert studies.left(folder) == []
    assert len(studies.log(folder).read_text().split()) <= len(studies.plan().parts) + kills * workers


@pytest.mark.parametrize("pool", ["threads", "processes"])
def test_killed_at_random_instants(finished, tmp_path, pool):
    struck = killed_at_random(tmp_path / "s", 3, pool)
    nothing_is_lost(tmp_path / "s", finished, struck)


@pytest.mark.slow
@pytest.mark.parametrize("pool", ["threads", "processes"])
def test_killed_a_hundred_times(finished, tmp_path, pool, record_property):
    total = 0
    for study in range(10):
        struck = killed_at_random(tmp_path / f"s{study}", 10, pool)
        nothing_is_lost(tmp_path / f"s{study}", finished, struck)
        total += struck
    print(f"{pool}: {total} kills, 0 runs lost; 95 % bound on the chance of a loss {3 / total:.3f}")
    record_property("kills that struck, none lost a run; 95 % bound on the chance of a loss", (total, 3 / total))


def test_two_processes_on_one_study(finished, tmp_path):
    folder = tmp_path / "s"
    both = [studies.start(folder, where=name) for name in ("first", "second")]
    assert [process.wait() for process in both] == [0, 0]
    assert digest(folder) == digest(finished)
    assert list(Store.of(studies.plan(), folder).broken()) == []
