"""Phase 1 of a person's tick: read the feed, decide, give. Verbs call rules; the kernel does the same in passes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.model import rng
from sim.model.engine.feed import NEVER
from sim.model.law import letters, profile
from sim.model.law.columns import NOBODY
from sim.model.people.bonds import Bonded

_ABSENT, _NOTHING, _ONE = 1e30, np.float32(0), np.float32(1)


class Item(NamedTuple):
    """What a person sees in one slot of the feed. `author` is a row; a reply has the helper as its author."""

    slot: np.uint64
    author: int
    word: np.uint64
    noticed: float
    tie: np.float32
    u: float

    @property
    def is_reply(self) -> bool:
        """Whether this is the opportunity to thank one's helper."""
        return self.slot == letters.REPLY


class Giver(Bonded):
    """What a person does with the feed."""

    def browse(self) -> None:
        """Read the feed: perceive, decide, act; then perhaps thank one's helper."""
        self.items_today, self.kindness_today, self.needs_today = 0, 0, 0
        if self.has("custom"):
            self.heard_today = 0
        if self.is_away():
            return
        fraction, reply, _, _ = self.draw(rng.DAY, 0)
        lean = self.leans_to_act()
        if self.world.ties.indptr[self.row + 1] > self.world.ties.indptr[self.row]:
            for slot in range(self.book.reads(self.attention, self.world.levers.quiet_dt, fraction)):
                self.meet(self.reads(slot), lean)
        owes = self.book.owes_thanks(reply, self.gift, self.world.levers.thanks_chance) == 1
        if owes and self.helper != NOBODY:
            self.meet(self.remembers_helper(), self.leans_to_thank(lean))

    def reads(self, slot: int) -> Item | None:
        """The item shown in a slot: candidates race for it; None where all are absent."""
        levers, ties = self.world.levers, self.world.ties
        *positions, u = self.words(rng.FEED, slot)
        *draws, notice = self.draw(rng.RACE, slot)
        start, degree = ties.indptr[self.row], np.uint64(ties.indptr[self.row + 1] - ties.indptr[self.row])
        best, place, word = _ABSENT, 0, np.uint64(0)
        for k in range(int(levers.candidates)):
            at = int(start) + int(rng.below(positions[k], degree))
            seen = self.world.columns.profile[ties.indices[at]]
            arrival = self.book.races(profile.weight_of(seen) * self.strength(at), draws[k])
            if arrival < best:
                best, place, word = arrival, at, seen
        if best >= _ABSENT:
            return None
        noticed = self.book.notices(notice, profile.need_of(word), levers.notice)
        author = int(ties.indices[place])
        return Item(np.uint64(slot), author, word, noticed, self.strength(place), rng.uniform(u))

    def remembers_helper(self) -> Item:
        """The opportunity to thank one's helper."""
        u = self.draw(rng.FEED, int(letters.REPLY))[3]
        return Item(letters.REPLY, int(self.helper), np.uint64(0), _NOTHING, _ONE, u)

    def meet(self, item: Item | None, lean: float) -> None:
        """Take note of an item, and act on it or not."""
        if item is None:
            return
        if not item.is_reply:
            self.items_today += 1
            self.kindness_today += profile.kindness_of(item.word)
            self.needs_today += int(item.noticed)
            self.hears(item.word)
        choice = self.decides(item, lean)
        if choice == 1:
            self.give(item)
        elif choice == 2:
            self.lash_out(item)

    def decides(self, item: Item, lean: float) -> int:
        """0 nothing, 1 kind, 2 hostile; one uniform number decides."""
        p = self.book.acts(lean, *self.pulls(item))
        h = _NOTHING if item.is_reply else self.hostile_chance(item)
        return int(self.book.chooses(item.u, p, h))

    def leans_to_act(self) -> float:
        """Log-odds of acting before an item is seen."""
        c, book = self.world.levers, self.book
        show = book.shows_off(self.image, c.image_scale, c.beta_watched, c.visibility_ref, c.image_ref)
        tired = book.tires_of(self.exhaustion, c.exhaustion_mean, c.beta_exhaustion, c.exhaustion_ref)
        return book.leans_to_act(self.warmth_now(), c.prompt, *self.own_pulls(), show, tired, c.friction)

    def leans_to_thank(self, lean: float) -> float:
        """Log-odds of thanking."""
        c = self.world.levers
        leans = self.book.leans_to_thank(lean, self.warmth_now(), c.thanks_warmth, c.thanks_offset)
        return leans + self.is_recognised() if self.has("recognition") else leans

    def own_pulls(self) -> tuple[float, float, float]:
        """The pulls of gratitude, norm and habit (log-odds)."""
        c, slow, book = self.world.levers, self.world.extra.levers, self.book
        norm = book.conforms(self.norm, c.beta_norm, c.norm_ref)
        if self.has("custom"):
            norm += book.is_customary(np.float32(self.custom), slow.beta_custom, slow.custom_ref)
        if self.has("pace"):
            habit = book.is_paced(self.pace, c.beta_reward, slow.pace_ref)
        else:
            habit = book.is_used_to(self.reward, c.beta_reward, c.reward_ref)
        return book.pays_forward(self.gratitude, c.gratitude_mean, c.beta_gift, c.gratitude_ref), norm, habit

    def pulls(self, item: Item) -> tuple[float, float]:
        """The pulls of what others liked and of a noticed need (log-odds)."""
        if item.is_reply:
            return _NOTHING, _NOTHING
        c, book = self.world.levers, self.book
        return (
            book.joins_in(profile.liked_of(item.word), c.beta_liked, c.liked_ref),
            book.cares(item.noticed, profile.helped_of(item.word), c.beta_need, c.beta_answered),
        )

    def hostile_chance(self, item: Item) -> float:
        """Probability of a hostile act on this item."""
        if self.hostility <= NEVER:
            return _NOTHING
        c = self.world.levers
        return self.book.lashes_out(
            self.hostility, self.book.mood(self.baseline, self.wellbeing), profile.sour_of(item.word), self.norm,
            c.hostile_mood, c.hostile_context, c.hostile_both, c.mood_ref, c.sour_ref, c.hostile_norm, c.norm_ref,
        )  # fmt: skip

    def give(self, item: Item) -> None:
        """A kind act goes out: which gesture, how sincere, what it is worth, what moved it."""
        k, c = self.world.catalogue, self.world.levers
        pick, meant, caught, shown = self.draw(rng.ACT, int(item.slot))
        g = k.thanks if item.is_reply else self.picks_gesture(item, pick)
        sincere = self.book.is_sincere(meant, self.image, c.image_scale, k.value[g], k.visibility[g], self.audience)
        found = 0 if sincere == 1 else self.book.happens(caught, c.detection)
        marks = sum(
            int(mark) for mark, holds in (
                (letters.VISIBLE, self.book.happens(shown, k.visibility[g]) == 1), (letters.SINCERE, sincere == 1),
                (letters.FOUND, found == 1), (letters.NEED, item.noticed > _NOTHING),
            ) if holds
        )  # fmt: skip
        worth = self.book.is_worth(k.value[g], int(k.worded[g]), c.specificity, sincere, found,
                                   c.performative_quality, item.tie)  # fmt: skip
        cause, root, depth = self.is_moved_by(item)
        self.send(item, letters.content(np.uint64(g), np.uint64(marks), cause, item.slot, depth, worth), root)

    def picks_gesture(self, item: Item, u: float) -> int:
        """Place of the chosen gesture in the catalogue."""
        k, c = self.world.catalogue, self.world.levers
        shares = k.on_need if item.noticed > _NOTHING else k.on_feed
        odds = [
            self.book.gesture_odds(share, k.effort[g], k.visibility[g], self.exhaustion, c.exhaustion_mean, self.image,
                                   c.image_scale, c.effort_weight, c.beta_watched, c.visibility_ref)
            for g, share in enumerate(shares)
        ]  # fmt: skip
        picked, passed = 0, _NOTHING
        goal = u * sum((np.float32(odd) for odd in odds), start=_NOTHING)
        for g, odd in enumerate(odds):
            picked = self.book.picks_gesture(picked, g, odd, passed, goal)
            passed = passed + np.float32(odd)
        return int(picked)

    def is_moved_by(self, item: Item) -> tuple[np.uint64, np.uint64, np.uint64]:
        """Cause, root and depth of an act: own, the helper's gift, or the author's last kind act."""
        columns, one = self.world.columns, np.uint64(1)
        gift, norm, habit = self.own_pulls()
        u = self.draw(rng.CAUSE, int(item.slot))[0]
        warmth, prompt = self.warmth_now(), self.world.levers.prompt
        moved = 1 if item.is_reply else self.book.moves(u, warmth, prompt, habit, gift, norm, *self.pulls(item))
        if moved == 1 and self.gift > _NOTHING:
            return letters.GIFT, self.gift_root, np.uint64(self.gift_depth) + one
        if moved == 2 and profile.tone_of(item.word) == 1:
            return letters.ITEM, columns.act_root[item.author], np.uint64(columns.act_depth[item.author]) + one
        return letters.OWN, self.act_number(item.slot), np.uint64(0)

    def lash_out(self, item: Item) -> None:
        """A hostile act goes out; in place of a gift stands the strength of the tie, which scales the harm."""
        marks = letters.HOSTILE | letters.VISIBLE | letters.SINCERE
        what = letters.content(np.uint64(0), marks, letters.OWN, item.slot, np.uint64(0), item.tie)
        self.send(item, what, self.act_number(item.slot))

    def act_number(self, slot: np.uint64) -> np.uint64:
        """Number of an act of this tick."""
        return np.uint64(letters.act_number(self.world.moment.tick, np.uint64(self.key), slot))

    def send(self, item: Item, what: np.uint64, root: np.uint64) -> None:
        """Put a letter into the outbox."""
        self.model.outbox.append((letters.ends(np.uint64(self.row), np.uint64(item.author)), what, root))
