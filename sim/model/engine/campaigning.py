"""A campaign's tick until it is known who joins, as passes over wards of people; a pass calls rules and holds no law.

Each pass writes only a person's own row. `meet` and `hear` list those who join or end: ward w's list stands in
rows[w·ward : w·ward + counts[w]]. What follows from it is `joining`'s work.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.model import rng
from sim.model.compiled import inlined, inner_pass, kernel_pass
from sim.model.law import rules
from sim.model.law.campaign_columns import ACTED, AWARE, FOUND_OUT, IN, JOINED, OVER, UNAWARE
from sim.model.stream import first, second

STAYS, BY_FRIENDS, BY_NAME, AS_SEED, LEAVES = (np.uint8(move) for move in range(5))
_SOME, _NOTHING, _ALL = np.uint64(1), np.float32(0), np.float32(1)


class Moves(NamedTuple):
    """Who moves in the tick. moved : uint8[n]; rows : int64[n]; counts : int64[wards]."""

    moved: np.ndarray
    rows: np.ndarray
    counts: np.ndarray


class Scene(NamedTuple):
    """What stands still while a campaign's tick goes on; each part has length 0 where it plays no role.

    indptr, indices, weight : a→b, a reads b; readers_* : the same ties by the person read
    luck, readers_luck : float32[m], given draws of `sees_token` in place of keyed ones
    crowd, size : int64[groups], pressing members (2^-20) and all members of a group
    lapsed : uint8[n], 1 = left, for now
    """

    indptr: np.ndarray
    indices: np.ndarray
    weight: np.ndarray
    luck: np.ndarray
    readers_indptr: np.ndarray
    readers: np.ndarray
    readers_weight: np.ndarray
    readers_luck: np.ndarray
    crowd: np.ndarray
    size: np.ndarray
    lapsed: np.ndarray


@inner_pass
def resist(low, late_low, late_high, followers, reach, campaign):
    """What is fixed by person and campaign; low, late_low, late_high : words of purpose CAMPAIGN, index 0, 1 and 1."""
    for i in range(low.size):
        campaign.reluctance[i] = rules.resists(first(low[i]))
        campaign.obscurity[i] = rules.resists(first(late_low[i]))
        campaign.reached[i] = np.uint8(rules.happens(second(late_high[i]), reach))
        campaign.standing[i] = rules.stands(followers[i])


@inner_pass
def gather(campaign, group, crowd):
    """Pressing members of every group, from the state before the tick."""
    crowd[:] = 0
    for i in range(group.size):
        if campaign.stage[i] == IN and campaign.public[i] == 1:
            crowd[group[i]] += rules.weighs_token(_ALL, campaign.force[i])


@kernel_pass
def meet(campaign, columns, levers, scene, moment, tick, wards, ward, moves):
    """Everybody takes in what presses; those who join by it, and those whose token ends, are listed."""
    for w in range(wards[0], wards[1]):
        lo, hi = w * ward, min((w + 1) * ward, columns.key.size)
        concerned = list_concerned(campaign, levers, scene, tick, lo, hi, moves)
        k = lo
        for place in range(lo, lo + concerned):
            i = moves.rows[place]
            moves.moved[i] = meet_person(campaign, columns, levers, scene, moment, tick, i)
            if moves.moved[i] != STAYS:
                moves.rows[k] = i
                k += 1
        moves.counts[w] = k - lo


@inner_pass
def list_concerned(campaign, levers, scene, tick, lo, hi, moves):
    """Those of rows lo..hi-1 for whom anything may happen in this tick, into moves.rows[lo:]; returns how many.

    In most ticks these are few, and the others cost a look at four columns.
    """
    stage, until = campaign.stage, campaign.until
    moves.moved[lo:hi] = STAYS
    campaign.steps_today[lo:hi] = 0
    crowded, asking = scene.crowd.size > 0, levers.ask > 0
    k = lo
    for i in range(lo, hi):
        ends = (stage[i] == IN) & (until[i] <= tick)
        feels = (campaign.pressing[i] != 0) | crowded | ((stage[i] == UNAWARE) & (campaign.seen[i] > 0))
        moves.rows[k] = i
        k += ends | ((stage[i] < IN) & feels) | ((stage[i] != UNAWARE) & asking)
    return k - lo


@inlined
def meet_person(campaign, columns, levers, scene, moment, tick, i):
    """One person's own part; returns the move."""
    c, stage = campaign, campaign.stage[i]
    if levers.ask > 0 and stage != UNAWARE:
        ask(c, levers, i, draws(columns, moment, rng.ASKS, i, np.uint64(levers.ask))[0])
    if stage == IN:
        return LEAVES if c.until[i] <= tick else STAYS
    crowded = scene.crowd.size > 0
    away = columns.resting[i] == 1 or (scene.lapsed.size > 0 and scene.lapsed[i] == 1)
    if stage == OVER or away:
        return STAYS
    before = c.found[i]
    if crowded:
        find(c, columns, levers, scene, i)
    if stage == UNAWARE and (c.seen[i] > 0 or c.found[i] >= c.obscurity[i]):
        become_aware(c, columns, levers, moment, i)
    if c.pressing[i] == 0 and not crowded:
        return STAYS
    return BY_FRIENDS if press(c, levers, before, i) == 1 else STAYS


