"""Where interventions take hold: an assistant's word, a cap on effort, an official item, removal of acts."""

from __future__ import annotations

from sim.model.arith import fades
from sim.model.compiled import f32, i64, rule

_ZERO, _ONE = f32(0), f32(1)


@rule
def is_urged(lean: f32, noticed: f32, helped: f32, assist: f32) -> f32:
    """An assistant speaks up for a noticed need that nobody answered yet: log-odds + assist. Assumption."""
    return lean + (assist if helped == _ZERO else _ZERO) * noticed


@rule
def has_strength(load: f32, day_left: f32, today: f32, effort: f32, cap: f32) -> i64:
    """1 if an act's effort leaves the load of the trailing day, load·left + today, within the cap."""
    return i64(1) if fades(load, day_left) + (today + effort) <= cap else i64(0)


@rule
def makes_room(official: i64, items: i64) -> i64:
    """1 if the official item is shown: it takes a slot, so there must be one."""
    return i64(1) if official > i64(0) and items > i64(0) else i64(0)


@rule
def is_removed(u: f32, early: f32, caught: f32) -> i64:
    """What moderation does to an act: 0 nothing, 1 removed before it is read, 2 removed afterwards; early ≤ caught."""
    return i64(1) if u < early else (i64(2) if u < caught else i64(0))


@rule
def looks_elsewhere(u: f32, recommended: f32, discovery: f32) -> i64:
    """What a feed slot shows: 0 people one follows, 1 strangers, 2 people of the hashtag's community."""
    return i64(1) if u < recommended else (i64(2) if u < recommended + discovery else i64(0))


@rule
def promotes(weight: f32, boost: f32) -> f32:
    """A person's weight in the feed times the factor of their group."""
    return weight * boost
