"""What changes in a person over weeks: warmth that drifts, and the pace at which one acts."""

from __future__ import annotations

from sim.model.arith import approaches, log
from sim.model.compiled import f32, rule

_HALF, _LEAST = f32(0.5), f32(0.01)


@rule
def drifts(drift: f32, norm: f32, norm_ref: f32, drift_step: f32, drift_bound: f32) -> f32:
    """Warmth drifts with the norm: D + κ(1 − e^(−dt/τ))·(N − N0), within ± a bound of its start.

    Assumption. At published coefficients of the norm it makes no second branch; large ones are hypothetical.
    """
    return min(max(drift + drift_step * (norm - norm_ref), -drift_bound), drift_bound)


@rule
def has_drifted(warmth: f32, drift: f32) -> f32:
    """Warmth as it is now: its start and what it has drifted."""
    return warmth + drift


@rule
def averages(
    pace: f32, glow: f32, effort: f32, acts: f32, score: f32, day_mean: f32, posts: f32, acknowledgement: f32,
    dt: f32, pace_share: f32,
) -> f32:  # fmt: skip
    """Average reward of a day: R̄ + (1 − e^(−dt/τ))·(Σr/dt − R̄), r = glow − effort + ack·min(score/posts, 3) per act.

    It falls while nothing is done: the opportunity cost of inaction. After Lindström et al. 2021, who let people learn
    the average net rate of reward from post to post; here from tick to tick, so that it does not depend on dt.
    """
    gained = glow - effort + acts * acknowledgement * min(score * day_mean / posts, f32(3))
    return approaches(pace, gained / dt, pace_share)


@rule
def is_paced(pace: f32, beta_reward: f32, pace_ref: f32) -> f32:
    """The pull of the average reward: βQ·½·ln(R̄/R̄0), R̄ at least R̄0/100.

    An act after latency τ costs C/τ for haste and R̄·τ for time gone by, least at τ = √(C/R̄) (Niv et al. 2007, the
    trade-off found in posting by Lindström et al. 2021). At βQ = 1 the odds of acting on an item follow the rate 1/τ;
    C sets the level, which is warmth's, and drops out at the centre.
    """
    return beta_reward * _HALF * log(max(pace / pace_ref, _LEAST))
