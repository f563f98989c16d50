"""The compiled engine: drives the passes over wards of people; holds loops and no law.

A ward is a run of rows that one thread handles at a time: it browses for its people (writing letters), and later sorts
out what they received. No result depends on the size of wards or the number of threads.
"""

from __future__ import annotations

import numpy as np

from sim.model import rng
from sim.model.compiled import inlined, inner_pass, kernel_pass
from sim.model.engine import (
    bonds,
    campaigning,
    feed,
    joining,
    membership,
    posting,
    receiving,
    settling,
    steering,
    temper,
)
from sim.model.engine.desk import BLOCK
from sim.model.stream import draw

__all__ = ["browse", "campaigning", "joining", "open_feed", "settle"]
_NONE = np.uint64(0)


@inlined
def browse_people(columns, extra, ties, levers, inputs, moment, lo, hi, people, items):
    """The block's own terms, and the list of items its people read this tick; returns how many."""
    n = hi - lo
    p = people
    for i in range(n):
        p.key[i] = columns.key[lo + i]
    draw(p.key[:n], p.nought[:n], moment, rng.DAY, p.low[:n], p.high[:n])
    membership.stay_away(columns.resting[lo:hi], extra.columns.lapsed[lo:hi], p.away[:n])
    feed.opens_feed(p.low[:n], columns.attention[lo:hi], p.away[:n], ties.indptr[lo : hi + 1], levers.quiet_dt,
                    p.items[:n])  # fmt: skip
    if inputs.official.size > 0:
        steering.shows_official(inputs.official[lo:hi], p.items[:n])
    inputs.urged_today[lo:hi] = 0
    feed.opens_reply(p.low[:n], columns.gift[lo:hi], columns.helper[lo:hi], p.away[:n], levers.thanks_chance,
                     p.reply[:n])  # fmt: skip
    lean(columns, extra, levers, inputs, lo, hi, p)
    return feed.lists_items(p, ties.indptr[lo : hi + 1], ties.indices.size, items)


@inlined
def lean(columns, extra, levers, inputs, lo, hi, people):
    """The pulls a person brings along, and their sum, before an item is seen."""
    p, n, slow = people, hi - lo, extra.columns
    feed.weighs_gift(columns.gratitude[lo:hi], levers, p.gift[:n])
    feed.weighs_norm(columns.norm[lo:hi], levers, p.norm[:n])
    temper.weigh_custom(slow.custom[lo:hi], extra.levers, p.norm[:n])
    feed.weighs_habit(columns.reward[lo:hi], levers, p.habit[:n])
    temper.weigh_pace(slow.pace[lo:hi], levers.beta_reward, extra.levers.pace_ref, p.habit[:n])
    temper.warm_up(columns.warmth[lo:hi], slow.drift[lo:hi], p.warmth[:n])
    steering.takes(inputs.prompt[lo:hi], levers.prompt, p.prompt[:n])
    steering.takes(inputs.friction[lo:hi], levers.friction, p.friction[:n])
    steering.takes(inputs.thanks_offset[lo:hi], levers.thanks_offset, p.offset[:n])
    steering.takes(inputs.specificity[lo:hi], levers.specificity, p.quality[:n])
    feed.leans(p.warmth[:n], columns.image[lo:hi], columns.exhaustion[lo:hi], p.gift[:n], p.norm[:n], p.habit[:n],
               p.prompt[:n], p.friction[:n], levers, p.lean[:n])  # fmt: skip
    feed.leans_to_thank(p.lean[:n], p.warmth[:n], p.offset[:n], levers.thanks_warmth, p.thank[:n])
    membership.weigh_recognition(slow.recognition[lo:hi], extra.levers, p.thank[:n])


