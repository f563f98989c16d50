"""What is measured of a run, and when: what nobody asks for is not measured, nor when no number is made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.model.outcomes import Course, Names
    from sim.model.outcomes.memory import Past


@dataclass(frozen=True)
class Asked:
    """Outcomes by the ticks after which they are measured, and `courses`, made of the series; None stands for all.

    always : after every tick; lately : after those that stand for "now", see `run.window`, and on day 0
    end : once, after the last
    whole : whether the series has a row for every tick, and not only for those after which something is measured
    past : what must be kept of earlier ticks for them
    """

    always: Names = None
    lately: Names = None
    end: Names = None
    courses: Sequence[Course] | None = None
    whole: bool = True
    past: Past = "chains"

    @classmethod
    def of(cls, names: Sequence[str], whole: bool) -> Asked:
        """These outcomes, all where empty; without the whole series, only courses need every tick."""
        from sim.model.outcomes import AT_END, COURSES, EVERY, past_of

        courses = [one for one in COURSES if not names or one.name in names]
        read = tuple(dict.fromkeys(name for one in courses for name in one.reads))
        if not names:
            return cls(None if whole else read, whole=whole)
        end = tuple(name for name in dict.fromkeys(names) if name in AT_END)
        ticks = [name for name in names if name not in AT_END and EVERY.get(name) not in courses]
        lately = tuple(dict.fromkeys([*ticks, *read]))
        return cls(lately if whole else read, lately, end, courses, whole, past_of((*lately, *end)))
