"""Phase 1 of a person's tick: read the feed, decide, give. Verbs call rules; the kernel does the same in passes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from operator import add
from typing import NamedTuple

import numpy as np

from sim.model import rng
from sim.model.engine.feed import NEVER
from sim.model.engine.steering import STRANGERS
from sim.model.law.columns import MOST_ITEMS, NOBODY
from sim.model.people.bonds import Bonded
from sim.model.people.book import letters, profile

_ABSENT, _NOTHING = 1e30, np.float32(0)
_REPLY, *_MARKS = map(int, (letters.REPLY, letters.VISIBLE, letters.SINCERE, letters.FOUND, letters.NEED))
_VISIBLE, _SINCERE, _FOUND, _NEED = _MARKS
_NOWHERE, _STRANGER = -2, -1  # in place of a place in the list of ties


class Found(NamedTuple):
    """Who won a slot: place in the list of ties, row, profile."""

    place: int
    author: int
    word: int


NOBODY_THERE = Found(_NOWHERE, 0, 0)


class Item(NamedTuple):
    """What a person sees in one slot of the feed. `author` is a row; a reply has the helper as its author."""

    slot: int
    author: int
    word: int
    noticed: float
    tie: float
    u: float

    @property
    def is_reply(self) -> bool:
        """Whether this is the opportunity to thank one's helper."""
        return self.slot == _REPLY


