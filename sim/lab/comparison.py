"""The arms of a study held against its control: a table, and the same in plain lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.lab import measures
from sim.lab.contrast import ENOUGH, LEVEL
from sim.lab.costs import EFFECTS, cost_effectiveness
from sim.lab.errors import BadInput, did_you_mean
from sim.lab.late import HEADLINE
from sim.lab.results import Results

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 12  # points that are told in lines; the table has them all


@dataclass(frozen=True)
class Comparison:
    """Differences between arms, run by run.

    table : one row per point, arm and outcome, see `sim.lab.contrast.Difference`
    """

    results: Results
    table: pd.DataFrame

    @classmethod
    def of(cls, source: str | Path | Results, outcomes: Sequence[str] = (), control: str | None = None) -> Comparison:
        """From a study's folder; its headline where no outcomes are named. BadInput for what is not there."""
        results = source if isinstance(source, Results) else Results(source)
        chosen = list(outcomes) or headline(results)
        for name in chosen:
            if name not in results.runs.columns:
                text = f"is no column of the table of runs{did_you_mean(name, list(results.runs.columns))}"
                raise BadInput("--outcome", None, name, text)
        if control is not None and control not in results.arms:
            text = f"no such arm; there are {', '.join(results.arms)}{did_you_mean(control, results.arms)}"
            raise BadInput("--control", None, control, text)
        return cls(results, results.contrasts(chosen, control))

    def to_pandas(self) -> pd.DataFrame:
        """The table."""
        return self.table

    def flat(self) -> list[dict[str, Any]]:
        """The rows as plain values; what does not exist is None."""
        return [{key: _plain(value) for key, value in row.items()} for row in self.table.to_dict("records")]

    def words(self) -> list[str]:
        """A block of lines for each outcome."""
        pairs = sorted(set(self.table["pairs"]))
        lines = [f"{self.results.about['study']}: {self.results.about['question']}".rstrip(": ")]
        lines.append(f"Differences to {self.table['control'].iloc[0]}, paired by replicate; {_intervals(pairs)}")
        for outcome in dict.fromkeys(self.table["outcome"]):
            lines += ["", measures.label(outcome), *self._lines(outcome)]
        return [*lines, *self._prices(), "", *self._notes()]

    def _lines(self, outcome: str) -> Iterator[str]:
        rows = self.table[self.table["outcome"] == outcome]
        name = max(len(_place(row, self.results.factors)) for row in rows.to_dict("records"))
        for row in rows.to_dict("records")[: SHOWN * len(self.results.arms)]:
            yield f"  {_place(row, self.results.factors):{name}}  {_sentence(outcome, row)}"
        if len(rows) > SHOWN * len(self.results.arms):
            yield f"  … and {len(rows) - SHOWN * len(self.results.arms)} more rows; -o FILE writes them all"

    @cached_property
    def costs(self) -> pd.DataFrame:
        """Cost per extra kind act, need met and donor, see `sim.lab.costs`; empty where all is free."""
        import pandas as pd

        runs = self.results.runs
        if "cost" not in runs or not runs["cost"].any():
            return pd.DataFrame()
        known = [name for name in EFFECTS if name in runs and runs[name].notna().any()]
        return cost_effectiveness(runs, known, self.table["control"].iloc[0]) if known else pd.DataFrame()

    def _prices(self) -> Iterator[str]:
        costs, money = self.costs, self.results.about["scenario"]["currency"]
        for unit in dict.fromkeys(costs["unit"]) if len(costs) else ():
            yield from ("", f"cost of an extra {unit}, {money}")
            for row in costs[costs["unit"] == unit].to_dict("records")[: SHOWN * len(self.results.arms)]:
                price = f"{row['ratio']:,.3g} ({row['low']:,.3g} to {row['high']:,.3g})"
                yield f"  {_place(row, self.results.factors)}  {price if row['verdict'] == 'gain' else row['verdict']}"

    def _notes(self) -> Iterator[str]:
        saved = self.table["saved"].replace([float("inf")], float("nan")).dropna()
        if len(saved):
            low, middle, high = saved.min(), saved.median(), saved.max()
            yield f"Variance saved by pairing: ×{middle:.3g} in the middle ({low:.2g} to {high:.3g})."
        clear, many = int(self.table["clear"].sum()), int(self.table["among_many"].sum())
        if len(self.table) > 1:
            looks = len(self.table)
            yield f"{clear} of {looks} differences are clear of 0 alone, {many} as one of {looks} looks."


def headline(results: Results) -> list[str]:
    """Outcomes that answer the question: the study's own, the scenario's headline, or the usual four."""
    own = results.about["outcomes"] or results.about["scenario"]["headline"] or HEADLINE
    return [name for name in own if name in results.runs.columns]


def _place(row: dict[str, Any], factors: Sequence[str]) -> str:
    told = [f"{name}={row[name]:g}" if isinstance(row[name], float) else f"{name}={row[name]}" for name in factors]
    return "  ".join([*told, row["arm"]])


def _sentence(outcome: str, row: dict[str, Any]) -> str:
    level, change = measures.said(outcome, row["arm_mean"]), measures.difference(outcome, row["difference"])
    if row["interval"] == "none":
        return f"{level:>7}  {change}"
    ends = " to ".join(measures.difference(outcome, row[end]).removesuffix(" points") for end in ("low", "high"))
    if row["difference"] == 0 and row["interval"] == "exact":
        return f"{level:>7}  no difference in any pair"
    better = f", more in {row['better']:.0%} of pairs" if row["pairs"] > 1 else ""
    return f"{level:>7}  {change} ({ends}){better}"


def _intervals(pairs: Sequence[int]) -> str:
    kinds = "Student's t" if max(pairs) < ENOUGH else "BCa bootstrap" if min(pairs) >= ENOUGH else "t or BCa"
    number = f"{pairs[0]:,}" if len(pairs) == 1 else f"{pairs[0]:,} to {pairs[-1]:,}"
    return f"{number} pairs, {LEVEL:.0%} intervals by {kinds}." if max(pairs) > 1 else "1 pair, no interval."


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and (value != value or abs(value) == float("inf")) else value
