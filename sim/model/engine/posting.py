"""Writing letters: which gesture, how sincere, what it is worth and what moved it, as passes over the acts of a block.

Act arrays stand in the order (person, slot). A pass calls rules and moves numbers; it holds no law.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.model import rng
from sim.model.compiled import inlined, inner_pass
from sim.model.engine import steering
from sim.model.engine.feed import BLOCK, MOST_ITEMS, looks_up
from sim.model.law import letters, profile, rules
from sim.model.stream import draw, first, second

_NONE, _ONE, _NOTHING = np.uint64(0), np.float32(1), np.float32(0)
_DEEPER, _KIND = np.uint64(1), np.uint64(1)


class Acts(NamedTuple):
    """Working arrays of the acts of a block, length BLOCK·MOST_ITEMS each; `odds` has one such row per gesture."""

    key: np.ndarray
    slot: np.ndarray
    low: np.ndarray
    high: np.ndarray
    cause: np.ndarray  # draws, then what moved the act
    spare: np.ndarray
    word: np.ndarray
    marks: np.ndarray
    here: np.ndarray  # place of the giver in the block
    gesture: np.ndarray
    sincere: np.ndarray
    held: np.ndarray  # 1 = held back, to spare one's strength
    noticed: np.ndarray
    exhaustion: np.ndarray
    image: np.ndarray
    audience: np.ndarray
    warmth: np.ndarray
    gift: np.ndarray
    norm: np.ndarray
    habit: np.ndarray
    prompt: np.ndarray
    quality: np.ndarray
    tie: np.ndarray
    worth: np.ndarray
    passed: np.ndarray  # sum of the odds gone through
    goal: np.ndarray  # sum of all odds, then the place in it that was drawn
    odds: np.ndarray


def act_arrays(gestures: int) -> Acts:
    """Fresh working arrays for a block's acts."""
    k = BLOCK * MOST_ITEMS
    words = [np.empty(k, np.uint64) for _ in range(8)]
    numbers = [np.empty(k, np.int64) for _ in range(4)]
    weights = [np.empty(k, np.float32) for _ in range(14)]
    return Acts(*words, *numbers, *weights, np.empty((gestures, k), np.float32))  # type: ignore[call-arg]


@inner_pass
def write_letters(columns, ties, levers, catalogue, inputs, moment, lo, people, items, acts, count, out):
    """Turn the listed acts into letters, in order, but for those held back; returns how many there are."""
    a, k, written = acts, count, 0
    collect(columns, ties, lo, people, items, a, k)
    if inputs.assist.size > 0:
        steering.urges_acts(a, k, lo, inputs.assist)
    draw(a.key[:k], a.slot[:k], moment, rng.ACT, a.low[:k], a.high[:k])
    draw(a.key[:k], a.slot[:k], moment, rng.CAUSE, a.cause[:k], a.spare[:k])
    for g in range(catalogue.effort.size):
        weigh_gesture(a.noticed[:k], a.exhaustion[:k], a.image[:k], catalogue, g, levers, a.odds[g, :k])
    pick_gestures(a, k, catalogue.thanks)
    a.held[:k] = 0
    if inputs.cap.size > 0:
        steering.hold_back(a, k, items, lo, columns.load, inputs.cap, catalogue.effort, levers.day_left)
    tell_sincere(a.low[:k], a.gesture[:k], a.image[:k], a.audience[:k], catalogue, levers, a.sincere[:k])
    mark(a.high[:k], a.gesture[:k], a.sincere[:k], a.noticed[:k], catalogue.visibility, levers.detection, a.marks[:k])
    value(a.gesture[:k], a.sincere[:k], a.marks[:k], a.quality[:k], a.tie[:k], catalogue, levers, a.worth[:k])
    find_cause(a, k, levers)
    for i in range(k):
        if items.choice[items.act[i]] == 2:
            write_hostile(columns.key, moment, lo, items, items.act[i], a.tie[i], out[written])
        else:
            write_kind(columns, moment, lo, items, items.act[i], a, i, out[written])
        written += 1 - a.held[i]
    if inputs.caught.size > 0:
        steering.moderate(columns.key, moment, inputs, out, written)
    return written