@inlined
def press(campaign, levers, found, i):
    """The dose grows; 1 if the pressure reaches the reluctance (`found` = discoveries before the tick)."""
    c = campaign
    fresh = rules.stays_new(levers.day - c.aware_day[i], levers.novelty_rate, levers.novelty_mean)
    before = rules.is_pressed(c.dose[i], c.asked[i], found, c.seen[i], c.threshold[i], levers.rate, levers.rate_top)
    c.dose[i] = rules.takes_in(c.dose[i], c.pressing[i], fresh, levers.boost, levers.dt)
    after = pressure(c, levers, i)
    joins = rules.joins(after, c.reluctance[i])
    if joins == 1:
        c.joined_day[i] = levers.day + rules.crosses(before, after, c.reluctance[i]) * levers.dt
    return joins


@inlined
def pressure(campaign, levers, i):
    """Pressure on a person so far."""
    c = campaign
    return rules.is_pressed(c.dose[i], c.asked[i], c.found[i], c.seen[i], c.threshold[i], levers.rate, levers.rate_top)


@inlined
def find(campaign, columns, levers, scene, i):
    """Hashtag and broadcast go by."""
    c, g = campaign, columns.group[i]
    fresh = rules.stays_new(levers.day - c.aware_day[i], levers.novelty_rate, levers.novelty_mean)
    crowd = rules.crowds(scene.crowd[g], scene.size[g])
    c.found[i] = rules.discovers(c.found[i], crowd, levers.discovery, levers.broadcast, np.int64(c.reached[i]), fresh,
                                 levers.boost * levers.dt)  # fmt: skip


@inlined
def become_aware(campaign, columns, levers, moment, i):
    """The campaign is met for the first time, and asks."""
    campaign.stage[i] = AWARE
    campaign.aware_day[i] = levers.day
    campaign.steps_today[i] |= FOUND_OUT
    ask(campaign, levers, i, draws(columns, moment, rng.CAMPAIGN, i, _SOME)[1])


@inlined
def ask(campaign, levers, i, u):
    """One ask for the real act; at most one is followed."""
    c = campaign
    token = levers.public_effect if c.public[i] == 1 else levers.private_effect
    p = rules.acts_for_real(levers.base, token if c.stage[i] >= IN else _NOTHING, levers.match, levers.shock)
    c.asks[i] += 1
    if c.acted[i] == 0 and rules.happens(u, p) == 1:
        c.acted[i] = 1
        c.steps_today[i] |= ACTED


@inlined
def draws(columns, moment, purpose, i, index):
    """Four uniform numbers of a person; `moment.tick` is the campaign's number."""
    return rng.uniforms(np.uint64(columns.key[i]), moment.tick, purpose, index, moment.seed, moment.replicate)


@kernel_pass
def hear(campaign, columns, levers, moment, post, begins, seeds, wards, ward, moves):
    """Nominations arrive in their order (post[begins[w, 0] : begins[w, 1]]), then seeds join (begins[w, 2:])."""
    for w in range(wards[0], wards[1]):
        k = w * ward + moves.counts[w]
        for m in range(begins[w, 0], begins[w, 1]):
            if hear_one(campaign, columns, levers, moment, post, m, moves.moved) == 1:
                moves.rows[k] = post.nominee[m]
                k += 1
        for m in range(begins[w, 2], begins[w, 3]):
            i = np.int64(seeds[m])
            if campaign.stage[i] < IN and moves.moved[i] == STAYS:
                if campaign.stage[i] == UNAWARE:
                    become_aware(campaign, columns, levers, moment, i)
                moves.moved[i], campaign.joined_day[i] = AS_SEED, levers.day
                moves.rows[k] = i
                k += 1
        moves.counts[w] = k - w * ward


@inlined
def hear_one(campaign, columns, levers, moment, post, m, moved):
    """A nomination arrives; 1 if its nominee joins by it. Void if the nominee is in or over."""
    c, i, nominator = campaign, np.int64(post.nominee[m]), np.int64(post.nominator[m])
    c.nominated[i] += 1
    if c.stage[i] >= IN or moved[i] != STAYS:
        c.wasted[i] += 1
        return 0
    if c.stage[i] == UNAWARE:
        become_aware(c, columns, levers, moment, i)
    if levers.nominations_ask == 1:
        ask(c, levers, i, draws(columns, moment, rng.NAMES, i, np.uint64(columns.key[nominator]))[2])
    fresh = rules.stays_new(post.day[m] - c.aware_day[i], levers.novelty_rate, _ALL)
    c.asked[i] += fresh * rules.persuades(levers.accepts, c.standing[nominator], levers.beta_standing,
                                          levers.standing_ref)  # fmt: skip
    if rules.joins(pressure(c, levers, i), c.reluctance[i]) == 0:
        return 0
    moved[i], c.cause[i], c.joined_day[i] = BY_NAME, np.uint32(nominator), post.day[m]
    return 1


@inner_pass
def pay(columns, campaign, campaign_levers, levers, catalogue, real, lo, hi):
    """What a token costs, and what a real act costs and teaches: as giving gesture `real` does. Nobody receives."""
    for i in range(lo, hi):
        if campaign.steps_today[i] & JOINED:
            columns.effort_today[i] += campaign_levers.token_effort
            columns.glow_today[i] += campaign_levers.token_glow
        if campaign.steps_today[i] & ACTED:
            columns.effort_today[i] += catalogue.effort[real]
            columns.glow_today[i] += catalogue.glow[real]
            columns.reward[i] = rules.learns(
                columns.reward[i], catalogue.glow[real], catalogue.effort[real], columns.score[i], levers.day_mean,
                levers.posts, levers.acknowledgement, columns.learning_gain[i], columns.learning_loss[i],
            )  # fmt: skip
