"""Interventions for tests: any programme, and one of each kind that does something, and one that does nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import worlds
from hypothesis import assume
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.model.interventions.base import RULES
from sim.model.interventions.registry import KINDS
from sim.model.law.settings import ScenarioSettings
from sim.model.network.networks import Network

COMMON = {"start", "end", "days"}
TESTS = ["load > 0.3", "exhaustion >= 0.3", "need > 0", "acts_today == 0", "group != 1", "wellbeing < 0.7"]

# A dose of each kind that shows within days in a lively town, and the dose of nothing.
STRONG: dict[str, dict[str, Any]] = {
    "daily_prompt": {"boost": 1.0}, "broadcast": {"prime": 1.0}, "ease": {"ease": 3.0, "thanks": 1.0},
    "specific_praise": {"quality": 1.5}, "empathy_training": {"warmth": 2.0}, "influencers": {"target": {"share": 0.2}},
    "ranking": {"ranking": 2.0, "recommended": 0.3}, "verification": {"detection": 0.9},
    "moderation": {"caught": 0.8, "wrongly": 0.1}, "self_care": {"cap": 0.5}, "assistant": {"boost": 2.0},
    "civic_lesson": {"warmth": 2.0, "target": {"share": 0.3}}, "shock": {"factor": 10.0},
    "hashtag": {"discovery": 3.0, "slots": 0.5}, "nominations": {"names": 3}, "matched_giving": {"match": 20.0},
}  # fmt: skip
NOTHING: dict[str, dict[str, Any]] = {
    "daily_prompt": {"boost": 0.0}, "broadcast": {"rate": 0.0}, "ease": {"ease": 0.0},
    "specific_praise": {"quality": 1.0}, "empathy_training": {"warmth": 0.0, "image": 1.0, "quality": 1.0},
    "influencers": {"warmth": 0.0}, "ranking": {}, "verification": {"detection": 0.1}, "moderation": {"caught": 0.0},
    "self_care": {"cap": None, "rest_above": None, "quiet": 1.0}, "assistant": {"boost": 0.0, "sensitivity": 0.0},
    "civic_lesson": {"warmth": 0.0, "hostility": 0.0}, "shock": {"share": 0.0, "factor": 1.0},
    "hashtag": {"discovery": 0.0, "slots": 0.0}, "nominations": {"names": 3, "accepts": 0.4767, "nominators": 0.5},
    "matched_giving": {"match": 0.0, "asks": False},
}  # fmt: skip


def one(kind: str, doses: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A table as a scenario file has it."""
    return {"kind": kind, "name": kind, **doses, **more}


def town(people: int = 60, **options: Any) -> Network:
    """People in three groups with weighted ties, mutual and not."""
    return worlds.scattered(people, 6 * people, 4, weighted=True, group=np.arange(people) % 3, **options)


def scenario(*chosen: dict[str, Any], **changes: Any) -> ScenarioSettings:
    """A lively town with a catchy campaign, hostile people and hard days."""
    base = {"campaign": worlds.CATCHY, "rules__hard_day_rate": 0.3, "population__hostile_level": 0.0}
    return worlds.scenario(**{**base, "interventions": list(chosen), **changes})


@st.composite
def targets(draw: st.DrawFn, network: Network) -> dict[str, Any] | None:
    """Any target that the network has."""
    made: dict[str, Any] = {"share": draw(st.sampled_from([1.0, 0.5, 0.1])), "rule": draw(st.sampled_from(RULES))}
    if network.people and draw(st.booleans()):
        made["group"] = str(draw(st.sampled_from(np.unique(network.group).tolist())))
    if network.people and draw(st.integers(0, 4)) == 0:
        made["keys"] = draw(st.lists(st.sampled_from(network.key.tolist()), min_size=1, max_size=5))
    if draw(st.booleans()):
        made |= {"where": draw(st.sampled_from(TESTS)), "at": draw(st.sampled_from(["start", "tick"]))}
    return draw(st.sampled_from([None, made, made]))


@st.composite
def tables(draw: st.DrawFn, place: int, network: Network, kind: str = "") -> dict[str, Any]:
    """Any intervention, or any of a kind, as a table."""
    kind = kind or draw(st.sampled_from(sorted(KINDS)))
    fields = KINDS[kind].model_fields
    numbers = [n for n, f in fields.items() if n not in COMMON and any(hasattr(m, "ge") for m in f.metadata)]
    names = draw(st.lists(st.sampled_from(numbers), max_size=3, unique=True))
    made = {**STRONG[kind], **{name: draw(worlds.values(KINDS[kind], name)) for name in names}}
    if "target" in fields:
        made["target"] = draw(targets(network))
    for name in ("asks",):
        if name in fields:
            made[name] = draw(st.booleans())
    made |= {} if kind != "influencers" else {"join": draw(st.sampled_from(["no", "paid", "volunteer"]))}
    made |= {} if kind != "ranking" else {"signal": draw(st.sampled_from([None, "score", "trust", "trust"]))}
    made |= {} if kind != "ranking" else {"boost": draw(st.sampled_from([1.0, 3.0]))}
    start = draw(st.sampled_from([0.0, 0.0, 1.0, 2.0, 2.5]))
    end = draw(st.sampled_from([None, None, start + 1, start + 2.5]))
    cost = {"fixed": 5.0, "per_person": 2.0, "per_person_day": 0.5, "per_delivery": 0.25}
    return {"kind": kind, "name": f"{kind}{place}", **made, "start": start, "end": end, "cost": cost}


@st.composite
def cases(draw: st.DrawFn, kind: str = "") -> tuple[ScenarioSettings, Network]:
    """Any scenario with up to six interventions, the first of a kind, and a network of up to three groups."""
    network = draw(worlds.networks())
    if draw(st.booleans()):
        network = replace(network, group=(np.arange(network.people) % 3).astype(np.int32))
    chosen = [draw(tables(place, network, "" if place else kind)) for place in range(draw(st.integers(1, 6)))]
    base = draw(worlds.scenarios()).model_dump()
    base |= {"campaign": {**worlds.CATCHY, "discovery": draw(st.sampled_from([0.0, 1.0]))}, "interventions": chosen}
    if draw(st.booleans()):  # something to moderate, and something to find out
        base["population"] |= {"hostile_share": 0.5, "hostile_level": 0.0, "image_alpha": 4.0}
        base["rules"] |= {"detection": 0.5}
    try:
        return ScenarioSettings.model_validate(base), network
    except ValidationError:  # two rankings that differ, an ease with both a gesture and a target
        assume(False)
        raise
