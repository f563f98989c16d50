"""Every number a scenario may set: default, range, unit, meaning and source, stated once.

Documentation, the JSON Schema and the ODD are made from these classes. Reading files is `sim.lab.scenario`'s work.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from sim.model.interventions.registry import AnyIntervention, check_together
from sim.model.law.bonds import CustomSettings, DriftSettings, LearningSettings, MembershipSettings, TieSettings
from sim.model.law.campaign_settings import CampaignSettings
from sim.model.law.contexts import PRESETS, settled
from sim.model.law.gestures import MOST, changed
from sim.model.law.parameters import Settings, contradiction, parameter
from sim.model.network.families import FAMILIES
from sim.model.network.numbers import FamilyNumbers


class RuleSettings(Settings):
    """Coefficients of the rules (`sim.model.law.rules`). Every feedback term is centred on a `*_ref` constant, so that
    a coefficient of 0 removes the feedback and keeps the level."""

    # reading the feed
    candidates: int = parameter(3, 1, 3, "items that race for one feed slot; 1 = no ranking", "items", "Wu & Huberman 2007")
    half_life: float = parameter(1.0, 0.01, 365, "age at which an item's novelty has halved", "day", "Wu & Huberman 2007")
    ranking: float = parameter(0.0, 0, 3, "engagement exponent of the feed; 0 = chronological")
    age_floor: float = parameter(0.25, 0.001, 1, "least weight of an old item")
    quiet: float = parameter(1.0, 0, 1, "share of the usual feed that is read")
    # the norm
    norm_rate: float = parameter(0.05, 0, 1, "speed at which the perceived norm follows what is seen", "1/day")
    norm_ref: float = parameter(0.34, 0, 1, "perceived norm on day 0, and centre of its term")
    # deciding to act (log-odds)
    friction: float = parameter(0.5, 0, 5, "what a first step costs", "log-odds")
    ease: float = parameter(0.0, 0, 10, "design that lowers friction: friction/(1+ease)")
    prompt: float = parameter(0.0, 0, 3, "reminder on every item", "log-odds", "0-.7")
    beta_gratitude: float = parameter(0.36, 0, 3, "pay it forward, per unit of value received", "log-odds", "Assumption within Mujcic & Leibbrandt 2018 (0-1.02)")
    gratitude_ref: float = parameter(0.245, 0, 1, "gratitude on day 0, and centre of its term")
    gift_scale: float = parameter(4.0, 0.1, 100, "value at which one gift fills gratitude", "value")
    beta_norm: float = parameter(0.5, 0, 10, "following the perceived norm", "log-odds", "Jung et al. 2020 (0-.82)")
    beta_reward: float = parameter(1.0, 0, 10, "habit: learned reward of acting", "log-odds")
    reward_ref: float = parameter(0.153, -5, 5, "learned reward on day 0, and centre of its term")
    beta_liked: float = parameter(0.28, 0, 5, "what others already liked", "log-odds", "Muchnik et al. 2013")
    liked_ref: float = parameter(0.54, 0, 1, "centre of the liked term")
    posts: float = parameter(3.0, 0.1, 100, "items a person offers a day, over which gestures received are spread", "1/day")
    beta_watched: float = parameter(2.0, 0, 10, "acting for show, times image and visibility", "log-odds", "Bradley et al. 2018 (1.7-2.8)")
    image_ref: float = parameter(0.25, 0, 1, "centre of the image term")
    visibility_ref: float = parameter(0.8, 0, 1, "mean visibility of gestures")
    beta_need: float = parameter(0.7, 0, 5, "a need noticed", "log-odds")
    beta_answered: float = parameter(0.5, 0, 5, "others already answered (bystander)", "log-odds", "sign: Tsvetkova & Macy 2014 (0-1)")
    beta_exhaustion: float = parameter(1.5, 0, 10, "tiredness", "log-odds", "Assumption (.5-3)")
    exhaustion_ref: float = parameter(0.30, 0, 1, "exhaustion on day 0, and centre of its term")
    thanks_warmth: float = parameter(0.5, 0, 1, "share of warmth that counts when thanking")
    thanks_offset: float = parameter(-0.5, -10, 10, "offset when thanking", "log-odds")
    # the gesture and its sincerity
    effort_weight: float = parameter(1.0, 0, 10, "how much effort deters")
    specificity: float = parameter(1.0, 1, 1.5, "value of naming the impact (not for likes)")
    performative_quality: float = parameter(0.5, 0, 1, "value of a performed gesture, relative to a sincere one", source="Assumption (.2-1)")
    detection: float = parameter(0.1, 0, 0.99, "chance that a performed gesture is found out", source="Assumption (0-.9)")
    detection_ref: float = parameter(0.1, 0, 0.99, "detection at which image counts in full")
    audience_ref: float = parameter(20.0, 0.001, 1e6, "followers at which half the audience effect is reached", "people")
    # what a gesture does
    gratitude_memory: float = parameter(2.0, 0.05, 60, "time constant of gratitude", "day", "Assumption (.2-14)")
    hostile_value: float = parameter(0.5, 0, 10, "value a hostile act takes", "value")
    hostile_weight: float = parameter(1.5, 0, 10, "weight of a hostile act against a kind one", source="sign: Gray et al. 2014 (1-3)")
    acknowledgement: float = parameter(0.1, 0, 5, "reward of visible gestures received, per item offered", "reward")
    # tiring and burning out
    effort_cost: float = parameter(0.10, 0, 5, "exhaustion per unit of effort", "1/effort")
    load_cost: float = parameter(0.50, 0, 5, "growing cost under load", "day/effort²", "sign: Lanaj et al. 2016")
    hurt_cost: float = parameter(0.05, 0, 1, "exhaustion per hostile act received")
    thanks_relief: float = parameter(0.03, 0, 1, "relief per thank-you received", source="sign: Lanaj et al. 2016")
    need_cost: float = parameter(0.01, 0, 1, "exhaustion per need noticed")
    exhaustion_half_life: float = parameter(2.0, 0.05, 60, "time in which exhaustion halves", "day")
    burnout_rate: float = parameter(0.10, 0, 24, "hazard of burning out at full exhaustion", "1/day", "Assumption (.03-.3), swept")
    burnout_onset: float = parameter(0.60, 0, 0.99, "exhaustion above which people can burn out")
    recovery_rate: float = parameter(0.15, 0, 24, "hazard of coming back", "1/day", "Assumption, swept")
    recovery_level: float = parameter(0.5, 0, 1, "exhaustion below which people can come back")
    # hard days
    hard_day_rate: float = parameter(0.05, 0, 24, "arrival of needs", "1/day")
    notice: float = parameter(0.5, 0, 1, "chance that a reader notices an open need", source="Assumption (.2-1)")
    need_fade: float = parameter(0.15, 0, 24, "hazard at which an open need ends unmet", "1/day")
    # well-being
    wellbeing_memory: float = parameter(14.0, 0.1, 365, "time constant of the return to one's baseline", "day")
    wellbeing_received: float = parameter(0.02, 0, 1, "gain per unit of value received", source="scale: Curry et al. 2018")
    wellbeing_glow: float = parameter(0.02, 0, 1, "gain per unit of glow", source="scale: Curry et al. 2018")
    wellbeing_need: float = parameter(0.06, 0, 5, "loss per open need and day", "1/day")
    wellbeing_hurt: float = parameter(0.1, 0, 5, "loss per hostile act received")
    # hostility (log-odds)
    hostile_mood: float = parameter(0.62, 0, 5, "bad mood", "log-odds", "Cheng et al. 2017")
    hostile_context: float = parameter(0.62, 0, 5, "sour context", "log-odds", "Cheng et al. 2017")
    hostile_both: float = parameter(0.13, 0, 5, "mood times context", "log-odds", "Cheng et al. 2017")
    mood_ref: float = parameter(0.2, 0, 1, "centre of the mood term")
    sour_ref: float = parameter(0.0, 0, 1, "centre of the context term")
    hostile_norm: float = parameter(0.0, 0, 10, "how much a kind norm restrains", "log-odds", "Assumption (0-3)")


class PopulationSettings(Settings):
    """How traits are drawn, one keyed draw per person and trait."""

    warmth_mean: float = parameter(-0.45, -20, 20, "mean of warmth", "log-odds")
    warmth_sd: float = parameter(0.8, 0, 10, "standard deviation of warmth", "log-odds")
    attention_mean: float = parameter(8.0, 0, 50, "mean of feed items read", "1/day")
    attention_sd: float = parameter(0.4, 0, 3, "standard deviation of log attention")
    attention_min: float = parameter(3.0, 0, 50, "least attention (no more than the mean)", "1/day")
    attention_max: float = parameter(50.0, 0, 50, "most attention", "1/day")
    image_alpha: float = parameter(1.5, 0.05, 100, "Beta shape of image")
    image_beta: float = parameter(4.5, 0.05, 100, "Beta shape of image")
    gain_alpha: float = parameter(0.18, 0.05, 100, "Beta shape of the learning rate for gains", source="Turner et al. 2025")
    gain_beta: float = parameter(0.55, 0.05, 100, "Beta shape of the learning rate for gains", source="Turner et al. 2025")
    loss_alpha: float = parameter(0.75, 0.05, 100, "Beta shape of the learning rate for losses", source="Turner et al. 2025")
    loss_beta: float = parameter(3.2, 0.05, 100, "Beta shape of the learning rate for losses", source="Turner et al. 2025")
    wellbeing_mean: float = parameter(0.68, 0.01, 0.99, "mean of baseline well-being")
    wellbeing_sd: float = parameter(0.1, 0.001, 0.45, "standard deviation of baseline well-being")
    hostile_share: float = parameter(0.02, 0, 1, "share of people who can be hostile")
    hostile_level: float = parameter(-3.0, -20, 20, "their hostility", "log-odds")
    influencer_share: float = parameter(0.0, 0, 1, "share of people with the most followers who get extra warmth")
    influencer_warmth: float = parameter(2.0, -10, 10, "their extra warmth", "log-odds")

    @model_validator(mode="after")
    def _consistent(self) -> PopulationSettings:
        low, mean, high = self.attention_min, self.attention_mean, self.attention_max
        if low > mean:
            raise contradiction(f"attention_min {low:g} is more than attention_mean {mean:g}", "attention_min", "attention_mean")
        if mean > high:
            raise contradiction(f"attention_mean {mean:g} is more than attention_max {high:g}", "attention_mean", "attention_max")
        centre, spread = self.wellbeing_mean, self.wellbeing_sd
        if spread**2 >= centre * (1 - centre):
            message = f"wellbeing_sd {spread:g} is more than values around {centre:g} between 0 and 1 can have"
            raise contradiction(message, "wellbeing_sd", "wellbeing_mean")
        return self


class GestureSettings(Settings):
    """Changes to one gesture of the catalogue (`sim.model.law.gestures`), where what is not named keeps its value; or a
    new gesture, which must state every number."""

    effort: float | None = parameter(None, 0, 100, "what it costs the giver", "effort")
    value: float | None = parameter(None, 0, 100, "what it is worth to the receiver", "value")
    visibility: float | None = parameter(None, 0, 1, "chance that others see it")
    glow: float | None = parameter(None, -100, 100, "reward of giving", "reward")
    share: float | None = parameter(None, 0, 1, "share among the gestures the situation offers")
    where: Literal["feed", "need"] | None = Field(None, description="offered on any item (feed), or where a need was noticed")
    worded: bool | None = Field(None, description="can naming the impact add to its value?")
    answers: bool | None = Field(None, description="does it answer a noticed need?")


class FamilySettings(FamilyNumbers):
    """How one kind of tie comes about: a family and its numbers, or a file."""

    kind: Literal[(*FAMILIES, "file")] = Field("small_world", description="family of the network, or `file`")  # type: ignore[valid-type]
    path: str | None = Field(None, description="file: tie list, Parquet or GraphML, relative to the scenario file")
    people_path: str | None = Field(None, description="file: table of people (optional)")
    source: str | None = Field(None, description="file: column of the reader; `source` or `from`, else the first")
    target: str | None = Field(None, description="file: column of the person read; `target` or `to`, else the second")
    weight: str | None = Field(None, description="file: column of tie strength; `weight` if the file has one")
    day: str | None = Field(None, description="file: column of the day on which a tie appears, 0 = from the start; default: all are there")
    group: str | None = Field(None, description="file: column of the people table that says the group")
    directed: bool | None = Field(None, description="is a line a one-way tie? default: no, except where the format says so")

    @model_validator(mode="after")
    def _complete(self) -> FamilySettings:
        needed = {"file": "path", "networkx": "generator", "configuration": "degrees"}.get(self.kind)
        if needed and getattr(self, needed) is None:
            raise contradiction(f'kind "{self.kind}" needs network.{needed}', needed, "kind")
        return self


class LayerSettings(FamilySettings):
    """One layer of a network: ties of one sort (workplace, home, platform) among the same people."""

    name: str = Field("layer", min_length=1, max_length=80, pattern=r"^[\w -]+$", description="what the layer is called")
    strength: float = parameter(1.0, 0.001, 1000, "strength of a tie of this layer, relative to the other layers")
    opens: float = parameter(0.0, 0, 100_000, "day on which the layer's ties appear", "day")


class NetworkSettings(FamilySettings):
    """Who reads whom. A tie a→b means that a reads b."""

    kind: Literal[(*FAMILIES, "file", "layers")] = Field(  # type: ignore[valid-type]
        "small_world", description="family of the network, `file`, or `layers`"
    )
    people: int = Field(1000, ge=0, le=100_000_000, description="number of people (generated families)")
    replicates: Literal["own", "shared"] = Field("own", description="own: a new network for every replicate")
    layers: list[LayerSettings] = Field(
        default_factory=list, max_length=16, description="layers: sorts of ties among the same people; strengths add up"
    )

    @model_validator(mode="after")
    def _layered(self) -> NetworkSettings:
        if (self.kind == "layers") != bool(self.layers):
            found = 'kind "layers" needs network.layers' if self.kind == "layers" else "layers need kind \"layers\""
            raise contradiction(found, "layers" if self.layers else "kind")
        return self


class ScenarioSettings(Settings):
    """One complete scenario."""

    name: str = Field("unnamed", min_length=1, max_length=80, pattern=r"^[\w -]+$", description="short name")
    question: str = Field("", max_length=400, description="what the scenario asks")
    about: str = Field("", max_length=4000, description="the idea it stands for, in our own words")
    look_at: str = Field("", max_length=1000, description="what to look at in its figure")
    finding: str = Field("", max_length=2000, description="what the model finds, with its numbers")
    headline: list[str] = Field(default_factory=list, max_length=6, description="outcomes that answer the question")
    arms: dict[str, dict[str, Any]] = Field(
        default_factory=dict, max_length=6, description="what differs in each arm, by name; the first is the control"
    )
    preset: Literal[tuple(PRESETS)] = Field("online", description="where people meet: settings to start from; keys that are stated win")  # type: ignore[valid-type]
    days: float = parameter(180.0, 0, 100_000, "length of a run", "day")
    dt: float = parameter(1.0, 1 / 1440, 1, "length of a tick", "day")
    seed: int = Field(1, ge=0, le=2**32 - 1, description="first word of the random key")
    replicate: int = Field(1, ge=0, le=2**32 - 1, description="second word of the random key")
    network: NetworkSettings = Field(default_factory=lambda: NetworkSettings())
    population: PopulationSettings = Field(default_factory=lambda: PopulationSettings())
    rules: RuleSettings = Field(default_factory=lambda: RuleSettings())
    gestures: dict[str, GestureSettings] = Field(default_factory=dict, description="changes to the catalogue and new gestures, by name")
    drift: DriftSettings = Field(default_factory=lambda: DriftSettings())
    learning: LearningSettings = Field(default_factory=lambda: LearningSettings())
    membership: MembershipSettings = Field(default_factory=lambda: MembershipSettings())
    ties: TieSettings = Field(default_factory=lambda: TieSettings())
    custom: CustomSettings = Field(default_factory=lambda: CustomSettings())
    interventions: list[AnyIntervention] = Field(default_factory=list, max_length=32, description="what is done, to whom and when")
    currency: str = Field("EUR", min_length=1, max_length=20, description="what all costs are counted in")

    campaign: CampaignSettings | None = Field(None, description="a token, nominations and real acts; without it nothing of the kind")

    @model_validator(mode="after")
    def _together(self) -> ScenarioSettings:
        check_together(self.interventions, self.campaign)
        return self

    @model_validator(mode="before")
    @classmethod
    def _starts_from_preset(cls, given: Any) -> Any:
        return settled(given) if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _offers(self) -> ScenarioSettings:
        try:
            offered = changed({name: g.model_dump(exclude_none=True) for name, g in self.gestures.items()})
        except TypeError:  # a new gesture that lacks a number, which `sim.lab.complaints` explains
            return self
        shares = {gesture.name: gesture.share for gesture in offered if gesture.where == "feed"}
        if not any(shares.values()):
            raise contradiction(f"the shares of {', '.join(shares)} are all 0: nothing is on offer", "gestures")
        if len(offered) > MOST:
            raise contradiction(f"{len(offered)} gestures are too many; at most {MOST} are possible", "gestures")
        return self
