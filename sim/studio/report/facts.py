"""What a report tells of a study: the answer, differences by outcome, groups, side effects. Numbers are `compare`'s."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sim.lab import measures
from sim.lab.comparison import Comparison
from sim.lab.conduct import MANIFEST
from sim.lab.contrast import LEVEL
from sim.lab.costs import EFFECTS
from sim.lab.errors import BadInput
from sim.lab.results import Results
from sim.lab.robust import SUFFIX
from sim.lab.status import Status, status
from sim.lab.store import STUDY
from sim.studio.report import charts
from sim.studio.report.exhibit import Exhibit, Section, Table
from sim.studio.report.words import (
    MOST,
    NONE,
    Row,
    between,
    change,
    counted,
    finding,
    level,
    listed,
    place,
    quoted,
    sentence,
    sure,
)
from sim.studio.study_figure import mean_of, study_figure
from sim.studio.wording import capital, plain

SIDES = ("resting", "hostile_share", "sincere")  # burnout, hostility, authenticity: told whether they moved or not
GROUPS = ("group_ratio", "group_ratio_matched", "exposure_parity")
PRICED = ("cost", *EFFECTS)  # told in money, where there is any
CHANCE = ("group_ratio_chance_low", "group_ratio_chance_high")
PANELS = 4  # outcomes in the picture along a factor
MORE = 4  # outcomes told beside the answer; all have their charts


@dataclass(frozen=True)
class Facts:
    """A study's folder, read for a report.

    manifest : what the sweep left when it finished, {} before that
    robust : the study of where its conclusion turns, if there is one
    command : the line that makes this report again
    """

    comparison: Comparison
    status: Status
    manifest: dict[str, Any]
    robust: Results | None
    command: str

    @classmethod
    def read(
        cls,
        folder: str | Path,
        outcomes: Sequence[str] = (),
        control: str | None = None,
        robust: str | Path | None = None,
        command: str = "",
    ) -> Facts:
        """From a swept study; BadInput for what is not there.

        robust : folder of the study around it; where none is named, `robust` beside the folder is taken if it fits
        """
        comparison = Comparison.of(folder, outcomes, control)
        path = Path(folder, MANIFEST)
        try:
            manifest = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        except ValueError as trouble:
            raise BadInput(path, None, None, f"cannot be read ({trouble})") from trouble
        return cls(comparison, status(folder), manifest, _around(comparison.results, robust), command)

    @property
    def results(self) -> Results:
        """The tables."""
        return self.comparison.results

    @property
    def about(self) -> dict[str, Any]:
        """What was planned."""
        return self.results.about

    @property
    def control(self) -> str:
        """The arm that others are held against."""
        return str(self.comparison.table["control"].iloc[0])

    @property
    def outcomes(self) -> list[str]:
        """Outcomes of the headline, in their order."""
        return list(dict.fromkeys(self.comparison.table["outcome"]))

    @property
    def replicates(self) -> int:
        """Pairs of runs behind a difference, the most there are."""
        return int(self.comparison.table["pairs"].max())

    def rows(self, outcome: str, comparison: Comparison | None = None) -> list[Row]:
        """The comparison's rows of one outcome, as plain values."""
        table = (comparison or self.comparison).table
        return [{str(key): value for key, value in row.items()}
                for row in table[table["outcome"] == outcome].to_dict("records")]  # fmt: skip

    def answer(self) -> list[str]:
        """The first outcome in one sentence, then the others."""
        told = [sentence(name, self.rows(name)) for name in self.outcomes[: 1 + MORE]]
        rest = len(self.outcomes) - len(told)
        more = [f"{rest} more {'outcomes are' if rest > 1 else 'outcome is'} below."] if rest > 0 else []
        return [told[0].removesuffix(".") + f", compared with {quoted(self.control)}.", *told[1:], *more]

    def chance(self) -> str:
        """How many of the looks are clear, and how many would be by chance."""
        table = self.comparison.table
        clear, many, looks = int(table["clear"].sum()), int(table["among_many"].sum()), len(table)
        if looks == 1 or self.replicates < 2:
            return ""
        return f"{clear} of {looks} differences are clear of 0 alone, {many} as one of {looks} looks."

    def changes(self) -> Section:
        """Every outcome of the headline: differences, run by run."""
        says = f"Differences to {quoted(self.control)}, each run beside its twin with the same luck."
        priced = "cost" in self.results.runs and self.results.runs["cost"].any()
        told = [name for name in self.outcomes if not (priced and name in PRICED)]
        return Section("changes", "What changes", [says], [self.difference(name) for name in told or self.outcomes])

    def difference(self, outcome: str, comparison: Comparison | None = None) -> Exhibit:
        """One outcome: strips of differences, and the table."""
        rows = self.rows(outcome, comparison)
        table = (comparison or self.comparison).table
        title, frame = capital(measures.label(outcome)), table[table["outcome"] == outcome]
        caption = f"Level, and difference to {quoted(self.control)}; {self.pairs(rows)}"
        head = ("Arm", "Level", counted(outcome), f"{LEVEL:.0%} interval", "More in", "Clear of 0")
        cells = list(self._cells(outcome, rows))
        words = capital(finding(outcome, rows))
        draw = partial(charts.differences, outcome, self.named(rows)) if any(row["pairs"] for row in rows) else None
        return Exhibit(title, words, Table(f"difference_{outcome}", caption, head, cells, frame), draw)

    def _cells(self, outcome: str, rows: Sequence[Row]) -> Iterator[list[str]]:
        """Rows of the table: at each point the control, then the arms."""
        points: dict[str, list[Row]] = {}
        for row in rows:
            points.setdefault(place(row, self.results.factors), []).append(row)
        for where, arms in points.items():
            yield [self.name(where, self.control), level(outcome, arms[0]["control_mean"]), *[NONE] * 4]
            for row in arms:
                levels = level(outcome, row["arm_mean"]), change(outcome, row["difference"])
                more = f"{row['better']:.0%}" if row["pairs"] > 1 else NONE
                ends = between(outcome, row["low"], row["high"])
                yield [self.name(where, row["arm"]), *levels, ends, more, sure(row)]

    def name(self, where: str, arm: str) -> str:
        """A row's name: the arm, and where it is."""
        return f"{plain(arm)} at {where}" if where else plain(arm)

    def named(self, rows: Sequence[Row]) -> list[tuple[str, Row]]:
        """Rows to draw, each with its name; the first ones where there are many."""
        return [(self.name(place(row, self.results.factors), row["arm"]), row) for row in rows][:MOST]

    def pairs(self, rows: Sequence[Row]) -> str:
        """`10 pairs of runs`."""
        most = max(row["pairs"] for row in rows)
        return "1 pair of runs" if most == 1 else f"{most:,} pairs of runs"

    def course(self) -> Iterator[Section]:
        """The outcomes along the study's factor; nothing for a study of one point."""
        factors = self.results.factors
        if not factors:
            return
        chosen = self.outcomes[:PANELS]
        means = self.results.runs.groupby([*factors, "arm"], sort=False)[chosen].mean().reset_index()
        rows = [
            [self.name(place(row, factors), row["arm"]), *(level(name, row[name]) for name in chosen)]
            for row in means.to_dict("records")
        ]
        head = ["Setting and arm", *(capital(measures.label(name)) for name in chosen)]
        table = Table("along_the_factor", "Mean level at each setting, by arm", head, rows, means)
        others = f", over all settings of {listed([plain(name) for name in factors[1:]])}" if factors[1:] else ""
        says = f"Means with {LEVEL:.0%} intervals{others}"
        title = f"Along {plain(factors[0])}"
        draw = partial(study_figure, self.results, chosen, factors[0], headed=False)
        yield Section(
            "along", title, [], [Exhibit("Levels, and differences below them", f"{says}.", table, draw, wide=True)]
        )

    def benefits(self) -> Section:
        """Groups: what the smallest one receives beside the rest."""
        runs = self.results.runs
        kept = [name for name in GROUPS if name in runs]
        known = [name for name in kept if runs[name].notna().any()]
        if not known:
            none = "Nobody in this scenario belongs to a group of their own, so everybody is told together."
            kept_none = "This study did not keep the outcomes on groups."
            return Section("benefits", "Who benefits", [none if kept else kept_none])
        compared = Comparison.of(self.results, known, self.control)
        says = ["1 means that the smallest group receives as much as the rest; below 1 it receives less."]
        if CHANCE[0] in runs and runs[CHANCE[0]].notna().any():
            low, high = (f"{runs[name].mean():.2f}" for name in CHANCE)
            says.append(f"Shuffling the labels of groups alone gives between {low} and {high}.")
        return Section("benefits", "Who benefits", says, [self.levels(name, compared) for name in known])

    def levels(self, outcome: str, compared: Comparison) -> Exhibit:
        """An outcome on groups: levels of every arm, and differences in the table."""
        factors = self.results.factors
        shown = self.difference(outcome, compared)
        rows: list[tuple[str, Row]] = []
        for key, part in self.results.runs.groupby([*factors, "arm"], sort=False):
            where = dict(zip([*factors, "arm"], key, strict=True))
            middle, low, high = mean_of(part[outcome])
            rows.append((self.name(place(where, factors), where["arm"]), {"middle": middle, "low": low, "high": high}))
        return Exhibit(shown.title, shown.says, shown.table, partial(charts.levels, outcome, rows[:MOST]))

    def sides(self) -> Section:
        """Burnout, hostility and authenticity, also where they did not move."""
        there = [name for name in SIDES if name in self.results.runs]
        absent = [measures.meaning(name) for name in SIDES if name not in there]
        says = ["What else moves: burnout, hostility, and whether kindness is meant."]
        above = [name for name in there if name in self.outcomes]
        says += [f"{sentence(name, self.rows(name))} See the chart above." for name in above]
        if absent:
            says.append(f"This study did not keep: {listed(absent)}.")
        compared = Comparison.of(self.results, there, self.control) if there else None
        return Section(
            "sides", "Side effects", says, [self.difference(name, compared) for name in there if name not in above]
        )


def _around(results: Results, named: str | Path | None) -> Results | None:
    """The robust study that is named, or the one beside a study if it is this study's."""
    if named is not None:
        return Results(named)
    beside = results.folder.resolve().parent / "robust"
    if not (beside / STUDY).is_file():
        return None
    found = Results(beside)
    return found if found.about["study"] == results.about["study"] + SUFFIX else None