@inner_pass
def collect(columns, ties, lo, people, items, acts, count):
    """Gather what the passes need of each act's giver and item."""
    a, k, item, here = acts, count, items.act[:count], acts.here[:count]
    looks_up(item, items.row, here)
    looks_up(item, items.key, a.key[:k])
    looks_up(item, items.slot, a.slot[:k])
    looks_up(item, items.word0, a.word[:k])
    looks_up(item, items.noticed, a.noticed[:k])
    looks_up(here, columns.exhaustion[lo:], a.exhaustion[:k])
    looks_up(here, columns.image[lo:], a.image[:k])
    looks_up(here, columns.audience[lo:], a.audience[:k])
    looks_up(here, people.warmth, a.warmth[:k])
    looks_up(here, people.gift, a.gift[:k])
    looks_up(here, people.norm, a.norm[:k])
    looks_up(here, people.habit, a.habit[:k])
    looks_up(here, people.prompt, a.prompt[:k])
    looks_up(here, people.quality, a.quality[:k])
    a.tie[:k] = _ONE
    if ties.weight.size > 0:
        weigh_ties(item, a.slot[:k], items.place0, ties.weight, a.tie[:k])


@inner_pass
def weigh_ties(item, slot, place, weight, tie):
    """Strength of the tie to each act's receiver; 1 for a reply and for a stranger."""
    for i in range(item.size):
        tie[i] = _ONE if slot[i] == letters.REPLY or place[item[i]] < 0 else weight[place[item[i]]]


@inner_pass
def weigh_gesture(noticed, exhaustion, image, catalogue, g, levers, odds):
    """Odds of one gesture for every act; 0 where it is not on offer."""
    c, on_feed, on_need = levers, catalogue.on_feed[g], catalogue.on_need[g]
    effort, visibility = catalogue.effort[g], catalogue.visibility[g]
    for i in range(odds.size):
        share = on_need if noticed[i] > _NOTHING else on_feed
        odds[i] = rules.gesture_odds(
            share, effort, visibility, exhaustion[i], c.exhaustion_mean, image[i], c.image_scale, c.effort_weight,
            c.beta_watched, c.visibility_ref,
        )  # fmt: skip


@inner_pass
def pick_gestures(acts, count, thanks):
    """Place of each act's gesture in the catalogue."""
    a, k = acts, count
    a.goal[:k], a.passed[:k], a.gesture[:k] = _NOTHING, _NOTHING, 0
    for g in range(a.odds.shape[0]):
        add(a.odds[g, :k], a.goal[:k])
    draw_goal(a.low[:k], a.goal[:k])
    for g in range(a.odds.shape[0]):
        pass_gesture(np.int64(g), a.odds[g, :k], a.passed[:k], a.goal[:k], a.gesture[:k])
        add(a.odds[g, :k], a.passed[:k])
    give_thanks(a.slot[:k], thanks, a.gesture[:k])


@inner_pass
def add(x, total):
    """total += x."""
    for i in range(x.size):
        total[i] += x[i]


@inner_pass
def draw_goal(low, goal):
    """Where in the sum of the odds the choice falls."""
    for i in range(goal.size):
        goal[i] = first(low[i]) * goal[i]


@inner_pass
def pass_gesture(g, odds, passed, goal, gesture):
    """One step through the catalogue."""
    for i in range(odds.size):
        gesture[i] = rules.picks_gesture(gesture[i], g, odds[i], passed[i], goal[i])


@inner_pass
def give_thanks(slot, thanks, gesture):
    """A reply is a thank-you."""
    for i in range(slot.size):
        gesture[i] = thanks if slot[i] == letters.REPLY else gesture[i]


