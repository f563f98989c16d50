"""What is measured after each tick: one function per outcome, over the world; names are the columns of every table.

Each chapter ends in a table `OUTCOMES`; a new chapter is entered in `_CHAPTERS`. Outcomes of a whole run's course stand
in `course.COURSES`. An outcome of one's own needs no entry: `Outcome(…).measure(world.tally())`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sim.model.law.gestures import CATALOGUE
from sim.model.outcomes import campaign, everyday, groups, interventions, members, spread, ties
from sim.model.outcomes.course import COURSES, Course
from sim.model.outcomes.mail import Mail
from sim.model.outcomes.memory import PASTS, Memory, Past
from sim.model.outcomes.tally import Number, Outcome, Tally

__all__ = [
    "ACTS",
    "AT_END",
    "COURSES",
    "EVERY",
    "OUTCOMES",
    "Course",
    "Mail",
    "Memory",
    "Names",
    "Number",
    "Outcome",
    "Tally",
    "acts_by",
]

ACTS = "acts_"  # and the name of a gesture


def _acts(t: Tally, name: str) -> Number:
    place = next((i for i, gesture in enumerate(t.gestures) if gesture.name == name), -1)
    return t.daily(t.count(t.kind & (t.kinds & 15 == place)))


def acts_by(*gestures: str) -> tuple[Outcome, ...]:
    """`acts_<gesture>` for each gesture: kind acts per person and day."""
    return tuple(
        Outcome(f"{ACTS}{name}", f"kind acts by {name}", "1/person/day", 0, float("inf"), partial(_acts, name=name))
        for name in gestures
    )


_CHAPTERS = (
    everyday.OUTCOMES, spread.OUTCOMES, groups.OUTCOMES, members.OUTCOMES, ties.OUTCOMES, interventions.OUTCOMES, campaign.OUTCOMES,
    acts_by(*(gesture.name for gesture in CATALOGUE)),
)  # fmt: skip
_ALL = [outcome for chapter in _CHAPTERS for outcome in chapter]
OUTCOMES = {outcome.name: outcome for outcome in _ALL if outcome.over != "end"}
AT_END = {outcome.name: outcome for outcome in _ALL if outcome.over == "end"}
EVERY: dict[str, Outcome | Course] = {
    **OUTCOMES,
    **AT_END,
    **{one.name: one for one in COURSES},
}  # of the table of runs


Names = tuple[str, ...] | None  # of outcomes that are asked for; None = all


def past_of(names: Names) -> Past:
    """How much of earlier ticks these outcomes read."""
    known = [OUTCOMES.get(name) or AT_END.get(name) for name in names or ()]
    pasts = ["none", *(one.past for one in known if one)]
    return PASTS[-1] if names is None else max(pasts, key=PASTS.index)


def measure(tally: Tally, names: Names = None) -> dict[str, Number]:
    """One row: outcomes after the last tick; gestures that only this world has come last."""
    asked = [*OUTCOMES.values(), *_own(tally)] if names is None else [_named(name, tally) for name in names]
    found = _found(asked, tally)
    return {outcome.name: found[outcome.name] for outcome in asked}


def _own(tally: Tally) -> tuple[Outcome, ...]:
    """Outcomes of gestures that only this world has."""
    return acts_by(*(g.name for g in tally.gestures if f"{ACTS}{g.name}" not in OUTCOMES))


def _named(name: str, tally: Tally) -> Outcome:
    return OUTCOMES[name] if name in OUTCOMES else {one.name: one for one in _own(tally)}[name]


def _found(asked: Sequence[Outcome], tally: Tally) -> dict[str, Number]:
    """These outcomes by name; each thread takes the next that no other has taken, and long ones come first."""
    if tally.threads == 1:
        return _taken(asked, tally)
    todo = iter(sorted(asked, key=lambda outcome: not outcome.long))
    with ThreadPoolExecutor(tally.threads) as pool:
        shares = [pool.submit(_taken, todo, tally) for _ in range(tally.threads)]
    return {name: value for share in shares for name, value in share.result().items()}


def _taken(todo: Iterable[Outcome], tally: Tally) -> dict[str, Number]:
    return {outcome.name: tally.once(outcome.measure) for outcome in todo}


def measure_end(tally: Tally, names: Names = None) -> dict[str, Number]:
    """The outcomes that are measured once, after the last tick."""
    return {name: tally.once(AT_END[name].measure) for name in (AT_END if names is None else names)}
