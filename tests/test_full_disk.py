"""A sweep whose disk fills says where and how much is needed, keeps what is whole, and goes on once there is room."""

from __future__ import annotations

import errno
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest
import studies

from sim.lab import exits
from sim.lab.store import Store
from sim.lab.sweep import sweep
from sim.model import disk

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits and full devices as Linux has them")
LINE = re.compile(
    r"(?P<path>\S+part-[0-9a-f-]+\.parquet): cannot be written: (?P<why>No space left on device|File too large); needs"
    r" at least (?P<needed>[\d,]+) bytes, and about (?P<total>[\d,]+) for the (?P<parts>\d+) parts that are missing\n"
)


def ended_for_want_of_room(process: subprocess.Popen, folder: Path) -> re.Match:
    """The one line that a sweep ended with; whatever is in the folder is whole."""
    told = process.communicate()[1]
    line = LINE.fullmatch(told)
    assert line, told
    assert process.returncode == 3
    assert studies.left(folder) == []
    assert int(line["parts"]) == len(Store.of(studies.plan(), folder).missing(studies.plan()))
    assert int(line["total"].replace(",", "")) >= int(line["needed"].replace(",", ""))
    return line


def goes_on(folder: Path, finished: Path, line: re.Match) -> None:
    """The next sweep makes the rest; the file that had no room takes what was said."""
    sweep(studies.plan(), folder, workers=1)
    assert studies.digest(folder) == studies.digest(finished)
    assert Path(line["path"]).stat().st_size == int(line["needed"].replace(",", ""))


@pytest.mark.parametrize(
    ("act", "pool", "where", "call"),
    [
        ("write_to_full", "threads", "open", 6),
        ("limit_files", "threads", "open", 7),
        ("limit_files", "processes", "settle", 1),
    ],
)
def test_no_room(finished, tmp_path, act, pool, where, call):
    folder = tmp_path / "s"
    line = ended_for_want_of_room(studies.start(folder, where, call, pool, act=act), folder)
    assert line["why"] == ("No space left on device" if act == "write_to_full" else "File too large")
    goes_on(folder, finished, line)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 36 kB in memory, and a function that gives it more."""
    place = tmp_path / "s"
    place.mkdir()

    def mounted(options: str) -> bool:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        return os.geteuid() == 0 and subprocess.run(command, check=False).returncode == 0

    if not mounted("size=36k"):
        pytest.skip("mounting a small tmpfs needs root and the right to mount")
    yield place, lambda: mounted("remount,size=8m")
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("pool", ["threads", "processes"])
def test_a_small_disk_that_is_given_more_room(finished, small_disk, pool):
    folder, give_room = small_disk
    line = ended_for_want_of_room(studies.start(folder, pool=pool, workers=2), folder)
    assert line["why"] == "No space left on device"
    assert 0 < int(line["parts"]) < 6
    assert give_room()
    goes_on(folder, finished, line)


@pytest.mark.parametrize("call", range(1, 14))
def test_a_disk_that_is_full_at_every_write(finished, tmp_path, monkeypatch, call):
    folder, seen = tmp_path / "s", []

    def full(name: str, path: Path) -> None:
        seen.append(name)
        if name == "open" and seen.count("open") == call:
            studies.write_to_full(path)

    monkeypatch.setattr(disk, "point", full)
    with pytest.raises(disk.DiskTrouble, match="No space left on device; needs at least") as trouble:
        sweep(studies.plan(), folder, workers=1)
    monkeypatch.undo()
    assert trouble.value.needed > 0
    assert studies.left(folder) == []
    sweep(studies.plan(), folder, workers=1)
    assert studies.digest(folder) == studies.digest(finished)


def test_a_stream_of_unknown_length_says_what_it_reached(tmp_path, monkeypatch):
    def full(name: str, path: Path) -> None:
        if name == "sync":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def stream() -> None:
        with disk.written(tmp_path / "events") as file:
            file.write(bytes(100_000))

    monkeypatch.setattr(disk, "point", full)
    with pytest.raises(disk.DiskTrouble) as trouble:
        stream()
    assert trouble.value.needed == 100_001
    assert list(tmp_path.iterdir()) == []


def test_the_trouble_of_a_worker_process_arrives_whole(tmp_path, capsys):
    trouble = disk.DiskTrouble(tmp_path / "x", OSError(errno.EDQUOT, "Disk quota exceeded"), 1234, ", and more")
    again = pickle.loads(pickle.dumps(trouble))
    assert (str(again), again.needed, again.path) == (str(trouble), 1234, tmp_path / "x")
    assert exits.told(again) == 3
    assert (
        capsys.readouterr().err
        == f"{tmp_path}/x: cannot be written: Disk quota exceeded; needs at least 1,234 bytes, and more\n"
    )


def test_other_trouble_asks_for_no_room(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(disk.DiskTrouble, match=r"Not a directory$"):
        disk.write(tmp_path / "file" / "x", "text")
