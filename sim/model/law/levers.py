"""Levers: every number the rules read in one tick, as float32, made from the settings and the length of a tick.

Rates become chances per tick here and time constants become shares that stay, so that a rule knows no `dt` but where
its law does. Interventions will change copies of this tuple; the kernel only reads it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.model.arith import chance, exp, expm1, log
from sim.model.compiled import f32
from sim.model.law.settings import RuleSettings


class Levers(NamedTuple):
    """`*_left`: share of a decaying state left after a tick; `*_mean`: its mean over the tick, relative to the start;
    `*_chance`: probability per tick; the others as in `RuleSettings`."""

    dt: np.float32
    candidates: np.float32
    half_life: np.float32
    ranking: np.float32
    age_floor: np.float32
    quiet_dt: np.float32
    norm_rate: np.float32
    norm_ref: np.float32
    friction: np.float32
    prompt: np.float32
    beta_gift: np.float32
    gratitude_ref: np.float32
    gratitude_left: np.float32
    gratitude_mean: np.float32
    gift_scale: np.float32
    beta_norm: np.float32
    beta_reward: np.float32
    reward_ref: np.float32
    beta_liked: np.float32
    liked_ref: np.float32
    posts: np.float32
    beta_watched: np.float32
    image_scale: np.float32
    image_ref: np.float32
    visibility_ref: np.float32
    beta_need: np.float32
    beta_answered: np.float32
    beta_exhaustion: np.float32
    exhaustion_ref: np.float32
    exhaustion_left: np.float32
    exhaustion_mean: np.float32
    thanks_warmth: np.float32
    thanks_offset: np.float32
    thanks_chance: np.float32
    effort_weight: np.float32
    specificity: np.float32
    performative_quality: np.float32
    detection: np.float32
    hostile_value: np.float32
    hostile_weight: np.float32
    acknowledgement: np.float32
    day_left: np.float32
    day_mean: np.float32
    effort_cost: np.float32
    load_cost: np.float32
    hurt_cost: np.float32
    thanks_relief: np.float32
    need_cost: np.float32
    burnout_dt: np.float32
    burnout_onset: np.float32
    recovery_chance: np.float32
    recovery_level: np.float32
    need_chance: np.float32
    notice: np.float32
    fade_chance: np.float32
    wellbeing_share: np.float32
    wellbeing_received: np.float32
    wellbeing_glow: np.float32
    wellbeing_need_dt: np.float32
    wellbeing_hurt: np.float32
    hostile_mood: np.float32
    hostile_context: np.float32
    hostile_both: np.float32
    mood_ref: np.float32
    sour_ref: np.float32
    hostile_norm: np.float32


LN2 = log(f32(2))
_NAMES = frozenset(Levers._fields)


def mean_over(x: np.float32) -> np.float32:
    """Mean of e^(−s) over s in 0..x, so that one gift's total impulse is its time constant at any dt."""
    return f32(-expm1(-x)) / f32(x)


def base_levers(rules: RuleSettings, dt: float) -> Levers:
    """The levers of a tick of `dt` days without interventions."""
    given = {name: value for name, value in rules if name in _NAMES}
    day, gratitude = f32(dt), f32(dt) / f32(rules.gratitude_memory)
    exhaustion = f32(dt) * f32(LN2) / f32(rules.exhaustion_half_life)
    made = {
        "dt": day,
        "quiet_dt": f32(rules.quiet) * day,
        "friction": f32(rules.friction) / (f32(1) + f32(rules.ease)),
        "beta_gift": f32(rules.beta_gratitude) * f32(rules.gift_scale),
        "gratitude_left": exp(-gratitude),
        "gratitude_mean": mean_over(gratitude),
        "image_scale": (f32(1) - f32(rules.detection)) / (f32(1) - f32(rules.detection_ref)),
        "exhaustion_left": exp(-exhaustion),
        "exhaustion_mean": mean_over(exhaustion),
        "day_left": exp(-day),
        "day_mean": mean_over(day),
        "thanks_chance": day,
        "burnout_dt": f32(rules.burnout_rate) * day,
        "recovery_chance": chance(f32(rules.recovery_rate) * day),
        "need_chance": chance(f32(rules.hard_day_rate) * day),
        "fade_chance": chance(f32(rules.need_fade) * day),
        "wellbeing_share": chance(day / f32(rules.wellbeing_memory)),
        "wellbeing_need_dt": f32(rules.wellbeing_need) * day,
    }
    return Levers(**{name: f32(value) for name, value in {**given, **made}.items()})
