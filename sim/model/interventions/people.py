"""Interventions that change people for a while: training, lessons, role models, praise, care for oneself."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.model.compiled import f32
from sim.model.interventions.base import Aimed, Draft, Here, Target, Who
from sim.model.interventions.fading import halves
from sim.model.law.parameters import parameter


class SpecificPraise(Aimed):
    """People learn to name the impact, for all gestures but likes: value × (1 + (quality − 1)·2^(−t/half_life))."""

    kind: Literal["specific_praise"] = "specific_praise"
    quality: float = parameter(1.2, 1, 1.5, "factor on the value of a gesture at the start")
    half_life: float = parameter(60.0, 0.1, 10_000, "time in which the habit halves", "day")

    def act(self, here: Here, who: Who, draft: Draft) -> None:
        """Fades from the start of the window."""
        left = halves(here.days, self.half_life)
        draft.multiply("specificity", who, f32(1) + (f32(self.quality) - f32(1)) * left)


class EmpathyTraining(Aimed):
    """The trained are warmer, act less for show and find better words; all of it fades."""

    kind: Literal["empathy_training"] = "empathy_training"
    target: Target | None = Field(Target(share=0.3), description="who is trained")
    warmth: float = parameter(0.3, 0, 5, "warmth gained", "log-odds")
    image: float = parameter(0.7, 0, 1, "factor on how far acting is for show")
    quality: float = parameter(1.2, 1, 1.5, "factor on the value of a gesture")
    half_life: float = parameter(60.0, 0.1, 10_000, "time in which the effect halves", "day")

    def act(self, here: Here, who: Who, draft: Draft) -> None:
        """Fades from the start of the window, the day of the training."""
        left = halves(here.days, self.half_life)
        draft.add("warmth", who, f32(self.warmth) * left)
        draft.multiply("image", who, f32(1) + (f32(self.image) - f32(1)) * left)
        draft.multiply("specificity", who, f32(1) + (f32(self.quality) - f32(1)) * left)


class CivicLesson(Aimed):
    """A lesson carried by a class's referents: warmer and less hostile, fading. Nobody's norm is written."""

    kind: Literal["civic_lesson"] = "civic_lesson"
    target: Target | None = Field(Target(share=0.1, rule="referent"), description="who carries it")
    warmth: float = parameter(0.5, 0, 5, "warmth gained", "log-odds")
    hostility: float = parameter(-1.0, -10, 0, "change of hostility, for those who can be hostile", "log-odds")
    half_life: float = parameter(90.0, 0.1, 10_000, "time in which the effect halves", "day")

    def act(self, here: Here, who: Who, draft: Draft) -> None:
        """Fades from the start of the window."""
        left = halves(here.days, self.half_life)
        draft.add("warmth", who, f32(self.warmth) * left)
        draft.add("hostility", who, f32(self.hostility) * left)


class Influencers(Aimed):
    """Chosen people lead by example: they are far warmer while the window is open, or begin a campaign.

    Paid ones join on the first day. Volunteers are asked as by a nomination: those whom that wins join, the others
    carry the pressure.
    """

    kind: Literal["influencers"] = "influencers"
    target: Target | None = Field(Target(share=0.01, rule="in_degree"), description="who they are")
    warmth: float = parameter(2.0, -10, 10, "their extra warmth", "log-odds")
    join: Literal["no", "paid", "volunteer"] = Field("no", description="whether they begin the campaign, and how")
    accepts: float = parameter(0.4767, 0, 1, "chance that a volunteer follows the call", source="Ni et al. 2014")
    fee_per_follower: float = parameter(0.0, 0, 1e9, "fee per follower of each, beside `cost`")

    def act(self, here: Here, who: Who, draft: Draft) -> None:
        """Their fee is due when they begin."""
        draft.add("warmth", who, self.warmth)
        if here.opened:
            followers = here.followers if who is None else here.followers[who]
            here.pays(self.fee_per_follower * int(followers.sum()))
            self._begin(here, np.ones(here.people, bool) if who is None else who, draft)

    def _begin(self, here: Here, who: np.ndarray, draft: Draft) -> None:
        """Join the campaign, or be asked to."""
        if self.join == "volunteer":
            draft.campaign.call(here.campaign, who, self.accepts)
        elif self.join == "paid":
            draft.campaign.seed(who)

    @property
    def on_campaign(self) -> bool:
        """Whether they join it."""
        return self.join != "no"


class SelfCare(Aimed):
    """Boundaries: no act that would take the load of the trailing day beyond a cap, rest days above a load, less feed."""

    kind: Literal["self_care"] = "self_care"
    cap: float | None = parameter(0.8, 0, 1e6, "most effort in the trailing day; none = no cap", "effort")
    rest_above: float | None = parameter(1.0, 0, 1e6, "load above which one neither reads nor acts", "effort")
    quiet: float = parameter(0.8, 0, 1, "share of the usual feed that is read")

    def act(self, here: Here, who: Who, draft: Draft) -> None:
        """A rest day lasts until the load is below the limit."""
        draft.multiply("attention", who, self.quiet)
        if self.cap is not None:
            draft.cap("cap", who, self.cap)
        if self.rest_above is not None:
            tired = here.columns.load > f32(self.rest_above)
            tired = tired if who is None else tired & who
            draft.multiply("attention", tired, 0)
            draft.cap("cap", tired, 0)


class Shock(Aimed):
    """A disaster: at the start a need for a share of the target, then hard days come more often for a while.

    It lasts 10 days where neither `end` nor `days` is given. Written between ticks, so these needs are published with
    the tick and seen in the next.
    """

    kind: Literal["shock"] = "shock"
    usual_days: ClassVar[float] = 10.0
    share: float = parameter(0.6, 0, 1, "share of the target in need at the start")
    factor: float = parameter(4.0, 0, 1000, "factor on the arrival of needs while the window is open")
    giving: float = parameter(0.0, -10, 10, "what it adds to the real act of a campaign, if there is one", "log-odds")

    def act(self, here: Here, who: Who, draft: Draft) -> None:
        """The struck have a need of size ½ to 1½, unless a larger one is open already."""
        draft.multiply("need_rate", who, self.factor)
        draft.campaign.add("shock", self.giving)
        if here.opened:
            _, struck, size, _ = here.lots()
            hit = (struck < f32(self.share)) if who is None else (struck < f32(self.share)) & who
            need = here.columns.need
            need[hit] = np.maximum(need[hit], f32(0.5) + size[hit])
            here.delivers(int(hit.sum()))
