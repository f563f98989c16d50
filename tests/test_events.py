"""The event log: every act once, as the letters say, in one file that is whole or not there."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from pyarrow import parquet

from sim import cli
from sim.lab import events
from sim.lab.overrides import override
from sim.lab.run import prepared
from sim.lab.scenario import load
from sim.model.law import letters

CHANGES = ("network.kind=small_world", "network.people=60", "days=12", "population.hostile_share=0.5",
           "population.hostile_level=-1.0", "rules.detection=0.4")  # fmt: skip


def run(folder, group: int = 10**6, watch=None):
    """A logged run; `watch` sees the world after every tick, too."""
    made = prepared(load("everyday", [override(change) for change in CHANGES]), threads=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(events, "GROUP", group)
        with events.logged(folder) as book:
            book.follow(made)
            log = made.watch
            made.watch = lambda world: (log(world), watch(world) if watch else None)
            for _ in made:
                pass
    return made


def test_every_act_is_a_row_as_its_letter_says(tmp_path):
    post, ticks = [], []
    made = run(tmp_path, watch=lambda world: (post.append(world.letters().copy()), ticks.append(world.tick - 1)))
    table = parquet.read_table(tmp_path / events.NAME).to_pydict()
    assert [name for name, *_ in events.COLUMNS] == list(table)
    key, rows = made.world.columns.key, 0
    for tick, day in zip(ticks, post, strict=True):
        for ends, what, root in day:
            row = {name: values[rows] for name, values in table.items()}
            hostile = bool(what & letters.HOSTILE)
            assert (row["tick"], row["day"], row["root"]) == (tick, tick + 1, root)
            assert row["sender"] == key[int(letters.sender_of(ends))]
            assert row["receiver"] == key[int(letters.receiver_of(ends))]
            name = made.world.gestures[int(letters.gesture_of(what))].name
            assert row["gesture"] == ("hostile" if hostile else name)
            assert row["value"] == (None if hostile else letters.gift_of(what))
            assert row["cause"] == events.CAUSES[int(letters.cause_of(what))]
            assert row["depth"] == letters.depth_of(what)
            assert [row[n] for n in events._MARKS] == [bool(what & mark) for mark in events._MARKS.values()]
            rows += 1
    assert rows == len(table["tick"]) > 500
    assert {"hostile", "like", "thanks"} <= set(table["gesture"])


def test_groups_of_rows_make_no_difference(tmp_path):
    (tmp_path / "one").mkdir(), (tmp_path / "many").mkdir()
    one, many = run(tmp_path / "one"), run(tmp_path / "many", group=100)
    files = [parquet.ParquetFile(tmp_path / name / events.NAME) for name in ("one", "many")]
    assert files[0].num_row_groups == 1 < files[1].num_row_groups <= 12
    assert files[0].read().equals(files[1].read())
    assert files[0].metadata.row_group(0).column(0).compression == "ZSTD"
    assert one.world.digest() == many.world.digest()


def test_a_run_that_fails_leaves_no_log(tmp_path):
    def fail(world):
        if world.tick == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, watch=fail)
    assert list(tmp_path.iterdir()) == []


def test_the_command_keeps_the_bookand_explains_it(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    arguments = ["run", "everyday", "--people=60", "--days=4", "--events", "--no-figure", "-o", "out"]
    assert cli.exit_code(arguments) == 0
    log = parquet.read_table(tmp_path / "out" / events.NAME)
    runs = parquet.read_table(tmp_path / "out/series/part-0.parquet").to_pydict()
    assert log.num_rows == round(np.nansum(np.array(runs["kind_acts"] + runs["hostile_acts"], float)) * 60)
    rows = list(csv.DictReader((tmp_path / "out/columns.csv").open()))
    assert {row["name"] for row in rows if row["tables"] == "events"} == set(log.column_names)
    assert '"events.parquet"' in (tmp_path / "out/manifest.json").read_text()


def test_without_the_option_nothing_is_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.exit_code(["run", "everyday", "--people=60", "--days=2", "--no-figure", "-o", "out"]) == 0
    assert not (tmp_path / "out" / events.NAME).exists()
    rows = list(csv.DictReader((tmp_path / "out/columns.csv").open()))
    tables = [parquet.read_schema(tmp_path / f"out/{name}/part-0.parquet").names for name in ("series", "runs")]
    assert {row["name"] for row in rows} == set(tables[0]) | set(tables[1])
