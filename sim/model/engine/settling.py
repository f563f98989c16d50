"""Settling, as passes over a ward of people. A pass calls rules and moves numbers; it holds no law.

Whatever decides what *others* read next tick first (resting, weight in the feed) uses a person's states of the tick
before, neither what arrives now nor the acts of this tick, which answer what others published a tick ago: a reader who
turns from one author to the next carries an influence two ties at once, so it must have waited one tick. So an
influence travels one tie per tick.
"""

from __future__ import annotations

import numpy as np

from sim.model import rng
from sim.model.compiled import apart, inlined, kernel_pass
from sim.model.engine import steering
from sim.model.law import letters, profile, rules
from sim.model.law.columns import BACK, BURNED, NOBODY, OPENED, UNMET
from sim.model.stream import draw, first, second

_NONE, _NOTHING = np.uint64(0), np.float32(0)


@apart
def rest_or_return(columns, levers, moment, lo, hi, scratch):
    """Burn out or come back, by exhaustion averaged over the tick; a fresh page for today's events."""
    n, c = hi - lo, levers
    for i in range(n):
        scratch.key[i] = columns.key[lo + i]
    draw(scratch.key[:n], scratch.nought[:n], moment, rng.SETTLE, scratch.low[:n], scratch.high[:n])
    resting, events, exhaustion = columns.resting[lo:hi], columns.events_today[lo:hi], columns.exhaustion[lo:hi]
    for i in range(n):
        rested = resting[i] == 1
        leaves = rules.burns_out(exhaustion[i], c.exhaustion_mean, c.burnout_dt, c.burnout_onset)
        returns = rules.comes_back(exhaustion[i], c.exhaustion_mean, c.recovery_chance, c.recovery_level)
        turns = rules.happens(first(scratch.low[i]), returns if rested else leaves)
        resting[i] = np.uint8(turns) ^ resting[i]
        events[i] = (BACK if rested else BURNED) if turns == 1 else np.uint8(0)


@apart
def look_back(columns, levers, catalogue, lo, hi, sent, latest):
    """One's own acts of the tick: learn from each, tally them, remember the last visible one."""
    for i in range(lo, hi):
        columns.acts_today[i], columns.shown_today[i], columns.visible_today[i] = 0, 0, 0
        columns.effort_today[i], columns.glow_today[i] = _NOTHING, _NOTHING
    latest[:] = 0
    for m in range(sent.shape[0]):
        row, what = letters.sender_of(sent[m, 0]), sent[m, 1]
        kind, seen = what & letters.HOSTILE == _NONE, what & (letters.VISIBLE | letters.VOID) == letters.VISIBLE
        if kind:
            learn_from(columns, levers, catalogue, row, what)
        columns.visible_today[row] += seen
        columns.shown_today[row] += seen & kind & (letters.slot_of(what) != letters.REPLY)
        i = row - np.uint64(lo)
        latest[i] = max(latest[i], np.uint32(seen) * np.uint32(m + 1))
    show_latest(columns, lo, sent, latest)


@inlined
def learn_from(columns, levers, catalogue, row, what):
    """What a kind act costs and teaches its giver."""
    g = np.int64(letters.gesture_of(what))
    columns.reward[row] = rules.learns(
        columns.reward[row], catalogue.glow[g], catalogue.effort[g], columns.score[row], levers.day_mean, levers.posts,
        levers.acknowledgement, columns.learning_gain[row], columns.learning_loss[row],
    )  # fmt: skip
    columns.acts_today[row] += 1
    columns.effort_today[row] += catalogue.effort[g]
    columns.glow_today[row] += catalogue.glow[g]


@inlined
def show_latest(columns, lo, sent, latest):
    """The last visible act is what a profile shows."""
    for i in range(latest.size):
        if latest[i] > 0:
            m, row = np.uint64(latest[i] - 1), np.uint64(lo + i)
            what = sent[m, 1]
            columns.tone[row] = 2 if what & letters.HOSTILE != _NONE else 1
            columns.sincere[row] = 1 if what & letters.SINCERE != _NONE else 0
            columns.act_root[row], columns.act_depth[row] = sent[m, 2], np.uint16(letters.depth_of(what))


@apart
def fade(columns, levers, inputs, lo, hi, scratch):
    """Weight in the feed from the acts before this tick; then old states decay; then an empty inbox."""
    c = levers
    away, weight = scratch.away[: hi - lo], scratch.weight[: hi - lo]
    if inputs.boost.size > 0:
        steering.weigh(inputs.signal[lo:hi], inputs.boost[lo:hi], columns.age[lo:hi], away, c, weight)
    else:
        weigh(columns.age[lo:hi], columns.score[lo:hi], away, c, weight)
    grow_older(columns.age[lo:hi], columns.visible_today[lo:hi], c.dt)
    fade_column(columns.gratitude[lo:hi], c.gratitude_left)
    for column in (columns.gift, columns.score, columns.scorn, columns.answers):
        fade_column(column[lo:hi], c.day_left)
    columns.received_today[lo:hi] = _NOTHING
    for tally in (columns.gestures_today, columns.likes_today, columns.thanks_today, columns.hurt_today):
        tally[lo:hi] = 0
    if inputs.official.size > 0:
        steering.reach(columns, levers, inputs, lo, hi)


