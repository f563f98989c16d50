"""A world: people, their ties and the clock. Steps with the compiled kernel and knows no Mesa."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from sim.model import beside, checkpoint, crew, outcomes, population
from sim.model.campaign import Campaign, Engine
from sim.model.compiled import Entry
from sim.model.engine import delivery, settling, temper
from sim.model.engine import desk as desks
from sim.model.engine.variants import kernel_with
from sim.model.interventions.programme import Programme
from sim.model.law import columns as state
from sim.model.law import gestures, letters
from sim.model.law.extras import Extra, extra_levers
from sim.model.law.inputs import no_inputs
from sim.model.law.levers import base_levers
from sim.model.law.settings import ScenarioSettings
from sim.model.network.layers import Later
from sim.model.network.networks import Network, build
from sim.model.outcomes import Mail, Names, Number, Tally
from sim.model.outcomes.exposure import items_shown
from sim.model.stream import Moment

Rules = Mapping[str, Callable[..., Any]]
_SMALL = 50_000  # people below which a second thread costs more than it brings


class World:
    """One world of n people.

    columns : Columns, one row per person in ascending order of key
    extra : Extra, columns and levers of what is off by default
    campaign : Campaign, with columns of its own; does nothing where the scenario has none
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
        self.ties = population.ties_of(settings, self.network)
        self.columns = population.people(settings, self.network)
        self.campaign = Campaign(
            settings.campaign, self.network, settings.seed, settings.replicate, settings.dt, self.kernel.campaigning
        )
        self.real_act = next((g for g, gesture in enumerate(self.gestures) if gesture.name == "substantial"), 0)
        self.extra = Extra(population.extra_columns(settings, self.network), extra_levers(settings))
        self.programme = Programme(settings.interventions, self.network)
        self.campaign.changes.append(self.programme.on_campaign)
        self._begin_plain()
        self._intervened = -1
        self.tick = 0
        self.threads = threads or (1 if self.people < _SMALL else os.cpu_count() or 1)
        self._inbox = np.empty((0, letters.WORDS), np.uint64)
        self._browse = Entry(self.kernel.browse, None if self.rules else beside.compile_settle)
        self._settle = Entry(self.kernel.settle, beside.wait)
        self._moment: tuple[int, Moment] | None = None
        self._measured: tuple[tuple[int, Names], dict[str, Number]] = ((-1, ()), {})
        self.memory = outcomes.Memory(self.people)
        self._make_wards(ward or delivery.ward_size(self.people))
        self.publish()

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
        """The tick is over: what interventions delivered is counted, the clock moves on, and new ties appear."""
        self.programme.close_tick(self)
        self.tick += 1
        if self.network.later is not None:
            self._add_ties(self.network.later)

    def _add_ties(self, later: Later) -> None:
        """Ties whose day has come appear."""
        appear = np.ceil(later.day / self.settings.dt - 1e-9) == self.tick
        np.add.at(self.ties.weight, later.place[appear], later.strength[appear])
        if self.settings.ties.changing:
            np.minimum(self.ties.weight, np.float32(2), out=self.ties.weight)

    def step(self) -> None:
        """One tick: everybody browses what was published, then receives and settles."""
        self.browse()
        self.settle()

    @property
    def is_everyday(self) -> bool:
        """Whether the everyday part of a tick runs: always, but where a campaign runs and nobody ever reads."""
        return not (self.campaign.is_on and self.settings.population.attention_mean == 0)

    def sheet(self, columns: state.Columns) -> tuple[Any, ...]:
        """What the kernel reads of this tick, beside letters."""
        return columns, self.extra, self.ties, self.levers, self.catalogue, self.inputs, self.moment

    def browse(self) -> None:
        """Phase 1: read the feed and write letters; nobody's own row changes but today's tallies of reading."""
        self.intervene()
        if not self.is_everyday:
            return
        world, out = self.sheet(self.felt), (self.size, self.outbox, self.counts)
        self._each_seated(lambda wards, desk: self._browse(world[:-1], world, wards, *out, desk.browse))
        if self.people and self.counts.max() > self.outbox.shape[1]:
            self._make_room(int(self.counts.max()))
            self.browse()

    def settle(self) -> None:
        """Phases 2 and 3: the campaign, letters arrive, everybody settles and publishes; the clock moves on."""
        self.intervene()
        self.campaign.prepare(self.tick, self.columns, self.extra.columns.lapsed)
        if self.campaign.is_open(self.tick):
            each = partial(self._each, tasks=crew.FEW)
            engine = Engine(self.kernel, each, len(self.counts), self.size, self.threads)
            self.campaign.step(self.tick, self.columns, engine)
        if self.is_everyday:
            self._settle_people()
        self.close_tick()

    def _settle_people(self) -> None:
        world, token = self.sheet(self.columns), (self.campaign.columns, self.campaign.levers, self.real_act)
        sent, came = (self.size, self.outbox, self.counts), self._deliver()
        known = (*world[:-1], *token)
        self._each_seated(lambda wards, desk: self._settle(known, world, token, wards, *sent, *came, desk.settle))

    def _deliver(self) -> tuple[np.ndarray, np.ndarray]:
        """Letters sorted by receiving ward, and where each ward's begin."""
        place, starts = np.empty((len(self.counts),) * 2, np.int64), np.empty(len(self.counts) + 1, np.int64)
        self._each(lambda wards: delivery.count(wards, self.size, self.outbox, self.counts, place))
        delivery.places(place, starts)
        if len(self._inbox) < starts[-1]:  # kept between ticks: fresh memory costs a page fault every 4 kB
            self._inbox = np.empty((int(starts[-1]) * 5 // 4, letters.WORDS), np.uint64)
        self._each(lambda wards: delivery.post(wards, self.size, self.outbox, self.counts, place, self._inbox))
        return self._inbox, starts

    def _each(self, work: Callable[[tuple[int, int]], Any], tasks: int = crew.MANY) -> None:
        """Do work on all wards, given as (first, last + 1), with as many threads as this world may use."""
        crew.share_wards(work, self.threads, len(self.counts), tasks)

    def _each_seated(self, work: Callable[[tuple[int, int], desks.Desk], Any]) -> None:
        """The same with working arrays."""
        self._each(lambda wards: self._desks.seat(work, wards))

    def _make_wards(self, size: int) -> None:
        self.size = size
        self._desks = crew.kept(desks.desk, len(self.gestures), size)
        self.counts = np.zeros(-(-self.people // self.size), np.int64)
        self._make_room(4 * min(self.size, self.people))

    def _make_room(self, room: int) -> None:
        self.outbox = np.empty((len(self.counts), room + room // 4, letters.WORDS), np.uint64)

    def publish(self) -> None:
        """Publish everybody's profile as their columns are now: on day 0, and where columns were edited since."""
        scratch = desks.settle_arrays(self.people)
        settling.weigh(self.columns.age, self.columns.score, self.columns.resting, self.levers, scratch.weight)
        settling.publish(self.columns, self.levers, 0, self.people, scratch)
        temper.show_custom(self.columns.profile, self.extra.columns.custom)

    @property
    def moment(self) -> Moment:
        """Key of this world's draws and the tick that comes next."""
        if self._moment is None or self._moment[0] != self.tick:
            words = (self.settings.seed, self.settings.replicate, self.tick)
            self._moment = (self.tick, Moment(*(np.uint64(word) for word in words)))
        return self._moment[1]

    def letters(self) -> np.ndarray:
        """The acts of the last tick as uint64[m, 3], in the order (sender, slot); see `sim.model.law.letters`."""
        return self._mail().letters

    def _mail(self) -> Mail:
        return Mail(self.outbox, self.counts, self.people, self.size, self._each, int(self.memory.chains.every))

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

    def outcomes(self, names: Names = None) -> dict[str, Number]:
        """One row of the tables: outcomes after the last tick, all where no names are given.

        For outcomes with a memory ("so far", trailing, chains) every tick must be asked for or followed, else they are
        missing.
        """
        if self._measured[0] != (self.tick, names):
            tally = self.tally()
            self._remember(tally.mail)
            self._measured = ((self.tick, names), outcomes.measure(tally, names))
        return self._measured[1]

    def outcomes_at_end(self, names: Names = None) -> dict[str, Number]:
        """The outcomes that are too costly for every tick, all where no names are given."""
        self.follow()
        return outcomes.measure_end(self.tally(), names)

    def follow(self) -> None:
        """Take the tick just over into the memory of outcomes, without measuring any."""
        self._remember(self._mail())

    def _remember(self, mail: Mail) -> None:
        self.memory.follow(self.columns, mail, self.settings.dt, self.tick)

    def tally(self) -> Tally:
        """What an outcome reads; `Outcome.measure` takes it."""
        seed, account = (self.settings.seed, self.settings.replicate), lambda: self.programme.account(self.settings.dt)
        seen = (self.columns, self._mail(), self.levers, self.gestures, self.tick, self.network)
        beside = (self.memory, lambda: items_shown(self), self.extra, self.ties, self.campaign.columns)
        return Tally(*seen, *beside, account, seed, self.threads)

    def save(self, path: str | Path) -> None:
        """Write a checkpoint: columns, letters of the last tick, network, tick, scenario and memories."""
        checkpoint.write(checkpoint.taken(self), Path(path))

    @classmethod
    def load(cls, path: str | Path, *, threads: int | None = None, rules: Rules | None = None) -> World:
        """The world of a checkpoint; going on gives the same bits as never having stopped."""
        saved = checkpoint.read(Path(path))
        world = cls(saved.settings, saved.network, threads=threads, rules=rules)
        checkpoint.resume(world, saved, Path(path))
        return world

    def memories(self) -> checkpoint.Memories:
        """State beside the columns, by owner and name: of slow mechanisms, interventions and campaigns."""
        slow = {name: column for name, column in self.extra.columns._asdict().items() if column.size}
        change = self.settings.ties.changing or self.network.later is not None
        slow |= {"tie_strength": self.ties.weight} if change else {}
        return {"slow": slow, "intervention": self.programme.memory, "campaign": self.campaign.arrays()}

    def digest(self) -> str:
        """SHA-256 over every column, and whatever else the world remembers."""
        owners = self.memories().items()
        return state.digest(
            self.columns, {f"{owner}_{name}": part for owner, own in owners for name, part in own.items()}
        )
