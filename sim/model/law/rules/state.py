"""What acts do to people: gratitude, need, reward, exhaustion, rest, well-being and memory."""

from __future__ import annotations

from sim.model.arith import chance, expm1, fades
from sim.model.compiled import f32, i64, rule

_ZERO, _HALF, _ONE = f32(0), f32(0.5), f32(1)


@rule
def warms(gratitude: f32, gift: f32, gift_scale: f32) -> f32:
    """Gratitude grows by a gift: G + (1−G)·min(1, gift/v_ref)."""
    return gratitude + (_ONE - gratitude) * min(_ONE, gift / gift_scale)


@rule
def chills(gratitude: f32, tie: f32, hostile_weight: f32, hostile_value: f32, gift_scale: f32) -> f32:
    """A hostile act takes more than a kind one gives: max(0, G − λ(1+G)·v_h·tie/v_ref). Sign: Gray et al. 2014."""
    return max(_ZERO, gratitude - hostile_weight * (_ONE + gratitude) * hostile_value * tie / gift_scale)


@rule
def answers_need(need: f32, gift: f32) -> f32:
    """What a need still asks for after an answer; at least 0, which closes it."""
    return max(need - gift, _ZERO)


@rule
def learns(
    reward: f32, glow: f32, effort: f32, score: f32, day_mean: f32, posts: f32, acknowledgement: f32,
    gain: f32, loss: f32,
) -> f32:  # fmt: skip
    """Rescorla-Wagner, once per own act: Q + α±·(r − Q), r = glow − effort + ack·min(score/posts, 3).

    Learning rates for better and for worse than expected differ (Turner et al. 2025). The value received is already
    in gratitude and not counted again.
    """
    error = glow - effort + acknowledgement * min(score * day_mean / posts, f32(3)) - reward
    return reward + (gain if error > _ZERO else loss) * error


@rule
def tires(
    exhaustion: f32, exhaustion_left: f32, effort: f32, load: f32, day_mean: f32, hurt: f32, thanks: f32,
    needs: f32, effort_cost: f32, load_cost: f32, hurt_cost: f32, thanks_relief: f32, need_cost: f32,
) -> f32:  # fmt: skip
    """Exhaustion fades and grows: E·left + (φ1 + φ2·load)·effort + ξ·hurt − χ·thanks + .01·needs, within 0..1.

    Helping tires at a growing rate and thanks restore (signs: Lanaj et al. 2016).
    """
    strain = (effort_cost + load_cost * load * day_mean) * effort + hurt_cost * hurt + need_cost * needs
    return min(max(exhaustion * exhaustion_left + strain - thanks_relief * thanks, _ZERO), _ONE)


@rule
def burns_out(exhaustion: f32, exhaustion_mean: f32, burnout_dt: f32, burnout_onset: f32) -> f32:
    """Chance to burn out this tick: hazard burnout_rate·((E−E0)/(1−E0))₊. Assumption."""
    return chance(burnout_dt * max(_ZERO, (exhaustion * exhaustion_mean - burnout_onset) / (_ONE - burnout_onset)))


@rule
def comes_back(exhaustion: f32, exhaustion_mean: f32, recovery_chance: f32, recovery_level: f32) -> f32:
    """Chance to come back this tick: constant once exhaustion is below a level. Assumption."""
    return recovery_chance if exhaustion * exhaustion_mean < recovery_level else _ZERO


@rule
def has_hard_day(u: f32, need: f32) -> f32:
    """The open need after a hard day: size 1 + (u − ½), unless a larger one is open already."""
    return max(need, _HALF + u)


@rule
def feels(
    wellbeing: f32, baseline: f32, wellbeing_share: f32, received: f32, glow: f32, need: f32, hurt: f32,
    wellbeing_received: f32, wellbeing_glow: f32, wellbeing_need_dt: f32, wellbeing_hurt: f32,
) -> f32:  # fmt: skip
    """Well-being returns to its baseline, rises with value received and glow, falls with open need and hurt.

    W + share·(W_i − W) + (1−W)(1 − e^(−received − glow)) − W(1 − e^(−need − hurt)), terms scaled. Curry et al. 2018.
    """
    rise = -expm1(-max(wellbeing_received * received + wellbeing_glow * glow, _ZERO))
    fall = -expm1(-(wellbeing_need_dt * need + wellbeing_hurt * hurt))
    moved = wellbeing + wellbeing_share * (baseline - wellbeing) + (_ONE - wellbeing) * rise - wellbeing * fall
    return min(max(moved, _ZERO), _ONE)


@rule
def happens(u: f32, probability: f32) -> i64:
    """1 if an event of this probability happens."""
    return i64(1) if u < probability else i64(0)


@rule
def grows_older(age: f32, dt: f32, shown: i64) -> f32:
    """Days since the last visible act: the last of k acts at uniform times in the tick is dt/(k + 1) old at its end."""
    return dt / f32(shown + i64(1)) if shown > i64(0) else min(age + dt, f32(1e6))


@rule
def remembers(memory: f32, left: f32, today: f32) -> f32:
    """A trailing memory: what is left of it, and what today added."""
    return fades(memory, left) + today