@apart
def grow_older(age, visible, dt):
    """Days since the last visible act."""
    for i in range(age.size):
        age[i] = rules.grows_older(age[i], dt, np.int64(visible[i]))


@kernel_pass
def weigh(age, score, away, levers, weight):
    """Packed weight in the feed's race; 0 for those at rest or lapsed."""
    c = levers
    for i in range(age.size):
        w = rules.ranks(age[i], score[i], c.day_mean, c.half_life, c.age_floor, c.ranking)
        weight[i] = profile.packs_weight(w) if away[i] == 0 else _NONE


@apart
def fade_column(column, left):
    """Decay of a memory."""
    for i in range(column.size):
        column[i] = rules.fades(column[i], left)


@apart
def close_day(columns, levers, inputs, lo, hi, scratch):
    """Tire, remember, perceive, feel, and perhaps a new hard day."""
    n, c = hi - lo, columns
    tire(c.exhaustion[lo:hi], c.effort_today[lo:hi], c.load[lo:hi], c.hurt_today[lo:hi], c.thanks_today[lo:hi],
         c.needs_today[lo:hi], levers)  # fmt: skip
    remember(c.load[lo:hi], levers.day_left, c.effort_today[lo:hi])
    remember(c.read[lo:hi], levers.day_left, c.items_today[lo:hi])
    remember(c.shown[lo:hi], levers.day_left, c.shown_today[lo:hi])
    perceive(c.norm[lo:hi], c.unread[lo:hi], scratch.away[:n], c.items_today[lo:hi], c.kindness_today[lo:hi], levers)
    feel(c.wellbeing[lo:hi], c.baseline[lo:hi], c.received_today[lo:hi], c.glow_today[lo:hi], c.need[lo:hi],
         c.hurt_today[lo:hi], levers)  # fmt: skip
    need(c.need[lo:hi], c.answers[lo:hi], c.events_today[lo:hi], inputs.need_chance[lo:hi], levers, scratch.low[:n],
         scratch.high[:n])  # fmt: skip
    forget(c.gift[lo:hi], c.helper[lo:hi])


@apart
def tire(exhaustion, effort, load, hurt, thanks, needs, levers):
    """Exhaustion after the tick."""
    c = levers
    for i in range(exhaustion.size):
        exhaustion[i] = rules.tires(
            exhaustion[i], c.exhaustion_left, effort[i], load[i], c.day_mean, np.float32(hurt[i]),
            np.float32(thanks[i]), np.float32(needs[i]), c.effort_cost, c.load_cost, c.hurt_cost, c.thanks_relief,
            c.need_cost,
        )  # fmt: skip


@apart
def remember(memory, left, today):
    """A trailing-day memory takes in today."""
    for i in range(memory.size):
        memory[i] = rules.remembers(memory[i], left, np.float32(today[i]))


@apart
def perceive(norm, unread, away, items, kindness, levers):
    """The norm follows what was seen since one last looked."""
    for i in range(norm.size):
        waited = rules.waits(unread[i], levers.dt, np.int64(away[i]))
        looked = items[i] > 0
        if looked:
            seen = rules.sees(np.int64(kindness[i]), np.int64(items[i]))
            norm[i] = rules.perceives(norm[i], seen, waited, levers.norm_rate)
        unread[i] = _NOTHING if looked else waited


@apart
def feel(wellbeing, baseline, received, glow, need, hurt, levers):
    """Well-being after the tick."""
    c = levers
    for i in range(wellbeing.size):
        wellbeing[i] = rules.feels(
            wellbeing[i], baseline[i], c.wellbeing_share, received[i], glow[i], need[i], np.float32(hurt[i]),
            c.wellbeing_received, c.wellbeing_glow, c.wellbeing_need_dt, c.wellbeing_hurt,
        )  # fmt: skip


@apart
def need(need, answers, events, own_chance, levers, low, high):
    """An open need may end unmet; a hard day may open one, with a chance of one's own where people differ."""
    for i in range(need.size):
        if need[i] > _NOTHING and rules.happens(second(high[i]), levers.fade_chance) == 1:
            need[i], answers[i] = _NOTHING, _NOTHING
            events[i] |= UNMET
        chance = own_chance[i] if own_chance.size > 0 else levers.need_chance
        if rules.happens(second(low[i]), chance) == 1:
            events[i] |= OPENED if need[i] == _NOTHING else np.uint8(0)
            need[i] = rules.has_hard_day(first(high[i]), need[i])


@apart
def forget(gift, helper):
    """A gift that has faded away leaves no helper."""
    for i in range(gift.size):
        helper[i] = helper[i] if gift[i] > _NOTHING else NOBODY


@kernel_pass
def publish(columns, levers, lo, hi, scratch):
    """The profile that others read next tick."""
    c = levers
    for i in range(lo, hi):
        columns.profile[i] = profile.packs(
            scratch.weight[i - lo], rules.is_kind(columns.shown[i], columns.read[i]),
            rules.is_liked(columns.score[i], c.day_mean, c.posts), columns.need[i],
            rules.is_helped(columns.answers[i], c.day_mean, columns.need[i]),
            rules.is_sour(columns.scorn[i], columns.score[i], c.day_mean),
            np.uint64(columns.tone[i]), np.uint64(columns.sincere[i]),
        )  # fmt: skip
