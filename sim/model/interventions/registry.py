"""Every intervention by kind. A new one is its class and an entry here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import combinations
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sim.model.interventions.base import Intervention
from sim.model.interventions.people import (
    CivicLesson,
    EmpathyTraining,
    Influencers,
    SelfCare,
    Shock,
    SpecificPraise,
)
from sim.model.interventions.platform import Ease, Moderation, Ranking, Verification
from sim.model.interventions.prompts import Assistant, Broadcast, DailyPrompt
from sim.model.law.parameters import contradiction

INTERVENTIONS: tuple[type[Intervention], ...] = (
    DailyPrompt, Broadcast, Ease, SpecificPraise, EmpathyTraining, Influencers, Ranking, Verification, Moderation,
    SelfCare, Assistant, CivicLesson, Shock,
)  # fmt: skip
KINDS: dict[str, type[Intervention]] = {one.model_fields["kind"].default: one for one in INTERVENTIONS}
if TYPE_CHECKING:
    AnyIntervention = Intervention
else:
    AnyIntervention = Annotated[reduce(or_, INTERVENTIONS), Field(discriminator="kind")]


def check_together(chosen: Sequence[Any]) -> None:
    """Contradictions between interventions: two of one name, two open windows that put one setting differently."""
    for one, other in combinations(chosen, 2):
        if one.name == other.name:
            raise contradiction(f'two interventions are called "{one.name}"; each needs its own name', "interventions")
        if one.start < other.close and other.start < one.close:
            _check_pair(one, other)


def _check_pair(one: Intervention, other: Intervention) -> None:
    for setting in set(one.sole) & set(other.sole):
        values = getattr(one, setting), getattr(other, setting)
        if None not in values and values[0] != values[1]:
            message = (
                f'"{one.name}" and "{other.name}" are open together and put {setting} to {values[0]} and {values[1]}'
            )
            raise contradiction(message, "interventions")
