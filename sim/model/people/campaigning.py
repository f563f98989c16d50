"""A person's part in a campaign: take in what presses, hear nominations, join, show the token, nominate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from sim.model import rng
from sim.model.engine.campaigning import AS_SEED, BY_FRIENDS, BY_NAME, LEAVES, STAYS
from sim.model.law.campaign_columns import ACTED, AWARE, ENDED, FOUND_OUT, IN, JOINED, OVER, UNAWARE, Nominations
from sim.model.law.columns import NOBODY
from sim.model.people.member import Member

_NOTHING, _ALL, _LATE = np.float32(0), np.float32(1), np.float32(1e30)
Nomination = tuple[int, int, int, float]  # due tick, nominee, nominator, day


class Campaigner(Member):
    """What a person makes of a campaign. `move` is what happens to them in this tick."""

    move = STAYS

    def takes_in_campaign(self) -> None:
        """What presses now: friends' tokens, hashtag and broadcast; they may win this person, or one's token ends."""
        c, crowded = self.world.campaign.levers, self.world.campaign.scene.crowd.size > 0
        self.steps_today, self.move = 0, STAYS
        if c.ask > 0 and self.stage != UNAWARE:
            self.is_asked(self.campaign_draw(rng.ASKS, int(c.ask))[0])
        if self.stage >= IN:
            self.move = LEAVES if self.stage == IN and self.until <= self.world.tick else STAYS
            return
        if self.is_away():
            return
        before = self.found
        if crowded:
            self.goes_by()
        if self.stage == UNAWARE and (self.seen > 0 or (crowded and self.found >= self.obscurity)):
            self.becomes_aware()
        if self.pressing > 0 or crowded:
            self.is_pressed(before)

    def is_pressed(self, found: float) -> None:
        """The dose grows and may win this person (`found` = discoveries before the tick)."""
        c, book = self.world.campaign.levers, self.book
        before = self.pressure(found)
        self.dose = book.takes_in(self.dose, self.pressing, self.novelty(), c.boost, c.dt)
        after = self.pressure(self.found)
        if book.joins(after, self.reluctance) == 1:
            self.joined_day = c.day + book.crosses(before, after, self.reluctance) * c.dt
            self.move = BY_FRIENDS

    def pressure(self, found: float) -> float:
        """Pressure to join so far."""
        c = self.world.campaign.levers
        return self.book.is_pressed(self.dose, self.asked, found, self.seen, self.threshold, c.rate, c.rate_top)

    def novelty(self) -> float:
        """How new the campaign still is, averaged over the tick."""
        c = self.world.campaign.levers
        return self.book.stays_new(c.day - self.aware_day, c.novelty_rate, c.novelty_mean)

    def goes_by(self) -> None:
        """Hashtag and broadcast go by."""
        c, scene = self.world.campaign.levers, self.world.campaign.scene
        crowd = self.book.crowds(scene.crowd[self.group], scene.size[self.group])
        self.found = self.book.discovers(self.found, crowd, c.discovery, c.broadcast, int(self.reached),
                                         self.novelty(), c.boost * c.dt)  # fmt: skip

    def becomes_aware(self) -> None:
        """The campaign is met for the first time, and asks."""
        self.stage, self.aware_day = AWARE, self.world.campaign.levers.day
        self.steps_today |= FOUND_OUT
        self.is_asked(self.campaign_draw(rng.CAMPAIGN, 1)[1])

    def is_asked(self, u: float) -> None:
        """One ask for the real act; at most one is followed."""
        c = self.world.campaign.levers
        token = _NOTHING if self.stage < IN else (c.public_effect if self.public == 1 else c.private_effect)
        self.asks += 1
        if self.acted == 0 and self.book.happens(u, self.book.acts_for_real(c.base, token, c.match, c.shock)) == 1:
            self.acted = 1
            self.steps_today |= ACTED

    def hears(self, nominator: Any, day: float) -> None:
        """A nomination arrives; void if one is in or over."""
        c, book = self.world.campaign.levers, self.book
        self.nominated += 1
        if self.stage >= IN or self.move != STAYS:
            self.wasted += 1
            return
        if self.stage == UNAWARE:
            self.becomes_aware()
        if c.nominations_ask == 1:
            self.is_asked(self.campaign_draw(rng.NAMES, int(nominator.key))[2])
        fresh = book.stays_new(day - self.aware_day, c.novelty_rate, _ALL)
        self.asked += fresh * book.persuades(c.accepts, nominator.standing, c.beta_standing, c.standing_ref)
        if book.joins(self.pressure(self.found), self.reluctance) == 1:
            self.move, self.cause, self.joined_day = BY_NAME, nominator.row, day

    def is_seeded(self) -> None:
        """Chosen to begin."""
        if self.stage < IN and self.move == STAYS:
            if self.stage == UNAWARE:
                self.becomes_aware()
            self.move, self.joined_day = AS_SEED, self.world.campaign.levers.day

    def finds_cause(self) -> None:
        """Which friend's token it was: a keyed race among those pressing now."""
        scene, best, cause = self.world.campaign.scene, _LATE, NOBODY
        for place in range(scene.indptr[self.row], scene.indptr[self.row + 1]):
            friend = self.model.person(int(scene.indices[place]))
            if friend.stage != IN or friend.public == 0:
                continue
            u, race, _, _ = self.campaign_draw(rng.SEES, int(friend.key))
            if self.book.sees_token(scene.luck[place] if scene.luck.size else u, friend.sight) == 1:
                arrival = self.book.races(_strength(scene.weight, place) * friend.force, race)
                if arrival < best:
                    best, cause = arrival, friend.row
        self.cause = cause

    def turns(self) -> None:
        """Join, or end."""
        if self.move == LEAVES:
            self.stage = OVER
            self.steps_today |= ENDED
        else:
            self.joins()

    def joins(self) -> None:
        """Take up the token: public or not, for a drawn life; joining asks for the real act."""
        c, book = self.world.campaign.levers, self.book
        _, life, _, public = self.campaign_draw(rng.CAMPAIGN, 0)
        days = book.lives(life, c.life, c.life_days)
        ticks = book.lasts(days, c.dt)
        self.stage, self.public = IN, book.happens(public, c.public_share)
        self.until, self.force = self.world.tick + ticks, book.spreads(days, ticks, c.dt)
        self.sight = book.shows(c.see, c.see_boost[self.group]) if c.see_boost.size else c.see
        self.steps_today |= JOINED
        self.is_asked(self.campaign_draw(rng.CAMPAIGN, 1)[2])

    def shows_token(self) -> None:
        """Every reader who sees the token is told that it begins, or ends."""
        scene, book = self.world.campaign.scene, self.book
        if self.public == 0:
            return
        for place in range(scene.readers_indptr[self.row], scene.readers_indptr[self.row + 1]):
            reader = self.model.person(int(scene.readers[place]))
            u = reader.campaign_draw(rng.SEES, int(self.key))[0]
            if book.sees_token(scene.readers_luck[place] if scene.readers_luck.size else u, self.sight) == 1:
                tie = _strength(scene.readers_weight, place)
                weight = book.weighs_token(tie, self.force)
                reader.pressing += -weight if self.move == LEAVES else weight
                reader.seen += 0 if self.move == LEAVES else book.weighs_token(tie, _ALL)

    def nominates(self) -> list[Nomination]:
        """Name the friends with the smallest draws, whatever their stage."""
        world, c = self.world, self.world.campaign.levers
        if self.move == LEAVES or self.book.happens(self.campaign_draw(rng.CAMPAIGN, 0)[2], c.nominators) == 0:
            return []
        indptr, key = world.ties.indptr, int(self.key)
        friends = [self.model.person(int(j)) for j in world.ties.indices[indptr[self.row] : indptr[self.row + 1]]]
        luck = {friend.row: friend.campaign_draw(rng.NAMES, key) for friend in friends}
        chosen = sorted(luck, key=lambda row: luck[row][0])[: int(c.names)]
        self.named += len(chosen)
        days = [self.book.arrives(self.joined_day, luck[row][1], c.delay_log, c.delay_spread) for row in chosen]
        first = world.campaign.first
        due = [int(self.book.falls_due(day, c.dt, world.tick, first)) for day in days]
        return [(tick, row, self.row, day) for tick, row, day in zip(due, chosen, days, strict=True)]

    def pays(self) -> None:
        """What the token costs, and what the real act costs and teaches: the giver's side of a substantial gesture."""
        world, c = self.world, self.world.campaign.levers
        if self.steps_today & JOINED:
            self.effort_today += c.token_effort
            self.glow_today += c.token_glow
        if self.steps_today & ACTED:
            k, g, day = world.catalogue, world.real_act, world.levers
            self.effort_today += k.effort[g]
            self.glow_today += k.glow[g]
            self.reward = self.book.learns(self.reward, k.glow[g], k.effort[g], self.score, day.day_mean, day.posts,
                                           day.acknowledgement, self.learning_gain, self.learning_loss)  # fmt: skip


def run_campaign(model: Any, people: Iterable[Any]) -> None:
    """One tick of the campaign, one person at a time; within a step the order of people does not matter."""
    campaign, tick = model.world.campaign, model.world.tick
    due, visits = campaign.take_due(tick), list(people)
    for person in visits:
        person.takes_in_campaign()
    for nominee, nominator, day in zip(due.nominee, due.nominator, due.day, strict=True):
        model.person(int(nominee)).hears(model.person(int(nominator)), day)
    for row in campaign.levers.seeds:
        model.person(int(row)).is_seeded()
    movers = [person for person in visits if person.move != STAYS]
    for person in movers:
        if person.move == BY_FRIENDS:
            person.finds_cause()
    for person in movers:
        person.turns()
    for person in movers:
        person.shows_token()
    new = [nomination for person in movers for nomination in person.nominates()]
    columns = zip(*new, strict=True) if new else [(), (), (), ()]
    types = (np.int64, np.uint32, np.uint32, np.float32)
    campaign.send(Nominations(*(np.array(part, kind) for part, kind in zip(columns, types, strict=True))))


def _strength(weight: np.ndarray, place: int) -> np.float32:
    return weight[place] if weight.size else _ALL
