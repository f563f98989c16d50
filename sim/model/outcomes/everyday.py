"""Outcomes of everyday life: what is given, felt, learned, needed and met."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.model.law import letters
from sim.model.law.columns import BURNED, MET, OPENED, UNMET
from sim.model.outcomes.tally import Number, Outcome, Tally, gini


def kind_acts(t: Tally) -> Number:
    return t.daily(t.count(t.kind))


def hostile_acts(t: Tally) -> Number:
    return t.daily(t.count(~t.kind))


def participation(t: Tally) -> Number:
    return t.share(int(np.count_nonzero(t.columns.acts_today)), t.people)


def receivers(t: Tally) -> Number:
    return t.share(int(np.count_nonzero(t.columns.gestures_today)), t.people)


def sincere(t: Tally) -> Number:
    return t.share(t.count(t.kind & t.marked(letters.SINCERE)), t.count(t.kind))


def found_out(t: Tally) -> Number:
    return t.share(t.count(t.kind & t.marked(letters.FOUND)), t.count(t.kind))


def cause_own(t: Tally) -> Number:
    return t.share(t.count(t.kind & t.caused(letters.OWN)), t.count(t.kind))


def cause_gift(t: Tally) -> Number:
    return t.share(t.count(t.kind & t.caused(letters.GIFT)), t.count(t.kind))


def cause_item(t: Tally) -> Number:
    return t.share(t.count(t.kind & t.caused(letters.ITEM)), t.count(t.kind))


def norm(t: Tally) -> Number:
    return t.mean(t.columns.norm)


def gratitude(t: Tally) -> Number:
    mean = t.mean(t.columns.gratitude)
    return None if mean is None else mean * float(t.levers.gratitude_mean)


def reward(t: Tally) -> Number:
    return t.mean(t.columns.reward)


def exhaustion(t: Tally) -> Number:
    mean = t.mean(t.columns.exhaustion)
    return None if mean is None else mean * float(t.levers.exhaustion_mean)


def resting(t: Tally) -> Number:
    return t.mean(t.columns.resting)


def burned_out(t: Tally) -> Number:
    return t.daily(t.events(BURNED))


def wellbeing(t: Tally) -> Number:
    return t.mean(t.columns.wellbeing)


def wellbeing_sd(t: Tally) -> Number:
    column = t.columns.wellbeing
    return float(np.std(column, dtype=np.float64)) if column.size else None


def needs_open(t: Tally) -> Number:
    return t.mean(t.columns.need > 0)


def needs_opened(t: Tally) -> Number:
    return t.daily(t.events(OPENED))


def needs_answered(t: Tally) -> Number:
    return t.daily(t.events(MET))


def needs_met(t: Tally) -> Number:
    met = t.events(MET)
    return t.share(met, met + t.events(UNMET))


def received_gini(t: Tally) -> Number:
    return gini(t.columns.received_today) if t.tick else None


def hostile_share(t: Tally) -> Number:
    return t.share(t.count(~t.kind), int(t.counts.sum()))


def norm_shift(t: Tally) -> Number:
    mean = t.once(norm)
    return None if mean is None else mean - float(t.levers.norm_ref)


def habit(t: Tally) -> Number:
    mean = t.once(reward)
    return None if mean is None else float(t.levers.beta_reward) * (mean - float(t.levers.reward_ref))


def answer_days(t: Tally) -> Number:
    memory = t.memory
    return memory.waited * t.day / memory.answered if memory.complete and memory.answered else None


def delivery(t: Tally) -> Number:
    return t.mean_of(lambda rows: _work(t, rows))


def _work(t: Tally, rows: slice) -> np.ndarray:
    """float32, work done by the people in these rows."""
    need, load, exhaustion = t.columns.need[rows], t.columns.load[rows], t.columns.exhaustion[rows]
    tired, present = exhaustion * t.levers.exhaustion_mean, t.columns.resting[rows] == 0
    work = (1 - 0.5 * np.minimum(need, 1)) * np.maximum(1 - 0.03 * load * t.levers.day_mean, 0) * (1 - 0.3 * tired)
    return present * work


# The kindness index: weight and measure of each part, all of them 0..1. A part that is missing is left out, and the
# other weights are scaled up.
KINDNESS_INDEX: tuple[tuple[float, str, Callable[[Tally], Number]], ...] = (
    (0.25, "participation", participation),
    (0.25, "needs_met", needs_met),
    (0.25, "wellbeing", wellbeing),
    (0.15, "1 - resting", lambda t: _rest_of(t.once(resting))),
    (0.10, "1 - hostile_share", lambda t: _rest_of(t.once(hostile_share))),
)


def kindness_index(t: Tally) -> Number:
    parts = [(weight, t.once(part)) for weight, _, part in KINDNESS_INDEX]
    known = [(weight, value) for weight, value in parts if value is not None]
    return sum(w * value for w, value in known) / sum(w for w, _ in known) if known and t.tick else None


def _rest_of(share: Number) -> Number:
    return None if share is None else 1 - share


_INDEX = "weighted mean of " + ", ".join(f"{weight:g} {name}" for weight, name, _ in KINDNESS_INDEX)
_INF = float("inf")
_DAY = "1/person/day"
OUTCOMES = (
    Outcome("kind_acts", "kind acts", _DAY, 0, _INF, kind_acts),
    Outcome("hostile_acts", "hostile acts", _DAY, 0, _INF, hostile_acts),
    Outcome("participation", "distinct givers: share of people who gave in the tick", "1", 0, 1, participation),
    Outcome("receivers", "distinct receivers: share of people who received in the tick", "1", 0, 1, receivers),
    Outcome("sincere", "authenticity: share of kind acts that were meant", "1", 0, 1, sincere),
    Outcome("found_out", "share of kind acts found out as performed", "1", 0, 1, found_out),
    Outcome("cause_own", "share of kind acts begun of one's own accord", "1", 0, 1, cause_own),
    Outcome("cause_gift", "share of kind acts moved by a gift received", "1", 0, 1, cause_gift),
    Outcome("cause_item", "share of kind acts moved by the item seen", "1", 0, 1, cause_item),
    Outcome("norm", "mean perceived norm", "acts/item", 0, 1, norm),
    Outcome("gratitude", "mean gratitude over the coming tick", "1", 0, 1, gratitude),
    Outcome("reward", "mean learned reward of acting", "reward", -_INF, _INF, reward),
    Outcome("exhaustion", "mean exhaustion over the coming tick", "1", 0, 1, exhaustion),
    Outcome("resting", "share of people burned out", "1", 0, 1, resting),
    Outcome("burned_out", "people burning out", _DAY, 0, _INF, burned_out),
    Outcome("wellbeing", "mean well-being", "1", 0, 1, wellbeing),
    Outcome("wellbeing_sd", "standard deviation of well-being", "1", 0, 0.5, wellbeing_sd),
    Outcome("needs_open", "share of people with an open need", "1", 0, 1, needs_open),
    Outcome("needs_opened", "needs that opened", _DAY, 0, _INF, needs_opened),
    Outcome("needs_answered", "needs met", _DAY, 0, _INF, needs_answered),
    Outcome("needs_met", "needs met in the tick, of those that ended", "1", 0, 1, needs_met),
    Outcome("received_gini", "Gini coefficient of value received in the tick", "1", 0, 1, received_gini, long=True),
    Outcome("hostile_share", "share of acts that were hostile", "1", 0, 1, hostile_share),
    Outcome("norm_shift", "mean perceived norm, less that of day 0", "acts/item", -1, 1, norm_shift),
    Outcome("habit", "pull of the learned reward of acting, mean", "log-odds", -_INF, _INF, habit),
    Outcome(
        "answer_days", "time from the opening of a need to its end, of those met in the tick", "day", 0, _INF,
        answer_days, past="people",
    ),
    Outcome(
        "delivery",
        "work done, an accounting index that feeds nothing back: mean of present (1 - .5 open need)(1 - .03 load)"
        "(1 - .3 exhaustion), 0 for those at rest; to be read relative to a control arm",
        "1", 0, 1, delivery,
    ),
    Outcome("kindness_index", _INDEX, "1", 0, 1, kindness_index),
)  # fmt: skip
