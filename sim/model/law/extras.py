"""State and levers of what is off by default. A column has a row per person where its mechanism is on, else none."""

from __future__ import annotations

from typing import NamedTuple, get_type_hints

import numpy as np

from sim.model.arith import chance, exp, log
from sim.model.compiled import f32
from sim.model.law.columns import Column
from sim.model.law.columns import _of as of
from sim.model.law.settings import ScenarioSettings

_INF = float("inf")
_LEAST = f32(1e-30)


class ExtraColumns(NamedTuple):
    """Every column has shape [n] or [0]."""

    # drift of warmth
    drift: of("f4", -20, 20, "log-odds", "how far warmth has drifted from its start")
    # the latency form of learning
    pace: of("f4", -_INF, _INF, "reward/day", "average reward of a day")
    # membership
    recognition: of("f4", 0, 1, "1", "memory of being thanked, R")
    lapsed: of("u1", 0, 1, "", "1 = left, for now")
    turned_today: of("u1", 0, 2, "", "1 = lapsed, 2 = returned in the tick just over")
    waiting: of("f4", 0, _INF, "value", "value of gifts that came while lapsed")
    waiting_thanks: of("u4", 0, 2**32 - 1, "acts", "of these, thanks")
    # ties of one's own group
    belonging: of("f4", 0, 1, "1", "well-being drawn from ties of one's own group")
    own_value_today: of("f4", 0, _INF, "value", "value received from the own group")
    own_glow_today: of("f4", -_INF, _INF, "reward", "glow of giving to the own group")
    # a custom
    committed: of("u1", 0, 1, "", "1 = follows the new custom whatever others do")
    custom: of("u1", 0, 1, "", "1 = follows the new custom")
    heard: of("u4", 0, 2**31 - 1, "bits", "customs of the people last heard, the latest lowest")
    heard_today: of("u8", 0, _INF, "bits", "customs of the items seen, the latest lowest")


EXTRA_COLUMNS: dict[str, Column] = {
    name: hint.__metadata__[0] for name, hint in get_type_hints(ExtraColumns, include_extras=True).items()
}
MEMBER = ("recognition", "lapsed", "turned_today", "waiting", "waiting_thanks")
BELONG = ("belonging", "own_value_today", "own_glow_today")
CUSTOM = ("committed", "custom", "heard", "heard_today")


class ExtraLevers(NamedTuple):
    """Numbers the rules of these mechanisms read in a tick, float32, named as in `law.levers`."""

    drift_step: np.float32
    drift_bound: np.float32
    pace_share: np.float32
    pace_ref: np.float32
    lapse_dt: np.float32
    lapse_recognition: np.float32
    lapse_wellbeing: np.float32
    wellbeing_ref: np.float32
    return_chance: np.float32
    recognition_left: np.float32
    recognition_miss: np.float32
    recognition_ref: np.float32
    beta_recognition: np.float32
    ties_change: np.float32  # 0 or 1
    tie_gain: np.float32
    tie_left: np.float32
    tie_harm: np.float32
    tie_break: np.float32
    custom_places: np.float32
    beta_custom: np.float32
    custom_ref: np.float32


class Extra(NamedTuple):
    """What both engines get beside the columns and levers of everyday life."""

    columns: ExtraColumns
    levers: ExtraLevers


def extra_levers(settings: ScenarioSettings) -> ExtraLevers:
    """The levers of a tick without interventions."""
    dt, drift, learning, member = f32(settings.dt), settings.drift, settings.learning, settings.membership
    ties, custom = settings.ties, settings.custom
    made = (
        f32(drift.pull) * chance(dt / f32(drift.memory)), drift.bound,
        chance(dt / f32(learning.memory)), learning.rate_ref,
        f32(member.lapse_rate) * dt, member.lapse_recognition, member.lapse_wellbeing, member.wellbeing_ref,
        chance(f32(member.return_rate) * dt), exp(-dt / f32(member.recognition_memory)),
        log(max(f32(1) - f32(member.recognition_gain), _LEAST)), member.recognition_ref, member.beta_recognition,
        ties.changing, ties.gain, exp(-f32(ties.fade) * dt), ties.harm, ties.break_level,
        custom.heard, custom.beta_custom, custom.custom_ref,
    )  # fmt: skip
    return ExtraLevers(*map(f32, made))


def present(settings: ScenarioSettings, grouped: bool) -> tuple[str, ...]:
    """Names of the columns that this scenario has, on a network with several groups or without."""
    mechanisms = (
        (settings.drift.pull > 0, ("drift",)),
        (settings.learning.form == "latency", ("pace",)),
        (settings.membership.open, MEMBER),
        (grouped, BELONG),
        (settings.custom.followed, CUSTOM),
    )
    return tuple(name for on, names in mechanisms if on for name in names)


def empty(people: int, names: tuple[str, ...]) -> ExtraColumns:
    """Columns at their day-0 values where named, without rows otherwise."""
    return ExtraColumns(
        *(np.full(people if name in names else 0, c.start, c.dtype) for name, c in EXTRA_COLUMNS.items())
    )
