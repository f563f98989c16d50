"""What a person does as a member who can leave: lapse, return, find what has been waiting, remember being thanked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.model import rng
from sim.model.engine.membership import LAPSED, RETURNED
from sim.model.people.book import letters
from sim.model.people.view import View

_NOTHING = np.float32(0)


class Member(View):
    """Membership; nothing of it happens where the scenario is closed."""

    def is_away(self) -> bool:
        """At rest, or lapsed: reads nothing and offers nothing."""
        return self.resting == 1 or self.has_lapsed()

    def has_lapsed(self) -> bool:
        """Whether the person has left, for now."""
        return bool(self.has("lapsed") and self.lapsed == 1)

    def lapses_or_returns(self) -> None:
        """Leave or come back, by states before this tick."""
        if not self.has("lapsed"):
            return
        c, gone = self.world.extra.levers, self.has_lapsed()
        leaves = self.book.lapses(self.recognition, self.wellbeing, c.lapse_dt, c.lapse_recognition, c.lapse_wellbeing,
                                  c.recognition_ref, c.wellbeing_ref)  # fmt: skip
        turns = self.book.happens(self.draw(rng.MEMBER, 0)[0], c.return_chance if gone else leaves) == 1
        self.lapsed = int(gone ^ turns)
        self.turned_today = (RETURNED if gone else LAPSED) if turns else 0

    def finds_what_waited(self) -> None:
        """Back again: gifts and thanks that came meanwhile arrive."""
        if self.has("lapsed") and self.turned_today == RETURNED:
            self.gratitude = self.book.warms(self.gratitude, self.waiting, self.world.levers.gift_scale)
            self.received_today += self.waiting
            self.thanks_today += self.waiting_thanks
            self.waiting, self.waiting_thanks = _NOTHING, 0

    def keeps(self, letter: Sequence[int]) -> None:
        """An act waits: others see it, the person does not yet feel it."""
        what = letter[1]
        if what & letters.HOSTILE:
            self.scorn += np.float32(1) if what & letters.VISIBLE else _NOTHING
            return
        self.is_noted(what)
        self.waiting += letters.gift_of(what)
        thanks = not what & letters.FOUND and int(letters.gesture_of(what)) == self.world.catalogue.thanks
        self.waiting_thanks += 1 if thanks else 0

    def is_noted(self, what: int) -> None:
        """What others see of a kind act received."""
        self.gestures_today += 1
        if not what & letters.FOUND and what & letters.VISIBLE:
            self.score += np.float32(1)
            self.likes_today += 1

    def is_recognised(self) -> float:
        """What recognition adds to thanking (log-odds)."""
        c = self.world.extra.levers
        return self.book.is_recognised(self.recognition, c.beta_recognition, c.recognition_ref)

    def remembers_thanks(self) -> None:
        """Recognition after the tick."""
        if self.has("recognition"):
            c = self.world.extra.levers
            self.recognition = self.book.recalls(
                self.recognition, c.recognition_left, np.float32(self.thanks_today), c.recognition_miss
            )
