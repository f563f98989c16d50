"""Outcomes of interventions: what they cost, whom they reached, what was removed."""

from __future__ import annotations

from sim.model.law import letters
from sim.model.outcomes.tally import Number, Outcome, Tally


def cost(t: Tally) -> Number:
    return t.account.cost


def reached(t: Tally) -> Number:
    return t.account.reached


def delivered(t: Tally) -> Number:
    return t.account.delivered


def removed_kind(t: Tally) -> Number:
    return t.daily(t.count(t.kind & t.marked(letters.VOID)))


def removed_hostile(t: Tally) -> Number:
    hidden = t.marked(letters.VOID) | ~t.marked(letters.VISIBLE)
    return t.daily(t.count(~t.kind & hidden))


_INF = float("inf")
_DAY = "1/person/day"
OUTCOMES = (
    Outcome("cost", "cost of all interventions up to now", "currency", 0, _INF, cost, "run"),
    Outcome("reached", "people ever reached by an intervention", "people", 0, _INF, reached, "run"),
    Outcome("delivered", "prompts, messages and removals up to now", "1", 0, _INF, delivered, "run"),
    Outcome("removed_kind", "kind acts removed by mistake", _DAY, 0, _INF, removed_kind),
    Outcome("removed_hostile", "hostile acts removed, before or after they were read", _DAY, 0, _INF, removed_hostile),
)
