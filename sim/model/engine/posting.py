"""Writing letters: which gesture, how sincere, what it is worth and what moved it, as passes over the acts of a block.

Act arrays stand in the order (person, slot). A pass calls rules and moves numbers; it holds no law.
"""

from __future__ import annotations

import numpy as np

from sim.model import rng
from sim.model.compiled import apart, inlined, inner_pass
from sim.model.engine import steering
from sim.model.engine.feed import looks_up
from sim.model.law import letters, profile, rules

_NONE, _ONE, _NOTHING = np.uint64(0), np.float32(1), np.float32(0)
_DEEPER, _TONE_KIND, _HOSTILE = np.uint16(1), np.uint64(1), np.uint8(2)
_REPLY = np.uint8(letters.REPLY)


@inlined
def write_letters(columns, ties, levers, catalogue, inputs, moment, lo, people, items, acts, count, out):
    """Turn the listed acts into letters, in order, but for those held back; returns how many there are."""
    a, k, here = acts, count, acts.here[:count]
    collect(columns, ties, lo, people, items, a, k)
    if inputs.assist.size > 0:
        steering.urges_acts(a, k, lo, inputs.assist)
    draw_luck(a, k, moment)
    for g in range(catalogue.effort.size):
        weigh_gesture(a.noticed[:k], a.exhaustion[:k], a.image[:k], catalogue, g, levers, a.odds[g, :k])
    pick_gestures(a, k, catalogue.thanks)
    a.held[:k] = 0
    if inputs.cap.size > 0:
        steering.hold_back(a, k, items, lo, columns.load, inputs.cap, catalogue.effort, levers.day_left)
    tell_sincere(a.mean[:k], a.gesture[:k], a.image[:k], here, columns.audience[lo:], catalogue, levers, a.sincere[:k])
    mark(a, k, catalogue.visibility, levers.detection)
    value(a.gesture[:k], a.sincere[:k], a.marks[:k], here, people.quality, a.tie[:k], catalogue, levers, a.worth[:k])
    find_cause(a, k, levers)
    trace(columns, moment, lo, a, k)
    write_contents(a, k)
    written = seal(moment, lo, items, a, k, out)
    if inputs.caught.size > 0:
        steering.moderate(columns.key, moment, inputs, out, written)
    return written


@inlined
def collect(columns, ties, lo, people, items, acts, count):
    """Gather what the passes need of each act's giver and item."""
    a, k, item, here = acts, count, items.act[:count], acts.here[:count]
    looks_up(item, items.row, here)
    looks_up(item, items.key, a.key[:k])
    looks_up(item, items.slot, a.slot[:k])
    looks_up(item, items.word, a.word[:k])
    looks_up(item, items.noticed, a.noticed[:k])
    looks_up(here, columns.exhaustion[lo:], a.exhaustion[:k])
    looks_up(here, columns.image[lo:], a.image[:k])
    looks_up(here, people.warmth, a.warmth[:k])
    looks_up(here, people.habit, a.habit[:k])
    looks_up(here, people.gift, a.gift[:k])
    looks_up(here, people.norm, a.norm[:k])
    looks_up(here, people.prompt, a.prompt[:k])
    turn_to(item, here, a.slot[:k], items.author[0], columns.helper[lo:], a.author[:k])
    a.tie[:k] = _ONE
    if ties.weight.size > 0:
        weigh_ties(item, a.slot[:k], items.place[0], ties.weight, a.tie[:k])


@apart
def turn_to(item, here, slot, author, helper, out):
    """To whom each act goes: the author of the item, or one's helper."""
    for i in range(item.size):
        out[i] = helper[here[i]] if slot[i] == _REPLY else author[item[i]]


@apart
def weigh_ties(item, slot, place, weight, tie):
    """Strength of the tie to each act's receiver; 1 for a reply and for a stranger."""
    for i in range(item.size):
        tie[i] = _ONE if slot[i] == _REPLY or place[item[i]] == steering.NO_TIE else weight[place[item[i]]]


