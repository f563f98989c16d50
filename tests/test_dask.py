"""A real cluster on loopback makes the same table as one thread does, also when a worker dies on the way."""

from __future__ import annotations

import os
import signal

import pytest
import studies

from sim.lab.store import Store
from sim.lab.sweep import sweep

distributed = pytest.importorskip("distributed", reason="needs the extra `dask`")


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=3, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as made:
        yield made


def whole(tmp_path) -> str:
    plan = studies.plan()
    return sweep(plan, tmp_path / "alone", workers=1).digest(plan)


def test_a_cluster_makes_the_same_bytes(cluster, tmp_path):
    with distributed.Client(cluster) as client:
        store = sweep(studies.plan(), tmp_path / "s", executor=client.get_executor())
    assert store.digest(studies.plan()) == whole(tmp_path)


def test_a_worker_that_dies_loses_nothing(cluster, tmp_path):
    with distributed.Client(cluster) as client:
        workers = list(client.run(os.getpid).values())
        told = []

        def advance(runs: int) -> None:
            if not told:
                os.kill(workers[0], signal.SIGKILL)
            told.append(runs)

        store = sweep(studies.plan(), tmp_path / "s", executor=client.get_executor(), advance=advance)
    assert store.digest(studies.plan()) == whole(tmp_path)
    assert list(Store.of(studies.plan(), tmp_path / "s").broken()) == []
