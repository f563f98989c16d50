"""A campaign's tick from when it is known who joins: causes, tokens that begin and end, nominations.

`seek` looks at others as they were before the tick; `turn` joins and ends; `show` tells the readers by whole numbers,
so that no order matters; `name` writes nominations. Few people move in a tick: every pass goes along their lists.
"""

from __future__ import annotations

import numpy as np

from sim.model import rng
from sim.model.compiled import apart, inlined, inner_pass, kernel_pass
from sim.model.engine import campaigning, pressing
from sim.model.engine.feed import looks_up
from sim.model.law import rules
from sim.model.law.campaign_columns import ENDED, IN, JOINED, OVER
from sim.model.law.columns import NOBODY
from sim.model.stream import draw, first, second

_NONE, _SOME, _ALL, _LATE = np.uint64(0), np.uint64(1), np.float32(1), np.float32(1e30)
_RUN = 256  # ties of one person put on a list at a time


@kernel_pass
def seek(campaign, columns, scene, moment, wards, ward, moves, desk):
    """Who moved those whom friends won: a keyed race among the friends pressing in this tick."""
    movers = 0
    for w in range(wards[0], wards[1]):
        for k in range(w * ward, w * ward + moves.counts[w]):
            i = moves.rows[k]
            desk.mover[movers] = i
            movers += moves.moved[i] == campaigning.BY_FRIENDS
            if movers == pressing.PAIRS:
                seek_causes(campaign, columns, scene, moment, movers, desk)
                movers = 0
    seek_causes(campaign, columns, scene, moment, movers, desk)


@inner_pass
def seek_causes(campaign, columns, scene, moment, movers, desk):
    """The cause of each of the movers; nobody if nobody presses."""
    d, n, racer, best = desk, 0, np.int64(-1), _LATE
    everybody, ahead = (0, columns.key.size), (campaign.stage, campaign.public)
    pressing.reach(movers, scene.indptr, scene.indices, d)
    for m in range(movers):
        campaign.cause[d.mover[m]] = NOBODY
    for m in range(movers):
        for lo in range(d.begin[m], d.end[m], _RUN):
            if n + _RUN > pressing.PAIRS:
                racer, best = race(campaign, columns, scene, moment, n, d, racer, best)
                n = 0
            hi = min(lo + _RUN, d.end[m])
            n = pressing.list_ties(scene.indices, m, lo, hi, everybody, ahead, n, d)
    race(campaign, columns, scene, moment, n, d, racer, best)


@inner_pass
def race(campaign, columns, scene, moment, n, desk, racer, best):
    """The first friend to arrive is the cause, of those on the list who press. `racer` is whose race the last list
    ended in (by number), `best` its first arrival; returns both for this list."""
    d = desk
    n = list_pressing(campaign.stage, campaign.public, n, d.flag, d.row, d.other, d.place)
    row = d.row[:n]
    pressing.asks_ahead(row, campaign.force, campaign.sight)
    for m in range(n):
        d.key[m] = columns.key[d.mover[d.other[m]]]
    looks_up(row, columns.key, d.which[:n])
    draw(d.key[:n], d.which[:n], moment, rng.SEES, d.low[:n], d.high[:n])
    looks_up(row, campaign.force, d.force[:n])
    looks_up(row, campaign.sight, d.sight[:n])
    pressing.ties_of(scene.weight, d.place[:n], d.tie[:n])
    for m in range(n):
        u = scene.luck[d.place[m]] if scene.luck.size else first(d.low[m])
        d.flag[m] = rules.sees_token(u, d.sight[m])
    arrives(d.tie[:n], d.force, d.low, d.flag, d.after)
    for m in range(n):
        if d.other[m] != racer:
            racer, best = np.int64(d.other[m]), _LATE
        if d.after[m] < best:
            best, campaign.cause[d.mover[racer]] = d.after[m], row[m]
    return racer, best


@apart
def list_pressing(stage, public, n, flag, row, other, place):
    """Those of n pairs in which the friend presses stay on the list; returns how many."""
    for m in range(n):
        flag[m] = (stage[row[m]] == IN) & (public[row[m]] == 1)
    kept = 0
    for m in range(n):
        row[kept], other[kept], place[kept] = row[m], other[m], place[m]
        kept += flag[m]
    return kept


