"""A campaign's tick from when it is known who joins: causes, tokens that begin and end, nominations.

`seek` looks at others as they were before the tick; `turn` joins and ends; `show` tells the readers by whole numbers,
so that no order matters; `name` writes nominations. Few people move in a tick: every pass goes along their lists.
"""

from __future__ import annotations

import numpy as np

from sim.model import rng
from sim.model.compiled import inlined, kernel_pass
from sim.model.engine import campaigning
from sim.model.law import rules
from sim.model.law.campaign_columns import ENDED, IN, JOINED, OVER
from sim.model.law.columns import NOBODY

_NONE, _SOME, _ALL, _LATE = np.uint64(0), np.uint64(1), np.float32(1), np.float32(1e30)


@kernel_pass
def seek(campaign, columns, scene, moment, wards, ward, moves):
    """Who moved those whom friends won: a keyed race among the friends pressing in this tick."""
    for w in range(wards[0], wards[1]):
        for k in range(w * ward, w * ward + moves.counts[w]):
            i = moves.rows[k]
            if moves.moved[i] == campaigning.BY_FRIENDS:
                campaign.cause[i] = seek_cause(campaign, columns, scene, moment, i)


@inlined
def seek_cause(campaign, columns, scene, moment, i):
    """The friend who arrives first; nobody if none presses."""
    best, cause = _LATE, NOBODY
    for place in range(scene.indptr[i], scene.indptr[i + 1]):
        j = scene.indices[place]
        if campaign.stage[j] == IN and campaign.public[j] == 1:
            u, race, _, _ = campaigning.draws(columns, moment, rng.SEES, i, np.uint64(columns.key[j]))
            if rules.sees_token(scene.luck[place] if scene.luck.size else u, campaign.sight[j]) == 1:
                tie = scene.weight[place] if scene.weight.size else _ALL
                arrival = rules.races(tie * campaign.force[j], race)
                if arrival < best:
                    best, cause = arrival, j
    return cause


@kernel_pass
def turn(campaign, columns, levers, moment, tick, wards, ward, moves):
    """Those listed join or end."""
    for w in range(wards[0], wards[1]):
        for k in range(w * ward, w * ward + moves.counts[w]):
            i = moves.rows[k]
            if moves.moved[i] == campaigning.LEAVES:
                campaign.stage[i] = OVER
                campaign.steps_today[i] |= ENDED
            else:
                join(campaign, columns, levers, moment, tick, i)


@inlined
def join(campaign, columns, levers, moment, tick, i):
    """The token is taken up, is public or not, and will last for its life; joining asks for the real act."""
    c = campaign
    _, life, _, public = campaigning.draws(columns, moment, rng.CAMPAIGN, i, _NONE)
    days = rules.lives(life, levers.life, levers.life_days)
    ticks = rules.lasts(days, levers.dt)
    c.stage[i], c.public[i] = IN, np.uint8(rules.happens(public, levers.public_share))
    c.until[i], c.force[i] = tick + ticks, rules.spreads(days, ticks, levers.dt)
    boosted = levers.see_boost.size > 0
    c.sight[i] = rules.shows(levers.see, levers.see_boost[columns.group[i]]) if boosted else levers.see
    c.steps_today[i] |= JOINED
    campaigning.ask(c, levers, i, campaigning.draws(columns, moment, rng.CAMPAIGN, i, _SOME)[2])


@kernel_pass
def show(campaign, columns, scene, moment, listed, moved, first, last):
    """Public tokens that begin or end, told to those of their readers in rows first..last-1."""
    for k in range(listed.size):
        j = listed[k]
        if campaign.public[j] == 1:
            show_token(campaign, columns, scene, moment, j, moved[j] == campaigning.LEAVES, first, last)


@inlined
def show_token(campaign, columns, scene, moment, j, ends, first, last):
    """One token's readers: a strength seen for good, and one that presses until it ends."""
    sight, force, all_see = campaign.sight[j], campaign.force[j], campaign.sight[j] >= _ALL
    place = search(scene.readers, scene.readers_indptr[j], scene.readers_indptr[j + 1], first)
    stop = scene.readers_indptr[j + 1]
    while place < stop and scene.readers[place] < last:
        i = scene.readers[place]
        sees = 1
        if scene.readers_luck.size:
            sees = rules.sees_token(scene.readers_luck[place], sight)
        elif not all_see:
            sees = rules.sees_token(
                campaigning.draws(columns, moment, rng.SEES, i, np.uint64(columns.key[j]))[0], sight
            )
        if sees == 1:
            tie = scene.readers_weight[place] if scene.readers_weight.size else _ALL
            weight = rules.weighs_token(tie, force)
            campaign.pressing[i] += -weight if ends else weight
            campaign.seen[i] += 0 if ends else rules.weighs_token(tie, _ALL)
        place += 1


@inlined
def search(rows, low, high, first):
    """First place from low to high with a row of at least `first`."""
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if rows[middle] < first else (low, middle)
    return low


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
