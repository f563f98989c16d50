"""A process that works run after run keeps nothing of them."""

from __future__ import annotations

import gc
import os
import tracemalloc
import weakref
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import studies

from sim.lab import run as running
from sim.lab.overrides import from_settings
from sim.lab.scenario import load
from sim.lab.store import Store
from sim.lab.study import Study, planned
from sim.lab.sweep import work

BOUND = 1000.0  # bytes a run may leave behind
SURE = 4.0  # standard errors that the slope must be under the bound


def resident() -> int:
    """Bytes of memory that the system counts for this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def traced() -> int:
    """Bytes that Python and numpy hold; free of the allocators' noise, blind to what compiled libraries hold.

    Caches of settings and patterns fill up over the first runs: 5 kB a run at first, 0.1 kB after 150, 7 bytes at last.
    """
    return tracemalloc.get_traced_memory()[0]


@pytest.mark.parametrize("scenario", ["everyday", "nomination_challenge"])
def test_a_world_that_nobody_holds_is_gone_at_once(scenario):
    """Without waiting for the collector of cycles, which may come when ten more worlds have been made."""
    gc.disable()
    try:
        run = running.prepared(load(scenario, from_settings({"network.people": 60}, "test")))
        list(run.steps(2))
        world = weakref.ref(run.world)
        del run
        assert world() is None
    finally:
        gc.enable()


def slope(folder: Path, runs: int, warm: int, measure: Callable[[], int]) -> tuple[float, float]:
    """Bytes a run by least squares over parts of ten runs, those after the first `warm`; and its standard error."""
    study = Study("tiny", "?", "everyday", replicates=runs, outcomes=("kind_acts",), series=True)
    plan = planned(study, [studies.override(text) for text in ("network.people=20", "network.degree=4", "days=2")])
    store = Store.of(plan, folder)
    store.open(plan)
    sizes = []
    for part in plan.parts:
        work(plan, store, part)
        gc.collect()
        sizes.append(measure())
    done = 10.0 * np.arange(1, len(sizes) + 1)
    late = done > warm
    fit, errors = np.polyfit(done[late], np.array(sizes, float)[late], 1, cov=True)
    return float(fit[0]), float(errors[0, 0] ** 0.5)


def forgets(found: tuple[float, float]) -> bool:
    """Whether the slope is surely under the bound."""
    return found[0] + SURE * found[1] < BOUND


@pytest.fixture
def tracing():
    """Allocations of Python are counted."""
    tracemalloc.start()
    yield
    tracemalloc.stop()


def test_a_hundred_runs_leave_nothing(tmp_path, tracing, record_property):
    found = slope(tmp_path / "s", 110, 60, traced)
    record_property("bytes a run, standard error", found)
    assert forgets(found)


def test_a_sweep_that_keeps_its_series_is_caught(tmp_path, tracing, monkeypatch):
    """The broken twin keeps what each run recorded, two days of it."""
    kept, prepared = [], running.prepared

    def keeping(*given, **more):
        made = prepared(*given, **more)
        kept.append(made.series)
        return made

    monkeypatch.setattr(running, "prepared", keeping)
    assert not forgets(slope(tmp_path / "s", 110, 60, traced))


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="resident memory as Linux tells it")
def test_ten_thousand_runs_leave_nothing(tmp_path, record_property):
    found = slope(tmp_path / "s", 10_000, 1000, resident)
    print(f"resident memory: {found[0]:.1f} bytes a run, standard error {found[1]:.1f}")
    record_property("bytes a run, standard error", found)
    assert forgets(found)
