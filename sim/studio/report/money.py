"""What a study's arms cost for what they bring: the plane, the acceptability curve, and prices in a table."""

from __future__ import annotations

from functools import partial
from typing import Any

from sim.lab import measures
from sim.lab.contrast import LEVEL
from sim.lab.costs import acceptability, plane
from sim.studio.report import charts
from sim.studio.report.exhibit import Exhibit, Section, Table
from sim.studio.report.facts import Facts
from sim.studio.report.words import NONE, Row, place, quoted
from sim.studio.wording import capital

VERDICTS = {
    "gain": "clearly more", "dominant": "clearly more, and cheaper", "dominated": "clearly less, for as much or more",
    "less for less": "clearly less, and cheaper", "clear loss": "clearly less, at a cost that is not clear",
    "no clear gain": "no clear gain, so no price",
}  # fmt: skip
FREE = "Nothing in this study costs anything, so there is no price to weigh against what it brings."
NOT_KEPT = "This study did not keep what its arms cost and bring in all."
MANY = {"kind act": "kind acts", "need met": "needs met", "donor": "donors"}
HEAD = ("Arm", "Extra cost", "Extra effect", "Price of one", f"{LEVEL:.0%} interval", "Verdict")
READ = (
    "Each small mark is a pair of runs: to the right it brought more, upwards it cost more. "
    "The large mark is the mean, its cross both intervals."
)


def costs(facts: Facts) -> Section:
    """Prices of every effect that the study counts; a sentence where there is nothing to price."""
    runs = facts.results.runs
    if "cost" not in runs:
        return Section("costs", "What it costs", [NOT_KEPT])
    if not runs["cost"].any():
        return Section("costs", "What it costs", [FREE])
    table = facts.comparison.costs
    if not len(table):
        return Section("costs", "What it costs", [NOT_KEPT])
    shown = [one for effect in dict.fromkeys(table["effect_of"]) for one in exhibits(facts, effect)]
    says = [
        f"Compared with {quoted(facts.control)}, in {facts.about['scenario']['currency']}, for all people together."
    ]
    first = _first(table)
    says += [f"The charts show {place(first, facts.results.factors)}; the tables have every setting."] * bool(
        facts.results.factors
    )
    return Section("costs", "What it costs", says, shown)


def exhibits(facts: Facts, effect: str) -> list[Exhibit]:
    """The plane and the curve of one effect, at the study's first point."""
    table = facts.comparison.costs
    own = table[table["effect_of"] == effect]
    unit, money = str(own["unit"].iloc[0]), facts.about["scenario"]["currency"]
    cloud = _at(facts, plane(facts.results.runs, [effect], facts.control))
    curve = acceptability(facts.results.runs, effect, control=facts.control)
    words = Table(
        f"price_{effect}", f"What an extra {unit} costs, {money}", HEAD,
        [_cells(facts, row) for row in own.to_dict("records")], own,
    )  # fmt: skip
    drawn = partial(charts.plane, cloud, _at(facts, own), MANY[unit], money)
    return [
        Exhibit(
            f"Cost and gain: {MANY[unit]}", f"{_sentence(facts, own.to_dict('records'), unit)} {READ}", words, drawn
        ),
        _curve(facts, curve, unit, money, effect),
    ]


def _curve(facts: Facts, curve: Any, unit: str, money: str, effect: str) -> Exhibit:
    steps = sorted(curve["willingness"].unique())[::8]
    rows = [
        [capital(f"{facts.name(place(point[0], facts.results.factors), arm)}"), *(_share(part, step) for step in steps)]
        for *point, arm, part in _arms(facts, curve)
    ]
    head = ["Arm", *(f"at {measures.amount(step)} {money}" for step in steps)]
    table = Table(
        f"acceptability_{effect}", f"Chance that an arm pays, by what an extra {unit} is worth", head, rows, curve
    )
    says = f"How sure it is that an arm pays, for whoever would give so much for one more {unit}."
    title = f"Is it worth it: {MANY[unit]}"
    return Exhibit(title, says, table, partial(charts.acceptability, _at(facts, curve), unit, money))


def _arms(facts: Facts, curve: Any) -> list[tuple[Row, str, Any]]:
    """Point, arm and rows of every curve but the control's."""
    names = [*facts.results.factors, "arm"]
    found = [(dict(zip(names, key, strict=True)), part) for key, part in curve.groupby(names, sort=False)]
    return [(point, point["arm"], part) for point, part in found if point["arm"] != facts.control]


def _share(part: Any, step: float) -> str:
    value = float(part.loc[part["willingness"] == step, "worth"].mean())
    return NONE if value != value else measures.percent(value)


def _cells(facts: Facts, row: Row) -> list[str]:
    priced = row["verdict"] == "gain"
    ends = f"{_money(row['low'])} to {_money(row['high'])}" if priced else NONE
    return [
        facts.name(place(row, facts.results.factors), row["arm"]), _money(row["cost"]), _money(row["effect"]),
        _money(row["ratio"]) if priced else NONE, ends, VERDICTS[row["verdict"]],
    ]  # fmt: skip


def _sentence(facts: Facts, rows: list[Any], unit: str) -> str:
    money = facts.about["scenario"]["currency"]
    told = []
    for row in rows[:4]:
        what = VERDICTS[row["verdict"]]
        if row["verdict"] == "gain":
            what = f"{_money(row['ratio'])} {money} for an extra {unit} ({_money(row['low'])} to {_money(row['high'])})"
        told.append(f"{facts.name(place(row, facts.results.factors), row['arm'])}: {what}")
    return capital("; ".join(told)) + "."


def _money(value: float) -> str:
    """A sum with the digits that people use."""
    if value != value:
        return NONE
    size = f"{abs(value):,.0f}" if abs(value) >= 100 else f"{abs(value):.3g}"
    return ("−" if value < 0 else "") + size


def _first(table: Any) -> Row:
    return {str(key): value for key, value in table.iloc[0].items()}


def _at(facts: Facts, table: Any) -> Any:
    """The rows at the study's first point."""
    for name in facts.results.factors:
        table = table[table[name] == facts.results.runs[name].iloc[0]]
    return table
