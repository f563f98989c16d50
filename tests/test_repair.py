"""Damage is found, told, moved aside and made good; other studies, files and programs are never mixed in."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import studies

from sim.lab.errors import BadInput
from sim.lab.status import status
from sim.lab.store import ASIDE, STUDY, Store
from sim.lab.study import Study, planned, sources
from sim.lab.sweep import sweep
from sim.model import disk


@pytest.fixture
def folder(finished, tmp_path) -> Path:
    """A copy of the small study, finished, to damage."""
    return Path(shutil.copytree(finished, tmp_path / "s"))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file by its name within the folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def flip(path: Path, luck: np.random.Generator) -> None:
    """One bit of a file the other way."""
    hurt = bytearray(path.read_bytes())
    hurt[luck.integers(len(hurt))] ^= 1 << int(luck.integers(8))
    path.write_bytes(hurt)


def cut(path: Path, luck: np.random.Generator) -> None:
    """Only the beginning of a file."""
    path.write_bytes(path.read_bytes()[: luck.integers(path.stat().st_size)])


def test_every_flipped_bit_and_every_truncation_is_found(folder):
    store = Store.of(studies.plan(), folder)
    files = sorted(folder.glob("[rs]*/part-*"))
    luck = np.random.default_rng(1)
    for trial in range(600):
        path = files[luck.integers(len(files))]
        whole = path.read_bytes()
        (flip if trial < 500 else cut)(path, luck)
        assert [one.path for one in store.broken()] == [path]
        path.write_bytes(whole)
    assert list(store.broken()) == []


def test_repair_and_a_sweep_make_good_whatever_was_damaged(folder, finished):
    """Twelve rounds of 50 hurts, 500 bits and 100 truncations in all: several to a file, files hurt and whole mixed."""
    store = Store.of(studies.plan(), folder)
    luck = np.random.default_rng(2)
    for hurts in [flip] * 10 + [cut] * 2:
        files = sorted(folder.glob("[rs]*/part-*"))
        before = contents(folder)
        for number in luck.integers(0, 8, 50):
            if (path := files[number]).stat().st_size:
                hurts(path, luck)
        hurt = {name for name, content in contents(folder).items() if content != before[name]}
        said = store.repair()
        assert {line.split(": ")[0] for line in said} == {str(folder / name) for name in hurt}
        assert all(f"moved to {folder / ASIDE}" in line for line in said)
        assert {name: before[name] for name in before if name not in hurt}.items() <= contents(folder).items()
        sweep(studies.plan(), folder, workers=1)
        assert studies.digest(folder) == studies.digest(finished)
        assert studies.left(folder) == []


def test_repair_of_a_whole_study_does_nothing(folder):
    before = contents(folder)
    assert Store(folder).repair() == []
    assert contents(folder) == before


def test_repair_moves_strangers_and_leaves_what_is_being_written(folder, finished):
    strangers = {
        "runs/letter.txt": "is not a part of a study",
        "runs/.part-12-old.parquet": "is not a part of a study",
        "series/part-0123456789abcdef-e3b0c44298fc1c14.parquet": "is a part of another study",
    }
    for name in strangers:
        (folder / name).write_bytes(b"")
    (folder / "series" / "drawer").mkdir()
    now = disk.unfinished(folder / "runs" / "part-now")
    now.write_bytes(b"half")
    said = Store(folder).repair()
    for name, why in {**strangers, "series/drawer": "is not a part of a study"}.items():
        assert sum(line.startswith(f"{folder / name}: {why}; moved to") for line in said) == 1
    assert len(said) == 4
    assert now.read_bytes() == b"half"
    assert studies.digest(folder) == studies.digest(finished)


def test_two_files_for_one_part_are_both_aside_and_made_again(folder, finished):
    one = sorted((folder / "runs").iterdir())[0]
    other = b"what another library would write"
    name = f"{one.name[:22]}{hashlib.sha256(other).hexdigest()[:16]}.parquet"
    (folder / "runs" / name).write_bytes(other)
    assert len(Store(folder).repair()) == 2
    sweep(studies.plan(), folder, workers=1)
    assert studies.digest(folder) == studies.digest(finished)


def test_a_lost_or_damaged_plan_is_written_anew_over_its_own_parts(folder, finished):
    (folder / STUDY).write_text("{")
    with pytest.raises(BadInput, match="cannot be read"):
        sweep(studies.plan(), folder)
    assert len(Store(folder).repair()) == 1
    before = contents(folder / "runs")
    sweep(studies.plan(), folder, workers=1)
    assert contents(folder / "runs") == before
    assert contents(folder)[STUDY] == contents(finished)[STUDY]
    (folder / STUDY).unlink()
    with pytest.raises(BadInput, match="holds something that is not a study"):
        sweep(studies.plan(extra=["days=5"]), folder)


def test_files_of_the_killed_go_and_those_of_others_stay(folder):
    """Of this machine by process, of others by age."""
    alive = disk.unfinished(folder / "runs" / "x")
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    dead = alive.with_name(alive.name.replace(f"-{os.getpid()}-", f"-{gone.pid}-", 1))
    abroad, old = (folder / "series" / f".part-{host}-1-1-x" for host in ("0" * 8, "f" * 8))
    for path in (alive, dead, abroad, old):
        path.write_bytes(b"half")
    hour_ago = time.time() - disk.FORGOTTEN - 60
    os.utime(old, (hour_ago, hour_ago))
    assert [one.path.name for one in Store(folder).broken()] == [dead.name, old.name]
    assert status(folder).writing == 2
    sweep(studies.plan(), folder, workers=1)
    assert [path.exists() for path in (alive, dead, abroad, old)] == [True, False, True, False]


def test_another_study_in_the_folder_is_refused_with_the_difference(folder):
    before = contents(folder)
    for plan, message in (
        (studies.plan(extra=["days=5"]), r"scenario.days: 4.0 there, 5.0 now$"),
        (studies.plan(studies.small(replicates=3)), r"replicates: 2 there, 3 now$"),
        (studies.plan(studies.small(arms={"control": {}})), r"arms.reminder: missing$"),
        (studies.plan(studies.small(points=studies.POINTS[:5])), r"points: .* there, .* now$"),
    ):
        with pytest.raises(BadInput, match=message) as refused:
            sweep(plan, folder)
        assert str(refused.value).count("\n") == 0
    assert contents(folder) == before


@pytest.mark.parametrize("key", ["kindling", "sources", "stream", "pyarrow"])
def test_another_program_is_another_study(folder, monkeypatch, key):
    other = {**studies.plan().program, key: "9.9"}
    monkeypatch.setattr("sim.lab.study.program", lambda: other)
    with pytest.raises(BadInput, match=rf'program\.{key}: .* there, "9.9" now$'):
        sweep(studies.plan(), folder)


def test_a_worker_with_another_program_is_refused(tmp_path):
    plan = dataclasses.replace(studies.plan(), program={**studies.plan().program, "sources": "edited"})
    with pytest.raises(BadInput, match=r'^worker: program: is not the one that planned: sources: "edited" there'):
        sweep(plan, tmp_path / "s", workers=1)
    assert list((tmp_path / "s").glob("*/part-*")) == []


@pytest.mark.parametrize("changed", ["model/people/member.py", "model/outcomes/tally.py", "lab/run.py", "lab/new.py"])
def test_an_edit_of_any_source_is_another_program(tmp_path, changed):
    home = Path(disk.__file__).parents[1]
    sim = Path(shutil.copytree(home, tmp_path / "sim", ignore=shutil.ignore_patterns("*.pyc")))
    before = sources(sim)
    assert before == sources() == studies.plan().program["sources"]
    path = sim / changed
    path.write_text((path.read_text() if path.exists() else "") + "\n# edited\n")
    assert sources(sim) != before


def test_another_version_of_the_plan_is_told_in_one_line(folder):
    """A folder whose plan has another form, as an earlier version wrote it."""
    told = json.loads((folder / STUDY).read_text())
    del told["parts"]
    (folder / STUDY).write_text(json.dumps(told))
    for ask in (lambda: sweep(studies.plan(), folder), lambda: status(folder)):
        with pytest.raises(BadInput, match=r"study\.json: is not a plan that this version wrote; nothing was changed$"):
            ask()


def test_a_changed_file_is_another_study_and_a_moved_one_is_not(tmp_path):
    def plan(home: Path):
        return planned(Study("files", "?", home / "case.toml", replicates=1, outcomes=["kind_acts"]))

    home = tmp_path / "here"
    home.mkdir()
    ties = [f"{a},{b}" for a, b in itertools.combinations(range(8), 2)]
    (home / "friends.csv").write_text("source,target\n" + "\n".join(ties) + "\n")
    (home / "case.toml").write_text('days = 2\n[network]\nkind = "file"\npath = "friends.csv"\n')
    sweep(plan(home), tmp_path / "out", workers=1)
    moved = Path(shutil.copytree(home, tmp_path / "there"))
    told = []
    sweep(plan(moved), tmp_path / "out", workers=1, advance=told.append)
    assert told == []
    (moved / "friends.csv").write_text("source,target\n" + "\n".join(ties[1:]) + "\n")
    with pytest.raises(BadInput, match=r"files\.friends\.csv: .* there, .* now"):
        sweep(plan(moved), tmp_path / "out", workers=1)


def test_status_counts_what_is_there(folder, tmp_path):
    whole = status(folder)
    assert (whole.runs, whole.parts, whole.runs_done, whole.parts_done, whole.broken) == (24, 6, 24, 6, ())
    assert whole.finished
    assert whole.bytes == sum(path.stat().st_size for path in folder.glob("*/part-*"))
    lost, hurt = sorted((folder / "runs").iterdir())[:2]
    lost.unlink()
    flip(hurt, np.random.default_rng(3))
    now = status(folder)
    assert (now.runs_missing, now.parts_missing, [one.path for one in now.broken]) == (8, 2, [hurt])
    assert not now.finished
    assert status(folder, look=False).parts_missing == 1
    assert now.words()[1] == "16 of 24 runs done (66 %), 8 missing"
    assert now.words()[-1] == f"broken: {hurt}: does not have the checksum in its name"
    with pytest.raises(BadInput, match="holds no study"):
        status(tmp_path)


def test_status_of_a_plan_whose_points_have_uneven_parts(tmp_path):
    """Twelve replicates make a part of ten and one of two."""
    plan = studies.plan(studies.small(points=studies.POINTS[:1], replicates=12, series=False))
    store = sweep(plan, tmp_path / "s", workers=1)
    store.files("runs")[plan.parts[0].id].unlink()
    now = status(tmp_path / "s")
    assert (now.runs, now.runs_done, now.parts, now.parts_done) == (24, 4, 2, 1)


def test_status_while_another_process_sweeps(tmp_path):
    folder = tmp_path / "s"
    process = studies.start(folder, pool="threads", workers=2)
    seen = []
    while process.poll() is None:
        if (folder / STUDY).is_file():
            seen.append(status(folder))
    process.communicate()
    assert all(one.broken == () for one in seen)
    assert [one.parts_done for one in seen] == sorted(one.parts_done for one in seen)
    assert status(folder).finished


def test_status_reads_no_scenario_and_no_model():
    ask = "import sys, sim.lab.status; print([name for name in ('numba', 'pandas', 'pydantic') if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", ask], text=True) == "[]\n"
