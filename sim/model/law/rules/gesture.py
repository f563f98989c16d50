"""The act: which gesture, how sincere, what it is worth and what moved it."""

from __future__ import annotations

from sim.model.arith import exp
from sim.model.compiled import f32, i64, rule

_ZERO, _ONE = f32(0), f32(1)


@rule
def gesture_odds(
    share: f32, effort: f32, visibility: f32, exhaustion: f32, exhaustion_mean: f32, image: f32, image_scale: f32,
    effort_weight: f32, beta_watched: f32, visibility_ref: f32,
) -> f32:  # fmt: skip
    """Odds of one gesture among those on offer: share·exp(−effort·κ(1+E) + βO·image'·(o − ō)).

    κ is an assumption; βO as in `shows_off` (Bradley et al. 2018).
    """
    deterred = effort * effort_weight * (_ONE + exhaustion * exhaustion_mean)
    return share * exp(beta_watched * image * image_scale * (visibility - visibility_ref) - deterred)


@rule
def picks_gesture(before: i64, gesture: i64, odds: f32, passed: f32, goal: f32) -> i64:
    """One step of the choice: this gesture while the odds passed so far have not gone beyond the goal.

    Taken through the catalogue in order of effort, it inverts the cumulative odds; goal = u times their sum.
    """
    return gesture if odds > _ZERO and passed <= goal else before


@rule
def is_sincere(u: f32, image: f32, image_scale: f32, value: f32, visibility: f32, audience: f32) -> i64:
    """1 if meant: u < (1−image')v / ((1−image')v + image'·o·audience)."""
    meant = (_ONE - image * image_scale) * value
    return i64(1) if u * (meant + image * image_scale * visibility * audience) < meant else i64(0)


@rule
def is_worth(
    value: f32, worded: i64, specificity: f32, sincere: i64, found_out: i64, performative_quality: f32, tie: f32
) -> f32:
    """Value of a gift: v·specificity·tie; performed ones carry a share of it, those found out nothing.

    Assumption.
    """
    quality = _ONE if sincere == i64(1) else (_ZERO if found_out == i64(1) else performative_quality)
    return value * (specificity if worded == i64(1) else _ONE) * quality * tie


@rule
def moves(u: f32, warmth: f32, prompt: f32, habit: f32, gift: f32, norm: f32, item: f32, need: f32) -> i64:
    """What moved an act: 0 the giver, 1 the gift received, 2 the item; drawn by the positive parts of the log-odds."""
    own = max(warmth + prompt, _ZERO) + max(habit, _ZERO)
    given, seen = max(gift, _ZERO), max(norm, _ZERO) + max(item, _ZERO) + max(need, _ZERO)
    goal = u * (own + given + seen)
    return i64(1) if goal < given else (i64(2) if goal < given + seen else i64(0))
