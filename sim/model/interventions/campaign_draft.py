"""What a tick's interventions make of a campaign's levers (see `law.campaign_levers` for how they combine)."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.model.arith import log
from sim.model.compiled import f32
from sim.model.interventions.fading import word
from sim.model.law.campaign_columns import IN
from sim.model.law.campaign_levers import log_odds
from sim.model.law.rules.campaign import persuades


class CampaignDraft:
    """Changes to the levers of one tick."""

    def __init__(self) -> None:
        self._added: dict[str, np.float32] = {}
        self._put: dict[str, Any] = {}
        self._boosts: dict[int, np.float32] = {}
        self._seeds = np.empty(0, np.uint32)

    def add(self, name: str, amount: Any) -> None:
        """discovery, broadcast, match and shock add."""
        self._added[name] = self._added.get(name, f32(0)) + f32(amount)

    def match(self, match: float) -> None:
        """Odds of the real act times 1 + match."""
        self.add("match", log(f32(1) + f32(match)))

    def nominate(self, names: int, accepts: float, nominators: float) -> None:
        """How those who join nominate."""
        self._put |= {"names": np.int64(names), "accepts": f32(log_odds(accepts)), "nominators": f32(nominators)}

    def ask(self, name: str) -> None:
        """Everybody aware is asked for the real act in this tick; once, if several ask."""
        self._put["ask"] = max(np.int64(word(name) | np.uint64(1)), self._put.get("ask", np.int64(0)))

    def boost(self, group: int, factor: float) -> None:
        """Tokens of a group are seen with 1 − (1 − see)^factor."""
        self._boosts[group] = self._boosts.get(group, f32(1)) * f32(factor)

    def seed(self, who: np.ndarray) -> None:
        """These people (bool[n]) join in this tick."""
        self._seeds = np.union1d(self._seeds, np.flatnonzero(who)).astype(np.uint32)

    def call(self, campaign: Any, who: np.ndarray, accepts: float) -> None:
        """Ask people as by a nomination, −ln(1 − a): those whom it wins join, the others carry the pressure."""
        free = who & (campaign.stage < IN)
        campaign.asked[free] += persuades(log_odds(accepts), f32(0), f32(0), f32(0))
        self.seed(free & (campaign.asked >= campaign.reluctance))

    def on(self, levers: Any, groups: int) -> Any:
        """The levers with all changes; `groups` is one more than the largest number of a group."""
        made: dict[str, Any] = {name: f32(getattr(levers, name) + amount) for name, amount in self._added.items()}
        if self._boosts:
            boosts = np.ones(groups, np.float32)
            boosts[list(self._boosts)] = list(self._boosts.values())
            made["see_boost"] = boosts
        seeds = np.union1d(levers.seeds, self._seeds).astype(np.uint32)
        return levers._replace(**made, **self._put, seeds=seeds)
