"""A real cluster on loopback makes the same table as one thread does, also when a worker dies on the way."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import tempfile
import time
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest
import studies

from sim.lab import exits
from sim.lab.errors import WorkerLost
from sim.lab.status import status
from sim.lab.store import TABLES, Store
from sim.lab.sweep import sweep

distributed = pytest.importorskip("distributed", reason="needs the extra `dask`")


@contextlib.contextmanager
def three_workers():
    """A scheduler and three worker processes on loopback; nannies start those anew that die."""
    with distributed.LocalCluster(
        n_workers=3, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as made:
        yield made


@pytest.fixture(scope="module")
def cluster():
    with three_workers() as made:
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
    assert studies.left(tmp_path / "s") == []


def strike(cluster, client, luck: random.Random) -> str:
    """Kill a worker or the client, whichever chance says; what was killed, if anything lived."""
    if luck.random() < 0.5:
        alive = client.poll() is None
        studies.kill(client)
        return "client" if alive else ""
    up = [nanny for nanny in cluster.workers.values() if nanny.worker_address in cluster.scheduler.workers]
    if not up:
        return ""
    with contextlib.suppress(ProcessLookupError):
        os.kill(luck.choice(up).pid, signal.SIGKILL)
        return "worker"
    return ""


def killed_at_random(cluster, folder: Path, number: int, luck: random.Random) -> list[str]:
    """A sweep by the cluster for a client process, under `number` kills, and then in peace; what was killed."""
    struck: list[str] = []
    client = studies.start(folder, address=cluster.scheduler_address)
    while len(struck) < number:
        client.stdout.readline()
        time.sleep(luck.uniform(0, 4))
        struck += filter(None, [strike(cluster, client, luck)])
        if client.poll() is not None:
            studies.kill(client)
            client = studies.start(folder, address=cluster.scheduler_address)
    studies.kill(client)
    for _ in range(3):  # a part under which four workers died ends the sweep with a line, and the next call goes on
        last = studies.start(folder, address=cluster.scheduler_address)
        said = last.communicate()[1]
        if last.returncode == 0:
            return struck
        assert last.returncode == 3, said
    raise AssertionError(said)


def settled(folder: Path) -> None:
    """Wait until workers that lost their client are done with their part, then tidy up as every sweep does."""
    deadline = time.monotonic() + 30
    while status(folder).writing and time.monotonic() < deadline:
        time.sleep(0.2)
    Store(folder, TABLES).sweep_up()


@pytest.mark.slow
def test_killed_a_hundred_times(tmp_path, record_property):
    luck, kills, wanted = random.Random(4), [], whole(tmp_path)
    for study in range(10):
        folder = tmp_path / f"s{study}"
        with three_workers() as fresh:
            kills += killed_at_random(fresh, folder, 10, luck)
            settled(folder)
        assert studies.digest(folder) == wanted
        assert studies.left(folder) == []
    told = f"{kills.count('worker')} workers and {kills.count('client')} clients killed, 0 runs lost"
    print(f"Dask: {told}; 95 % bound on the chance of a loss {3 / len(kills):.3f}")
    record_property("kills that struck; 95 % bound on the chance of a loss", (told, 3 / len(kills)))


def test_a_part_that_kills_its_workers_ends_with_one_line(capsys):
    lost = type("KilledWorker", (Exception,), {})

    class Deadly(Executor):
        def submit(self, function, /, *arguments):
            future = Future()
            future.set_exception(lost("part"))
            return future

    with tempfile.TemporaryDirectory() as folder, pytest.raises(WorkerLost) as trouble:
        sweep(studies.plan(), Path(folder), executor=Deadly())
    assert exits.told(trouble.value) == 3
    assert capsys.readouterr().err.startswith("a worker died, most likely for want of memory; what is done is kept")
