"""Browsing, as passes over a block of people: each pass is one simple loop with one result, so that it vectorises.

A pass calls rules and moves numbers; it holds no law. Item arrays stand in the order (person, slot).
"""

from __future__ import annotations

import numpy as np

from sim.model import rng
from sim.model.compiled import bring, inlined, inner_pass
from sim.model.engine.desk import RUN
from sim.model.law import letters, profile, rules
from sim.model.law.columns import MOST_ITEMS, NOBODY
from sim.model.stream import first, pair, second

_LOW, _LOW16, _REPLY = np.uint64(0xFFFFFFFF), np.uint64(0xFFFF), np.uint32(letters.REPLY)
_ZERO, _ONE, _16, _48 = (np.uint64(number) for number in (0, 1, 16, 48))
_FIRST, _SECOND, _THIRD, EMPTY = (np.uint8(number) for number in range(4))
_IDLE, _KIND, _HOSTILE = (np.uint8(number) for number in range(3))
_ABSENT, _NOTHING, _TIELESS = np.float32(1e30), np.float32(0), np.uint32(0)
NEVER = np.float32(-1e30)  # hostility of people who are never hostile is below this


@inner_pass
def opens_feed(low, attention, away, indptr, quiet_dt, items):
    """items[i] = feed items of each person; none while away or with nobody to read. A rule of one's own may ask for
    more than there is room for."""
    for i in range(attention.size):
        here = (away[i] == 0) & (indptr[i + 1] > indptr[i])
        read = rules.reads(attention[i], quiet_dt, first(low[i])) if here else 0
        items[i] = min(max(read, 0), MOST_ITEMS)


@inner_pass
def opens_reply(low, gift, helper, away, thanks_chance, reply):
    """reply[i] = 1 if an opportunity to thank one's helper comes up."""
    for i in range(gift.size):
        here = (away[i] == 0) & (helper[i] != NOBODY)
        reply[i] = rules.owes_thanks(second(low[i]), gift[i], thanks_chance) if here else 0


@inner_pass
def weighs_gift(gratitude, levers, gift):
    """The pull of gratitude."""
    for i in range(gratitude.size):
        gift[i] = rules.pays_forward(gratitude[i], levers.gratitude_mean, levers.beta_gift, levers.gratitude_ref)


@inner_pass
def weighs_norm(norm, levers, out):
    """The pull of the norm."""
    for i in range(norm.size):
        out[i] = rules.conforms(norm[i], levers.beta_norm, levers.norm_ref)


@inner_pass
def weighs_habit(reward, levers, out):
    """The pull of habit."""
    for i in range(reward.size):
        out[i] = rules.is_used_to(reward[i], levers.beta_reward, levers.reward_ref)


@inner_pass
def leans(warmth, image, exhaustion, gift, norm, habit, prompt, friction, levers, lean):
    """Log-odds of acting before an item is seen."""
    c = levers
    for i in range(warmth.size):
        show = rules.shows_off(image[i], c.image_scale, c.beta_watched, c.visibility_ref, c.image_ref)
        tired = rules.tires_of(exhaustion[i], c.exhaustion_mean, c.beta_exhaustion, c.exhaustion_ref)
        lean[i] = rules.leans_to_act(warmth[i], prompt[i], gift[i], norm[i], habit[i], show, tired, friction[i])


@inner_pass
def leans_to_thank(lean, warmth, offset, thanks_warmth, thank):
    """Log-odds of thanking."""
    for i in range(lean.size):
        thank[i] = rules.leans_to_thank(lean[i], warmth[i], thanks_warmth, offset[i])


@inner_pass
def lists_items(people, indptr, ties, items):
    """Write reader, slot and the reader's terms of each feed item and reply, in the order (person, slot); how many."""
    p, m, k = people, items, 0
    for i in range(indptr.size - 1):
        start, degree = np.uint64(max(min(indptr[i], ties - 1), 0)), np.uint32(indptr[i + 1] - indptr[i])
        for begin in range(k, k + p.items[i], RUN):
            fills(m.row, begin, np.uint32(i))
            fills(m.key, begin, np.uint32(p.key[i]))
            counts_on(m.slot, begin, np.uint32(begin - k))
            fills(m.start, begin, start)
            fills(m.degree, begin, degree)
            fills(m.lean, begin, p.lean[i])
        k += p.items[i]
        m.row[k], m.key[k], m.slot[k] = np.uint32(i), np.uint32(p.key[i]), _REPLY
        m.start[k], m.degree[k], m.lean[k] = start, _TIELESS, p.thank[i]
        k += p.reply[i]
        p.end[i] = np.uint32(k)
    return k


@inlined
def fills(out, begin, value):
    """The same value for a run of items."""
    for j in range(RUN):
        out[np.uint64(begin + j)] = value


@inlined
def counts_on(out, begin, first_slot):
    """Slots of a run of items."""
    for j in range(RUN):
        out[np.uint64(begin + j)] = first_slot + np.uint32(j)


@inner_pass
def draws_places(key, slot, moment, start, degree, place0, place1, place2, decision):
    """Positions of three candidates in the list of ties, uniform and blind to state; the draw that will decide."""
    for i in range(key.size):
        a, b, c, d = rng.philox(np.uint64(key[i]), moment.tick, rng.FEED, np.uint64(slot[i]), moment.seed,
                                moment.replicate)  # fmt: skip
        ties = np.uint64(degree[i])
        place0[i] = start[i] + rng.below(a, ties)
        place1[i] = start[i] + rng.below(b, ties)
        place2[i] = start[i] + rng.below(c, ties)
        decision[i] = rng.uniform(d)


