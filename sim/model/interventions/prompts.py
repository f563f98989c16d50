"""Interventions that speak to people: daily prompts, official messages, assistants."""

from __future__ import annotations

from typing import Literal

import numpy as np

from sim.model.compiled import f32
from sim.model.interventions.base import Aimed, Draft, Here, Who
from sim.model.interventions.fading import habituated
from sim.model.law.parameters import parameter


class DailyPrompt(Aimed):
    """A reminder to do something kind. It wears off for those who got many: prompt + boost/(1 + prompted/10)."""

    kind: Literal["daily_prompt"] = "daily_prompt"
    boost: float = parameter(0.3, 0, 3, "log-odds of acting, all day long", "log-odds", "Assumption (0-.7)")
    rate: float = parameter(1.0, 0, 1, "share of days with a prompt")

    def act(self, here: Here, who: Who, draft: Draft) -> None:
        """Prompt those whose day it is."""
        today = here.today(who, self.rate)
        draft.add("prompt", today, f32(self.boost) * habituated(here.prompted()))
        if here.dawn:
            draft.prompts(today)
            here.delivers(int(today.sum()))


class Broadcast(Aimed):
    """An official item takes one feed slot a day: it shows full kindness, primes its reader, and is worth something."""

    kind: Literal["broadcast"] = "broadcast"
    rate: float = parameter(1.0, 0, 1, "share of days with a message")
    value: float = parameter(0.3, 0, 10, "what the item is worth to its reader", "value", "Assumption (0-.8)")
    prime: float = parameter(0.15, 0, 3, "log-odds of acting on that day", "log-odds", "Assumption (0-.3)")

    def act(self, here: Here, who: Who, draft: Draft) -> None:
        """Prime those whose day it is, and put the item where their feed has a slot; messages of one tick share it.

        Feeds are short at small dt and often empty, so the chance is over that of reading anything: one item a day.
        """
        today = here.today(who, self.rate)
        draft.add("prompt", today, self.prime)
        reading = np.minimum(f32(1), here.attention() * f32(here.dt))
        shown = today & (here.now() * reading < f32(here.dt))
        draft.add("official", shown, 1)
        draft.add("told", shown, self.value)
        here.keep("shown", shown)

    def count(self, here: Here, who: Who) -> int:
        """Items that people did see."""
        official = here.inputs.official
        return int((here.kept("shown") & (official > 0)).sum()) if official.size else 0


class Assistant(Aimed):
    """An assistant that detects cues: needs are noticed more often, and it speaks up for those nobody answered yet."""

    kind: Literal["assistant"] = "assistant"
    boost: float = parameter(
        0.7, 0, 3, "log-odds of acting on a need it points out; wears off as prompts do", "log-odds"
    )
    sensitivity: float = parameter(0.9, 0, 1, "chance that it detects a need its user did not notice")
    false_rate: float = parameter(0.0, 0, 1, "share of days on which it speaks up without a need")

    def act(self, here: Here, who: Who, draft: Draft) -> None:
        """A false alarm falls on one of the day's items, so its pull is spread over them."""
        pull = f32(self.boost) * habituated(here.prompted())
        draft.chance("notice", who, self.sensitivity)
        draft.add("assist", who, pull)
        false = here.today(who, self.false_rate)
        draft.add("prompt", false, pull / np.maximum(here.attention(), f32(1)))
        if here.dawn:
            draft.prompts(false)
            here.delivers(int(false.sum()))

    def count(self, here: Here, who: Who) -> int:
        """Needs it spoke up for; with several assistants each is counted."""
        urged = here.inputs.urged_today
        if not urged.size:
            return 0
        urged = urged if who is None else np.where(who, urged, 0)
        here.remember_prompts(urged)
        return int(urged.sum())
