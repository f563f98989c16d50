"""Outcomes of a group people can leave: who is there, who left, and what keeps them. Missing where nobody can."""

from __future__ import annotations

import numpy as np

from sim.model.outcomes.tally import Number, Outcome, Tally


def attendance(t: Tally) -> Number:
    away = t.columns.resting.astype(bool)
    if t.extra.columns.lapsed.size:
        away |= t.extra.columns.lapsed == 1
    return t.mean(~away)


def retention(t: Tally) -> Number:
    return t.mean(t.extra.columns.lapsed == 0)


def lapses(t: Tally) -> Number:
    turned = t.extra.columns.turned_today
    return t.daily(int(np.count_nonzero(turned == 1))) if turned.size else None


def returns(t: Tally) -> Number:
    turned = t.extra.columns.turned_today
    return t.daily(int(np.count_nonzero(turned == 2))) if turned.size else None


def recognition(t: Tally) -> Number:
    return t.mean(t.extra.columns.recognition)


_INF = float("inf")
_DAY = "1/person/day"
OUTCOMES = (
    Outcome("attendance", "present person-days per member-day: neither lapsed nor at rest", "1", 0, 1, attendance),
    Outcome("retention", "share of people who have not lapsed, or have returned", "1", 0, 1, retention),
    Outcome("lapses", "people lapsing", _DAY, 0, _INF, lapses),
    Outcome("returns", "people returning", _DAY, 0, _INF, returns),
    Outcome("recognition", "mean memory of being thanked", "1", 0, 1, recognition),
)
