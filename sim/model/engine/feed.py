"""Browsing, as passes over a block of people: each pass is one simple loop with one result, so that it vectorises.

A pass calls rules and moves numbers; it holds no law. Item arrays stand in the order (person, slot).
"""

from __future__ import annotations

import numpy as np

from sim.model import rng
from sim.model.compiled import apart, apart_inlined, inlined
from sim.model.instructions import RUN, bring, count_up, fill
from sim.model.law import letters, profile, rules
from sim.model.law.columns import MOST_ITEMS, NOBODY
from sim.model.stream import first, second

_LOW, _LOW16, _REPLY = np.uint64(0xFFFFFFFF), np.uint64(0xFFFF), np.uint8(letters.REPLY)
_ZERO, _ONE, _16, _48 = (np.uint64(number) for number in (0, 1, 16, 48))
_FIRST, _SECOND, _THIRD, EMPTY = (np.uint8(number) for number in range(4))
_IDLE, _KIND, _HOSTILE = (np.uint8(number) for number in range(3))
_ABSENT, _NOTHING, _TIELESS = np.float32(1e30), np.float32(0), np.uint32(0)
NEVER = np.float32(-1e30)  # hostility of people who are never hostile is below this


@apart
def opens_feed(low, attention, away, indptr, quiet_dt, items):
    """items[i] = feed items of each person; none while away or with nobody to read. A rule of one's own may ask for
    more than there is room for."""
    for i in range(attention.size):
        here = (away[i] == 0) & (indptr[i + 1] > indptr[i])
        read = rules.reads(attention[i], quiet_dt, first(low[i])) if here else 0
        items[i] = min(max(read, 0), MOST_ITEMS)


@apart
def opens_reply(low, gift, helper, away, thanks_chance, reply):
    """reply[i] = 1 if an opportunity to thank one's helper comes up."""
    for i in range(gift.size):
        here = (away[i] == 0) & (helper[i] != NOBODY)
        reply[i] = rules.owes_thanks(second(low[i]), gift[i], thanks_chance) if here else 0


@apart
def weighs_gift(gratitude, levers, gift):
    """The pull of gratitude."""
    for i in range(gratitude.size):
        gift[i] = rules.pays_forward(gratitude[i], levers.gratitude_mean, levers.beta_gift, levers.gratitude_ref)


@apart
def weighs_norm(norm, levers, out):
    """The pull of the norm."""
    for i in range(norm.size):
        out[i] = rules.conforms(norm[i], levers.beta_norm, levers.norm_ref)


@apart
def weighs_habit(reward, levers, out):
    """The pull of habit."""
    for i in range(reward.size):
        out[i] = rules.is_used_to(reward[i], levers.beta_reward, levers.reward_ref)


@apart
def leans(warmth, image, exhaustion, gift, norm, habit, prompt, friction, levers, lean):
    """Log-odds of acting before an item is seen."""
    c = levers
    for i in range(warmth.size):
        show = rules.shows_off(image[i], c.image_scale, c.beta_watched, c.visibility_ref, c.image_ref)
        tired = rules.tires_of(exhaustion[i], c.exhaustion_mean, c.beta_exhaustion, c.exhaustion_ref)
        lean[i] = rules.leans_to_act(warmth[i], prompt[i], gift[i], norm[i], habit[i], show, tired, friction[i])


@apart
def leans_to_thank(lean, warmth, offset, thanks_warmth, thank):
    """Log-odds of thanking."""
    for i in range(lean.size):
        thank[i] = rules.leans_to_thank(lean[i], warmth[i], thanks_warmth, offset[i])


@apart
def lists_items(people, indptr, ties, items):
    """Write reader, slot and the reader's terms of each feed item and reply, in the order (person, slot); how many."""
    p, k = people, 0
    for i in range(indptr.size - 1):
        start, degree = np.uint32(max(min(indptr[i], ties - 1), 0)), np.uint32(indptr[i + 1] - indptr[i])
        lists_run(p, items, i, start, degree, k, k)
        for begin in range(k + RUN, k + p.items[i], RUN):
            lists_run(p, items, i, start, degree, k, begin)
        k += p.items[i]
        lists_reply(p, items, i, start, k)
        k += p.reply[i]
        p.end[i] = np.uint32(k)
    return k


