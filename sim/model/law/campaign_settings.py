"""Every number a campaign may set. Defaults are assumptions unless a source is named: no trial fixes a campaign."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sim.model.interventions.base import RULES
from sim.model.law.parameters import Settings, contradiction, parameter

LIVES = ("fixed", "exponential", "geometric", "forever")
_NI, _KRISTOFFERSON = "Ni et al. 2014", "half the log ratio of dollars in Kristofferson et al. 2014"


class CampaignSettings(Settings):
    """A campaign: friends show a token, some nominate, some are found by a hashtag, and a few do the real thing.

    With `population.attention_mean` 0 nobody reads, so the everyday part of a tick is left out: everyday states stand
    still, tokens and real acts are counted and cost nothing, and the world runs at the speed of the campaign alone.
    """

    number: int = Field(1, ge=0, le=2**32 - 1, description="word of every draw of the campaign; another number is another campaign")
    start: float = parameter(0.0, 0, 100_000, "day on which the seeds join", "day")
    # who begins
    seed_share: float = parameter(0.01, 0, 1, "share of people who join on the first day")
    seed_count: int | None = Field(None, ge=0, le=100_000_000, description="their number, in place of the share")
    seed_rule: Literal[RULES] = Field("random", description="who they are; in_degree: those with the most followers")  # type: ignore[valid-type]
    seed_keys: list[int] = Field(default_factory=list, description="their keys, in place of share and count")
    # a friend's token
    appeal: float = parameter(0.01, 0, 1, "chance to be won by one friend over the friend's whole life, q")
    appeal_top: float = parameter(0.05, 0, 1, "the same once the threshold is reached, p_top (at least appeal)")
    rate: float | None = parameter(None, 0, 1e6, "in place of appeal, pressure per pressing friend and day", "1/day")
    rate_top: float | None = parameter(None, 0, 1e6, "in place of appeal_top (at least rate; none = rate)", "1/day")
    threshold: float = parameter(2.0, 0, 1e6, "friends that must have been seen in, or their share", source="Assumption (1-5)")
    threshold_of: Literal["count", "share"] = Field("count", description="whether the threshold counts friends or is a share of ties")
    threshold_spread: Literal["same", "uniform"] = Field("same", description="the same for all, or uniform between 0 and the threshold")
    life: Literal[LIVES] = Field("exponential", description="how long a token presses on friends")  # type: ignore[valid-type]
    life_days: float = parameter(7.0, 1 / 1440, 100_000, "mean life", "day")
    see: float = parameter(0.35, 0, 1, "chance that one friend's token is seen by one reader at all")
    novelty: float = parameter(30.0, 0, 100_000, "time constant at which the appeal wears off since one became aware; 0 = never", "day", "Assumption (7 or more)")
    # the token
    public_share: float = parameter(0.8, 0, 1, "share of tokens that others can see")
    token_effort: float = parameter(0.15, 0, 100, "effort of joining", "effort")
    token_glow: float = parameter(0.2, -100, 100, "glow of joining", "reward")
    # nominations
    nominators: float = parameter(0.0, 0, 1, "share of those who join that nominate", source="Assumption (.2-1)")
    names: int = Field(3, ge=0, le=50, description="friends whom a nominator names, m")
    accepts: float = parameter(0.4767, 0, 1, "chance that a nomination is followed, a", source=_NI)
    beta_standing: float = parameter(0.49, 0, 10, "pull of the nominator's standing on that chance", "log-odds", _NI)
    standing_ref: float = parameter(1.15, 0, 10, "centre of that term: log10(1 + followers)")
    delay_median: float = parameter(1.0, 0.001, 1000, "median delay of a nomination, lognormal", "day", _NI)
    delay_mean: float = parameter(2.1, 0.001, 1000, "its mean (at least the median; equal = the same for all)", "day", _NI)
    nominations_ask: bool = Field(True, description="whether a nomination asks for the real act, too")
    # hashtag and broadcast
    discovery: float = parameter(0.0, 0, 1000, "a hashtag's reach: discoveries per day if all of one's group pressed", "1/day", "Assumption (0-3)")
    broadcast: float = parameter(0.0, 0, 1000, "discoveries per day by broadcast", "1/day")
    broadcast_reach: float = parameter(1.0, 0, 1, "share of people whom the broadcast can reach")
    # the real act
    base: float = parameter(0.001, 0, 1, "chance of the real act per ask", source="Assumption (.0001-.01)")
    public_effect: float = parameter(0.42, -5, 5, "effect of a public token", "log-odds", f"{_KRISTOFFERSON} (-.33-.83)")
    private_effect: float = parameter(0.87, -5, 5, "effect of a private token", "log-odds", f"{_KRISTOFFERSON} (0-1.74)")
    match: float = parameter(0.0, 0, 100, "matched giving: odds times 1 + match", source="Assumption (1-2 in a window)")

    @model_validator(mode="after")
    def _consistent(self) -> CampaignSettings:
        if self.appeal_top < self.appeal:
            raise contradiction(f"appeal_top {self.appeal_top:g} is less than appeal {self.appeal:g}", "appeal_top", "appeal")
        if self.rate_top is not None and self.rate_top < (self.rate or 0):
            raise contradiction(f"rate_top {self.rate_top:g} is less than rate {self.rate:g}", "rate_top", "rate")
        if self.rate_top is not None and self.rate is None:
            raise contradiction("rate_top needs rate", "rate_top")
        if self.threshold_of == "share" and self.threshold > 1:
            raise contradiction(f"threshold {self.threshold:g} is more than 1, and a share", "threshold", "threshold_of")
        if self.delay_mean < self.delay_median:
            raise contradiction(f"delay_mean {self.delay_mean:g} is less than delay_median {self.delay_median:g}", "delay_mean", "delay_median")
        if self.life == "geometric" and self.life_days < 1:
            raise contradiction(f"life_days {self.life_days:g} is less than the one day that a geometric life has at least", "life_days", "life")
        if self.life == "forever" and self.rate is None and {self.appeal, self.appeal_top} - {0.0, 1.0}:
            raise contradiction("a chance over a whole life other than 0 or 1 needs lives that end; give rate", "life", "appeal")
        return self
