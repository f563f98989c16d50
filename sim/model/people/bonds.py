"""What changes slowly in a person and around them: ties, belonging, drift, pace and custom."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.model.engine.bonds import find
from sim.model.people.book import letters, profile
from sim.model.people.member import Member

Letters = Sequence[Sequence[int]]
_NOTHING = np.float32(0)


class Bonded(Member):
    """Ties and slow change; each verb does nothing where its mechanism is off."""

    def warmth_now(self) -> float:
        """Warmth as interventions leave it today, and as it has drifted."""
        warmth = self.felt("warmth")
        return self.book.has_drifted(warmth, self.drift) if self.has("drift") else warmth

    def drifts(self) -> None:
        """Warmth follows the norm, slowly."""
        if self.has("drift"):
            c, norm_ref = self.world.extra.levers, self.world.levers.norm_ref
            self.drift = self.book.drifts(self.drift, self.norm, norm_ref, c.drift_step, c.drift_bound)

    def keeps_pace(self) -> None:
        """The average reward takes in the acts of the tick, or that there were none."""
        if self.has("pace"):
            c = self.world.levers
            self.pace = self.book.averages(
                self.pace, self.glow_today, self.effort_today, np.float32(self.acts_today), self.score, c.day_mean,
                c.posts, c.acknowledgement, c.dt, self.world.extra.levers.pace_share,
            )  # fmt: skip

    def tends_ties(self, sent: Letters, inbox: Letters) -> None:
        """Own ties fade; what was sent and received strengthens or harms them."""
        c = self.world.extra.levers
        if not c.ties_change:
            return
        ties = self.world.ties
        for place in range(ties.indptr[self.row], ties.indptr[self.row + 1]):
            ties.weight[place] = self.book.weakens(ties.weight[place], c.tie_left, c.tie_break)
        for ends, what, _ in sent:
            if not what & letters.HOSTILE:
                self.holds_on_to(letters.receiver_of(ends))
        for ends, what, _ in [] if self.has_lapsed() else inbox:
            if what & letters.HOSTILE:
                self.turns_from(letters.sender_of(ends))
            else:
                self.holds_on_to(letters.sender_of(ends))

    def holds_on_to(self, other: int) -> None:
        """The tie to another, if this person reads them, gains."""
        weight, place = self.world.ties.weight, find(self.world.ties, self.row, other)
        if place >= 0:
            weight[place] = self.book.strengthens(weight[place], self.world.extra.levers.tie_gain)

    def turns_from(self, other: int) -> None:
        """The tie to another, if this person reads them, is harmed."""
        weight, place = self.world.ties.weight, find(self.world.ties, self.row, other)
        if place >= 0:
            c = self.world.extra.levers
            weight[place] = self.book.weakens(weight[place], c.tie_harm, c.tie_break)

    def belongs(self, sent: Letters, inbox: Letters) -> None:
        """Belonging takes in what went between this person and their own group."""
        if not self.has("belonging"):
            return
        group, glow, c = self.world.columns.group, self.world.catalogue.glow, self.world.levers
        self.own_glow_today, self.own_value_today = _NOTHING, _NOTHING
        for ends, what, _ in sent:
            if not what & letters.HOSTILE and group[int(letters.receiver_of(ends))] == self.group:
                self.own_glow_today += glow[int(letters.gesture_of(what))]
        for ends, what, _ in [] if self.has_lapsed() else inbox:
            if not what & letters.HOSTILE and group[int(letters.sender_of(ends))] == self.group:
                self.own_value_today += letters.gift_of(what)
        self.belonging = self.book.belongs(self.belonging, c.wellbeing_share, self.own_value_today,
                                           self.own_glow_today, c.wellbeing_received, c.wellbeing_glow)  # fmt: skip

    def notes_custom(self, word: int) -> None:
        """Note how the author of an item does it."""
        if self.has("custom"):
            self.heard_today = self.book.notes_custom(self.heard_today, profile.custom_of(word), 1, 63)

    def follows_custom(self) -> None:
        """Do what most of those last heard did."""
        if self.has("custom"):
            places = int(self.world.extra.levers.custom_places)
            told = int(self.items_today) - int(self.given("official", 0))  # an official item tells no custom
            memory = self.book.notes_custom(np.uint64(self.heard), self.heard_today, told, places)
            count = int(self.book.counts_heard(memory))
            self.heard = memory
            self.custom = self.book.follows_custom(int(self.custom), count, places, int(self.committed))
