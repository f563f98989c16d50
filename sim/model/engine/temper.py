"""Drift, pace, the group and the custom, as passes over a run of people. A pass calls rules; it holds no law."""

from __future__ import annotations

import numpy as np

from sim.model.compiled import apart, kernel_pass
from sim.model.law import letters, profile, rules

_NONE, _NOTHING = np.uint64(0), np.float32(0)
_EMPTY = np.uint8(3)


@apart
def warm_up(warmth, drift, out):
    """Warmth as it is now; `drift` has no rows where warmth does not drift."""
    for i in range(warmth.size):
        out[i] = warmth[i]
    for i in range(drift.size):
        out[i] = rules.has_drifted(warmth[i], drift[i])


@apart
def drift_on(drift, norm, norm_ref, levers):
    """Drift after the tick."""
    for i in range(drift.size):
        drift[i] = rules.drifts(drift[i], norm[i], norm_ref, levers.drift_step, levers.drift_bound)


@apart
def keep_pace(pace, glow, effort, acts, score, day, levers):
    """The average reward takes in the acts of the tick, or that there were none."""
    c = day
    for i in range(pace.size):
        pace[i] = rules.averages(pace[i], glow[i], effort[i], np.float32(acts[i]), score[i], c.day_mean, c.posts,
                                 c.acknowledgement, c.dt, levers.pace_share)  # fmt: skip


@apart
def weigh_pace(pace, beta_reward, pace_ref, habit):
    """The pull of the average reward, in place of habit."""
    for i in range(pace.size):
        habit[i] = rules.is_paced(pace[i], beta_reward, pace_ref)


@apart
def weigh_custom(custom, levers, norm):
    """What others do as a custom is part of the norm's pull."""
    for i in range(custom.size):
        norm[i] += rules.is_customary(np.float32(custom[i]), levers.beta_custom, levers.custom_ref)


@apart
def note_custom(end, winner, slot, word, heard_today):
    """Customs of the items each person saw, one bit each, in the order of slots."""
    k = 0
    for i in range(heard_today.size):
        heard = _NONE
        while k < end[i]:
            if winner[k] != _EMPTY and slot[k] != letters.REPLY:
                heard = rules.notes_custom(heard, profile.custom_of(word[k]), np.int64(1), np.int64(63))
            k += 1
        heard_today[i] = heard


@apart
def follow_custom(heard, heard_today, items, official, custom, committed, levers):
    """Everybody does what most of those last heard did; an official item tells no custom."""
    places = np.int64(levers.custom_places)
    for i in range(heard.size):
        told = np.int64(items[i]) - (np.int64(official[i]) if official.size > 0 else np.int64(0))
        memory = rules.notes_custom(np.uint64(heard[i]), heard_today[i], told, places)
        heard[i] = np.uint32(memory)
        count = rules.counts_heard(memory)
        custom[i] = np.uint8(rules.follows_custom(np.int64(custom[i]), count, places, np.int64(committed[i])))


@kernel_pass
def show_custom(words, custom):
    """The custom joins the profile."""
    for i in range(custom.size):
        words[i] = profile.shows_custom(words[i], np.uint64(custom[i]))


@apart
def give_to_group(columns, extra, catalogue, lo, hi, sent):
    """Glow of kind acts to people of one's own group."""
    extra.own_glow_today[lo:hi] = _NOTHING
    for m in range(sent.shape[0]):
        row, other = np.int64(letters.sender_of(sent[m, 0])), np.int64(letters.receiver_of(sent[m, 0]))
        if sent[m, 1] & letters.HOSTILE == _NONE and columns.group[row] == columns.group[other]:
            extra.own_glow_today[row] += catalogue.glow[np.int64(letters.gesture_of(sent[m, 1]))]


@apart
def get_from_group(columns, extra, lo, hi, inbox):
    """Value of kind acts from people of one's own group; what comes while somebody has lapsed is not told apart."""
    extra.own_value_today[lo:hi] = _NOTHING
    for m in range(inbox.shape[0]):
        other, row = np.int64(letters.sender_of(inbox[m, 0])), np.int64(letters.receiver_of(inbox[m, 0]))
        away = extra.lapsed.size > 0 and extra.lapsed[row] == 1
        if inbox[m, 1] & letters.HOSTILE == _NONE and columns.group[row] == columns.group[other] and not away:
            extra.own_value_today[row] += letters.gift_of(inbox[m, 1])


@apart
def belong(belonging, received, glow, day):
    """Belonging after the tick."""
    c = day
    for i in range(belonging.size):
        belonging[i] = rules.belongs(
            belonging[i], c.wellbeing_share, received[i], glow[i], c.wellbeing_received, c.wellbeing_glow
        )
