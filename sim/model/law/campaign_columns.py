"""What a campaign knows of each person, apart from `columns`: length 0 where there is no campaign.

Whole numbers wherever several people add to one row, so that no order matters: `seen`, `pressing` and `threshold` are
in units of 2^-20 of an ordinary friend.
"""

from __future__ import annotations

from typing import NamedTuple, get_type_hints

import numpy as np

from sim.model.law.columns import NOBODY, Column, column_of

UNIT = 2**20
UNAWARE, AWARE, IN, OVER = (np.uint8(stage) for stage in range(4))
FOUND_OUT, JOINED, ENDED, ACTED = (np.uint8(1 << bit) for bit in range(4))  # bits of steps_today
NEVER = np.int64(2**62)
NOT_YET = np.float32(1e9)
_INF, _LARGE = float("inf"), float(2**62)
_of = column_of


class CampaignColumns(NamedTuple):
    """Every column has shape [n], or [0] without a campaign. Days count from the campaign's start."""

    # fixed by person and campaign
    reluctance: _of("f4", 0, 20, "pressure", "pressure at which this person joins, −ln u (Sellke)")
    obscurity: _of("f4", 0, 20, "1", "discoveries expected before this person is found, −ln u")
    threshold: _of("i8", 0, _LARGE, "2^-20 friends", "friends to be seen in for the full appeal")
    standing: _of("f4", 0, 10, "log10", "log10(1 + followers)")
    reached: _of("u1", 0, 1, "", "whether the broadcast can reach this person")
    # states
    stage: _of("u1", 0, 3, "", "0 unaware, 1 aware, 2 in, 3 over")
    public: _of("u1", 0, 1, "", "whether the token can be seen by others")
    acted: _of("u1", 0, 1, "", "whether the real act was done")
    seen: _of("i8", 0, _LARGE, "2^-20 friends", "strength of the friends ever seen in")
    pressing: _of("i8", 0, _LARGE, "2^-20 friends", "of these, those whose token presses now, times its intensity")
    dose: _of("f4", 0, _INF, "friend days", "what has pressed, while the campaign was new to this person")
    asked: _of("f4", 0, _INF, "pressure", "pressure of nominations")
    found: _of("f4", 0, _INF, "discoveries", "discoveries expected by hashtag and broadcast so far")
    aware_day: _of("f4", 0, 1e9, "day", "day on which the campaign was first met", float(NOT_YET))
    joined_day: _of("f4", 0, 1e9, "day", "day of joining, to the fraction", float(NOT_YET))
    until: _of("i8", 0, _LARGE, "tick", "last tick in which the token presses")
    force: _of("f4", 0, _INF, "1", "intensity that spreads the drawn life over whole ticks")
    sight: _of("f4", 0, 1, "1", "chance with which each reader saw the token, as at joining")
    cause: _of(
        "u4", 0, 2**32 - 1, "row", "who moved this person to join; nobody for seeds and the found", float(NOBODY)
    )
    # tallies since the campaign began
    asks: _of("u4", 0, 2**32 - 1, "asks", "times asked for the real act")
    named: _of("u4", 0, 2**32 - 1, "people", "people nominated")
    nominated: _of("u4", 0, 2**32 - 1, "times", "nominations that arrived")
    wasted: _of("u4", 0, 2**32 - 1, "times", "of these, those that came when in or over")
    # of the tick just over
    steps_today: _of("u1", 0, 15, "bits", "1 became aware, 2 joined, 4 ended, 8 acted for real")


class Nominations(NamedTuple):
    """Nominations under way, in the order (due, nominee, day, nominator); one entry each.

    due : int64[k], tick of arrival; nominee, nominator : uint32[k], rows; day : float32[k], real day of arrival
    """

    due: np.ndarray
    nominee: np.ndarray
    nominator: np.ndarray
    day: np.ndarray


CAMPAIGN_COLUMNS: dict[str, Column] = {
    name: hint.__metadata__[0] for name, hint in get_type_hints(CampaignColumns, include_extras=True).items()
}


def empty_campaign(people: int) -> CampaignColumns:
    """Columns of a campaign that nobody has met."""
    return CampaignColumns(*(np.full(people, column.start, column.dtype) for column in CAMPAIGN_COLUMNS.values()))


def no_nominations() -> Nominations:
    """Nothing under way."""
    return Nominations(np.empty(0, np.int64), np.empty(0, np.uint32), np.empty(0, np.uint32), np.empty(0, np.float32))


def in_order(post: Nominations) -> Nominations:
    """The same nominations in their one order."""
    order = np.lexsort((post.nominator, post.day, post.nominee, post.due))
    return Nominations(*(part[order] for part in post))