@inner_pass
def draws_race(items, count, moment, profiles, candidates):
    """Draws of the race, strip by strip, while memory brings the profiles of those who will run it."""
    m = items
    for begin in range(0, count, RUN):
        brings(m.author0, profiles, begin)
        if candidates > 1:
            brings(m.author1, profiles, begin)
        if candidates > 2:
            brings(m.author2, profiles, begin)
        draws_strip(m.key, m.slot, moment, m.race_low, m.race_high, begin)


@inlined
def brings(author, profiles, begin):
    """Asks for the profiles of a strip."""
    for j in range(RUN):
        bring(profiles, np.uint64(author[np.uint64(begin + j)]))


@inner_pass
def draws_strip(key, slot, moment, low, high, begin):
    """Blocks of the race of a strip; what lies beyond the last item is drawn, too, and never read."""
    for j in range(RUN):
        i = np.uint64(begin + j)
        a, b, c, d = rng.philox(np.uint64(key[i]), moment.tick, rng.RACE, np.uint64(slot[i]), moment.seed,
                                moment.replicate)  # fmt: skip
        low[i], high[i] = pair(a, b), pair(c, d)


@inner_pass
def looks_up(place, table, out):
    """out[i] = table[place[i]]."""
    for i in range(place.size):
        out[i] = table[place[i]]


@inner_pass
def races(word0, word1, word2, low, high, winner):
    """Which of three candidates arrives first; 3 if all are absent."""
    for i in range(low.size):
        a = rules.races(profile.weight_of(word0[i]), first(low[i]))
        b = rules.races(profile.weight_of(word1[i]), second(low[i]))
        c = rules.races(profile.weight_of(word2[i]), first(high[i]))
        winner[i] = arrives_first(a, b, c)


@inner_pass
def races_alone(word, low, winner):
    """A single candidate arrives, or is absent."""
    for i in range(low.size):
        winner[i] = arrives_first(rules.races(profile.weight_of(word[i]), first(low[i])), _ABSENT, _ABSENT)


@inner_pass
def races_weighted(items, count, weight):
    """As `races`, with the strength of the ties in the race."""
    for i in range(count):
        low, high = items.race_low[i], items.race_high[i]
        a = rules.races(profile.weight_of(items.word0[i]) * weight[items.place0[i]], first(low))
        b = rules.races(profile.weight_of(items.word1[i]) * weight[items.place1[i]], second(low))
        c = rules.races(profile.weight_of(items.word2[i]) * weight[items.place2[i]], first(high))
        items.winner[i] = arrives_first(a, b, c)


@inlined
def arrives_first(a, b, c):
    """The least of three arrival times, the earlier candidate's at a draw."""
    best = min(min(a, b), c)
    return EMPTY if best >= _ABSENT else (_FIRST if a == best else (_SECOND if b == best else _THIRD))


@inner_pass
def wins(winner, one, two, out):
    """Put the winner's entry in the place of candidate 0."""
    for i in range(winner.size):
        w, a, b, c = winner[i], one[i], two[i], out[i]
        out[i] = a if w == _SECOND else (b if w == _THIRD else c)


@inner_pass
def notices(winner, slot, word, high, notice, noticed):
    """1 where an open need is noticed; replies are no items."""
    for i in range(winner.size):
        seen = (winner[i] != EMPTY) & (slot[i] != _REPLY)
        noticed[i] = rules.notices(second(high[i]), profile.need_of(word[i]), notice) if seen else _NOTHING


@inner_pass
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


@inner_pass
def turns_hostile(hostility, baseline, wellbeing, norm, end, items, levers):
    """Where nothing kind was done by somebody who can be hostile: does the item provoke?"""
    m, c, k = items, levers, np.uint32(0)
    for i in range(hostility.size):
        if hostility[i] > NEVER:
            bad = rules.mood(baseline[i], wellbeing[i])
            for j in range(k, end[i]):
                if m.choice[j] == _IDLE and m.winner[j] != EMPTY and m.slot[j] != _REPLY:
                    h = rules.lashes_out(
                        hostility[i], bad, profile.sour_of(m.word0[j]), norm[i], c.hostile_mood, c.hostile_context,
                        c.hostile_both, c.mood_ref, c.sour_ref, c.hostile_norm, c.norm_ref,
                    )  # fmt: skip
                    m.choice[j] = np.uint8(rules.chooses(m.decision[j], _NOTHING, h))
        k = end[i]


@inner_pass
def tallies(winner, slot, word, noticed, tally):
    """What each item adds to the reader's day, in one word; 0 for replies and empty slots."""
    for i in range(winner.size):
        seen = (winner[i] != EMPTY) & (slot[i] != _REPLY)
        one = _ONE | (np.uint64(profile.kindness_of(word[i])) << _16) | (np.uint64(noticed[i]) << _48)
        tally[i] = one if seen else _ZERO


@inner_pass
def adds_up(tally):
    """Every entry becomes the sum up to and with it."""
    total = _ZERO
    for i in range(tally.size):
        total += tally[i]
        tally[i] = total


@inner_pass
def counts_items(tally, end, seen, kindness, needs):
    """Per person: items seen, kindness, needs noticed, as differences of the running sum, where carries cancel."""
    before = _ZERO
    for i in range(seen.size):
        total = tally[end[i]]
        day = total - before
        before = total
        seen[i], kindness[i], needs[i] = np.uint16(day & _LOW16), np.uint32((day >> _16) & _LOW), np.uint16(day >> _48)


@inner_pass
def lists_acts(choice, act):
    """Numbers of the items that led to an act; returns how many."""
    k = np.uint64(0)
    for i in range(choice.size):
        act[k] = np.uint32(i)
        k += np.uint64(1) if choice[i] > _IDLE else np.uint64(0)
    return np.int64(k)