class Giver(Bonded):
    """What a person does with the feed."""

    def browse(self) -> None:
        """Read the feed: perceive, decide, act; then perhaps thank one's helper."""
        self.items_today, self.kindness_today, self.needs_today = 0, 0, 0
        self.spent = _NOTHING
        if self.has("custom"):
            self.heard_today = 0
        if self.is_away():
            self.is_told(0)
            return
        fraction, reply, _, _ = self.draw(rng.DAY, 0)
        lean = self.leans_to_act()
        if self.degree > 0:
            items = int(self.book.reads(self.felt("attention"), self.world.levers.quiet_dt, fraction))
            items = min(max(items, 0), MOST_ITEMS)
            for slot in range(items - self.is_told(items)):
                self.meet(self.reads(slot), lean)
        else:
            self.is_told(0)
        owes = self.book.owes_thanks(reply, self.gift, self.world.levers.thanks_chance) == 1
        if owes and self.helper != NOBODY:
            self.meet(self.remembers_helper(), self.leans_to_thank(lean))

    def is_told(self, items: int) -> int:
        """1 if the official item takes a slot of the feed: its author is as kind as can be."""
        official = self.world.inputs.official
        if not official.size:
            return 0
        official[self.row] = shown = int(self.book.makes_room(int(official[self.row]), items))
        self.items_today += shown
        self.kindness_today += 1023 * shown
        return shown

    def reads(self, slot: int) -> Item | None:
        """The item shown in a slot: candidates race for it; None where all are absent."""
        found = self.looks_elsewhere(slot) or self.looks_at_ties(slot)
        if found.place == _NOWHERE:
            return None
        u, notice = self.draw(rng.FEED, slot)[3], self.draw(rng.RACE, slot)[3]
        seen = self.given("notice", self.world.levers.notice)
        noticed = self.book.notices(notice, profile.unpacked(found.word).need, seen)
        return Item(slot, found.author, found.word, noticed, self.strength(found.place), u)

    def looks_at_ties(self, slot: int) -> Found:
        """Who of those one reads wins the slot."""
        levers, ties = self.world.levers, self.authors
        positions, draws = self.words(rng.FEED, slot), self.draw(rng.RACE, slot)
        best, found, races, seen = _ABSENT, NOBODY_THERE, self.book.races, self.cells.profile
        for k in range(int(levers.candidates)):
            at = self.first_tie + self.luck.below(positions[k], self.degree)
            author = ties[at]
            word = seen[author]
            arrival = races(profile.unpacked(word).weight * self.strength(at), draws[k])
            if arrival < best:
                best, found = arrival, Found(at, author, word)
        return found

    def looks_elsewhere(self, slot: int) -> Found | None:
        """Who of sixteen strangers, or of the hashtag's community, wins the slot; None = it shows those one reads."""
        inputs = self.world.inputs
        if not inputs.recommended + inputs.discovery > 0:
            return None
        where = self.book.looks_elsewhere(self.draw(rng.STRANGER, slot)[0], inputs.recommended, inputs.discovery)
        rows = range(self.world.people) if where == 1 else inputs.community
        return self.meets_strangers(slot, rows) if where > 0 and len(rows) else None

    def meets_strangers(self, slot: int, rows: Sequence[int]) -> Found:
        """The stranger who wins the slot; oneself is none."""
        best, found = _ABSENT, NOBODY_THERE
        for j in range(1, STRANGERS // 4 + 1):
            at, draws = self.words(rng.STRANGER, slot + 256 * j), self.draw(rng.STRANGER, slot + 256 * (j + 4))
            for c in range(4):
                author = int(rows[self.luck.below(at[c], len(rows))])
                word = self.cells.profile[author] if author != self.row else 0
                arrival = self.book.races(profile.unpacked(word).weight, draws[c])
                if arrival < best:
                    best, found = arrival, Found(_STRANGER, author, word)
        return found

    def remembers_helper(self) -> Item:
        """The opportunity to thank one's helper."""
        return Item(_REPLY, int(self.helper), 0, _NOTHING, 1.0, self.draw(rng.FEED, _REPLY)[3])

    def meet(self, item: Item | None, lean: float) -> None:
        """Take note of an item, and act on it or not."""
        if item is None:
            return
        if not item.is_reply:
            self.items_today += 1
            self.kindness_today += profile.unpacked(item.word).kindness
            self.needs_today += int(item.noticed)
            self.notes_custom(item.word)
        choice = self.decides(item, self.is_urged(item, lean))
        if choice == 1:
            self.give(item)
        elif choice == 2:
            self.lash_out(item)

    def decides(self, item: Item, lean: float) -> int:
        """0 nothing, 1 kind, 2 hostile; one uniform number decides."""
        p = self.book.acts(lean, *self.pulls(item))
        h = _NOTHING if item.is_reply else self.hostile_chance(item)
        return int(self.book.chooses(item.u, p, h))

    def is_urged(self, item: Item, lean: float, tally: bool = True) -> float:
        """Log-odds with the word of an assistant, for a need noticed here that nobody answered."""
        if item.is_reply or not self.world.inputs.assist.size:
            return lean
        helped, assist = profile.unpacked(item.word).helped, self.given("assist")
        if tally and item.noticed > _NOTHING and helped == _NOTHING and assist > _NOTHING:
            self.world.inputs.urged_today[self.row] += 1
        return self.book.is_urged(lean, item.noticed, helped, assist)

    def leans_to_act(self) -> float:
        """Log-odds of acting before an item is seen."""
        c, book = self.world.levers, self.book
        show = book.shows_off(self.felt("image"), c.image_scale, c.beta_watched, c.visibility_ref, c.image_ref)
        tired = book.tires_of(self.exhaustion, c.exhaustion_mean, c.beta_exhaustion, c.exhaustion_ref)
        prompt, friction = self.given("prompt", c.prompt), self.given("friction", c.friction)
        return book.leans_to_act(self.warmth_now(), prompt, *self.own_pulls(), show, tired, friction)

    def leans_to_thank(self, lean: float) -> float:
        """Log-odds of thanking."""
        c = self.world.levers
        offset = self.given("thanks_offset", c.thanks_offset)
        leans = self.book.leans_to_thank(lean, self.warmth_now(), c.thanks_warmth, offset)
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
        c, book, seen = self.world.levers, self.book, profile.unpacked(item.word)
        return (
            book.joins_in(seen.liked, c.beta_liked, c.liked_ref),
            book.cares(item.noticed, seen.helped, c.beta_need, c.beta_answered),
        )

    def hostile_chance(self, item: Item) -> float:
        """Probability of a hostile act on this item."""
        if self.felt("hostility") <= NEVER:
            return _NOTHING
        c = self.world.levers
        return self.book.lashes_out(
            self.felt("hostility"), self.book.mood(self.baseline, self.wellbeing), profile.unpacked(item.word).sour,
            self.norm,
            c.hostile_mood, c.hostile_context, c.hostile_both, c.mood_ref, c.sour_ref, c.hostile_norm, c.norm_ref,
        )  # fmt: skip

    def give(self, item: Item) -> None:
        """A kind act goes out: which gesture, how sincere, what it is worth, what moved it."""
        k, c = self.world.catalogue, self.world.levers
        pick, meant, caught, shown = self.draw(rng.ACT, item.slot)
        g = k.thanks if item.is_reply else self.picks_gesture(item, pick)
        if not self.has_strength(k.effort[g]):
            return
        sincere = self.book.is_sincere(
            meant, self.felt("image"), c.image_scale, k.value[g], k.visibility[g], self.audience
        )
        found = 0 if sincere == 1 else self.book.happens(caught, c.detection)
        marks = _VISIBLE if self.book.happens(shown, k.visibility[g]) == 1 else 0
        marks |= (_SINCERE if sincere == 1 else 0) | (_FOUND if found == 1 else 0)
        marks |= _NEED if item.noticed > 0 else 0
        quality = self.given("specificity", c.specificity)
        worth = self.book.is_worth(k.value[g], int(k.worded[g]), quality, sincere, found,
                                   c.performative_quality, item.tie)  # fmt: skip
        cause, root, depth = self.is_moved_by(item)
        self.send(item, letters.content(g, marks, cause, item.slot, depth, worth), root)

    def has_strength(self, effort: float) -> bool:
        """Whether an act leaves the load of the trailing day within the cap; if so, its effort is spent."""
        if not self.world.inputs.cap.size:
            return True
        left = self.world.levers.day_left
        fits = bool(self.book.has_strength(self.load, left, self.spent, effort, self.given("cap")))
        self.spent += effort if fits else _NOTHING
        return fits

    def picks_gesture(self, item: Item, u: float) -> int:
        """Place of the chosen gesture in the catalogue."""
        k, c, book = self.world.catalogue, self.world.levers, self.book
        shares = k.on_need if item.noticed > _NOTHING else k.on_feed
        offers = zip(shares.tolist(), k.effort.tolist(), k.visibility.tolist(), strict=True)
        own = (self.exhaustion, c.exhaustion_mean, self.felt("image"), c.image_scale, c.effort_weight, c.beta_watched,
               c.visibility_ref)  # fmt: skip
        own = tuple(map(float, own))
        odds = [book.gesture_odds(*offer, *own) for offer in offers]
        sums = list(accumulate(odds, add, initial=_NOTHING))
        picked, goal = 0, u * sums[-1]
        for g, odd in enumerate(odds):
            picked = book.picks_gesture(picked, g, odd, sums[g], goal)
        return min(max(int(picked), 0), len(odds) - 1)

    def is_moved_by(self, item: Item) -> tuple[int, int, int]:
        """Cause, root and depth of an act: own, the helper's gift, or the author's last kind act."""
        columns = self.world.columns
        gift, norm, habit = self.own_pulls()
        u = self.draw(rng.CAUSE, item.slot)[0]
        warmth = self.warmth_now()
        prompt = self.is_urged(item, self.given("prompt", self.world.levers.prompt), tally=False)
        moved = 1 if item.is_reply else self.book.moves(u, warmth, prompt, habit, gift, norm, *self.pulls(item))
        if moved == 1 and self.gift > _NOTHING:
            return letters.GIFT, self.gift_root, int(self.gift_depth) + 1
        if moved == 2 and profile.unpacked(item.word).tone == 1:
            return letters.ITEM, columns.act_root[item.author], int(columns.act_depth[item.author]) + 1
        return letters.OWN, self.act_number(item.slot), 0

    def lash_out(self, item: Item) -> None:
        """A hostile act goes out; in place of a gift stands the strength of the tie, which scales the harm."""
        marks = letters.HOSTILE | letters.VISIBLE | letters.SINCERE
        what = letters.content(0, marks, letters.OWN, item.slot, 0, item.tie)
        self.send(item, what, self.act_number(item.slot))

    def act_number(self, slot: int) -> int:
        """Number of an act of this tick."""
        return letters.act_number(self.world.moment.tick, self.key, slot)  # type: ignore[no-any-return]

    def send(self, item: Item, what: int, root: int) -> None:
        """Put a letter into the outbox, where moderation may see it."""
        what = self.is_moderated(item.slot, what) if self.world.inputs.caught.size else what
        self.model.outbox.append((letters.ends(self.row, item.author), what, root))

    def is_moderated(self, slot: int, what: int) -> int:
        """The act as moderation leaves it: removed before it is read, or afterwards, or a kind one by mistake."""
        caught, mistake, _, _ = self.draw(rng.REMOVE, slot)
        if what & letters.HOSTILE:
            fate = self.book.is_removed(caught, self.given("caught_early"), self.given("caught"))
            return what | letters.VOID if fate == 1 else (what & ~letters.VISIBLE if fate == 2 else what)
        wrong = bool(what & letters.VISIBLE) and self.book.happens(mistake, self.given("wrongly")) == 1
        return what | letters.VOID if wrong else what
