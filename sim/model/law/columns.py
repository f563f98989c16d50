"""The state of the world: one column per quantity, one row per person, rows in ascending order of `key`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, NamedTuple, get_type_hints

import numpy as np

NOBODY = np.uint32(0xFFFFFFFF)
LONG_AGO = np.float32(1e6)
MOST_ITEMS = 51  # that anybody reads in a tick: attention 50 at dt 1, and the fraction


@dataclass(frozen=True)
class Column:
    """What a column holds; `start` is its value on day 0 where no trait or setting gives one."""

    dtype: str
    low: float
    high: float
    unit: str
    meaning: str
    start: float = 0


def column_of(dtype: str, low: float, high: float, unit: str, meaning: str, start: float = 0):
    """Type of a column, with what it holds."""
    return Annotated[np.ndarray, Column(dtype, low, high, unit, meaning, start)]


_INF, _of = float("inf"), column_of


class Columns(NamedTuple):
    """Every column has shape [n]. Traits stay; states last; `*_today` are tallies of the tick just over."""

    # traits
    key: _of("u4", 0, 2**32 - 1, "", "word of this person in every random draw")
    group: _of("i4", 0, 65535, "", "community, class, team, region …")
    warmth: _of("f4", -_INF, _INF, "log-odds", "baseline readiness to act")
    image: _of("f4", 0, 1, "1", "how far acting is for show")
    attention: _of("f4", 0, 50, "items/day", "feed items read")
    hostility: _of("f4", -_INF, _INF, "log-odds", "readiness for a hostile act; most people never")
    audience: _of("f4", 0, 1, "1", "followers/(followers + audience_ref)")
    learning_gain: _of("f4", 0, 1, "1", "learning rate for better than expected")
    learning_loss: _of("f4", 0, 1, "1", "learning rate for worse than expected")
    baseline: _of("f4", 0, 1, "1", "well-being to which one returns")
    # states
    reward: _of("f4", -_INF, _INF, "reward", "learned reward of acting, Q")
    gratitude: _of("f4", 0, 1, "1", "gratitude, G")
    exhaustion: _of("f4", 0, 1, "1", "exhaustion, E")
    load: _of("f4", 0, _INF, "effort", "effort of the trailing day")
    norm: _of("f4", 0, 1, "1", "perceived norm: visible acts per item read, N")
    unread: _of("f4", 0, _INF, "day", "time since an item was last seen")
    wellbeing: _of("f4", 0, 1, "1", "well-being, W")
    need: _of("f4", 0, 1.5, "value", "what a hard day still asks for; 0 = no open need")
    answers: _of("f4", 0, _INF, "value", "answers to the open need, trailing day")
    helper: _of("u4", 0, 2**32 - 1, "row", "sender of the largest gift of the last day", float(NOBODY))
    gift: _of("f4", 0, _INF, "value", "size of that gift, fading with a day")
    gift_root: _of("u8", 0, _INF, "", "act that began the chain of that gift")
    gift_depth: _of("u2", 0, 4095, "", "acts since that beginning")
    resting: _of("u1", 0, 1, "", "1 = burned out")
    read: _of("f4", 0, _INF, "items", "items read, trailing day")
    shown: _of("f4", 0, _INF, "acts", "visible kind acts on items, trailing day")
    score: _of("f4", 0, _INF, "gestures", "visible gestures received, trailing day")
    scorn: _of("f4", 0, _INF, "acts", "visible hostile acts received, trailing day")
    age: _of("f4", 0, _INF, "day", "time since the last visible act", float(LONG_AGO))
    tone: _of("u1", 0, 2, "", "last visible act: 0 none, 1 kind, 2 hostile")
    sincere: _of("u1", 0, 1, "", "whether the last visible act was sincere", 1)
    act_root: _of("u8", 0, _INF, "", "act that began the chain of the last visible act")
    act_depth: _of("u2", 0, 4095, "", "acts since that beginning")
    profile: _of("u8", 0, _INF, "", "what others read of this person (sim.model.law.profile)")
    # tallies of the tick just over
    items_today: _of("u2", 0, 65535, "items", "items seen")
    kindness_today: _of("u4", 0, 2**32 - 1, "1/1023", "sum of published kindness over the items seen")
    needs_today: _of("u2", 0, 65535, "", "needs noticed")
    acts_today: _of("u2", 0, 65535, "acts", "kind acts given, thanks among them")
    shown_today: _of("u2", 0, 65535, "acts", "of these, visible ones on items")
    visible_today: _of("u2", 0, 65535, "acts", "visible acts of any sort, replies and hostile ones among them")
    effort_today: _of("f4", 0, _INF, "effort", "effort given")
    glow_today: _of("f4", -_INF, _INF, "reward", "glow of giving")
    received_today: _of("f4", 0, _INF, "value", "value received")
    gestures_today: _of("u4", 0, 2**32 - 1, "acts", "kind acts received")
    likes_today: _of("u4", 0, 2**32 - 1, "acts", "of these, visible and not found out")
    thanks_today: _of("u4", 0, 2**32 - 1, "acts", "of these, thanks")
    hurt_today: _of("u4", 0, 2**32 - 1, "acts", "hostile acts received")
    events_today: _of("u1", 0, 255, "bits", "1 need opened, 2 met, 4 ended unmet, 8 burned out, 16 came back")


COLUMNS: dict[str, Column] = {
    name: hint.__metadata__[0] for name, hint in get_type_hints(Columns, include_extras=True).items()
}
OPENED, MET, UNMET, BURNED, BACK = (np.uint8(1 << bit) for bit in range(5))


def empty(people: int) -> Columns:
    """Columns at their day-0 values; traits and settings come from `population`."""
    return Columns(*(np.full(people, column.start, column.dtype) for column in COLUMNS.values()))


def digest(columns: Columns, memories: Mapping[str, np.ndarray]) -> str:
    """SHA-256 over every column, in order, and over whatever else a world remembers, by name."""
    total = hashlib.sha256()
    for column in columns:
        total.update(np.ascontiguousarray(column).tobytes())
    for name, array in sorted(memories.items()):
        total.update(name.encode() + np.ascontiguousarray(array).tobytes())
    return total.hexdigest()
