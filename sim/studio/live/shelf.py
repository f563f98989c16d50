"""The interventions a page can switch on: the scenario's own, and the usual ones that it does not have, closed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from sim.model.interventions.registry import KINDS
from sim.model.law.settings import ScenarioSettings
from sim.studio.wording import titled

WORDS = {  # kind → name and what it does, in plain words; doses may be a scenario's own, so there are no numbers
    "daily_prompt": ("Daily reminder", "Everybody is reminded to do something kind. It wears off."),
    "broadcast": ("Daily message", "A message with an encouraging line takes one place in everybody's feed."),
    "ease": ("Easier first step", "Design that makes the first step of a kind act easier."),
    "specific_praise": ("Naming what helped", "People learn to say what exactly did them good. The habit fades."),
    "empathy_training": ("Empathy training", "Some people are trained: warmer, and less for show. It fades."),
    "influencers": ("Role models", "A few people lead by example."),
    "ranking": ("Another feed", "The feed chooses in another way what people see."),
    "verification": ("Verification", "Acts for show are found out far more often, and people expect it."),
    "moderation": ("Moderation", "Many nasty acts are caught; now and then a kind one is removed by mistake."),
    "self_care": ("Boundaries", "People stop before they have given too much, and rest when they have."),
    "assistant": ("Assistant", "An assistant notices hard days that nobody has answered, and speaks up."),
    "civic_lesson": ("Lesson at school", "A lesson carried by those whom others look to. It fades slowly."),
    "shock": ("Storm", "Most people have a hard day at once, and for some days more follow."),
    "hashtag": ("Hashtag", "People find the campaign without knowing anybody in it."),
    "nominations": ("Naming friends", "Whoever joins names some friends, who feel called."),
    "matched_giving": ("Matched giving", "For a time every real deed counts for more."),
}
_SELDOM = {"moderation": ("hostile_acts",), "civic_lesson": ("hostile_acts",), "verification": ("sincere", "found_out")}
_NOT_USUAL = {"ranking", "hashtag", "nominations", "matched_giving"}  # each needs doses or a campaign of a scenario


def shelved(settings: ScenarioSettings, arms: Iterable[ScenarioSettings]) -> ScenarioSettings:
    """The settings of one arm, with every intervention of the other arms and the usual ones, closed until switched on.

    A closed intervention moves nothing: the world is the same as without it (tests/test_live_worlds.py).
    """
    everybody = list(arms)
    own = {one.name: one for one in settings.interventions}
    others = {one.name: one for arm in everybody for one in arm.interventions if one.name not in own}
    kinds = {getattr(one, "kind", "") for arm in everybody for one in arm.interventions}
    usual = [KINDS[kind](name=kind) for kind in _usual(settings) if kind not in kinds]
    closed = [_closed(one) for one in (*others.values(), *usual) if one.name not in own]
    return settings.model_copy(update={"interventions": [*own.values(), *closed]})


def _usual(settings: ScenarioSettings) -> list[str]:
    """Kinds that make sense in a scenario without being asked for."""
    if settings.campaign and settings.population.attention_mean == 0:
        return ["hashtag", "nominations", "matched_giving"]
    wanted = [kind for kind in KINDS if kind not in _NOT_USUAL]
    return [kind for kind in wanted if kind not in _SELDOM or set(_SELDOM[kind]) & set(settings.headline)]


def _closed(one: Any) -> Any:
    return one.model_copy(update={"start": math.inf, "end": None, "days": None})


def described(worlds: Sequence[ScenarioSettings], arms: Iterable[ScenarioSettings]) -> list[dict[str, Any]]:
    """The switches of the page: the scenario's own first."""
    own = {one.name for arm in arms for one in arm.interventions}
    first = {one.name: one for settings in reversed(worlds) for one in settings.interventions}
    windows = {name: [_window(settings, name) for settings in worlds] for name in first}
    told = [_words(first[name], name in own) | {"windows": windows[name]} for name in first]
    return sorted(told, key=lambda one: not one["own"])


def _words(one: Any, own: bool) -> dict[str, Any]:
    label, says = WORDS[one.kind]
    if own:
        label = titled(one.name.replace("-", " "))
    return {"name": one.name, "label": label, "says": says, "own": own}


def _window(settings: ScenarioSettings, name: str) -> str:
    """When it opens and closes by itself in one world, in words; empty where it does not."""
    one = next((one for one in settings.interventions if one.name == name), None)
    if one is None or math.isinf(one.start):
        return ""
    if math.isinf(one.close):
        return f"from day {one.start:g} on"
    return f"from day {one.start:g} to day {one.close:g}"


def clash(open_now: Sequence[Any], one: Any) -> str:
    """The name of an open intervention that puts a setting of this one differently; empty where none does."""
    for other in open_now:
        for setting in set(one.sole) & set(other.sole):
            values = getattr(one, setting), getattr(other, setting)
            if None not in values and values[0] != values[1]:
                return str(other.name)
    return ""