@apart
def draw_luck(acts, count, moment):
    """Every draw of an act."""
    a = acts
    for i in range(count):
        giver, slot = np.uint64(a.key[i]), np.uint64(a.slot[i])
        w, x, y, z = rng.uniforms(giver, moment.tick, rng.ACT, slot, moment.seed, moment.replicate)
        a.choose[i], a.mean[i], a.find[i], a.show[i] = w, x, y, z
        a.move[i], _, _, _ = rng.uniforms(giver, moment.tick, rng.CAUSE, slot, moment.seed, moment.replicate)


@apart
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


@apart
def pick_gestures(acts, count, thanks):
    """Place of each act's gesture in the catalogue."""
    a, k = acts, count
    a.goal[:k], a.passed[:k], a.gesture[:k] = _NOTHING, _NOTHING, 0
    for g in range(a.odds.shape[0]):
        add(a.odds[g, :k], a.goal[:k])
    draw_goal(a.choose[:k], a.goal[:k])
    for g in range(a.odds.shape[0]):
        pass_gesture(np.int64(g), a.odds[g, :k], a.passed[:k], a.goal[:k], a.gesture[:k])
        add(a.odds[g, :k], a.passed[:k])
    give_thanks(a.slot[:k], thanks, a.odds.shape[0] - 1, a.gesture[:k])


@apart
def add(x, total):
    """total += x."""
    for i in range(x.size):
        total[i] += x[i]


@apart
def draw_goal(u, goal):
    """Where in the sum of the odds the choice falls."""
    for i in range(goal.size):
        goal[i] = u[i] * goal[i]


@apart
def pass_gesture(g, odds, passed, goal, gesture):
    """One step through the catalogue."""
    for i in range(odds.size):
        gesture[i] = np.int32(rules.picks_gesture(np.int64(gesture[i]), g, odds[i], passed[i], goal[i]))


@apart
def give_thanks(slot, thanks, last, gesture):
    """A reply is a thank-you; what a rule of one's own picks stays within the catalogue."""
    for i in range(slot.size):
        gesture[i] = np.int32(thanks if slot[i] == _REPLY else min(max(np.int64(gesture[i]), 0), last))


@apart
def tell_sincere(u, gesture, image, here, audience, catalogue, levers, sincere):
    """1 where the act is meant."""
    scale, worth, visibility = levers.image_scale, catalogue.value, catalogue.visibility
    for i in range(u.size):
        g = gesture[i]
        sincere[i] = rules.is_sincere(u[i], image[i], scale, worth[g], visibility[g], audience[here[i]])


@apart
def mark(acts, count, visibility, detection):
    """The bits visible, sincere, found out, and sent on a noticed need."""
    a = acts
    for i in range(count):
        caught = rules.happens(a.find[i], detection) == 1
        seen = rules.happens(a.show[i], visibility[a.gesture[i]]) == 1
        a.marks[i] = np.uint16(
            (letters.VISIBLE if seen else _NONE)
            | (letters.SINCERE if a.sincere[i] == 1 else (letters.FOUND if caught else _NONE))
            | (letters.NEED if a.noticed[i] > _NOTHING else _NONE)
        )


@apart
def value(gesture, sincere, marks, here, specificity, tie, catalogue, levers, worth):
    """What each act is worth to its receiver."""
    full, worded, quality = catalogue.value, catalogue.worded, levers.performative_quality
    for i in range(gesture.size):
        g = gesture[i]
        found = np.int64(1) if np.uint64(marks[i]) & letters.FOUND != _NONE else np.int64(0)
        named = specificity[here[i]]
        worth[i] = rules.is_worth(full[g], np.int64(worded[g]), named, np.int64(sincere[i]), found, quality, tie[i])


@apart
def find_cause(acts, count, levers):
    """What moved each act, by the positive parts of its log-odds."""
    a, c = acts, levers
    word, noticed, warmth, habit, gift, norm, cause = a.word, a.noticed, a.warmth, a.habit, a.gift, a.norm, a.cause
    prompt = a.prompt
    for i in range(count):
        liked = rules.joins_in(profile.liked_of(word[i]), c.beta_liked, c.liked_ref)
        need = rules.cares(noticed[i], profile.helped_of(word[i]), c.beta_need, c.beta_answered)
        moved = rules.moves(a.move[i], warmth[i], prompt[i], habit[i], gift[i], norm[i], liked, need)
        cause[i] = np.uint8(moved)


