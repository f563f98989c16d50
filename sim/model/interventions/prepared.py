"""A finished draft as the engines read it: levers, catalogue, inputs, and columns with the traits of the day."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.model.arith import chance
from sim.model.compiled import f32
from sim.model.interventions.draft import TRAITS, Draft, with_shares
from sim.model.law import gestures, letters
from sim.model.law.columns import Columns
from sim.model.law.gestures import Catalogue
from sim.model.law.inputs import Inputs, no_inputs
from sim.model.law.levers import Levers, base_levers

_ROW = np.uint64(0xFFFFFFFF)


class Prepared(NamedTuple):
    """What both engines read in a tick."""

    levers: Levers
    catalogue: Catalogue
    inputs: Inputs
    felt: Columns  # the columns, traits replaced where interventions change them


def community_rows(world: Any) -> np.ndarray:
    """uint32[m], rows of the hashtag's community at the start of the tick."""
    return np.arange(world.people, dtype=np.uint32)


def prepare(draft: Draft, world: Any, memory: dict[str, np.ndarray]) -> Prepared:
    """Levers where everybody is alike, inputs where people differ."""
    rules, dt = world.settings.rules, f32(world.settings.dt)
    made = dict(draft.values)
    made["friction"] = f32(rules.friction) / (f32(1) + made.pop("ease"))
    made["need_chance"] = _chances(f32(rules.hard_day_rate) * made.pop("need_rate") * dt)
    detection = made.pop("detection")
    made["image_scale"] = (f32(1) - detection) / (f32(1) - f32(rules.detection_ref))
    levers = base_levers(rules, world.settings.dt)._replace(detection=detection)
    scalars = {name: f32(value) for name, value in made.items() if name in Levers._fields and not np.ndim(value)}
    catalogue = gestures.columns(with_shares(world.gestures, draft.shares)) if draft.shares else world.base_catalogue
    return Prepared(levers._replace(**scalars), catalogue, _inputs(draft, made, world, memory), _felt(draft, world))


def _chances(hazard: Any) -> Any:
    """Hazards of a tick as chances, once for each that occurs."""
    if not np.ndim(hazard):
        return f32(chance(hazard))
    some, place = np.unique(hazard, return_inverse=True)
    return np.array([chance(one) for one in some], np.float32)[place]


def _felt(draft: Draft, world: Any) -> Columns:
    """Traits as they are today: warmth and hostility shifted, image and attention scaled."""
    columns, changed = world.columns, {}
    for name in TRAITS:
        amount = draft.values[name]
        trait = getattr(columns, name)
        if name in ("warmth", "hostility") and np.any(amount != 0):
            changed[name] = (trait + amount).astype(np.float32)
        elif name in ("image", "attention") and np.any(amount != 1):
            changed[name] = (trait * amount).astype(np.float32)
    return columns._replace(**changed)


def _inputs(draft: Draft, made: dict[str, Any], world: Any, memory: dict[str, np.ndarray]) -> Inputs:
    """Arrays where people differ; where an input has no lever, also when everybody has the same."""
    given: dict[str, Any] = {}
    for name in ("prompt", "friction", "thanks_offset", "specificity", "notice", "need_chance"):
        if np.ndim(made[name]):
            given[name] = made[name]
    for name, idle in (("assist", 0), ("cap", np.inf)):
        if np.any(made[name] != idle):
            given[name] = draft.array(name)
    if np.any(made["official"] > 0):
        given["official"] = (draft.array("official") > 0).astype(np.uint8)
        given["told"] = draft.array("told")
    if np.any(made["caught"] > 0) or np.any(made["wrongly"] > 0):
        given |= {name: draft.array(name) for name in ("caught", "caught_early", "wrongly")}
    if "assist" in given:
        given["urged_today"] = np.zeros(world.people, np.uint16)
    if draft.trusted or np.any(made["boost"] != 1):
        given |= {"boost": draft.array("boost"), "signal": _signal(draft, world, memory)}
    for name in ("recommended", "discovery"):
        given[name] = f32(made[name])
    if given["discovery"] > 0:
        given["community"] = community_rows(world)
    return no_inputs()._replace(**given)


def _signal(draft: Draft, world: Any, memory: dict[str, np.ndarray]) -> np.ndarray:
    """What engagement ranking counts: the score over the coming tick, or trust."""
    if not draft.trusted:
        return world.columns.score * world.levers.day_mean
    remember_found_out(world, memory)
    kept, exposed = memory["kept"], memory["exposed"]
    return (kept + f32(1)) / (kept + exposed + f32(1))


def remember_found_out(world: Any, memory: dict[str, np.ndarray]) -> None:
    """Count the visible kind acts of the tick just over: those that stood, and those found out."""
    post = world.letters() if world.tick else np.empty((0, letters.WORDS), np.uint64)
    sender, what = (post[:, 0] & _ROW).astype(np.int64), post[:, 1]
    seen = (what & letters.VISIBLE > 0) & (what & (letters.HOSTILE | letters.VOID) == 0)
    found = what & letters.FOUND > 0
    for name, chosen in (("kept", seen & ~found), ("exposed", seen & found)):
        before = memory.get(name, np.zeros(world.people, np.float32))
        memory[name] = before + np.bincount(sender[chosen], minlength=world.people).astype(np.float32)
