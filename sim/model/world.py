"""A world: people, their ties and the clock. Steps with the compiled kernel and knows no Mesa."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from sim.model import checkpoint, outcomes, population
from sim.model.engine import delivery, kernel, settling
from sim.model.engine.variants import kernel_with
from sim.model.interventions.programme import Programme
from sim.model.law import columns as state
from sim.model.law import gestures, letters
from sim.model.law.inputs import no_inputs
from sim.model.law.levers import base_levers
from sim.model.law.settings import ScenarioSettings
from sim.model.network.networks import Network, build
from sim.model.outcomes import Tally
from sim.model.stream import Moment, Ties

Rules = Mapping[str, Callable[..., Any]]
_SMALL = 50_000  # people below which a second thread costs more than it brings
_WARDS_A_TASK = 4  # small enough that a busy core does not stall the tick


class World:
    """One world of n people.

    columns : Columns, one row per person in ascending order of key
    tick : int, ticks done
    outbox : uint64[wards, room, 3], the letters of the last tick; `letters()` gives them in order
    levers, catalogue, inputs, felt : what the rules read in this tick; `felt` is the columns with the traits of the day
    programme : the interventions, and what they remember

    threads, ward (people a thread handles at a time) : None = chosen by the number of people; they change no bit
    """

    def __init__(
        self,
        settings: ScenarioSettings,
        network: Network | None = None,
        *,
        threads: int | None = None,
        rules: Rules | None = None,
        ward: int | None = None,
    ) -> None:
        self.settings = settings
        self.network = network or build(settings.network, settings.seed, settings.replicate)
        self.rules = dict(rules or {})
        self.kernel = kernel_with(self.rules)
        self.gestures = gestures.changed({k: v.model_dump(exclude_none=True) for k, v in settings.gestures.items()})
        self.base_catalogue = gestures.columns(self.gestures)
        weight = self.network.weight
        self.ties = Ties(
            self.network.indptr, self.network.indices, np.empty(0, np.float32) if weight is None else weight
        )
        self.columns = population.people(settings, self.network)
        self.programme = Programme(settings.interventions, self.network)
        self._begin_plain()
        self._intervened = -1
        self.tick = 0
        self.threads = threads or (1 if self.people < _SMALL else os.cpu_count() or 1)
        self._inbox = np.empty((0, letters.WORDS), np.uint64)
        self._moment: tuple[int, Moment] | None = None
        self._measured: tuple[int, dict[str, outcomes.Number]] = (-1, {})
        self._make_wards(ward or _ward_size(self.people))
        self._publish_first()

    @property
    def people(self) -> int:
        """Number of people."""
        return self.network.people

    @property
    def day(self) -> float:
        """Days gone by."""
        return self.tick * self.settings.dt

    @property
    def ticks(self) -> int:
        """Number of ticks in a whole run."""
        return round(self.settings.days / self.settings.dt)

    def _begin_plain(self) -> None:
        """A tick in which nothing is done."""
        self.levers, self.catalogue = base_levers(self.settings.rules, self.settings.dt), self.base_catalogue
        self.inputs, self.felt = no_inputs(), self.columns

    def switch(self, name: str, on: bool) -> None:
        """Open or close an intervention from the coming tick on, whatever its window says; checkpoints keep this."""
        self.programme.switch(name, on)

    def intervene(self) -> None:
        """Phase 0: interventions whose window is open say what the rules read in this tick. Once a tick."""
        if self._intervened == self.tick or not self.programme.plan:
            return
        self._intervened = self.tick
        prepared = self.programme.act(self)
        if prepared is None:
            self._begin_plain()
        else:
            self.levers, self.catalogue, self.inputs, self.felt = prepared

    def close_tick(self) -> None:
        """The tick is over: what interventions delivered is counted, and the clock moves on."""
        self.programme.close_tick(self)
        self.tick += 1

    def step(self) -> None:
        """One tick: everybody browses what was published, then receives and settles."""
        self.browse()
        self.settle()

    def browse(self) -> None:
        """Phase 1: read the feed and write letters; nobody's own row changes but today's tallies of reading."""
        self.intervene()
        world = (self.felt, self.ties, self.levers, self.catalogue, self.inputs, self.moment)
        out = (self.size, self.outbox, self.counts)
        self._each(lambda wards: self.kernel.browse(*world, wards, *out, kernel.browse_arrays(len(self.gestures))))
        if self.people and self.counts.max() > self.outbox.shape[1]:
            self._make_room(int(self.counts.max()))
            self.browse()

    def settle(self) -> None:
        """Phases 2 and 3: letters arrive, everybody settles and publishes; the clock moves on."""
        world = (self.columns, self.levers, self.catalogue, self.inputs, self.moment)
        sent = (self.size, self.outbox, self.counts)
        came = self._deliver()
        self._each(lambda wards: self.kernel.settle(*world, wards, *sent, *came, settling.settle_arrays(self.size)))
        self.close_tick()

    def _deliver(self) -> tuple[np.ndarray, np.ndarray]:
        """Letters sorted by receiving ward, and where each ward's begin."""
        table = np.empty((len(self.counts), len(self.counts)), np.int64)
        self._each(lambda wards: delivery.count(wards, self.size, self.outbox, self.counts, table))
        place, starts = delivery.places(table)
        if len(self._inbox) < starts[-1]:  # kept between ticks: fresh memory costs a page fault every 4 kB
            self._inbox = np.empty((int(starts[-1]) * 5 // 4, letters.WORDS), np.uint64)
        self._each(lambda wards: delivery.post(wards, self.size, self.outbox, self.counts, place, self._inbox))
        return self._inbox, starts

    def _each(self, work: Callable[[tuple[int, int]], Any]) -> None:
        """Do work on all wards, given as (first, last + 1), with as many threads as this world may use."""
        wards = len(self.counts)
        if self.threads == 1 or wards < 2:
            work((0, wards))
            return
        share = max(1, min(_WARDS_A_TASK, wards // self.threads))
        with ThreadPoolExecutor(self.threads) as pool:
            for _ in pool.map(work, [(w, min(w + share, wards)) for w in range(0, wards, share)]):
                pass

    def _make_wards(self, size: int) -> None:
        self.size = size
        self.counts = np.zeros(-(-self.people // self.size), np.int64)
        self._make_room(4 * min(self.size, self.people))

    def _make_room(self, room: int) -> None:
        self.outbox = np.empty((len(self.counts), room + room // 4, letters.WORDS), np.uint64)

    def _publish_first(self) -> None:
        """Profiles of day 0."""
        scratch = settling.settle_arrays(self.people)
        settling.weigh(self.columns.age, self.columns.score, self.columns.resting, self.levers, scratch.weight)
        settling.publish(self.columns, self.levers, 0, self.people, scratch)

    @property
    def moment(self) -> Moment:
        """Key of this world's draws and the tick that comes next."""
        if self._moment is None or self._moment[0] != self.tick:
            words = (self.settings.seed, self.settings.replicate, self.tick)
            self._moment = (self.tick, Moment(*(np.uint64(word) for word in words)))
        return self._moment[1]

    def letters(self) -> np.ndarray:
        """The acts of the last tick as uint64[m, 3], in the order (sender, slot); see `sim.model.law.letters`."""
        boxes = [box[:count] for box, count in zip(self.outbox, self.counts, strict=True)]
        return np.concatenate(boxes) if boxes else np.empty((0, letters.WORDS), np.uint64)

    def put_letters(self, post: np.ndarray) -> None:
        """Replace the acts of this tick (before `settle`): uint64[m, 3] in the order (sender, slot).

        So one act can be taken out of a world, or another engine can hand over what it wrote.
        """
        ward = (post[:, 0] & np.uint64(0xFFFFFFFF)).astype(np.int64) // self.size
        self.counts[:] = np.bincount(ward, minlength=len(self.counts))
        if post.size and self.counts.max() > self.outbox.shape[1]:
            self._make_room(int(self.counts.max()))
        for w, part in enumerate(np.split(post, np.cumsum(self.counts)[:-1]) if len(self.counts) else []):
            self.outbox[w, : len(part)] = part

    def outcomes(self) -> dict[str, outcomes.Number]:
        """One row of the tables: every outcome after the last tick."""
        if self._measured[0] != self.tick:
            self._measured = (self.tick, outcomes.measure(self._tally()))
        return self._measured[1]

    def _tally(self) -> Tally:
        account = self.programme.account(self.settings.dt)
        return Tally(self.columns, self.letters(), self.levers, self.gestures, self.tick, account)

    def save(self, path: str | Path) -> None:
        """Write a checkpoint: columns, letters of the last tick, network, tick and scenario."""
        here = checkpoint.Checkpoint(self.settings, self.network, self.columns._asdict(), self.letters(), self.tick,
                                     self.programme.memory)  # fmt: skip
        checkpoint.write(here, Path(path))

    @classmethod
    def load(cls, path: str | Path, *, threads: int | None = None, rules: Rules | None = None) -> World:
        """The world of a checkpoint; going on gives the same bits as never having stopped."""
        saved = checkpoint.read(Path(path))
        world = cls(saved.settings, saved.network, threads=threads, rules=rules)
        for name, column in saved.columns.items():
            getattr(world.columns, name)[:] = column
        world.tick = saved.tick
        world.programme.memory.update(saved.memory)
        world.put_letters(saved.letters)
        return world

    def digest(self) -> str:
        """SHA-256 over every column, and over what interventions remember."""
        return state.digest(self.columns, self.programme.memory)


def _ward_size(people: int) -> int:
    """People in a ward: about a thousand wards at most, so that the table of wards stays small."""
    size = settling.WARD
    while people > 1024 * size:
        size *= 2
    return size
