"""Phases 2 and 3 of a person's tick: look back on one's own acts, receive, settle, publish.

Whatever decides what others read next tick first (rest, weight in the feed) uses one's states of the tick before,
neither what arrives now nor one's acts of this tick: so an influence travels one tie per tick (see `settling`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.model import rng
from sim.model.law.columns import BACK, BURNED, MET, NOBODY, OPENED, UNMET
from sim.model.people.bonds import Bonded
from sim.model.people.book import letters, profile

Letter = Sequence[int]  # three words, see sim.model.law.letters
_NOTHING = np.float32(0)


class Receiver(Bonded):
    """What a person makes of a day."""

    def settle(self, sent: Sequence[Letter], inbox: Sequence[Letter]) -> None:
        """End the tick: rest or return, look back, let the old fade, receive, close the day, publish."""
        turn, hard_day, size, fading = self.draw(rng.SETTLE, 0)
        self.rests_or_returns(turn)
        self.lapses_or_returns()
        self.looks_back(sent)
        if self.world.campaign.is_on:
            self.pays()  # type: ignore[attr-defined]
        self.keeps_pace()
        weight = self.fades()
        self.takes_in_official()
        self.finds_what_waited()
        for letter in inbox:
            self.receive(letter)
        self.tends_ties(sent, inbox)
        self.belongs(sent, inbox)
        self.tires()
        self.remembers()
        self.perceives()
        self.feels()
        self.meets_hard_day(hard_day, size, fading)
        if not self.gift > _NOTHING:
            self.helper = NOBODY
        self.remembers_thanks()
        self.drifts()
        self.follows_custom()
        self.publishes(weight)

    def rests_or_returns(self, u: float) -> None:
        """Burn out or come back, by exhaustion averaged over the tick; a fresh page for today's events."""
        c, rested = self.world.levers, self.resting == 1
        leaves = self.book.burns_out(self.exhaustion, c.exhaustion_mean, c.burnout_dt, c.burnout_onset)
        returns = self.book.comes_back(self.exhaustion, c.exhaustion_mean, c.recovery_chance, c.recovery_level)
        self.events_today = 0
        if self.book.happens(u, returns if rested else leaves) == 1:
            self.resting = 0 if rested else 1
            self.events_today = BACK if rested else BURNED

    def looks_back(self, sent: Sequence[Letter]) -> None:
        """Learn from each own act, tally them, remember the last visible one."""
        self.acts_today, self.shown_today, self.visible_today = 0, 0, 0
        self.effort_today, self.glow_today = _NOTHING, _NOTHING
        for _, what, root in sent:
            if not what & letters.HOSTILE:
                self.learns(int(letters.gesture_of(what)))
            if what & letters.VISIBLE and not what & letters.VOID:
                self.is_seen(what, root)

    def learns(self, g: int) -> None:
        """What a kind act costs and teaches its giver."""
        k, c = self.world.catalogue, self.world.levers
        self.reward = self.book.learns(self.reward, k.glow[g], k.effort[g], self.score, c.day_mean, c.posts,
                                       c.acknowledgement, self.learning_gain, self.learning_loss)  # fmt: skip
        self.acts_today += 1
        self.effort_today += k.effort[g]
        self.glow_today += k.glow[g]

    def is_seen(self, what: int, root: int) -> None:
        """The last visible act is what a profile shows."""
        hostile = bool(what & letters.HOSTILE)
        self.visible_today += 1
        self.shown_today += 0 if hostile or letters.slot_of(what) == letters.REPLY else 1
        self.tone, self.sincere = 2 if hostile else 1, 1 if what & letters.SINCERE else 0
        self.act_root, self.act_depth = root, letters.depth_of(what)

    def fades(self) -> int:
        """Weight in the feed from the acts before this tick; then old states decay. Returns the packed weight."""
        c, book = self.world.levers, self.book
        weight = self.weighs()
        self.age = book.grows_older(self.age, c.dt, int(self.visible_today))
        self.gratitude = book.fades(self.gratitude, c.gratitude_left)
        for memory in ("gift", "score", "scorn", "answers"):
            setattr(self, memory, book.fades(getattr(self, memory), c.day_left))
        self.received_today = _NOTHING
        self.gestures_today, self.likes_today, self.thanks_today, self.hurt_today = 0, 0, 0, 0
        return profile.packs_weight(weight) if not self.is_away() else 0

    def weighs(self) -> float:
        """Weight in the feed's race; interventions may count another signal than the score, and lift a group."""
        c, ranks = self.world.levers, self.book.ranks
        if not self.world.inputs.boost.size:
            return ranks(self.age, self.score, c.day_mean, c.half_life, c.age_floor, c.ranking)
        weight = ranks(self.age, self.given("signal"), np.float32(1), c.half_life, c.age_floor, c.ranking)
        return self.book.promotes(weight, self.given("boost"))

    def takes_in_official(self) -> None:
        """The official item is worth something to those who saw it."""
        if self.given("official", 0) == 1:
            told = self.given("told")
            self.gratitude = self.book.warms(self.gratitude, told, self.world.levers.gift_scale)
            self.received_today += told

    def receive(self, letter: Letter) -> None:
        """One act arrives."""
        ends, what, root = letter
        if self.has_lapsed():
            self.keeps(letter)
        elif what & letters.HOSTILE:
            self.is_hurt(what)
        else:
            self.accepts(int(letters.sender_of(ends)), what, root)

    def is_hurt(self, what: int) -> None:
        """A hostile act arrives; what was removed after the harm leaves no trace for others."""
        c, tie = self.world.levers, letters.gift_of(what)
        self.gratitude = self.book.chills(self.gratitude, tie, c.hostile_weight, c.hostile_value, c.gift_scale)
        self.scorn += np.float32(1) if what & letters.VISIBLE else _NOTHING
        self.hurt_today += 1

    def accepts(self, sender: int, what: int, root: int) -> None:
        """A kind act arrives."""
        k, gift, g = self.world.catalogue, letters.gift_of(what), int(letters.gesture_of(what))
        genuine = not what & letters.FOUND
        self.gratitude = self.book.warms(self.gratitude, gift, self.world.levers.gift_scale)
        self.received_today += gift
        self.thanks_today += 1 if genuine and g == k.thanks else 0
        self.is_noted(what)
        if what & letters.NEED and k.answers[g]:
            self.is_answered(gift)
        if gift > self.gift:
            self.gift, self.helper = gift, sender
            self.gift_root, self.gift_depth = root, letters.depth_of(what)

    def is_answered(self, gift: float) -> None:
        """An open need is answered, perhaps met."""
        if self.need > _NOTHING:
            self.need = self.book.answers_need(self.need, gift)
            self.answers += gift
            if self.need == _NOTHING:
                self.answers = _NOTHING
                self.events_today |= MET

    def tires(self) -> None:
        """Exhaustion after the tick."""
        c = self.world.levers
        self.exhaustion = self.book.tires(
            self.exhaustion, c.exhaustion_left, self.effort_today, self.load, c.day_mean, np.float32(self.hurt_today),
            np.float32(self.thanks_today), np.float32(self.needs_today), c.effort_cost, c.load_cost, c.hurt_cost,
            c.thanks_relief, c.need_cost,
        )  # fmt: skip

    def remembers(self) -> None:
        """Trailing-day memories take in today."""
        left = self.world.levers.day_left
        self.load = self.book.remembers(self.load, left, self.effort_today)
        self.read = self.book.remembers(self.read, left, np.float32(self.items_today))
        self.shown = self.book.remembers(self.shown, left, np.float32(self.shown_today))

    def perceives(self) -> None:
        """The norm follows what was seen since one last looked."""
        c = self.world.levers
        waited = self.book.waits(self.unread, c.dt, int(self.is_away()))
        self.unread = waited
        if self.items_today > 0:
            seen = self.book.sees(int(self.kindness_today), int(self.items_today))
            self.norm = self.book.perceives(self.norm, seen, waited, c.norm_rate)
            self.unread = _NOTHING

    def feels(self) -> None:
        """Well-being after the tick."""
        c = self.world.levers
        self.wellbeing = self.book.feels(
            self.wellbeing, self.baseline, c.wellbeing_share, self.received_today, self.glow_today, self.need,
            np.float32(self.hurt_today), c.wellbeing_received, c.wellbeing_glow, c.wellbeing_need_dt, c.wellbeing_hurt,
        )  # fmt: skip

    def meets_hard_day(self, arrives: float, size: float, fading: float) -> None:
        """An open need may end unmet; a hard day may open one."""
        c, book = self.world.levers, self.book
        if self.need > _NOTHING and book.happens(fading, c.fade_chance) == 1:
            self.need, self.answers = _NOTHING, _NOTHING
            self.events_today |= UNMET
        if book.happens(arrives, self.given("need_chance", c.need_chance)) == 1:
            self.events_today |= OPENED if self.need == _NOTHING else 0
            self.need = book.has_hard_day(size, self.need)

    def publishes(self, weight: int) -> None:
        """The profile that others read next tick."""
        c, book = self.world.levers, self.book
        self.profile = profile.packs(
            weight, book.is_kind(self.shown, self.read), book.is_liked(self.score, c.day_mean, c.posts), self.need,
            book.is_helped(self.answers, c.day_mean, self.need), book.is_sour(self.scorn, self.score, c.day_mean),
            self.tone, self.sincere,
        )  # fmt: skip
        if self.has("custom"):
            self.profile = profile.shows_custom(self.profile, np.uint64(self.custom))
