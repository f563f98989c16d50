"""Reading the feed: how much, which items, and the norm one reads off them."""

from __future__ import annotations

from sim.model.arith import approaches, chance, exp, log
from sim.model.compiled import f32, i64, rule

_ZERO, _ONE, _LN2, _YOUNGEST = f32(0), f32(1), f32(0.6931471805599453), f32(1e-6)


@rule
def reads(attention: f32, quiet_dt: f32, u: f32) -> i64:
    """Number of feed items this tick: floor(attention·quiet·dt + u), so that the mean is right at any dt."""
    return i64(attention * quiet_dt + u)


@rule
def ranks(age: f32, score: f32, day_mean: f32, half_life: f32, age_floor: f32, ranking: f32) -> f32:
    """Weight of an author's item: novelty·popularity, max(floor, exp(−ln2·(age/t½)^0.4))·(1+score)^γ.

    `age` is that at the beginning of this tick, as if read then. Authors go on acting until the item is read, so that
    adding the time until then would rank busy ones too low, the more so the longer the tick. Wu & Huberman 2007.
    """
    novelty = exp(-_LN2 * exp(f32(0.4) * log(max(age, _YOUNGEST) / half_life)))
    return max(age_floor, novelty) * exp(ranking * log(_ONE + score * day_mean))


@rule
def races(weight: f32, u: f32) -> f32:
    """Arrival time −log(u)/weight of a candidate; the first to arrive is read, so item k wins with w_k/Σw.

    An absent candidate (weight 0) never arrives: 10^30. A weight below 10^-20 counts as 10^-20, so that whoever is
    there does arrive. (Efraimidis & Spirakis 2006.)
    """
    return -log(u) / max(weight, f32(1e-20)) if weight > _ZERO else f32(1e30)


@rule
def sees(kindness: i64, items: i64) -> f32:
    """Mean kindness of the items seen, from their published steps of 1/1023."""
    return f32(kindness) / (f32(items) * f32(1023))


@rule
def waits(unread: f32, dt: f32, away: i64) -> f32:
    """Days since one last saw an item, this tick included; time at rest or lapsed does not count."""
    return dt + (_ZERO if away == i64(1) else unread)


@rule
def perceives(norm: f32, seen: f32, unread: f32, norm_rate: f32) -> f32:
    """Perceived norm follows the mean kindness seen: N + (1 − e^(−η·t))·(seen − N), t days since one last read."""
    return approaches(norm, seen, chance(norm_rate * unread))
