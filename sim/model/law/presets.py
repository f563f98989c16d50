"""Models of the literature as named settings of the same rules, to compare with and to test against.

Each preset gives tables of a scenario: `ScenarioSettings(**presets.sir(beta=0.2, gamma=0.1), network=…)`. SIS is not
among them: nobody joins one campaign twice, since a friend counts once and a reluctance is crossed once.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log
from typing import Any

Tables = dict[str, Any]

NOBODY_READS = {"attention_mean": 0.0, "attention_min": 0.0}
BARE = {
    "see": 1.0, "public_share": 1.0, "novelty": 0.0, "threshold": 1.0, "base": 0.0, "token_effort": 0.0,
    "token_glow": 0.0, "seed_count": 1, "beta_standing": 0.0,
}  # fmt: skip
SILENT = {f"beta_{name}": 0.0 for name in ("norm", "reward", "liked", "watched", "need", "answered", "exhaustion")} | {
    "thanks_offset": -10.0, "acknowledgement": 0.0, "effort_cost": 0.0, "load_cost": 0.0,
    "need_cost": 0.0, "exhaustion_ref": 0.0, "burnout_rate": 0.0, "hard_day_rate": 0.0, "friction": 0.0,
    "candidates": 1,
}  # fmt: skip


def only_campaign(**changes: Any) -> Tables:
    """A campaign of tokens that everybody sees and nothing else, with changes."""
    return {"population": dict(NOBODY_READS), "campaign": {**BARE, **changes}}


def independent_cascade(p: float) -> Tables:
    """Each friend who joins gets one chance p (Kempe et al. 2003). One tick is one step, at dt 1."""
    return only_campaign(appeal=p, appeal_top=p, life="fixed", life_days=1.0)


def live_edges(p: float) -> Tables:
    """The same law: every tie is alive with chance p, and along a live one joining is sure."""
    return only_campaign(see=p, appeal=1.0, appeal_top=1.0, life="fixed", life_days=1.0)


def reed_frost(p: float) -> Tables:
    """Reed–Frost: everybody in infects each other person with chance p in one step, then is over. On `complete`."""
    return independent_cascade(p)


def sir(beta: float, gamma: float) -> Tables:
    """SIR with rates per tie and day beta, per day gamma; lives are exponential."""
    return only_campaign(rate=beta, life="exponential", life_days=1 / gamma)


def well_mixed(reproduction: float) -> Tables:
    """Everybody meets everybody alike: final size z = 1 − e^(−Rz) (Kermack & McKendrick 1927). Ties play no role."""
    return only_campaign(see=0.0, rate=1.0, life="fixed", life_days=1.0, discovery=reproduction)


def watts(phi: float) -> Tables:
    """Join once a share phi of one's friends has (Watts 2002)."""
    return only_campaign(appeal=0.0, appeal_top=1.0, threshold=phi, threshold_of="share", life="forever")


def linear_threshold() -> Tables:
    """The same with thresholds uniform between 0 and 1 (Granovetter 1978; Kempe et al. 2003)."""
    return only_campaign(
        appeal=0.0, appeal_top=1.0, threshold=1.0, threshold_of="share", threshold_spread="uniform", life="forever"
    )


def nomination_branching(m: int = 3, accepts: float = 0.4767, median: float = 1.0, mean: float = 2.1) -> Tables:
    """Whoever joins names m friends; each follows with chance `accepts` after a lognormal delay (Ni et al. 2014)."""
    delay = {"delay_median": median, "delay_mean": mean, "life": "fixed", "life_days": 1.0}
    return only_campaign(see=0.0, appeal=0.0, appeal_top=0.0, nominators=1.0, names=m, accepts=accepts, **delay)


def pay_forward_chain(p: float) -> Tables:
    """Whoever received a gift passes one on with chance p the next day; nobody else gives. Attention is one item.

    By the everyday rules: a gift fills gratitude, which is forgotten after one day; log-odds are 14 lower without it.
    On a one-way path everybody has one recipient, so that a chain has length k with chance p^(k−1)·(1 − p).
    """
    memory = 0.05
    pull = 14.0 / (memory * (1 - exp(-1 / memory)))
    return {
        "population": {"warmth_mean": log(p / (1 - p)) - 14.0, "warmth_sd": 0.0, "attention_mean": 1.0,
                       "attention_sd": 0.0, "attention_min": 0.0, "hostile_share": 0.0},
        "rules": {**SILENT, "gratitude_memory": memory, "gift_scale": 100.0, "beta_gratitude": pull / 100,
                  "gratitude_ref": 0.0, "thanks_warmth": 1.0, "performative_quality": 1.0, "detection": 0.0,
                  "detection_ref": 0.0},
        "gestures": _only_likes(value=100.0),
    }  # fmt: skip


def rescorla_wagner(reward: float = 1.0) -> Tables:
    """Everybody acts on every item and gets the same reward each time: Q_t = r(1 − (1−α)^t), α the learning gain."""
    return {
        "population": {"warmth_mean": 20.0, "warmth_sd": 0.0, "attention_mean": 1.0, "attention_sd": 0.0,
                       "attention_min": 0.0, "hostile_share": 0.0},
        "rules": {**SILENT, "beta_gratitude": 0.0, "reward_ref": 0.0, "thanks_warmth": 0.0},
        "gestures": _only_likes(effort=0.0, glow=reward),
    }  # fmt: skip


def _only_likes(**like: float) -> Tables:
    """A catalogue with one gesture on the feed."""
    others = ("encouragement", "resource", "substantial", "check_in")
    return {**{name: {"share": 0.0} for name in others}, "like": {"share": 1.0, **like}}


PRESETS: dict[str, Callable[..., Tables]] = {
    preset.__name__: preset
    for preset in (
        independent_cascade, live_edges, reed_frost, sir, well_mixed, watts, linear_threshold, nomination_branching,
        pay_forward_chain, rescorla_wagner,
    )
}  # fmt: skip