@apart_inlined
def lists_run(people, items, i, start, degree, k, begin):
    """A run of a person's items, of which the first stands at k."""
    p, m, at = people, items, np.uint64(begin)
    fill(m.row, at, np.uint16(i))
    fill(m.key, at, np.uint32(p.key[i]))
    count_up(m.slot, at, np.uint8(begin - k))
    fill(m.start, at, start)
    fill(m.degree, at, degree)
    fill(m.lean, at, p.lean[i])


@apart_inlined
def lists_reply(people, items, i, start, k):
    """A person's reply, which has no ties."""
    p, m = people, items
    m.row[k], m.key[k], m.slot[k] = np.uint16(i), np.uint32(p.key[i]), _REPLY
    m.start[k], m.degree[k], m.lean[k] = start, _TIELESS, p.thank[i]


@apart
def finds_candidates(items, count, ties, profiles, moment, candidates):
    """Who stands for each slot, strip by strip, so that memory brings their profiles while the next strip is drawn.

    What lies beyond the last item is drawn, too, without ties, and never read.
    """
    m = items
    fill(m.start, np.uint64(count), _TIELESS)
    fill(m.degree, np.uint64(count), _TIELESS)
    for begin in range(0, count, RUN):
        draws_strip(m.key, m.slot, m.start, m.degree, moment, m.place, m.decision, m.race, m.heed, begin)
        for c in range(np.int64(candidates)):
            for j in range(RUN):
                i = np.uint64(begin + j)
                author = ties[m.place[c, i]]
                m.author[c, i] = author
                bring(profiles, np.uint64(author))


@apart_inlined
def draws_strip(key, slot, start, degree, moment, place, decision, race, heed, begin):
    """Positions of three candidates in the list of ties, uniform and blind to state; every other draw of an item."""
    for j in range(RUN):
        i = np.uint64(begin + j)
        reader, index = np.uint64(key[i]), np.uint64(slot[i])
        a, b, c, d = rng.philox(reader, moment.tick, rng.FEED, index, moment.seed, moment.replicate)
        ties, at = np.uint64(degree[i]), np.uint64(start[i])
        place[0, i], place[1, i] = at + rng.below(a, ties), at + rng.below(b, ties)
        place[2, i] = at + rng.below(c, ties)
        decision[i] = rng.uniform(d)
        a, b, c, d = rng.philox(reader, moment.tick, rng.RACE, index, moment.seed, moment.replicate)
        race[0, i], race[1, i], race[2, i] = rng.uniform(a), rng.uniform(b), rng.uniform(c)
        heed[i] = rng.uniform(d)


@apart
def looks_up(place, table, out):
    """out[i] = table[place[i]]."""
    for i in range(place.size):
        out[i] = table[place[i]]


@apart
def weighs(author, profiles, weight):
    """Weight of each candidate in the race."""
    for i in range(author.size):
        weight[i] = profile.weight_of(profiles[author[i]])


@apart
def races(weight, race, winner):
    """Which of three candidates arrives first; 3 if all are absent."""
    for i in range(winner.size):
        a, b = rules.races(weight[0, i], race[0, i]), rules.races(weight[1, i], race[1, i])
        winner[i] = arrives_first(a, b, rules.races(weight[2, i], race[2, i]))


@apart
def races_alone(weight, race, winner):
    """A single candidate arrives, or is absent."""
    for i in range(winner.size):
        winner[i] = arrives_first(rules.races(weight[0, i], race[0, i]), _ABSENT, _ABSENT)


@apart
def strengthens(place, strength, weight):
    """Stronger ties run faster."""
    for i in range(weight.size):
        weight[i] *= strength[place[i]]


