"""The kernel's second half may be compiled by another process: never needlessly, and nothing hangs on how it ends."""

import time

import pytest

from sim.lab.bench import engines
from sim.model import beside
from sim.model.engine import kernel
from sim.model.world import World


@pytest.fixture
def empty_cache(monkeypatch, tmp_path):
    """No machine code is kept, two cores are there, and the other process only leaves a mark."""
    monkeypatch.setenv("KINDLING_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(beside.os, "cpu_count", lambda: 2)
    mark = tmp_path / "mark"
    monkeypatch.setattr(
        beside, "_SETTLES", f"import time, pathlib; time.sleep(.2); pathlib.Path({str(mark)!r}).touch()"
    )
    yield mark
    beside.wait()


def test_it_begins_where_nothing_is_kept_and_is_waited_for(empty_cache):
    beside.compile_settle()
    assert not empty_cache.exists()
    beside.wait()
    assert empty_cache.exists()


def test_it_does_not_begin_where_settle_is_kept(empty_cache):
    folder = beside.cache_folder() / "engine_1"
    folder.mkdir(parents=True)
    (folder / "kernel.settle-155.py311.nbi").touch()
    beside.compile_settle()
    assert not beside._at_work


def test_it_does_not_begin_where_there_is_one_core(empty_cache, monkeypatch):
    monkeypatch.setattr(beside.os, "cpu_count", lambda: 1)
    beside.compile_settle()
    assert not beside._at_work


@pytest.mark.parametrize("source", ["raise SystemExit(1)", "import os; os.abort()"])
def test_a_process_that_fails_does_no_harm(empty_cache, monkeypatch, source):
    monkeypatch.setattr(beside, "_SETTLES", source)
    beside.compile_settle()
    beside.wait()
    assert not beside._at_work


def test_a_process_that_never_ends_is_not_waited_for(empty_cache, monkeypatch):
    monkeypatch.setattr(beside, "_SETTLES", "import time; time.sleep(60)")
    monkeypatch.setattr(beside, "_LONG", 0.1)
    beside.compile_settle()
    (process,) = beside._at_work
    began = time.monotonic()
    beside.wait()
    assert process.poll() is not None
    assert time.monotonic() - began < 30


def test_what_it_compiles_is_what_worlds_call():
    World(engines.everyday(100)).step()
    known = list(kernel.settle.overloads)
    exec(beside._SETTLES, {})
    assert list(kernel.settle.overloads) == known
