"""What a profile says of a person."""

from __future__ import annotations

from sim.model.compiled import f32, rule

_ZERO, _HALF, _ONE = f32(0), f32(0.5), f32(1)


@rule
def is_kind(shown: f32, read: f32) -> f32:
    """Published kindness, 0..1: visible kind acts per item read, trailing day."""
    return min(shown / max(read, f32(0.05)), _ONE)


@rule
def is_liked(score: f32, day_mean: f32, posts: f32) -> f32:
    """Visible gestures received per item offered: min(1, score/posts), score averaged over the coming tick."""
    return min(score * day_mean / posts, _ONE)


@rule
def is_helped(answers: f32, day_mean: f32, need: f32) -> f32:
    """How far an open need was answered in the last day: min(1, answers/need)."""
    return min(answers * day_mean / need, _ONE) if need > _ZERO else _ZERO


@rule
def is_sour(scorn: f32, score: f32, day_mean: f32) -> f32:
    """Hostile share of what was received in the last day, H/(H + K + .5). Cheng et al. 2017."""
    return scorn * day_mean / ((scorn + score) * day_mean + _HALF)
