"""A person of the readable engine: gives, receives, and knows whom they read. Override a verb to change people."""

from __future__ import annotations

from sim.model.people.campaigning import Campaigner
from sim.model.people.giving import Giver, Item
from sim.model.people.receiving import Receiver

__all__ = ["Item", "Person"]


class Person(Giver, Receiver, Campaigner):
    """One person as a Mesa agent; verbs in the order of a tick:

    browse (reads, meets, leans_to_act, decides, gives or lashes out, thanks); in a campaign takes_in_campaign, hears,
    finds_cause, turns, shows_token, nominates; then settle (rests_or_returns, looks_back, pays, fades, receive, tires,
    remembers, perceives, feels, meets_hard_day, publishes).
    """

    @property
    def name(self) -> str:
        """The person's name in the network's file, else the key."""
        label = self.world.network.label
        return label[self.row] if label else str(self.key)

    def followees(self) -> list[Person]:
        """The people this person reads."""
        indptr, indices = self.world.ties.indptr, self.world.ties.indices
        return [self.model.person(int(row)) for row in indices[indptr[self.row] : indptr[self.row + 1]]]

    def rest(self) -> None:
        """Take a break from now on, as after burning out."""
        self.resting = 1
