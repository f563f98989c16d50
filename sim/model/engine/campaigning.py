"""A campaign's tick until it is known who joins, as passes over wards of people; a pass calls rules and holds no law.

Each pass writes only a person's own row. `meet` and `hear` list those who join or end: ward w's list stands in
rows[w·ward : w·ward + counts[w]]. What follows from it is `joining`'s work.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.model import rng
from sim.model.compiled import inlined, inner_pass, kernel_pass
from sim.model.engine import pressing
from sim.model.law import rules
from sim.model.law.campaign_columns import ACTED, AWARE, FOUND_OUT, IN, JOINED, UNAWARE
from sim.model.stream import first, second

STAYS, BY_FRIENDS, BY_NAME, AS_SEED, LEAVES = (np.uint8(move) for move in range(5))
_SOME, _NOTHING, _ALL = np.uint64(1), np.float32(0), np.float32(1)


class Moves(NamedTuple):
    """Who moves in the tick. moved : uint8[n]; rows : uint32[n]; counts : int64[wards]."""

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
def meet(campaign, columns, levers, scene, moment, tick, wards, ward, moves, desk):
    """Everybody takes in what presses; those who join by it, and those whose token ends, are listed."""
    for w in range(wards[0], wards[1]):
        k, end = w * ward, min((w + 1) * ward, columns.key.size)
        for lo in range(w * ward, end, pressing.BLOCK):
            hi = min(lo + pressing.BLOCK, end)
            moves.moved[lo:hi] = STAYS
            campaign.steps_today[lo:hi] = 0
            if levers.ask > 0:
                ask_aware(campaign, columns, levers, moment, lo, hi)
            k = end_tokens(campaign, tick, lo, hi, desk, moves, k)
            n = pressing.list_concerned(campaign, columns, scene.lapsed, scene.crowd.size > 0, lo, hi, desk)
            k = take_in(campaign, columns, levers, scene, moment, n, desk, moves, k)
        moves.counts[w] = k - w * ward


@inner_pass
def ask_aware(campaign, columns, levers, moment, lo, hi):
    """A window asks everybody aware."""
    for i in range(lo, hi):
        if campaign.stage[i] != UNAWARE:
            ask(campaign, levers, i, draws(columns, moment, rng.ASKS, i, np.uint64(levers.ask))[0])


@inner_pass
def end_tokens(campaign, tick, lo, hi, desk, moves, k):
    """Those of rows lo..hi-1 whose token ends move, into moves.rows[k:]; returns the end of the moves."""
    pressing.ends(campaign.stage[lo:hi], campaign.until[lo:hi], tick, desk.ends[: hi - lo])
    ended = pressing.list_flagged(desk.ends[: hi - lo], lo, moves.rows[k:])
    for m in range(k, k + ended):
        moves.moved[moves.rows[m]] = LEAVES
    return k + ended


@inner_pass
def take_in(campaign, columns, levers, scene, moment, n, desk, moves, k):
    """What goes by and presses on the n people on the list; those won go into moves.rows[k:]. Returns its end."""
    c, row, crowded = campaign, desk.row[:n], scene.crowd.size > 0
    pressing.asks_ahead(row, c.reluctance, c.threshold)
    pressing.asks_ahead(row, c.dose, c.asked)
    pressing.asks_ahead(row, c.aware_day, c.found)
    if crowded:
        pressing.find(campaign, columns, levers, scene, n, desk)
    meet_first(campaign, columns, levers, moment, crowded, n, desk)
    if not crowded:
        n = pressing.list_pressed(campaign, n, desk)
    won = pressing.press(campaign, levers, n, desk)
    for m in range(won):
        i = desk.other[m]
        moves.rows[k + m], moves.moved[i] = i, BY_FRIENDS
    return k + won


@inner_pass
def meet_first(campaign, columns, levers, moment, crowded, n, desk):
    """Those of the n people on the list who saw a friend's token, or were found, become aware."""
    c, d, row = campaign, desk, desk.row[:n]
    for m in range(n):
        d.flag[m] = (c.stage[row[m]] == UNAWARE) & (c.seen[row[m]] > 0)
    if crowded:
        for m in range(n):
            d.flag[m] |= (c.stage[row[m]] == UNAWARE) & (c.found[row[m]] >= c.obscurity[row[m]])
    new = 0
    for m in range(n):
        d.other[new] = row[m]
        new += d.flag[m]
    pressing.draws_of(d.other[:new], columns, moment, rng.CAMPAIGN, _SOME, d)
    for m in range(new):
        become_aware(c, levers, d.other[m], second(d.low[m]))


@inlined
def pressure(campaign, levers, i):
    """Pressure on a person so far."""
    c = campaign
    return rules.is_pressed(c.dose[i], c.asked[i], c.found[i], c.seen[i], c.threshold[i], levers.rate, levers.rate_top)


@inlined
def become_aware(campaign, levers, i, u):
    """The campaign is met for the first time, and asks (u = word 1 of the second block of CAMPAIGN)."""
    campaign.stage[i] = AWARE
    campaign.aware_day[i] = levers.day
    campaign.steps_today[i] |= FOUND_OUT
    ask(campaign, levers, i, u)


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
                    become_aware(campaign, levers, i, draws(columns, moment, rng.CAMPAIGN, i, _SOME)[1])
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
        become_aware(c, levers, i, draws(columns, moment, rng.CAMPAIGN, i, _SOME)[1])
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
