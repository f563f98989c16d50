"""Membership: the slow memory of recognition, lapsing and returning."""

from __future__ import annotations

from sim.model.arith import chance, exp
from sim.model.compiled import f32, rule

_ONE = f32(1)


@rule
def recalls(recognition: f32, recognition_left: f32, thanks: f32, recognition_miss: f32) -> f32:
    """Recognition fades and is renewed: R·e^(−dt/τ), then R + (1−R)·r_K for each of k thank-yous.

    In one step 1 − (1 − R·left)·(1 − r_K)^k, `recognition_miss` = ln(1 − r_K). Effects: Matias et al., CAT Lab 2020.
    """
    return _ONE - (_ONE - recognition * recognition_left) * exp(recognition_miss * thanks)


@rule
def is_recognised(recognition: f32, beta_recognition: f32, recognition_ref: f32) -> f32:
    """What recognition adds to thanking: bR·(R − R0). Matias et al., CAT Lab 2020."""
    return beta_recognition * (recognition - recognition_ref)


@rule
def lapses(
    recognition: f32, wellbeing: f32, lapse_dt: f32, lapse_recognition: f32, lapse_wellbeing: f32,
    recognition_ref: f32, wellbeing_ref: f32,
) -> f32:  # fmt: skip
    """Chance to lapse this tick: hazard lapse_rate·exp(−aR(R − R0) − aW(W − W0)). Matias et al., CAT Lab 2020."""
    kept = lapse_recognition * (recognition - recognition_ref) + lapse_wellbeing * (wellbeing - wellbeing_ref)
    return chance(lapse_dt * exp(-kept))
