"""A campaign: pressure from friends' tokens, nominations, hashtag and broadcast; joining; and the real act.

Sellke's construction (Sellke 1983, doi 10.2307/3213811): each person has one reluctance per campaign and joins when the
pressure so far reaches it, so that no draw is needed per tick and another friend never loses anybody.
"""

from __future__ import annotations

from sim.model.arith import exp, expm1, log, logistic, normal
from sim.model.compiled import f32, i64, rule

_ZERO, _HALF, _ONE = f32(0), f32(0.5), f32(1)
_UNIT, _UNITS, _LN10 = f32(2**20), f32(2**-20), f32(2.302585092994046)


@rule
def resists(u: f32) -> f32:
    """Reluctance −ln u: the pressure at which one joins, exponential with mean 1. Sellke 1983."""
    return -log(u)


@rule
def sees_token(u: f32, sight: f32) -> i64:
    """1 if this reader ever sees this friend's token: u < see. Live edges (Kempe et al. 2003) where joining is sure."""
    return i64(1) if u < sight else i64(0)


@rule
def shows(see: f32, see_boost: f32) -> f32:
    """Chance that a reader sees a token that the feed boosts: 1 − (1 − see)^boost. Assumption."""
    return -expm1(see_boost * log(_ONE - see)) if see < _ONE else _ONE


@rule
def weighs_token(tie: f32, force: f32) -> i64:
    """What one token adds, tie·force in whole units of 2^-20, so that sums have no order."""
    return i64(tie * force * _UNIT + _HALF)


@rule
def stays_new(age: f32, novelty_rate: f32, novelty_mean: f32) -> f32:
    """Novelty e^(−age/τ) of the campaign, averaged over the tick. Form: Wu & Huberman 2007; τ is an assumption."""
    return exp(-novelty_rate * max(age, _ZERO)) * novelty_mean


@rule
def takes_in(dose: f32, pressing: i64, fresh: f32, boost: f32, dt: f32) -> f32:
    """Dose of friends' tokens: grows by pressing·dt, times novelty."""
    return dose + f32(pressing) * _UNITS * fresh * boost * dt


@rule
def discovers(found: f32, crowd: f32, discovery: f32, broadcast: f32, reached: i64, fresh: f32, scale: f32) -> f32:
    """Expected discoveries by hashtag and broadcast: grow by (δ·pressing share of one's group + b if reached)·dt.

    `scale` is boost·dt. Never counts as a friend seen. Assumption.
    """
    return found + (discovery * crowd + (broadcast if reached == i64(1) else _ZERO)) * fresh * scale


@rule
def crowds(pressing: i64, people: i64) -> f32:
    """Share of a group whose public token presses, from its units of 2^-20."""
    return f32(pressing) * _UNITS / f32(max(people, i64(1)))


@rule
def is_pressed(dose: f32, asked: f32, found: f32, seen: i64, threshold: i64, rate: f32, rate_top: f32) -> f32:
    """Pressure so far: dose·(rate_top once seen in enough friends, else rate) + asked + found·rate.

    Complex contagion by a threshold (Granovetter 1978, Watts 2002, Centola & Macy 2007); a constant rate without.
    """
    return dose * (rate_top if seen >= threshold else rate) + asked + found * rate


@rule
def joins(pressure: f32, reluctance: f32) -> i64:
    """1 if the pressure reaches the reluctance: with chance 1 − e^(−pressure) in all. Sellke 1983."""
    return i64(1) if pressure >= reluctance else i64(0)


@rule
def crosses(before: f32, after: f32, reluctance: f32) -> f32:
    """Share of the tick after which rising pressure reached the reluctance, by a straight line."""
    return min(max((reluctance - before) / max(after - before, f32(1e-12)), _ZERO), _ONE)


@rule
def lives(u: f32, life: i64, life_days: f32) -> f32:
    """Days for which a token presses: 0 fixed L, 1 exponential −L·ln u, 2 geometric (whole days), 3 for ever (10^9)."""
    drawn = -life_days * log(u)
    ended = log(u) / log(_ONE - _ONE / max(life_days, f32(1.0000002)))
    whole = f32(i64(min(ended, f32(1e9)))) + _ONE
    return life_days if life == i64(0) else (drawn if life == i64(1) else (whole if life == i64(2) else f32(1e9)))


@rule
def lasts(days: f32, dt: f32) -> i64:
    """Whole ticks over which a life is spread: max(1, round(days/dt))."""
    return max(i64(1), i64(days / dt + _HALF))


@rule
def spreads(days: f32, ticks: i64, dt: f32) -> f32:
    """Intensity at which a life spread over whole ticks keeps its total, so that no final set depends on dt."""
    return days / (f32(ticks) * dt)


@rule
def stands(followers: i64) -> f32:
    """Standing, log10(1 + followers)."""
    return log(f32(followers + i64(1))) / _LN10


@rule
def persuades(accepts: f32, standing: f32, beta_standing: f32, standing_ref: f32) -> f32:
    """Pressure −ln(1 − a') of a nomination, logit a' = logit a + β·(nominator's standing − S0). Ni et al. 2014."""
    return log(_ONE + exp(accepts + beta_standing * (standing - standing_ref)))


@rule
def arrives(day: f32, u: f32, delay_log: f32, delay_spread: f32) -> f32:
    """Day on which a nomination arrives: lognormal delay since the nominator's real day of joining. Ni et al. 2014."""
    return day + exp(delay_log + delay_spread * normal(u))


@rule
def falls_due(day: f32, dt: f32, tick: i64, first: i64) -> i64:
    """Tick in which a nomination arrives: the one its day falls into, and a later one than this."""
    return max(tick + i64(1), first + i64(day / dt))


@rule
def acts_for_real(base: f32, token: f32, match: f32, shock: f32) -> f32:
    """Chance of the real act at one ask: logit p = logit base + token's effect + ln match + shock.

    A token's effect is larger where others cannot see it (Kristofferson et al. 2014).
    """
    return logistic(base + token + match + shock)
