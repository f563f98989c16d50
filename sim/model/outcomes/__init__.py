"""What is measured after each tick: one function per outcome, over the world; names are the columns of every table.

Each chapter ends in a table `OUTCOMES`; a new chapter is entered in `_CHAPTERS`.
"""

from __future__ import annotations

from sim.model.outcomes import everyday, interventions
from sim.model.outcomes.tally import Number, Outcome, Tally

_CHAPTERS = (everyday, interventions)
OUTCOMES: dict[str, Outcome] = {outcome.name: outcome for chapter in _CHAPTERS for outcome in chapter.OUTCOMES}


def gesture_outcomes(t: Tally) -> dict[str, Number]:
    """`acts_<gesture>` for every gesture of the catalogue: acts per person and day."""
    return {
        f"acts_{gesture.name}": t.daily(t.count(t.kind & (t.kinds & 15 == place)))
        for place, gesture in enumerate(t.gestures)
    }


def measure(tally: Tally) -> dict[str, Number]:
    """One row: every outcome after the last tick."""
    row = {name: outcome.measure(tally) for name, outcome in OUTCOMES.items()}
    return {**row, **gesture_outcomes(tally)}