@inlined
def read_feed(columns, ties, levers, inputs, moment, lo, count, items):
    """Candidates, their race, and what of the winner meets the eye."""
    m, k, candidates = items, count, levers.candidates
    feed.finds_candidates(m, k, ties.indices, columns.profile, moment, candidates)
    weigh(m, k, 0, ties, columns.profile, candidates > 0)
    weigh(m, k, 1, ties, columns.profile, candidates > 1)
    weigh(m, k, 2, ties, columns.profile, candidates > 2)
    if candidates == 1:
        feed.races_alone(m.weight, m.race, m.winner[:k])
    else:
        feed.races(m.weight, m.race, m.winner[:k])
        feed.wins(m.winner, m.author, k)
        if ties.weight.size > 0:
            feed.wins(m.winner, m.place, k)
    feed.looks_up(m.author[0, :k], columns.profile, m.word[:k])
    if inputs.recommended + inputs.discovery > 0:
        steering.looks_elsewhere(columns, inputs, moment, lo, m, k)
    feed.notices(m.winner[:k], m.slot[:k], m.word[:k], m.heed[:k], levers.notice, m.noticed[:k])
    if inputs.notice.size > 0:
        steering.notices(m, k, lo, inputs.notice)
    if inputs.assist.size > 0:
        steering.urges(m, k, lo, inputs.assist, inputs.urged_today)


@inlined
def weigh(items, count, c, ties, profiles, is_asked):
    """Weights of candidates c; 0, as if absent, where fewer are asked."""
    m, k = items, count
    if is_asked:
        feed.weighs(m.author[c, :k], profiles, m.weight[c, :k])
        if ties.weight.size > 0:
            feed.strengthens(m.place[c, :k], ties.weight, m.weight[c, :k])
    else:
        m.weight[c, :k] = 0


@inlined
def decide(columns, extra, levers, inputs, lo, hi, end, items, count):
    """Choices on every item, tallies per person, and the list of acts; returns how many acts."""
    m, k = items, count
    feed.decides(m.lean[:k], m.word[:k], m.decision[:k], m.noticed[:k], m.winner[:k], m.slot[:k], levers,
                 m.choice[:k])  # fmt: skip
    feed.turns_hostile(columns.hostility[lo:hi], columns.baseline[lo:hi], columns.wellbeing[lo:hi],
                       columns.norm[lo:hi], end, m, levers)  # fmt: skip
    m.tally[0] = _NONE
    feed.tallies(m.winner[:k], m.slot[:k], m.word[:k], m.noticed[:k], m.tally[1 : k + 1])
    feed.adds_up(m.tally[: k + 1])
    feed.counts_items(m.tally, end, columns.items_today[lo:hi], columns.kindness_today[lo:hi],
                      columns.needs_today[lo:hi])  # fmt: skip
    if inputs.official.size > 0:
        steering.counts_official(inputs.official[lo:hi], columns.items_today[lo:hi], columns.kindness_today[lo:hi])
    temper.note_custom(end, m.winner[:k], m.slot[:k], m.word[:k], extra.columns.heard_today[lo:hi])
    return feed.lists_acts(m.choice[:k], m.act)


@kernel_pass
def open_feed(world, lo, hi, scratch):
    """What people lo..hi-1 of a block will read in the coming tick, into scratch; returns how many items."""
    columns, extra, ties, levers, _, inputs, moment = world
    people, items, _ = scratch
    count = browse_people(columns, extra, ties, levers, inputs, moment, lo, hi, people, items)
    read_feed(columns, ties, levers, inputs, moment, lo, count, items)
    return count


@kernel_pass
def browse(world, wards, size, outbox, counts, scratch):
    """Browsing of wards wards[0]..wards[1]-1 (of `size` people): letters into outbox[ward], their number into counts.

    world = (columns, extra, ties, levers, catalogue, inputs, moment)
    A ward whose letters do not fit reports how many there were; the caller makes room and browses again.
    """
    columns, extra, ties, levers, catalogue, inputs, moment = world
    people, items, acts = scratch
    for ward in range(wards[0], wards[1]):
        written = 0
        for lo in range(ward * size, min((ward + 1) * size, columns.key.size), BLOCK):
            hi = min(lo + BLOCK, (ward + 1) * size, columns.key.size)
            count = browse_people(columns, extra, ties, levers, inputs, moment, lo, hi, people, items)
            read_feed(columns, ties, levers, inputs, moment, lo, count, items)
            made = decide(columns, extra, levers, inputs, lo, hi, people.end, items, count)
            if written + made <= outbox.shape[1]:
                made = posting.write_letters(columns, ties, levers, catalogue, inputs, moment, lo, people, items, acts,
                                             made, outbox[ward, written:])  # fmt: skip
            written += made
        counts[ward] = written


