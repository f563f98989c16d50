"""Parameters of what changes slowly or is off by default: drift, the form of learning, membership, ties, a custom."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.model.law.parameters import Settings, parameter


class DriftSettings(Settings):
    """Warmth follows the perceived norm over months: whoever lives among kind people becomes kinder. Off at pull 0."""

    pull: float = parameter(0.0, 0, 10, "how strongly warmth drifts with the norm's distance from norm_ref; 0 = off", "log-odds", "Assumption (0-1)")
    memory: float = parameter(90.0, 1, 10_000, "time constant of the drift", "day")
    bound: float = parameter(2.0, 0, 20, "farthest that warmth drifts from its start", "log-odds")


class LearningSettings(Settings):
    """What the reward of acting teaches: its value per act, or how soon to act again."""

    form: Literal["rescorla_wagner", "latency"] = Field(
        "rescorla_wagner",
        description="rescorla_wagner: the value of an act is learned act by act; "
        "latency: the average reward of a day is learned, and acts come the sooner the higher it is",
    )
    memory: float = parameter(14.0, 0.1, 1000, "latency: time constant of the average reward", "day")
    rate_ref: float = parameter(0.35, 0.001, 100, "latency: average reward on day 0, and centre of its term", "reward/day")


class MembershipSettings(Settings):
    """People lapse from the platform or group, and return. Being thanked keeps them, and is remembered for weeks."""

    open: bool = Field(
        False, description="can people lapse and return? a closed setting (a workplace, a class) has none"
    )
    lapse_rate: float = parameter(0.004, 0, 24, "hazard of lapsing; .004 open platform, .01 newcomers, .05 study group", "1/day")
    return_rate: float = parameter(0.02, 0, 24, "hazard of returning; .02 open platform and newcomers, .05 study group", "1/day", "Assumption (.02-.05)")
    lapse_recognition: float = parameter(0.5, 0, 10, "how much recognition keeps people", "log hazard", "Matias et al., CAT Lab 2020 (.2-1)")
    lapse_wellbeing: float = parameter(0.0, 0, 10, "how much well-being keeps people", "log hazard", "Assumption (0-3)")
    wellbeing_ref: float = parameter(0.68, 0, 1, "centre of the well-being term")
    recognition_memory: float = parameter(42.0, 1, 1000, "time constant of recognition, the memory of thanks", "day", "Assumption (14-90)")
    recognition_gain: float = parameter(0.5, 0, 1, "share of the way to full recognition that one thank-you goes")
    recognition_ref: float = parameter(0.8, 0, 1, "recognition on day 0, and centre of its terms; near 0 where thanks are rare")
    beta_recognition: float = parameter(1.2, 0, 10, "recognised people thank others more", "log-odds", "Matias et al., CAT Lab 2020 (0-1.6)")


class TieSettings(Settings):
    """Ties that strengthen with use, fade without it and break. Strength 1 is ordinary; the range is 0 to 2."""

    changing: bool = Field(False, description="do ties strengthen, fade and break?")
    gain: float = parameter(0.05, 0, 1, "share of the way to full strength that one kind act goes, sent or received")
    fade: float = parameter(0.005, 0, 24, "rate at which an unused tie weakens", "1/day")
    harm: float = parameter(0.5, 0, 1, "share of the tie to the sender that is left after a hostile act received")
    break_level: float = parameter(0.05, 0, 1, "strength below which a tie breaks for good")


class CustomSettings(Settings):
    """A convention between two ways, as in greeting or not: everybody does what most of those last heard did.

    Reversible, and the only rule here with a tipping point (Centola et al. 2018: a committed minority of a quarter).
    """

    followed: bool = Field(False, description="is there such a custom?")
    heard: int = parameter(12, 5, 31, "how many people last heard are remembered", "people", "Centola et al. 2018 (5-31)")
    start: float = parameter(0.0, 0, 1, "share of people who follow the new custom on day 0")
    committed: float = parameter(0.0, 0, 1, "share of people who follow the new custom whatever others do")
    beta_custom: float = parameter(0.0, -5, 5, "what following the new custom adds to acting", "log-odds")
    custom_ref: float = parameter(0.0, 0, 1, "centre of its term: 0 = the old custom")
