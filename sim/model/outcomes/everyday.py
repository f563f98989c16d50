"""Outcomes of everyday life: what is given, felt, learned, needed and met."""

from __future__ import annotations

import numpy as np

from sim.model.law import letters
from sim.model.law.columns import BURNED, MET, OPENED, UNMET
from sim.model.outcomes.tally import Number, Outcome, Tally


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


def chain_depth(t: Tally) -> Number:
    kind = t.letters[:, 1] & letters.HOSTILE == np.uint64(0)
    depth = (t.letters[kind, 1] >> np.uint64(20)) & letters.DEEPEST
    return t.mean(depth) if t.tick else None


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


def needs_met(t: Tally) -> Number:
    met = t.events(MET)
    return t.share(met, met + t.events(UNMET))


def received_gini(t: Tally) -> Number:
    x = np.sort(t.columns.received_today.astype(np.float64))
    total = x.sum()
    if not t.tick or total == 0:
        return None
    return float(2 * np.dot(np.arange(1, x.size + 1), x) / (x.size * total) - (x.size + 1) / x.size)


_INF = float("inf")
_DAY = "1/person/day"
OUTCOMES = (
    Outcome("kind_acts", "kind acts", _DAY, 0, _INF, kind_acts),
    Outcome("hostile_acts", "hostile acts", _DAY, 0, _INF, hostile_acts),
    Outcome("participation", "share of people who gave in the tick", "1", 0, 1, participation),
    Outcome("receivers", "share of people who received in the tick", "1", 0, 1, receivers),
    Outcome("sincere", "share of kind acts that were meant", "1", 0, 1, sincere),
    Outcome("found_out", "share of kind acts found out as performed", "1", 0, 1, found_out),
    Outcome("cause_own", "share of kind acts begun of one's own accord", "1", 0, 1, cause_own),
    Outcome("cause_gift", "share of kind acts moved by a gift received", "1", 0, 1, cause_gift),
    Outcome("cause_item", "share of kind acts moved by the item seen", "1", 0, 1, cause_item),
    Outcome("chain_depth", "mean number of acts since the beginning of an act's chain", "acts", 0, 4095, chain_depth),
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
    Outcome("needs_met", "needs met in the tick, of those that ended", "1", 0, 1, needs_met),
    Outcome("received_gini", "Gini coefficient of value received in the tick", "1", 0, 1, received_gini),
)
