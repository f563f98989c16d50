"""What every intervention states: name, window, target and cost."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.model.law.columns import COLUMNS
from sim.model.law.parameters import Settings, contradiction, parameter

Here = Any  # sim.model.interventions.programme.Here
Draft = Any  # sim.model.interventions.draft.Draft
Who = np.ndarray | None  # bool[n], or None = everybody
RULES = ("random", "in_degree", "k_core", "referent", "wide_bridges", "per_community", "clustered")
TEST = re.compile(r"\s*(\w+)\s*(<=|>=|==|!=|<|>)\s*(-?\d+(?:\.\d+)?)\s*")


class Target(Settings):
    """Who is reached: those of a group, with these keys, who pass a test; of these a share, chosen by a rule."""

    group: str | None = Field(None, description="only people of this group (its name, or its number)")
    keys: list[int] | None = Field(None, description="only people with these keys")
    where: str | None = Field(
        None,
        max_length=60,
        description='only people for whom this holds, as in "load > 1" (a column, a sign, a number)',
    )
    at: Literal["start", "tick"] = Field(
        "start", description="is `where` tested once at the start, or before every tick"
    )
    share: float = parameter(1.0, 0, 1, "share of these people")
    rule: Literal[RULES] = Field("random", description="how that share is chosen; ties are broken by key")  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _reaches(self) -> Target:
        if self.share == 0:
            raise contradiction("share 0 reaches nobody; allowed is above 0 to 1", "share")
        if self.keys is not None and (not self.keys or min(self.keys) < 0 or max(self.keys) >= 2**32):
            raise contradiction("keys must be a list of whole numbers from 0 to 4294967295", "keys")
        if self.where is not None:
            self._check_test(self.where)
        return self

    def _check_test(self, where: str) -> None:
        found = TEST.fullmatch(where)
        if not found:
            raise contradiction(f'"{where}" is no test; write a column, a sign and a number, as in "load > 1"', "where")
        if found[1] not in COLUMNS or COLUMNS[found[1]].dtype == "u8":
            known = ", ".join(name for name, column in COLUMNS.items() if column.dtype != "u8")
            raise contradiction(f'"{found[1]}" is no column; allowed are {known}', "where")

    def passes(self, columns: Any) -> np.ndarray:
        """bool[n], who passes the test now."""
        column, sign, number = TEST.fullmatch(self.where or "").groups()  # type: ignore[union-attr]
        cells, bound = getattr(columns, column).astype(np.float64), float(number)
        tests = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal}
        return tests.get(sign, np.not_equal)(cells, bound)


class Cost(Settings):
    """What an intervention costs, in the scenario's currency. What receivers put in is reported, never priced."""

    fixed: float = parameter(0.0, 0, 1e12, "once, when the window opens")
    per_person: float = parameter(0.0, 0, 1e9, "per person ever reached")
    per_person_day: float = parameter(0.0, 0, 1e9, "per person reached and day")
    per_delivery: float = parameter(0.0, 0, 1e9, "per prompt, message or removed act")


class Intervention(Settings):
    """Something done from outside, for a time. It changes what the rules read, never a rule.

    A subclass states its `kind`, its doses, and in `act` what they change (see `Draft`). `count` may add deliveries
    that are only known once people have read their feeds.
    """

    usual_days: ClassVar[float] = float("inf")  # length of the window where neither `end` nor `days` is given
    needs_campaign: ClassVar[bool] = False
    sole: ClassVar[tuple[str, ...]] = ()  # settings that two open windows must not give different values

    name: str = Field(min_length=1, max_length=40, pattern=r"^[\w-]+$", description="what it is called; no two alike")
    start: float = parameter(0.0, 0, 100_000, "first day of the window", "day")
    end: float | None = parameter(None, 0, 200_000, "day on which the window closes; none = it stays open", "day")
    days: float | None = parameter(None, 0, 100_000, "length of the window, instead of `end`", "day")
    cost: Cost = Field(default_factory=lambda: Cost())

    @model_validator(mode="after")
    def _has_a_window(self) -> Intervention:
        if self.end is not None and self.days is not None:
            raise contradiction("both end and days are given; keep one", "end", "days")
        if self.end is not None and self.end <= self.start:
            raise contradiction(f"end {self.end:g} is not after start {self.start:g}", "end", "start")
        if self.end is None and self.days == 0:
            raise contradiction("a window of 0 days never opens; allowed is above 0", "days")
        return self

    @property
    def close(self) -> float:
        """Day on which the window closes; infinite if it does not."""
        if self.end is not None:
            return self.end
        return self.start + (self.usual_days if self.days is None else self.days)

    @property
    def on_campaign(self) -> bool:
        """Whether it does anything only where there is a campaign."""
        return self.needs_campaign

    @property
    def aim(self) -> Target | None:
        """The target; None = everybody."""
        return getattr(self, "target", None)

    def act(self, here: Here, who: Who, draft: Draft) -> None:
        """Change what the rules read in this tick."""
        raise NotImplementedError

    def count(self, here: Here, who: Who) -> int:
        """Prompts, messages or removals delivered in the tick just over, besides those `here.delivers` told of."""
        return 0


class Aimed(Intervention):
    """An intervention with a target."""

    target: Target | None = Field(None, description="who is reached; everybody where it is left out")
