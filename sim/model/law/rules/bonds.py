"""Ties that change, and the well-being drawn from those of one's own group."""

from __future__ import annotations

from sim.model.arith import expm1
from sim.model.compiled import f32, rule

_ZERO, _ONE, _FULL = f32(0), f32(1), f32(2)


@rule
def strengthens(tie: f32, tie_gain: f32) -> f32:
    """A kind act along a tie, sent or received, strengthens it: w + .05·(2 − w); a broken one stays broken.

    Assumption.
    """
    return tie + tie_gain * (_FULL - tie) if tie > _ZERO else _ZERO


@rule
def weakens(tie: f32, left: f32, tie_break: f32) -> f32:
    """A tie weakens to w·left, by e^(−fade·dt) with time or by half when hurt; below .05 it breaks for good (0).

    Assumption.
    """
    return tie * left if tie * left >= tie_break else _ZERO


@rule
def belongs(
    belonging: f32, wellbeing_share: f32, received: f32, glow: f32, wellbeing_received: f32, wellbeing_glow: f32
) -> f32:
    """Belonging, the part of well-being that is drawn from ties of one's own group: B − share·B + (1−B)(1 − e^(−gain)).

    The gain of `feels` (Curry et al. 2018), of value received from the group and glow of giving to it.
    """
    gain = max(wellbeing_received * received + wellbeing_glow * glow, _ZERO)
    return min(max(belonging - wellbeing_share * belonging + (_ONE - belonging) * -expm1(-gain), _ZERO), _ONE)