@inlined
def trace(columns, moment, lo, acts, count):
    """The chain of each act: its root and how deep it stands."""
    a, k, here = acts, count, acts.here[:count]
    settle_cause(a.slot[:k], here, a.word[:k], columns.gift[lo:], a.cause[:k])
    begin_chains(a.key[:k], a.slot[:k], moment.tick, a.root[:k], a.depth[:k])
    gifts = list_caused(a.cause[:k], np.uint8(letters.GIFT), a.followed)
    go_on(a.followed[:gifts], a.here, columns.gift_root[lo:], columns.gift_depth[lo:], a.root, a.depth)
    seen = list_caused(a.cause[:k], np.uint8(letters.ITEM), a.followed)
    go_on(a.followed[:seen], a.author, columns.act_root, columns.act_depth, a.root, a.depth)


@apart
def settle_cause(slot, here, word, gift, cause):
    """A gift or a kind act of the author must exist to be the cause, and a reply is moved by a gift."""
    for i in range(slot.size):
        reply = slot[i] == _REPLY
        by_gift = reply | ((cause[i] == letters.GIFT) & (gift[here[i]] > _NOTHING))
        by_item = (cause[i] == letters.ITEM) & (profile.tone_of(word[i]) == _TONE_KIND)
        cause[i] = np.uint8(letters.GIFT if by_gift else (letters.ITEM if by_item else letters.OWN))


@apart
def begin_chains(key, slot, tick, root, depth):
    """A chain of its own."""
    for i in range(key.size):
        root[i] = letters.act_number(tick, np.uint64(key[i]), np.uint64(slot[i]))
        depth[i] = np.uint16(0)


@apart
def list_caused(cause, which, followed):
    """Numbers of the acts that were moved so; returns how many."""
    k = np.uint64(0)
    for i in range(cause.size):
        followed[k] = np.uint32(i)
        k += np.uint64(1) if cause[i] == which else np.uint64(0)
    return np.int64(k)


@inner_pass
def go_on(followed, whose, roots, depths, root, depth):
    """The chains of gifts received, or of the authors' last visible acts, go on; such look-ups far away stand in loops
    of their own."""
    for i in range(followed.size):
        root[followed[i]] = roots[whose[followed[i]]]
    for i in range(followed.size):
        depth[followed[i]] = np.uint16(depths[whose[followed[i]]] + _DEEPER)


@apart
def write_contents(acts, count):
    """The second word of each letter, as if all acts were kind."""
    a = acts
    for i in range(count):
        a.content[i] = letters.content(np.uint64(a.gesture[i]), np.uint64(a.marks[i]), np.uint64(a.cause[i]),
                                       np.uint64(a.slot[i]), np.uint64(a.depth[i]), a.worth[i])  # fmt: skip


@apart
def seal(moment, lo, items, acts, count, out):
    """Write the letters of acts that are not held back; returns how many."""
    a, written = acts, np.uint64(0)
    for i in range(count):
        letter = out[written]
        letter[0] = letters.ends(np.uint64(lo + a.here[i]), np.uint64(a.author[i]))
        letter[1], letter[2] = a.content[i], a.root[i]
        if items.choice[items.act[i]] == _HOSTILE:
            turn_hostile(moment, a, i, letter)
        written += np.uint64(1 - a.held[i])
    return np.int64(written)


@inlined
def turn_hostile(moment, acts, i, letter):
    """A hostile act: seen by all, a chain of its own; in place of a gift stands the strength of the tie."""
    slot = np.uint64(acts.slot[i])
    marks = letters.HOSTILE | letters.VISIBLE | letters.SINCERE
    letter[1] = letters.content(_NONE, marks, letters.OWN, slot, _NONE, acts.tie[i])
    letter[2] = letters.act_number(moment.tick, np.uint64(acts.key[i]), slot)
