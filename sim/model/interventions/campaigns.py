"""Interventions on a campaign: hashtag, nominations, matched giving."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from sim.model.interventions.base import Draft, Here, Intervention, Who
from sim.model.law.parameters import parameter


class Hashtag(Intervention):
    """A hashtag: people meet the campaign in proportion to how many of their group press, and slots show its people."""

    kind: Literal["hashtag"] = "hashtag"
    needs_campaign: ClassVar[bool] = True
    discovery: float = parameter(
        0.5, 0, 1000, "discoveries a day if all of one's group pressed", "1/day", "Assumption (0-3)"
    )
    slots: float = parameter(0.1, 0, 1, "share of feed slots that show people who are in")

    def act(self, here: Here, who: Who, draft: Draft) -> None:
        """Discoveries add, shares of slots combine as chances."""
        draft.campaign.add("discovery", self.discovery)
        draft.chance("discovery", None, self.slots)


class Nominations(Intervention):
    """Those who join name friends by name, as in the Ice Bucket Challenge."""

    kind: Literal["nominations"] = "nominations"
    needs_campaign: ClassVar[bool] = True
    sole: ClassVar[tuple[str, ...]] = ("names", "accepts", "nominators")
    names: int = Field(3, ge=0, le=50, description="friends whom a nominator names, m")
    accepts: float = parameter(0.4767, 0, 1, "chance that a nomination is followed, a", source="Ni et al. 2014")
    nominators: float = parameter(1.0, 0, 1, "share of those who join that nominate", source="Assumption (.2-1)")

    def act(self, here: Here, who: Who, draft: Draft) -> None:
        """All three are put."""
        draft.campaign.nominate(self.names, self.accepts, self.nominators)


class MatchedGiving(Intervention):
    """Every real act is matched while the window is open; its opening is an ask to everybody aware."""

    kind: Literal["matched_giving"] = "matched_giving"
    needs_campaign: ClassVar[bool] = True
    match: float = parameter(1.2, 0, 100, "odds of the real act times 1 + match", source="Assumption (1-2)")
    asks: bool = Field(True, description="whether its opening asks everybody aware once")

    def act(self, here: Here, who: Who, draft: Draft) -> None:
        """Log-odds add."""
        draft.campaign.match(self.match)
        if self.asks and here.opened:
            draft.campaign.ask(self.name)