@inner_pass
def tell_sincere(low, gesture, image, audience, catalogue, levers, sincere):
    """1 where the act is meant."""
    scale, worth, visibility = levers.image_scale, catalogue.value, catalogue.visibility
    for i in range(low.size):
        g = gesture[i]
        sincere[i] = rules.is_sincere(second(low[i]), image[i], scale, worth[g], visibility[g], audience[i])


@inner_pass
def mark(high, gesture, sincere, noticed, visibility, detection, marks):
    """The bits visible, sincere, found out, and sent on a noticed need."""
    for i in range(high.size):
        caught = rules.happens(first(high[i]), detection) == 1
        seen = rules.happens(second(high[i]), visibility[gesture[i]]) == 1
        meant = sincere[i] == 1
        marks[i] = (
            (letters.VISIBLE if seen else _NONE)
            | (letters.SINCERE if meant else (letters.FOUND if caught else _NONE))
            | (letters.NEED if noticed[i] > _NOTHING else _NONE)
        )


@inner_pass
def value(gesture, sincere, marks, specificity, tie, catalogue, levers, worth):
    """What each act is worth to its receiver."""
    full, worded, quality = catalogue.value, catalogue.worded, levers.performative_quality
    for i in range(gesture.size):
        g = gesture[i]
        found = np.int64(1) if marks[i] & letters.FOUND != _NONE else np.int64(0)
        worth[i] = rules.is_worth(full[g], np.int64(worded[g]), specificity[i], sincere[i], found, quality, tie[i])


@inner_pass
def find_cause(acts, count, levers):
    """What moved each act, by the positive parts of its log-odds."""
    a, c = acts, levers
    word, noticed, warmth, habit, gift, norm, cause = a.word, a.noticed, a.warmth, a.habit, a.gift, a.norm, a.cause
    prompt = a.prompt
    for i in range(count):
        liked = rules.joins_in(profile.liked_of(word[i]), c.beta_liked, c.liked_ref)
        need = rules.cares(noticed[i], profile.helped_of(word[i]), c.beta_need, c.beta_answered)
        moved = rules.moves(first(cause[i]), warmth[i], prompt[i], habit[i], gift[i], norm[i], liked, need)
        cause[i] = np.uint64(moved)


@inlined
def write_hostile(key, moment, lo, items, item, tie, letter):
    """A hostile act: seen by all, a chain of its own; in place of a gift stands the strength of the tie."""
    row, slot = lo + items.row[item], items.slot[item]
    marks = letters.HOSTILE | letters.VISIBLE | letters.SINCERE
    letter[0] = letters.ends(np.uint64(row), np.uint64(items.author0[item]))
    letter[1] = letters.content(_NONE, marks, letters.OWN, slot, _NONE, tie)
    letter[2] = letters.act_number(moment.tick, np.uint64(key[row]), slot)


@inlined
def write_kind(columns, moment, lo, items, item, acts, i, letter):
    """A kind act; a gift or a kind act of the author must exist to be its cause, and a reply is moved by a gift."""
    row, slot = lo + acts.here[i], acts.slot[i]
    reply = slot == letters.REPLY
    author = columns.helper[row] if reply else items.author0[item]
    by_gift = reply or (acts.cause[i] == letters.GIFT and columns.gift[row] > _NOTHING)
    by_item = not reply and acts.cause[i] == letters.ITEM and profile.tone_of(acts.word[i]) == _KIND
    own = letters.act_number(moment.tick, acts.key[i], slot)
    root = columns.gift_root[row] if by_gift else (columns.act_root[author] if by_item else own)
    before = np.uint64(columns.gift_depth[row] if by_gift else columns.act_depth[author])
    depth = before + _DEEPER if by_gift or by_item else _NONE
    moved = letters.GIFT if by_gift else (letters.ITEM if by_item else letters.OWN)
    letter[0] = letters.ends(np.uint64(row), np.uint64(author))
    letter[1] = letters.content(np.uint64(acts.gesture[i]), acts.marks[i], moved, slot, depth, acts.worth[i])
    letter[2] = root