@inlined
def arrives_first(a, b, c):
    """The least of three arrival times, the earlier candidate's at a draw."""
    best = min(min(a, b), c)
    return EMPTY if best >= _ABSENT else (_FIRST if a == best else (_SECOND if b == best else _THIRD))


@apart
def wins(winner, rows, count):
    """Put the winner's entry in the place of candidate 0."""
    for i in range(count):
        w, a, b, c = winner[i], rows[1, i], rows[2, i], rows[0, i]
        rows[0, i] = a if w == _SECOND else (b if w == _THIRD else c)


@apart
def notices(winner, slot, word, heed, notice, noticed):
    """1 where an open need is noticed; replies are no items."""
    for i in range(winner.size):
        seen = (winner[i] != EMPTY) & (slot[i] != _REPLY)
        noticed[i] = rules.notices(heed[i], profile.need_of(word[i]), notice) if seen else _NOTHING


@apart
def decides(lean, word, decision, noticed, winner, slot, levers, choice):
    """0 nothing, 1 kind, 2 hostile; hostile ones are left to `turns_hostile`."""
    c = levers
    for i in range(lean.size):
        item = rules.joins_in(profile.liked_of(word[i]), c.beta_liked, c.liked_ref)
        need = rules.cares(noticed[i], profile.helped_of(word[i]), c.beta_need, c.beta_answered)
        reply = slot[i] == _REPLY
        p = rules.acts(lean[i], _NOTHING if reply else item, _NOTHING if reply else need)
        chosen = np.uint8(rules.chooses(decision[i], p, _NOTHING))
        choice[i] = chosen if reply | (winner[i] != EMPTY) else _IDLE


@apart
def turns_hostile(hostility, baseline, wellbeing, norm, end, items, levers):
    """Where nothing kind was done by somebody who can be hostile: does the item provoke?"""
    m, c, k = items, levers, np.uint32(0)
    for i in range(hostility.size):
        if hostility[i] > NEVER:
            bad = rules.mood(baseline[i], wellbeing[i])
            for j in range(k, end[i]):
                if m.choice[j] == _IDLE and m.winner[j] != EMPTY and m.slot[j] != _REPLY:
                    h = rules.lashes_out(
                        hostility[i], bad, profile.sour_of(m.word[j]), norm[i], c.hostile_mood, c.hostile_context,
                        c.hostile_both, c.mood_ref, c.sour_ref, c.hostile_norm, c.norm_ref,
                    )  # fmt: skip
                    m.choice[j] = np.uint8(rules.chooses(m.decision[j], _NOTHING, h))
        k = end[i]


@apart
def tallies(winner, slot, word, noticed, tally):
    """What each item adds to the reader's day, in one word; 0 for replies and empty slots."""
    for i in range(winner.size):
        seen = (winner[i] != EMPTY) & (slot[i] != _REPLY)
        one = _ONE | (np.uint64(profile.kindness_of(word[i])) << _16) | (np.uint64(noticed[i]) << _48)
        tally[i] = one if seen else _ZERO


@apart
def adds_up(tally):
    """Every entry becomes the sum up to and with it."""
    total = _ZERO
    for i in range(tally.size):
        total += tally[i]
        tally[i] = total


@apart
def counts_items(tally, end, seen, kindness, needs):
    """Per person: items seen, kindness, needs noticed, as differences of the running sum, where carries cancel."""
    before = _ZERO
    for i in range(seen.size):
        total = tally[end[i]]
        day = total - before
        before = total
        seen[i], kindness[i], needs[i] = np.uint16(day & _LOW16), np.uint32((day >> _16) & _LOW), np.uint16(day >> _48)


@apart
def lists_acts(choice, act):
    """Numbers of the items that led to an act; returns how many."""
    k = np.uint64(0)
    for i in range(choice.size):
        act[k] = np.uint32(i)
        k += np.uint64(1) if choice[i] > _IDLE else np.uint64(0)
    return np.int64(k)
