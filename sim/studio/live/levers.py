"""Which settings a page offers as sliders, in plain words; unit, source and meaning are the settings' own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sim.model.law.settings import ScenarioSettings

MOST = 8


@dataclass(frozen=True)
class Slider:
    """A setting on the page.

    key : dotted, `rules.friction`
    label, says : plain words: its name, and what more of it does
    low, high, step : range and smallest move, in the setting's own unit
    shown : how the page writes a value: odds (e^value), less (e^-value), percent, every (1/value days), strength
    uses : whether a scenario's settings make something of it; None = any with everyday life
    """

    key: str
    label: str
    says: str
    low: float
    high: float
    step: float
    shown: str
    uses: Callable[[ScenarioSettings], bool] | None = None


def _has(*kinds: str) -> Callable[[ScenarioSettings], bool]:
    return lambda settings: any(getattr(one, "kind", "") in kinds for one in settings.interventions)


def _for_show(settings: ScenarioSettings) -> bool:
    return bool({"sincere", "found_out"} & set(settings.headline)) or _has("verification")(settings)


def _campaign(settings: ScenarioSettings) -> bool:
    return settings.campaign is not None


def _names_friends(settings: ScenarioSettings) -> bool:
    return settings.campaign is not None and settings.campaign.nominators > 0


def _hostile(settings: ScenarioSettings) -> bool:
    return "hostile_acts" in settings.headline or _has("moderation")(settings)


def _needy(settings: ScenarioSettings) -> bool:
    return _has("assistant", "shock")(settings)


SLIDERS = (  # those of a scenario's own first, then those of everyday life
    Slider("campaign.appeal", "Appeal of the token",
           "How likely one friend who takes part wins you over, in all.", 0, 0.2, 0.005, "percent", _campaign),
    Slider("campaign.nominators", "People who name friends",
           "Share of those who join that call on friends by name.", 0, 1, 0.05, "percent", _campaign),
    Slider("campaign.accepts", "Calls that are followed",
           "How likely somebody who is named follows.", 0, 1, 0.05, "percent", _names_friends),
    Slider("campaign.discovery", "Reach of the hashtag",
           "How fast people find the campaign without knowing anybody in it.", 0, 3, 0.1, "strength", _campaign),
    Slider("campaign.base", "Readiness for the real deed",
           "How likely a person who is asked does more than show a token.", 0, 0.1, 0.001, "percent", _campaign),
    Slider("rules.detection", "Acts for show found out",
           "How often a kind act that was only for show is seen through. People expect it.",
           0, 0.9, 0.05, "percent", _for_show),
    Slider("rules.performative_quality", "Worth of an act for show",
           "What a kind act for show is worth to the one who gets it, beside one that is meant.",
           0.2, 1, 0.05, "percent", _for_show),
    Slider("rules.hostile_weight", "Sting of a nasty act",
           "How much a nasty act weighs against a kind one.", 0, 3, 0.1, "strength", _hostile),
    Slider("rules.notice", "Hard days noticed",
           "How likely a reader notices that somebody has a hard day.", 0, 1, 0.05, "percent", _needy),
    Slider("rules.friction", "Effort it takes",
           "What the first step costs. Less effort, more kind acts, and sooner tired people.", 0, 2, 0.05, "less"),
    Slider("rules.prompt", "Reminders",
           "A nudge on every item of the feed, all day long.", 0, 0.7, 0.05, "odds"),
    Slider("rules.beta_gratitude", "Passing it on",
           "How far people who were given something give on to others.", 0, 1.5, 0.05, "odds"),
    Slider("rules.beta_norm", "Doing as others do",
           "How far people follow the kindness they see around them.", 0, 2, 0.05, "odds"),
    Slider("rules.hard_day_rate", "Hard days",
           "How often somebody has a day on which help is needed.", 0.01, 0.3, 0.01, "every"),
    Slider("rules.burnout_rate", "Burning out",
           "How fast people who are worn out have to stop and rest.", 0, 0.5, 0.01, "percent a day"),
    Slider("rules.ranking", "Popular first",
           "How much the feed prefers what was liked. At none it shows the newest first.", 0, 2, 0.1, "strength"),
)  # fmt: skip


def offered(arms: Sequence[ScenarioSettings]) -> tuple[Slider, ...]:
    """The sliders of a scenario's page, at most `MOST`; a campaign without everyday life has only those of its own."""
    quiet = all(one.campaign and one.population.attention_mean == 0 for one in arms)
    own = [one for one in SLIDERS if one.uses and any(map(one.uses, arms))]
    usual = [one for one in SLIDERS if one.uses is None and not quiet]
    return tuple([*own, *usual][:MOST])


def value(settings: ScenarioSettings, key: str) -> float:
    """What a lever is put to."""
    table, name = key.split(".")
    return float(getattr(getattr(settings, table), name))


def put(settings: ScenarioSettings, key: str, number: float) -> ScenarioSettings:
    """The settings with one lever put; ValueError where the model does not allow it."""
    table, name = key.split(".")
    before = getattr(settings, table)
    return settings.model_copy(update={table: type(before)(**{**before.model_dump(), name: number})})


def described(slider: Slider, worlds: Sequence[ScenarioSettings], ends: tuple[float, float]) -> dict[str, Any]:
    """A slider as the page gets it: words, range, and where each world starts."""
    table, name = slider.key.split(".")
    field = type(getattr(worlds[0], table)).model_fields[name]
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    words = {"label": slider.label, "says": slider.says, "meaning": field.description, "unit": extra.get("unit")}
    starts = [value(one, slider.key) for one in worlds]
    numbers = {"low": ends[0], "high": ends[1], "step": slider.step, "starts": starts}
    return {"key": slider.key, "shown": slider.shown, **words, **numbers}


def reach(slider: Slider, arms: Sequence[ScenarioSettings]) -> tuple[float, float]:
    """Least and most that a page may put; takes in where every arm starts."""
    starts = [value(one, slider.key) for one in arms]
    most = [slider.high]
    if slider.key == "campaign.appeal":  # it must stay at or below the appeal of many friends
        most = [min(slider.high, *(one.campaign.appeal_top for one in arms if one.campaign))]
    return min([slider.low, *starts]), max([*most, *starts])