@apart
def arrives(tie, force, low, seen, arrival):
    """When every friend arrives; late beyond all if not seen."""
    for m in range(tie.size):
        arrival[m] = rules.races(tie[m] * force[m], second(low[m])) if seen[m] == 1 else _LATE


@kernel_pass
def turn(campaign, columns, levers, moment, tick, wards, ward, moves, desk):
    """Those listed join or end."""
    n = 0
    for w in range(wards[0], wards[1]):
        for k in range(w * ward, w * ward + moves.counts[w]):
            i = moves.rows[k]
            if moves.moved[i] == campaigning.LEAVES:
                campaign.stage[i] = OVER
                campaign.steps_today[i] |= ENDED
                continue
            desk.row[n] = i
            n += 1
            if n == pressing.PAIRS:
                join(campaign, columns, levers, moment, tick, n, desk)
                n = 0
    join(campaign, columns, levers, moment, tick, n, desk)


@inner_pass
def join(campaign, columns, levers, moment, tick, n, desk):
    """n people take up the token, which is public or not and will last for its life; joining asks for the real act."""
    c, row = campaign, desk.row[:n]
    pressing.asks_ahead(row, c.until, c.force)
    pressing.asks_ahead(row, c.sight, c.asks)
    pressing.draws_of(row, columns, moment, rng.CAMPAIGN, _NONE, desk)
    lives(desk.low[:n], levers, desk.dose)
    for m in range(n):
        take_up(campaign, columns, levers, tick, row[m], desk.dose[m], second(desk.high[m]))
    pressing.draws_of(row, columns, moment, rng.CAMPAIGN, _SOME, desk)
    for m in range(n):
        campaigning.ask(campaign, levers, row[m], first(desk.high[m]))


@apart
def lives(low, levers, days):
    """Days for which tokens press."""
    for m in range(low.size):
        days[m] = rules.lives(second(low[m]), levers.life, levers.life_days)


@inlined
def take_up(campaign, columns, levers, tick, i, days, public):
    """One person's token begins (`public` = the draw for whether others can see it)."""
    c = campaign
    ticks = rules.lasts(days, levers.dt)
    c.stage[i], c.public[i] = IN, np.uint8(rules.happens(public, levers.public_share))
    c.until[i], c.force[i] = tick + ticks, rules.spreads(days, ticks, levers.dt)
    boosted = levers.see_boost.size > 0
    c.sight[i] = rules.shows(levers.see, levers.see_boost[columns.group[i]]) if boosted else levers.see
    c.steps_today[i] |= JOINED


@kernel_pass
def show(campaign, columns, scene, moment, listed, moved, ends, first_row, last_row, desk):
    """Public tokens that begin (or end), told to those of their readers in rows first_row..last_row-1."""
    movers = 0
    for k in range(listed.size):
        j = listed[k]
        desk.mover[movers] = j
        movers += (campaign.public[j] == 1) & ((moved[j] == campaigning.LEAVES) == ends)
        if movers == pressing.PAIRS:
            show_movers(campaign, columns, scene, moment, movers, ends, first_row, last_row, desk)
            movers = 0
    show_movers(campaign, columns, scene, moment, movers, ends, first_row, last_row, desk)


@inner_pass
def show_movers(campaign, columns, scene, moment, movers, ends, first_row, last_row, desk):
    """The tokens of the movers, told to their readers."""
    d, n, ahead = desk, 0, (campaign.pressing, campaign.pressing if ends else campaign.seen)
    pressing.reach(movers, scene.readers_indptr, scene.readers, d)
    looks_up(d.mover[:movers], campaign.force, d.shown)
    doubtful = scene.readers_luck.size > 0
    for m in range(movers):
        doubtful |= campaign.sight[d.mover[m]] < _ALL
    for m in range(movers):
        for lo in range(d.begin[m], d.end[m], _RUN):
            if n + _RUN > pressing.PAIRS:
                tell(campaign, columns, scene, moment, n, doubtful, ends, d)
                n = 0
            hi = min(lo + _RUN, d.end[m])
            n = pressing.list_ties(scene.readers, m, lo, hi, (first_row, last_row), ahead, n, d)
    tell(campaign, columns, scene, moment, n, doubtful, ends, d)


