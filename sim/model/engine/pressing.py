"""What presses on people in a campaign's tick, as passes over a list of rows; a pass calls rules and holds no law.

A list is as long as a block at most. Columns are looked up along it first, so that what is reckoned vectorises.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.model.compiled import apart, inlined, inner_pass
from sim.model.engine.feed import looks_up
from sim.model.instructions import bring
from sim.model.law import rules
from sim.model.law.campaign_columns import IN, UNAWARE
from sim.model.stream import draw

BLOCK = 4096  # rows of a list: its working arrays stay in the second-level cache
PAIRS = 1024  # on a list: what is asked for ahead stays there, too
_ALL, _NEXT = np.float32(1), np.uint32(1)


class Desk(NamedTuple):
    """Working arrays of one thread, length BLOCK."""

    row: np.ndarray  # of the people on a list, or of the friend or reader in every pair
    other: np.ndarray  # rows of those won, or the number of every pair's mover
    place: np.ndarray  # of the pair in the list of ties
    flag: np.ndarray
    ends: np.ndarray  # 1 = the token ends
    mover: np.ndarray  # rows of those whose ties are gone through
    begin: np.ndarray  # where their ties begin and end
    end: np.ndarray
    key: np.ndarray
    which: np.ndarray  # index of the draw
    low: np.ndarray
    high: np.ndarray
    seen: np.ndarray
    pressing: np.ndarray
    threshold: np.ndarray
    aware: np.ndarray  # day
    fresh: np.ndarray
    dose: np.ndarray
    asked: np.ndarray
    found: np.ndarray  # before the tick
    now: np.ndarray  # found by now
    before: np.ndarray  # pressure
    after: np.ndarray
    tie: np.ndarray  # its strength
    force: np.ndarray
    sight: np.ndarray
    shown: np.ndarray  # force of the movers


def desk() -> Desk:
    """Fresh working arrays."""
    b, r, u, i, f = np.uint8, np.uint32, np.uint64, np.int64, np.float32
    kinds = [r, r, i, b, b, r, i, i, r, r, u, u, i, i, i, *[f] * 12]
    return Desk(*(np.empty(BLOCK, kind) for kind in kinds))


@inner_pass
def reach(n, indptr, members, desk):
    """Where the ties of the n movers begin and end. Memory is asked for all at once, since otherwise every mover would
    wait for it."""
    d = desk
    for m in range(n):
        d.begin[m] = indptr[d.mover[m]]
    for m in range(n):
        d.end[m] = indptr[d.mover[m] + _NEXT]
    for m in range(n):
        bring(members, np.uint64(d.begin[m]))
        bring(members, np.uint64(d.end[m] - 1))


@inlined
def list_ties(members, number, lo, hi, rows, ahead, n, desk):
    """Pairs of a mover (by number) and the members in rows rows[0]..rows[1]-1 at places lo..hi-1, behind the n pairs on
    the list; returns how many. Both tables of `ahead` will be looked up there; not elsewhere, where others write."""
    for place in range(lo, hi):
        row = members[place]
        inside = (row >= rows[0]) & (row < rows[1])
        desk.row[n], desk.other[n], desk.place[n] = row, number, place
        n += inside
        asked = np.uint64(row) * np.uint64(inside)
        bring(ahead[0], asked)
        bring(ahead[1], asked)
    return n


@inner_pass
def asks_ahead(row, first_table, second_table):
    """Memory is asked for the rows of two tables that will be looked up there, before something else is reckoned."""
    for m in range(row.size):
        bring(first_table, np.uint64(row[m]))
        bring(second_table, np.uint64(row[m]))


@inner_pass
def draws_of(row, columns, moment, purpose, index, desk):
    """One block of draws for everybody on a list: desk.low = words 0 and 1, desk.high = words 2 and 3."""
    n = row.size
    for m in range(n):
        desk.key[m] = columns.key[row[m]]
        desk.which[m] = index
    draw(desk.key[:n], desk.which[:n], moment, purpose, desk.low[:n], desk.high[:n])


@apart
def ends(stage, until, tick, flag):
    """1 for those whose token ends."""
    for i in range(stage.size):
        flag[i] = (stage[i] == IN) & (until[i] <= tick)


@apart
def feels(stage, pressing, seen, resting, crowded, flag):
    """1 for those not yet in, and here, on whom anything presses or who have seen a token and not met the campaign."""
    for i in range(stage.size):
        felt = (pressing[i] != 0) | crowded | ((stage[i] == UNAWARE) & (seen[i] > 0))
        flag[i] = (stage[i] < IN) & felt & (resting[i] == 0)


@apart
def list_flagged(flag, lo, row):
    """Rows lo + i of those with flag[i] = 1; returns how many."""
    n = 0
    for i in range(flag.size):
        row[n] = lo + i
        n += flag[i]
    return n


@inner_pass
def list_concerned(campaign, columns, lapsed, crowded, lo, hi, desk):
    """Those of rows lo..hi-1 for whom anything may change in this tick, into desk.row; returns how many."""
    c, flag = campaign, desk.flag[: hi - lo]
    feels(c.stage[lo:hi], c.pressing[lo:hi], c.seen[lo:hi], columns.resting[lo:hi], crowded, flag)
    for i in range(lapsed[lo:hi].size):
        flag[i] &= lapsed[lo + i] == 0
    return list_flagged(flag, lo, desk.row)


@inner_pass
def find(campaign, columns, levers, scene, n, desk):
    """Hashtag and broadcast go by the n people on the list; desk.found keeps what they were before."""
    c = campaign
    looks_up(desk.row[:n], c.found, desk.found)
    looks_up(desk.row[:n], c.aware_day, desk.aware)
    stays_new(desk.aware[:n], levers, desk.fresh)
    for m in range(n):
        i = desk.row[m]
        g = columns.group[i]
        crowd = rules.crowds(scene.crowd[g], scene.size[g])
        c.found[i] = rules.discovers(desk.found[m], crowd, levers.discovery, levers.broadcast, np.int64(c.reached[i]),
                                     desk.fresh[m], levers.boost * levers.dt)  # fmt: skip


@inner_pass
def list_pressed(campaign, n, desk):
    """Those of the n people on the list on whom a token presses stay on it; returns how many."""
    kept = 0
    for m in range(n):
        i = desk.row[m]
        desk.row[kept], desk.found[kept] = i, campaign.found[i]
        kept += campaign.pressing[i] != 0
    return kept


@inner_pass
def press(campaign, levers, n, desk):
    """The doses of the n people on the list grow (`desk.found` = discoveries before the tick). Those whose pressure
    reaches their reluctance are put in desk.other, and join on a day of the tick; returns how many."""
    c, d = campaign, desk
    row, dose, reluctance = d.row[:n], d.dose[:n], d.force[:n]
    looks_up(row, c.aware_day, d.aware)
    looks_up(row, c.dose, dose)
    looks_up(row, c.asked, d.asked)
    looks_up(row, c.found, d.now)
    looks_up(row, c.seen, d.seen)
    looks_up(row, c.threshold, d.threshold)
    looks_up(row, c.pressing, d.pressing)
    looks_up(row, c.reluctance, reluctance)
    stays_new(d.aware[:n], levers, d.fresh)
    is_pressed(dose, d.asked, d.found, d.seen, d.threshold, levers, d.before)
    takes_in(dose, d.pressing, d.fresh, levers, dose)
    is_pressed(dose, d.asked, d.now, d.seen, d.threshold, levers, d.after)
    joins(d.after[:n], reluctance, d.flag)
    for m in range(n):
        c.dose[row[m]] = dose[m]
    won = list_flagged(d.flag[:n], 0, d.place)
    for k in range(won):
        m = d.place[k]
        crossed = rules.crosses(d.before[m], d.after[m], reluctance[m])
        c.joined_day[row[m]] = levers.day + crossed * levers.dt
        d.other[k] = row[m]
    return won


@apart
def joins(pressure, reluctance, flag):
    """1 for everybody who is won."""
    for m in range(pressure.size):
        flag[m] = rules.joins(pressure[m], reluctance[m])


@apart
def stays_new(aware, levers, fresh):
    """Novelty of the campaign to everybody, over the tick."""
    for m in range(aware.size):
        fresh[m] = rules.stays_new(levers.day - aware[m], levers.novelty_rate, levers.novelty_mean)


@inner_pass
def takes_in(dose, pressing, fresh, levers, out):
    """Doses at the end of the tick."""
    for m in range(dose.size):
        out[m] = rules.takes_in(dose[m], pressing[m], fresh[m], levers.boost, levers.dt)


@apart
def is_pressed(dose, asked, found, seen, threshold, levers, out):
    """Pressure on everybody so far."""
    for m in range(dose.size):
        out[m] = rules.is_pressed(dose[m], asked[m], found[m], seen[m], threshold[m], levers.rate, levers.rate_top)


@apart
def ties_of(weight, place, tie):
    """Strength of every tie; 1 where all are equal."""
    for m in range(place.size):
        tie[m] = _ALL
    if weight.size:
        looks_up(place, weight, tie)
