"""A campaign in a world: its columns, its nominations under way, and its part of every tick on the compiled engine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from sim.model import crew, rng
from sim.model.engine import campaigning
from sim.model.engine.campaigning import Moves, Scene
from sim.model.engine.pressing import Desk, desk
from sim.model.law import campaign_columns as state
from sim.model.law.campaign_columns import Nominations
from sim.model.law.campaign_levers import CampaignLevers, campaign_levers
from sim.model.law.campaign_settings import CampaignSettings
from sim.model.law.columns import Columns
from sim.model.network import seeding
from sim.model.network.networks import Network
from sim.model.network.rows import starts_of, transpose
from sim.model.stream import Moment, draw, words

Change = Callable[[CampaignLevers, int], CampaignLevers]
Work = Callable[[tuple[int, int]], Any]
_CROWD = 300_000  # people below which a second thread costs more than it brings when nobody reads
_MANY = 20_000  # the same of people who move in a tick
_NONE = np.empty(0, np.float32)


class Engine(NamedTuple):
    """What the compiled tick needs of its world."""

    kernel: ModuleType
    each: Callable[[Work], None]
    wards: int
    ward: int
    threads: int


class Campaign:
    """One campaign among the people of a network; without settings it has no columns and does nothing.

    columns : CampaignColumns; nominations : Nominations; number and first (tick of the start) may change by `begin`
    changes : functions (levers, tick) → levers, in this order, for interventions
    levers, scene : what the rules read in this tick, made by `prepare`
    passes : the module of passes, compiled around a world's own rules
    """

    def __init__(
        self,
        settings: CampaignSettings | None,
        network: Network,
        seed: int,
        replicate: int,
        dt: float,
        passes: ModuleType = campaigning,
    ) -> None:
        self.settings, self.network, self.dt = settings or CampaignSettings(), network, dt
        self.changes: list[Change] = []
        self.passes = passes
        self._desks = crew.kept(desk)
        self._moves: Moves | None = None
        self._key = (np.uint64(seed), np.uint64(replicate))
        self.people = network.people if settings else 0
        self.ties = self.scene = _scene(network) if settings else _scene(None)
        self.begin(self.settings.number, round(self.settings.start / dt))

    @property
    def is_on(self) -> bool:
        """Whether there is a campaign."""
        return self.people > 0

    def begin(self, number: int, tick: int) -> None:
        """Start a campaign of this number afresh: nobody has met it, and its seeds join in this tick."""
        self.number, self.first = number, tick
        self.moment = Moment(*self._key, np.uint64(number))
        self.columns, self.nominations = state.empty_campaign(self.people), state.no_nominations()
        self.seeds = np.empty(0, np.uint32)
        if self.is_on:
            self._draw_people()
            self.seeds = self._seeds()
        self.levers = self.levers_of(tick)

    def relaunch(self, tick: int) -> Change:
        """A change of levers by which the first seeds join again in this tick, if they have not; states are kept."""
        return lambda levers, now: (
            levers._replace(seeds=np.union1d(levers.seeds, self.seeds)) if now == tick else levers
        )

    def inject(self, luck: np.ndarray) -> None:
        """Draws of `sees_token` for every tie in the network's order (float32[m]), in place of keyed ones."""
        n = self.network
        given = np.asarray(luck, np.float64)
        back = transpose(n.indptr, n.indices, given, self.ties.readers_indptr)[1].astype(np.float32)
        self.ties = self.ties._replace(luck=given.astype(np.float32), readers_luck=back)

    def levers_of(self, tick: int) -> CampaignLevers:
        """The levers of a tick, with seeds and interventions."""
        levers = campaign_levers(self.settings, self.dt, tick - self.first)
        if self.is_on and tick == self.first:
            levers = levers._replace(seeds=self.seeds)
        for change in self.changes:
            levers = change(levers, tick)
        return levers

    def is_open(self, tick: int) -> bool:
        """Whether the campaign has a part in this tick."""
        return self.is_on and tick >= self.first

    def prepare(self, tick: int, people: Columns, lapsed: np.ndarray) -> None:
        """The tick's levers, and how many press in every group where the hashtag or a broadcast is on."""
        if not self.is_on:
            return
        self.levers, self.scene = self.levers_of(tick), self.ties._replace(lapsed=lapsed)
        if self.is_open(tick) and (self.levers.discovery > 0 or self.levers.broadcast > 0):
            size = np.bincount(people.group)
            crowd = np.zeros(size.size, np.int64)
            self.passes.gather(self.columns, people.group, crowd)
            self.scene = self.scene._replace(crowd=crowd, size=size)

    def step(self, tick: int, people: Columns, engine: Engine) -> None:
        """One tick of the campaign on the compiled engine, from what was published by the last."""
        k, world, ward = engine.kernel, (self.columns, people), engine.ward
        levers, scene, due, moves = self.levers, self.scene, self.take_due(tick), self._moves_of(engine.wards)
        crowd = self.people >= _CROWD
        self._each(engine, crowd, lambda w, d: k.campaigning.meet(
            *world, levers, scene, self.moment, tick, w, ward, moves, d))  # fmt: skip
        if due.due.size or levers.seeds.size:
            arriving = (due, _begins(due.nominee, levers.seeds, engine), levers.seeds)
            self._each(engine, crowd, lambda w, _: k.campaigning.hear(
                *world, levers, self.moment, *arriving, w, ward, moves))  # fmt: skip
        many = moves.counts.sum() >= _MANY
        self._each(engine, many, lambda w, d: k.joining.seek(*world, scene, self.moment, w, ward, moves, d))
        self._each(engine, many, lambda w, d: k.joining.turn(*world, levers, self.moment, tick, w, ward, moves, d))
        listed = _listed(moves, ward)
        self._show(people, listed, moves.moved, engine, engine.threads if many else 1)
        self._name(people, tick, listed, moves.moved, engine)

    def _each(self, engine: Engine, shared: bool, work: Callable[[tuple[int, int], Desk], Any]) -> None:
        """Do work on all wards, given as (first, last + 1), and with working arrays."""
        if shared:
            engine.each(lambda wards: self._desks.seat(work, wards))
        else:
            self._desks.seat(work, (0, engine.wards))

    def _moves_of(self, wards: int) -> Moves:
        """Room for the moves of a tick, kept: fresh memory costs a page fault every 4 kB."""
        if self._moves is None or len(self._moves.counts) != wards:
            rows, counts = np.empty(self.people, np.uint32), np.zeros(wards, np.int64)
            self._moves = Moves(np.zeros(self.people, np.uint8), rows, counts)
        return self._moves

    def take_due(self, tick: int) -> Nominations:
        """Nominations that arrive in this tick, in order; they are no longer under way."""
        stop = np.searchsorted(self.nominations.due, tick, side="right")
        due = Nominations(*(part[:stop] for part in self.nominations))
        self.nominations = Nominations(*(part[stop:] for part in self.nominations))
        return due

    def send(self, new: Nominations) -> None:
        """Nominations set out."""
        pairs = zip(self.nominations, new, strict=True)
        self.nominations = state.in_order(Nominations(*(np.concatenate(pair) for pair in pairs)))

    def _show(self, people: Columns, listed: np.ndarray, moved: np.ndarray, engine: Engine, threads: int) -> None:
        """Tokens that begin and end; threads share the readers, since each row is written by one of them."""
        show, scene = engine.kernel.joining.show, self.scene
        cuts = [self.people * part // threads for part in range(threads + 1)]

        def part(first: int, last: int, desk: Desk) -> None:
            for ends in (False, True):
                show(self.columns, people, scene, self.moment, listed, moved, ends, first, last, desk)

        if threads == 1:
            self._desks.seat(part, 0, self.people)
            return
        crew.share(partial(self._desks.seat, part), threads, cuts[:-1], cuts[1:])

    def _name(self, people: Columns, tick: int, listed: np.ndarray, moved: np.ndarray, engine: Engine) -> None:
        """Those who joined nominate."""
        levers = self.levers
        if not (listed.size and levers.names and levers.nominators > 0):
            return
        room, m = listed.size * int(levers.names), int(levers.names)
        out = Nominations(
            np.empty(room, np.int64), np.empty(room, np.uint32), np.empty(room, np.uint32), np.empty(room, np.float32)
        )
        made = engine.kernel.joining.name(
            self.columns, people, levers, self.scene, self.moment, tick, self.first, listed, moved, out,
            np.empty(m, np.float32), np.empty(m, np.int64),
        )  # fmt: skip
        self.send(Nominations(*(part[:made] for part in out)))

    def _draw_people(self) -> None:
        key = self.network.key.astype(np.uint64)
        low, high, late_low, late_high = (np.empty(key.size, np.uint64) for _ in range(4))
        draw(key, np.zeros(key.size, np.uint64), self.moment, rng.CAMPAIGN, low, high)
        draw(key, np.ones(key.size, np.uint64), self.moment, rng.CAMPAIGN, late_low, late_high)
        followers = self.network.followers().astype(np.int64)
        self.passes.resist(low, late_low, late_high, followers, np.float32(self.settings.broadcast_reach), self.columns)
        self.columns.threshold[:] = np.round(self._thresholds() * state.UNIT)

    def _thresholds(self) -> np.ndarray:
        """float64[n], friends to be seen in; a share is of all friends by the strength of their ties."""
        n, level = self.network, np.full(self.people, self.settings.threshold)
        if self.settings.threshold_spread == "uniform":
            spread = words(n.key, 0, self.moment, rng.SEEDS)[1]
            level *= (spread >> 9) * 2.0**-23 + 2.0**-24
        if self.settings.threshold_of == "share":
            reader = np.repeat(np.arange(self.people), np.diff(n.indptr))
            level *= np.bincount(reader, n.weight, minlength=self.people)
        return level

    def _seeds(self) -> np.ndarray:
        s, n = self.settings, self.network
        if s.seed_keys:
            return _rows_of(s.seed_keys, n)
        count = round(s.seed_share * n.people) if s.seed_count is None else s.seed_count
        return seeding.first(n, s.seed_rule, count, words(n.key, 0, self.moment, rng.SEEDS)[0])

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything that a checkpoint must keep; empty without a campaign."""
        if not self.is_on:
            return {}
        clock = np.array([self.number, self.first], np.int64)
        return {"clock": clock, **self.columns._asdict(), **self.nominations._asdict()}

    def restore(self, saved: dict[str, np.ndarray]) -> None:
        """Go on from the arrays of a checkpoint."""
        if not self.is_on:
            return
        number, first = saved["clock"].tolist()
        self.begin(number, first)
        for name, column in self.columns._asdict().items():
            column[:] = saved[name]
        self.nominations = Nominations(*(saved[name] for name in Nominations._fields))


def _scene(network: Network | None) -> Scene:
    """The ties both ways, as strong as the network has them: a token's weight must end as it began. Or nothing."""
    none, rows = np.zeros(0, np.int64), np.empty(0, np.uint32)
    if network is None:
        return Scene(none, rows, _NONE, _NONE, none, rows, _NONE, _NONE, none, none, np.empty(0, np.uint8))
    starts = starts_of(network.followers(), network.people)
    weight = _NONE if network.weight is None else network.weight
    readers, back = transpose(network.indptr, network.indices, weight.astype(np.float64), starts)
    if np.array_equal(readers, network.indices) and np.array_equal(starts, network.indptr):
        readers, starts = network.indices, network.indptr  # mutual ties need no second list
    return Scene(network.indptr, network.indices, weight, _NONE, starts, readers, back.astype(np.float32), _NONE,
                 none, none, np.empty(0, np.uint8))  # fmt: skip


def _begins(nominee: np.ndarray, seeds: np.ndarray, engine: Engine) -> np.ndarray:
    """int64[wards, 4], where each ward's nominations begin and end, and its seeds."""
    bounds = np.arange(engine.wards + 1) * engine.ward
    post, first = np.searchsorted(nominee, bounds), np.searchsorted(seeds, bounds)
    return np.stack([post[:-1], post[1:], first[:-1], first[1:]], axis=1).astype(np.int64)


def _listed(moves: Moves, ward: int) -> np.ndarray:
    """uint32[k], rows of all who move, in the order of the wards' lists."""
    parts = [moves.rows[w * ward : w * ward + count] for w, count in enumerate(moves.counts)]
    return np.concatenate(parts) if parts else np.empty(0, np.uint32)


def _rows_of(keys: list[int], network: Network) -> np.ndarray:
    """uint32[k], rows of some keys, ascending. ValueError for a key that nobody has."""
    wanted = np.unique(np.array(keys, np.int64))
    strange = np.setdiff1d(wanted, network.key)
    if strange.size:
        raise ValueError(f"campaign.seed_keys: nobody has key {strange[0]}")
    return np.searchsorted(network.key, wanted).astype(np.uint32)