@inner_pass
def tell(campaign, columns, scene, moment, n, doubtful, ends, desk):
    """Readers see the token of their pair (`doubtful` = some may not), and it presses until it ends, n pairs in all."""
    d = desk
    if doubtful:
        n = list_seeing(campaign, columns, scene, moment, n, d)
    row = d.row[:n]
    looks_up(d.other[:n], d.shown, d.force)
    pressing.ties_of(scene.readers_weight, d.place[:n], d.tie)
    weighs(d.tie[:n], d.force, d.pressing)
    if ends:
        for m in range(n):
            campaign.pressing[row[m]] -= d.pressing[m]
        return
    for m in range(n):
        campaign.pressing[row[m]] += d.pressing[m]
    d.force[:n] = _ALL
    weighs(d.tie[:n], d.force, d.seen)
    for m in range(n):
        campaign.seen[row[m]] += d.seen[m]


@inner_pass
def list_seeing(campaign, columns, scene, moment, n, desk):
    """Those of n pairs of reader and mover in which the token is seen stay on the list; returns how many."""
    d, kept, luck = desk, 0, scene.readers_luck
    for m in range(n):
        d.key[m] = columns.key[d.row[m]]
        d.which[m] = columns.key[d.mover[d.other[m]]]
    draw(d.key[:n], d.which[:n], moment, rng.SEES, d.low[:n], d.high[:n])
    for m in range(n):
        sight, u = campaign.sight[d.mover[d.other[m]]], luck[d.place[m]] if luck.size else first(d.low[m])
        sees = (sight >= _ALL) & (luck.size == 0) | (rules.sees_token(u, sight) == 1)
        d.row[kept], d.other[kept], d.place[kept] = d.row[m], d.other[m], d.place[m]
        kept += sees
    return kept


@apart
def weighs(tie, force, out):
    """What tokens add, in whole units."""
    for m in range(tie.size):
        out[m] = rules.weighs_token(tie[m], force[m])


@kernel_pass
def name(campaign, columns, levers, scene, moment, tick, start, listed, moved, out, order, chosen):
    """Nominations of those who joined, into `out`, in any order; returns how many. order, chosen : [names]"""
    k = 0
    for n in range(listed.size):
        i = listed[n]
        if moved[i] == campaigning.LEAVES:
            continue
        if rules.happens(campaigning.draws(columns, moment, rng.CAMPAIGN, i, _NONE)[2], levers.nominators) == 1:
            named = name_friends(columns, scene, moment, i, order, chosen)
            for m in range(named):
                write_nomination(campaign, columns, levers, moment, tick, start, i, chosen[m], out, k + m)
            campaign.named[i] += named
            k += named
    return k


@inlined
def name_friends(columns, scene, moment, i, order, chosen):
    """The friends with the smallest draws, whatever their stage; returns how many."""
    named = 0
    for place in range(scene.indptr[i], scene.indptr[i + 1]):
        j = np.int64(scene.indices[place])
        u = campaigning.draws(columns, moment, rng.NAMES, j, np.uint64(columns.key[i]))[0]
        if named < order.size:
            named += 1
        elif u >= order[named - 1]:
            continue
        at = named - 1
        while at > 0 and order[at - 1] > u:
            order[at], chosen[at] = order[at - 1], chosen[at - 1]
            at -= 1
        order[at], chosen[at] = u, j
    return named


@inlined
def write_nomination(campaign, columns, levers, moment, tick, start, i, j, out, k):
    """One nomination sets out."""
    delay = campaigning.draws(columns, moment, rng.NAMES, j, np.uint64(columns.key[i]))[1]
    day = rules.arrives(campaign.joined_day[i], delay, levers.delay_log, levers.delay_spread)
    out.due[k], out.day[k] = rules.falls_due(day, levers.dt, tick, start), day
    out.nominee[k], out.nominator[k] = j, i