@kernel_pass
def settle(world, token, wards, size, outbox, counts, inbox, starts, scratch):
    """Receive and settle for wards wards[0]..wards[1]-1; a ward's inbox is inbox[starts[ward]:starts[ward + 1]].

    token = (campaign, its levers, place of the real act in the catalogue)
    """
    columns, extra, ties, levers, catalogue, inputs, moment = world
    campaign, campaign_levers, real = token
    slow = extra.columns
    for ward in range(wards[0], wards[1]):
        lo, hi = ward * size, min((ward + 1) * size, columns.key.size)
        sent, came = outbox[ward, : counts[ward]], inbox[starts[ward] : starts[ward + 1]]
        settling.rest_or_return(columns, levers, moment, lo, hi, scratch)
        if slow.lapsed.size > 0:
            membership.turn(columns, slow, extra.levers, moment, lo, hi, scratch)
        membership.stay_away(columns.resting[lo:hi], slow.lapsed[lo:hi], scratch.away[: hi - lo])
        settling.look_back(columns, levers, catalogue, lo, hi, sent, scratch.latest[: hi - lo])
        if campaign.stage.size > 0:
            campaigning.pay(columns, campaign, campaign_levers, levers, catalogue, real, lo, hi)
        temper.keep_pace(slow.pace[lo:hi], columns.glow_today[lo:hi], columns.effort_today[lo:hi],
                         columns.acts_today[lo:hi], columns.score[lo:hi], levers, extra.levers)  # fmt: skip
        settling.fade(columns, levers, inputs, lo, hi, scratch)
        if slow.lapsed.size > 0:
            membership.come_back(columns, slow, levers, lo, hi)
            membership.receive(columns, slow, levers, catalogue, lo, hi - lo, came, scratch)
        else:
            receiving.receive(columns, levers, catalogue, lo, hi - lo, came, scratch)
        keep_company(columns, extra, ties, levers, catalogue, lo, hi, sent, came)
        settling.close_day(columns, levers, inputs, lo, hi, scratch)
        settle_slowly(columns, extra, levers, inputs, lo, hi)
        settling.publish(columns, levers, lo, hi, scratch)
        temper.show_custom(columns.profile[lo:hi], slow.custom[lo:hi])


@inner_pass
def keep_company(columns, extra, ties, levers, catalogue, lo, hi, sent, came):
    """What the acts of the tick do to ties, and to belonging."""
    slow = extra.columns
    if extra.levers.ties_change > 0:
        bonds.tend(ties, slow, extra.levers, lo, hi, sent, came)
    if slow.belonging.size > 0:
        temper.give_to_group(columns, slow, catalogue, lo, hi, sent)
        temper.get_from_group(columns, slow, lo, hi, came)
        temper.belong(slow.belonging[lo:hi], slow.own_value_today[lo:hi], slow.own_glow_today[lo:hi], levers)


@inner_pass
def settle_slowly(columns, extra, levers, inputs, lo, hi):
    """What changes over weeks, after the day is closed."""
    slow = extra.columns
    membership.recall(slow.recognition[lo:hi], columns.thanks_today[lo:hi], extra.levers)
    temper.drift_on(slow.drift[lo:hi], columns.norm[lo:hi], levers.norm_ref, extra.levers)
    temper.follow_custom(slow.heard[lo:hi], slow.heard_today[lo:hi], columns.items_today[lo:hi],
                         inputs.official[lo:hi], slow.custom[lo:hi], slow.committed[lo:hi], extra.levers)  # fmt: skip
