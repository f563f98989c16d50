"""Result folders: complete, described, atomic, and never written over."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
from pathlib import Path

import pytest
from pyarrow import parquet

from sim.lab import folder
from sim.lab.errors import BadInput
from sim.lab.overrides import override
from sim.lab.record import Clock, kept, record
from sim.lab.run import Series, prepared
from sim.lab.scenario import load
from sim.model import disk


def recorded(path: Path, draw=None, *changes: str) -> dict:
    """The manifest of a ten-day run of seven people."""
    made = prepared(load("everyday", [override(c) for c in ("days=10", "network.people=7", *changes)]))
    with folder.claimed(path):
        for _ in made:
            pass
        return record(made.scenario, [kept(made)], path, "kindling run everyday", Clock(), draw)


def everything(path: Path) -> set[str]:
    return {str(entry.relative_to(path)) for entry in path.rglob("*")}


def test_a_folder_is_complete(fake, tmp_path):
    def draw(runs, figures):
        (figures / "run.svg").write_text(f"<svg>{len(runs[0].frame['day'])}</svg>")

    manifest = recorded(tmp_path / "out", draw)
    files = {"scenario.toml", "columns.csv", "series/part-0.parquet", "runs/part-0.parquet", "figures/run.svg"}
    stored = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert everything(tmp_path / "out") == files | {"manifest.json", "series", "runs", "figures"}
    assert set(stored["parts"]) == files
    for name, part in stored["parts"].items():
        data = (tmp_path / "out" / name).read_bytes()
        assert part == {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    assert manifest.items() <= stored.items()
    assert stored["settings"]["days"] == 10
    assert {"digest", "network", "machine", "command", "engine", "seed", "started", "stream"} <= set(stored)


def test_tables_are_tidy(fake, tmp_path):
    recorded(tmp_path / "out")
    series = parquet.read_table(tmp_path / "out/series/part-0.parquet").to_pydict()
    assert list(series)[:6] == ["run_id", "scenario", "arm", "replicate", "seed", "day"]
    assert series["day"] == [float(day) for day in range(11)]
    assert series["kind_acts"][:2] == [None, 3.01]
    runs = parquet.read_table(tmp_path / "out/runs/part-0.parquet").to_pydict()
    assert {name: len(values) for name, values in runs.items()} == dict.fromkeys(runs, 1)
    assert runs["kind_acts"][0] == pytest.approx(3.09)  # days 8, 9 and 10
    assert runs["people"] == [7]


def test_every_column_is_in_the_dictionary(fake, tmp_path):
    recorded(tmp_path / "out")
    rows = list(csv.DictReader((tmp_path / "out/columns.csv").open()))
    tables = [parquet.read_schema(tmp_path / f"out/{name}/part-0.parquet").names for name in ("series", "runs")]
    assert {row["name"] for row in rows} == set(tables[0]) | set(tables[1])
    assert all(row["meaning"] and row["tables"] for row in rows)
    assert len({row["name"] for row in rows}) == len(rows)


def test_tables_do_not_depend_on_when_they_were_made(fake, tmp_path):
    recorded(tmp_path / "one")
    recorded(tmp_path / "two")
    for name in ("series/part-0.parquet", "runs/part-0.parquet", "columns.csv", "scenario.toml"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_resolved_scenario_gives_the_same_run(fake, tmp_path):
    first = recorded(tmp_path / "one", None, "rules.notice=0.3")
    again = prepared(load(tmp_path / "one/scenario.toml"))
    with folder.claimed(tmp_path / "two"):
        list(again)
        second = record(again.scenario, [kept(again)], tmp_path / "two", "", Clock())
    assert (first["run_id"], first["digest"]) == (second["run_id"], second["digest"])
    assert recorded(tmp_path / "three", None, "seed=2")["run_id"] != first["run_id"]


def test_a_finished_result_is_never_written_over(fake, tmp_path):
    recorded(tmp_path / "out")
    before = (tmp_path / "out/manifest.json").read_bytes()
    with pytest.raises(BadInput, match="-o: holds a finished result"):
        folder.free(tmp_path / "out", "x")
    with pytest.raises(BadInput, match="-o: holds a finished result"):
        recorded(tmp_path / "out")
    assert (tmp_path / "out/manifest.json").read_bytes() == before


def test_other_peoples_files_are_safe(fake, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("years of work")
    for path in (tmp_path / "mine", tmp_path / "mine/thesis.txt"):
        with pytest.raises(BadInput, match="-o: "):
            folder.free(path, "x")
        with pytest.raises(BadInput, match="-o: "):
            recorded(path)
    assert (tmp_path / "mine/thesis.txt").read_text() == "years of work"


def test_the_default_folder_moves_on(fake, tmp_path):
    assert folder.free(None, "everyday") == Path("results/everyday")
    recorded(Path("results/everyday"))
    assert folder.free(None, "everyday") == Path("results/everyday-2")


def test_an_unfinished_result_is_redone(fake, tmp_path):
    (tmp_path / "out/series").mkdir(parents=True)
    (tmp_path / "out/series/part-0.parquet").write_text("half")
    (tmp_path / "out" / folder.MARK).touch()
    assert folder.free(tmp_path / "out", "x") == tmp_path / "out"
    recorded(tmp_path / "out")
    assert folder.finished(tmp_path / "out")
    assert not (tmp_path / "out" / folder.MARK).exists()


def test_two_runs_cannot_share_a_folder(fake, tmp_path):
    with (
        folder.claimed(tmp_path / "out"),
        pytest.raises(BadInput, match="another run is writing here"),
        folder.claimed(tmp_path / "out"),
    ):
        pass


@pytest.mark.parametrize("name", ["open", "sync", "rename"])
@pytest.mark.parametrize("file", ["scenario.toml", "part-0.parquet", "columns.csv", "manifest.json"])
def test_a_full_disk_leaves_nothing_that_looks_finished(fake, tmp_path, monkeypatch, name, file):
    def fail(at, path):
        if at == name and path.name == file:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(disk, "point", fail)
    with pytest.raises(disk.DiskTrouble, match=f"{file}: cannot be written: No space left on device"):
        recorded(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_failed_write_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "kept.txt"
    disk.write(path, "old")

    def stopped():
        with disk.written(path) as file:
            file.write(b"new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert everything(tmp_path) == {"kept.txt"}
    assert path.read_text() == "old"


def test_a_figure_that_fails_costs_nothing_else(fake, tmp_path, monkeypatch):
    def draw(runs, figures):
        raise RuntimeError("no ink")

    monkeypatch.delenv("KINDLING_DEBUG", raising=False)
    assert recorded(tmp_path / "out", draw)["notes"] == ["no figure: RuntimeError: no ink"]
    assert folder.finished(tmp_path / "out")


@pytest.mark.parametrize("changes", [("days=0",), ("network.people=0", "network.degree=0"), ("dt=0.25",), ("dt=0.3",)])
def test_edges(fake, tmp_path, changes):
    recorded(tmp_path / "out", None, *changes)
    days = parquet.read_table(tmp_path / "out/series/part-0.parquet")["day"].to_pylist()
    assert days[0] == 0
    assert len(days) == {"days=0": 1, "dt=0.25": 41, "dt=0.3": 34}.get(changes[0], 11)


def test_recent_means_skip_what_is_missing():
    series = Series()
    for day in range(101):
        series.add(day, {"rate": None if day == 0 else day, "never": None})
    assert series.recent() == {"rate": 88, "never": None}  # days 76 to 100
    assert series.first() == {"rate": 13.5, "never": None}  # days 1 to 26
