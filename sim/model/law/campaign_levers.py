"""What a campaign's rules read in one tick, made anew from the settings for each tick.

An intervention works on the tuple that `campaign_levers` returns, by `_replace`, before the tick:

| field | how interventions combine on it |
|---|---|
| `boost` | multiply: rate at which friends, hashtag and broadcast press |
| `discovery`, `broadcast` | add |
| `see` | 1 − Π(1 − see); read when a token is first shown |
| `see_boost` | multiply; one number per group of the author, see' = 1 − (1 − see)^boost; length 0 = all 1 |
| `nominators`, `names`, `accepts`, `nominations_ask` | replace: the share, the number m, log-odds of a, 0 or 1 |
| `public_share` | replace |
| `match`, `shock` | add, log-odds of the real act; `match` is ln(1 + match) |
| `ask` | number (1 …) of a window that opens in this tick and asks everybody aware; 0 = none |
| `seeds` | union: rows, ascending, that join in this tick whatever their reluctance |
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.model.arith import log
from sim.model.compiled import f32
from sim.model.law.campaign_settings import LIVES, CampaignSettings
from sim.model.law.levers import mean_over

_CERTAIN, _NO_ODDS = f32(1e20), f32(87)
_BRIEFEST = 1e-3  # days; a shorter novelty counts as this


class CampaignLevers(NamedTuple):
    """Numbers of one tick; `day` is its beginning, counted from the campaign's start."""

    dt: np.float32
    day: np.float32
    rate: np.float32
    rate_top: np.float32
    boost: np.float32
    see: np.float32
    see_boost: np.ndarray
    novelty_rate: np.float32
    novelty_mean: np.float32
    life: np.int64
    life_days: np.float32
    discovery: np.float32
    broadcast: np.float32
    nominators: np.float32
    names: np.int64
    accepts: np.float32
    beta_standing: np.float32
    standing_ref: np.float32
    delay_log: np.float32
    delay_spread: np.float32
    nominations_ask: np.int64
    public_share: np.float32
    token_effort: np.float32
    token_glow: np.float32
    base: np.float32
    public_effect: np.float32
    private_effect: np.float32
    match: np.float32
    shock: np.float32
    ask: np.int64
    seeds: np.ndarray


_NAMES = frozenset(CampaignLevers._fields)


def campaign_levers(settings: CampaignSettings, dt: float, tick: int) -> CampaignLevers:
    """The levers of a tick, counted from the one in which the campaign starts, without interventions and seeds."""
    novelty = settings.novelty and max(settings.novelty, _BRIEFEST)
    given: dict[str, Any] = {name: f32(value) for name, value in settings if name in _NAMES and _is_number(value)}
    made = {
        "dt": dt,
        "day": tick * dt,
        "rate": rate_of(settings.rate, settings.appeal, settings.life_days),
        "rate_top": rate_of(_top(settings), settings.appeal_top, settings.life_days),
        "boost": 1,
        "novelty_rate": 1 / novelty if novelty else 0,
        "novelty_mean": mean_over(f32(dt / novelty)) if novelty else 1,
        "accepts": log_odds(settings.accepts),
        "delay_log": log(f32(settings.delay_median)),
        "delay_spread": (2 * log(f32(settings.delay_mean / settings.delay_median))) ** 0.5,
        "base": log_odds(settings.base),
        "match": log(f32(1 + settings.match)),
        "shock": 0,
    }
    whole = {"life": LIVES.index(settings.life), "names": settings.names,
             "nominations_ask": settings.nominations_ask, "ask": 0}  # fmt: skip
    arrays = {"see_boost": np.empty(0, np.float32), "seeds": np.empty(0, np.uint32)}
    numbers = {name: f32(value) for name, value in made.items()}
    return CampaignLevers(**{**given, **numbers, **{name: np.int64(value) for name, value in whole.items()}, **arrays})


def first_tick(settings: CampaignSettings, dt: float) -> int:
    """The tick in which the seeds join."""
    return round(settings.start / dt)


def rate_of(rate: float | None, chance: float, life: float) -> np.float32:
    """Pressure per friend and day: as given, or −ln(1−p)/L from the chance over one whole life; 1 is certain."""
    if rate is not None:
        return f32(rate)
    return f32(-log(f32(1 - chance))) / f32(life) if chance < 1 else _CERTAIN


def log_odds(chance: float) -> np.float32:
    """ln(p/(1−p)), within ±87."""
    if not 0 < chance < 1:
        return _NO_ODDS if chance else -_NO_ODDS
    return f32(log(f32(max(chance, 1e-30)))) - f32(log(f32(1 - chance)))


def _top(settings: CampaignSettings) -> float | None:
    return settings.rate if settings.rate_top is None else settings.rate_top


def _is_number(value: object) -> bool:
    return isinstance(value, float | int)
