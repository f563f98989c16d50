"""Outcomes of a campaign; missing where the scenario has none.

Real acts are counted here and nowhere else: they are no gestures between people of the world.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.model.law.campaign_columns import ACTED, AWARE, IN, JOINED, OVER
from sim.model.outcomes.tally import Number, Outcome, Tally


def _part(part: Any, whole: Any) -> Number:
    """part/whole, on day 0 too; missing without a campaign or a whole."""
    return int(part) / int(whole) if whole else None


def _ever_in(t: Tally) -> int:
    return int(np.count_nonzero(t.campaign.stage >= IN))


def _aware(t: Tally) -> int:
    return int(np.count_nonzero(t.campaign.stage >= AWARE))


def _steps(t: Tally, step: np.uint8) -> Number:
    """How many took a step in the tick, per person and day."""
    return t.daily(int(np.count_nonzero(t.campaign.steps_today & step))) if t.campaign.stage.size else None


def campaign_aware(t: Tally) -> Number:
    return _part(_aware(t), t.campaign.stage.size)


def campaign_in(t: Tally) -> Number:
    return _part(np.count_nonzero(t.campaign.stage == IN), t.campaign.stage.size)


def campaign_over(t: Tally) -> Number:
    return _part(np.count_nonzero(t.campaign.stage == OVER), t.campaign.stage.size)


def campaign_acted(t: Tally) -> Number:
    return _part(t.campaign.acted.sum(), t.campaign.stage.size)


def campaign_joins(t: Tally) -> Number:
    return _steps(t, JOINED)


def real_acts(t: Tally) -> Number:
    return _steps(t, ACTED)


def conversion(t: Tally) -> Number:
    return _part(_ever_in(t), _aware(t))


def donors_per_aware(t: Tally) -> Number:
    return _part(t.campaign.acted.sum(), _aware(t))


def donors_per_member(t: Tally) -> Number:
    return _part(np.count_nonzero(t.campaign.acted & (t.campaign.stage >= IN)), _ever_in(t))


def donors_per_ask(t: Tally) -> Number:
    return _part(t.campaign.acted.sum(), t.campaign.asks.sum())


def campaign_asks(t: Tally) -> Number:
    return _part(t.campaign.asks.sum(), t.campaign.stage.size)


def nominations_made(t: Tally) -> Number:
    return _part(t.campaign.named.sum(), t.campaign.stage.size)


def nominations_wasted(t: Tally) -> Number:
    return _part(t.campaign.wasted.sum(), t.campaign.nominated.sum())


_INF = float("inf")
_DAY, _EACH = "1/person/day", "1/person"
OUTCOMES = (
    Outcome("campaign_aware", "share of people who have met the campaign, or joined", "1", 0, 1, campaign_aware, "run"),
    Outcome("campaign_in", "share of people whose token presses", "1", 0, 1, campaign_in),
    Outcome("campaign_over", "share of people who joined and whose token has ended", "1", 0, 1, campaign_over, "run"),
    Outcome("campaign_acted", "share of people who did the real act", "1", 0, 1, campaign_acted, "run"),
    Outcome("campaign_joins", "people joining", _DAY, 0, _INF, campaign_joins),
    Outcome("real_acts", "real acts", _DAY, 0, _INF, real_acts),
    Outcome("conversion", "share of those aware who ever joined", "1", 0, 1, conversion, "run"),
    Outcome("donors_per_aware", "share of those aware who did the real act", "1", 0, 1, donors_per_aware, "run"),
    Outcome(
        "donors_per_member", "share of those who ever joined who did the real act", "1", 0, 1, donors_per_member, "run"
    ),
    Outcome("donors_per_ask", "real acts per ask so far", "1", 0, 1, donors_per_ask, "run"),
    Outcome("campaign_asks", "asks for the real act so far", _EACH, 0, _INF, campaign_asks, "run"),
    Outcome("nominations_made", "nominations made so far", _EACH, 0, _INF, nominations_made, "run"),
    Outcome(
        "nominations_wasted", "share of nominations that came when in or over", "1", 0, 1, nominations_wasted, "run"
    ),
)
