"""What interventions came to so far."""

from __future__ import annotations

from typing import NamedTuple


class Account(NamedTuple):
    """Up to now: cost in the scenario's currency, people ever reached by any, prompts, messages and removals."""

    cost: float
    reached: int
    delivered: int
