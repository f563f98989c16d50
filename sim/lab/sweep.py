"""Running a study: every missing part once, on any workers, through one seam (`concurrent.futures`)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from sim.lab.asked import Asked
from sim.lab.errors import BadInput, WorkerLost
from sim.lab.store import Columns, Store, differences
from sim.lab.study import Part, Plan, program
from sim.model import disk

if TYPE_CHECKING:
    from sim.lab.record import Done
    from sim.lab.scenario import Scenario
    from sim.model.network.networks import Network

SMALL = 3_000  # people up to which worker threads beat processes: the kernel runs without the interpreter lock
POOLS = ("threads", "processes")
KILLED = "KilledWorker"  # how Dask calls a part under which several workers died


@dataclass(frozen=True)
class Shard:
    """Every n-th part of a plan, beginning with part i (counted from 0)."""

    number: int = 0
    of: int = 1

    @classmethod
    def read(cls, text: str) -> Shard:
        """From `i/n`, counted from 1."""
        number, slash, of = text.partition("/")
        if slash and number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of):
            return cls(int(number) - 1, int(of))
        raise BadInput("--shard", None, text, "is not i/n with 1 <= i <= n, as in 3/16")

    @classmethod
    def of_array(cls) -> Shard | None:
        """The shard of this task in a Slurm job array; None outside one.

        BadInput where the variables do not say which task of how many this is: an array of uneven steps (1,3,7) or
        of listed tasks (2,4,6), for which Slurm says no step.
        """
        told = {name: os.environ.get(f"SLURM_ARRAY_TASK_{name}") for name in ("ID", "MIN", "MAX", "COUNT", "STEP")}
        if told["ID"] is None:
            return None
        given = {name: text for name, text in told.items() if text is not None}
        if all(text.isascii() and text.isdecimal() for text in given.values()):
            place = _place({name: int(text) for name, text in given.items()})
            if place:
                return cls(*place)
        words = ", ".join(f"{name}={text}" for name, text in given.items())
        message = f"{words} is no evenly spaced array as in --array=1-16 or 0-30:10; give --shard i/n instead"
        raise BadInput("SLURM_ARRAY_TASK", None, None, message)

    def __contains__(self, part: Part) -> bool:
        return part.number % self.of == self.number


def _place(array: dict[str, int]) -> tuple[int, int] | None:
    """Which task of how many; None where the numbers do not fit each other, or say too little."""
    first, step = array.get("MIN"), array.get("STEP", 1)
    if first is None or step < 1 or not {"MAX", "COUNT"} & set(array):
        return None
    count = array.get("COUNT", (array.get("MAX", first) - first) // step + 1)
    number, odd = divmod(array["ID"] - first, step)
    even = array.get("MAX", first + (count - 1) * step) == first + (count - 1) * step
    return (number, count) if even and not odd and 0 <= number < count else None


def sweep(
    plan: Plan,
    folder: Path,
    *,
    workers: int | None = None,
    pool: str | None = None,
    shard: Shard | None = None,
    executor: Executor | None = None,
    advance: Callable[[int], None] = lambda runs: None,
) -> Store:
    """Work every part that is missing and return the store. Any number of processes may do so at once.

    advance : called with the number of runs done after each part
    executor : anything that takes `submit`, a Dask client's `get_executor()` for instance; else a local pool

    Raises BadInput for a folder of another study and for workers with another program, DiskTrouble with the bytes that
    are needed, WorkerLost where workers die. What was done stays done; the same call goes on.
    """
    store = Store.of(plan, folder)
    store.open(plan)
    store.sweep_up()
    parts = [part for part in store.missing(plan) if part in (shard or Shard())]
    done = plan.runs - sum(map(plan.runs_of, parts))
    try:
        with given(executor) if executor else _pool(plan, workers, pool) as hands:
            for part in _worked(hands, plan, store, parts):
                done += plan.runs_of(part)
                advance(done)
    except disk.DiskTrouble as trouble:
        raise _with_advice(trouble, plan, store) from trouble
    except Exception as trouble:
        if isinstance(trouble, BrokenExecutor) or type(trouble).__name__ == KILLED:
            raise WorkerLost from trouble
        raise
    finally:
        store.sweep_up()
    return store


def _with_advice(trouble: disk.DiskTrouble, plan: Plan, store: Store) -> disk.DiskTrouble:
    """The trouble with what the rest of the plan will take, by the size of the parts that are there."""
    left = len(store.missing(plan))
    sizes = [[path.stat().st_size for path in store.files(table).values()] for table in store.tables]
    total = round(sum(left * sum(one) / max(len(one), 1) for one in sizes))
    advice = f", and about {max(total, trouble.needed):,} for the {left:,} parts that are missing"
    return disk.DiskTrouble(trouble.path, trouble.trouble, trouble.needed, advice)


def _worked(hands: Executor, plan: Plan, store: Store, parts: list[Part]) -> Iterator[Part]:
    """Parts as they are finished; no more are handed out than twice the number of hands, so that Ctrl-C is quick."""
    ahead = 2 * getattr(hands, "_max_workers", 32)
    waiting: dict[Future[None], Part] = {}
    queue, halt = iter(parts), Event()
    more = (halt.is_set,) if isinstance(hands, ThreadPoolExecutor) else ()  # threads cannot be killed, but asked
    try:
        while True:
            for part in queue:
                waiting[hands.submit(work, plan, store, part, *more)] = part
                if len(waiting) >= ahead:
                    break
            if not waiting:
                return
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                future.result()
                yield waiting.pop(future)
    except BaseException:
        halt.set()
        for future in waiting:
            future.cancel()
        raise


def never() -> bool:
    """Nobody asks to stop."""
    return False


def work(plan: Plan, store: Store, part: Part, halted: Callable[[], bool] = never) -> None:
    """Run one part and put its tables on the disk; what a worker does. BadInput where its program is another."""
    differ = list(differences(dict(plan.program), dict(program())))
    if differ:
        raise BadInput("worker", None, "program", f"is not the one that planned: {'; '.join(differ)}")
    runs, series = run_part(plan, part, halted)
    if "series" in store.tables:
        store.put(part, "series", series)
    store.put(part, "runs", runs)


def run_part(plan: Plan, part: Part, halted: Callable[[], bool] = never) -> tuple[Columns, Columns]:
    """The rows of one part: one per run, and one per run and tick. CancelledError in mid-run once `halted`."""
    runs: dict[str, list[Any]] = {}
    series: dict[str, list[Any]] = {}
    scenarios, asked = plan.scenarios(part), Asked.of(plan.study.outcomes, plan.study.series)
    for replicate in part.replicates:
        networks: dict[str, Network] = {}
        for scenario in scenarios.values():
            done = _run(scenario.in_replicate(replicate), networks, halted, asked)
            row, course = _rows(plan, part, done)
            for name, value in row.items():
                runs.setdefault(name, []).append(value)
            for name, values in course.items():
                series.setdefault(name, []).extend(values)
    return runs, series


def _run(scenario: Scenario, networks: dict[str, Network], halted: Callable[[], bool], asked: Asked) -> Done:
    """One run; arms of a replicate share their network, where their settings ask for the same."""
    from sim.lab.record import kept
    from sim.lab.run import network_of, prepared

    wanted = scenario.settings.network.model_dump_json() + f" {scenario.settings.seed}"
    if wanted not in networks:
        networks[wanted] = network_of(scenario)
    made = prepared(scenario, threads=1, network=networks[wanted])
    made.ask(asked)
    for _ in made:
        if halted():
            raise CancelledError
    return kept(made)


def _rows(plan: Plan, part: Part, done: Done) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """A run's row in the table of runs, and its rows in the table of series if that is kept."""
    settings, known = done.scenario.settings, done.identity | plan.study.bare(part.point)
    chosen = plan.study.outcomes or list(done.summary)
    row = known | {"days": settings.days, "dt": settings.dt} | done.size | {name: done.summary[name] for name in chosen}
    if not plan.study.series:
        return row, {}
    course = done.frame
    kept = ["day", *(name for name in plan.study.outcomes or course if name in course and name != "day")]
    return row, {name: [value] * len(course["day"]) for name, value in known.items()} | {n: course[n] for n in kept}


@contextmanager
def given(executor: Executor) -> Iterator[Executor]:
    """An executor that is somebody else's to shut down."""
    yield executor


def _pool(plan: Plan, workers: int | None, pool: str | None) -> AbstractContextManager[Executor]:
    workers = workers or os.cpu_count() or 1
    if pool is None:
        first = next(iter(plan.scenarios(plan.parts[0]).values()))
        pool = "threads" if workers == 1 or first.settings.network.people <= SMALL else "processes"
    if pool == "threads":
        return ThreadPoolExecutor(workers)
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
