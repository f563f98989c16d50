"""What a report rests on: how to read it, what was set, what the model leaves out, how to make it again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.lab.contrast import ENOUGH, LEVEL
from sim.lab.run import window
from sim.model.law.parameters import Settings
from sim.model.law.settings import ScenarioSettings
from sim.studio.report.exhibit import Exhibit, Section, Table
from sim.studio.report.facts import Facts
from sim.studio.report.words import quoted
from sim.studio.wording import capital, plain

STORY = {"name", "question", "about", "look_at", "finding", "headline", "arms", "replicate"}
HEAD = ("Setting", "Here", "Usually", "Unit", "What it is", "Source")
LEFT_OUT = (
    "It compares worlds that differ in one thing. It does not forecast how many acts a real community will see.",
    "People are not told what is written: a gesture has an effort, a value and a visibility, and no words.",
    "Nothing from outside reaches people but what the scenario names: no news, no money troubles, no seasons.",
    "People differ in a handful of traits; culture, age, history and power are not among them.",
    "Ties are a scenario's network; who meets whom offline is not in it unless it is a layer of its own.",
)


def reading(facts: Facts) -> Section:
    """How to read the charts, in the order in which one meets them."""
    kind = "BCa bootstrap" if facts.replicates >= ENOUGH else "Student's t"
    late = f"{window(facts.about['scenario']['days']):g}"
    points = [
        f"Levels are means over the last {late} days of a run; totals, costs and prices are over the whole run, so the "
        "two may differ.",
        f"Every run of an arm has a twin in {quoted(facts.control)}: the same people, ties and luck. A difference is "
        "taken within a pair, so what is left is the arm's doing.",
        f"A mark is the mean over pairs, a bar its {LEVEL:.0%} interval ({kind}): it would hold the true mean of the "
        f"model {LEVEL * 100:.0f} times in 100. A full mark is clear of 0, a hollow one is not.",
        "“Clear of 0: yes” still holds as one of all the looks at this study (Bonferroni); “alone only” does not; "
        "a sentence says “perhaps by chance” then. Of many things looked at, some are clear by chance alone.",
        "“More in” is the share of pairs in which the arm has more; half of them is no effect.",
        "Points are hundredths of a share: from 20% to 21% is one point.",
    ]
    if facts.replicates < 2:
        points[2] = "There is only one pair of runs, so nothing can be said about chance: sweep more replicates."
    says = [facts.chance()] if facts.chance() else []
    return Section("reading", "How to read this", says, points=points)


def assumed(facts: Facts) -> Section:
    """Size of the study, what differs from the defaults, where numbers come from, and what is left out."""
    told = facts.about["scenario"]
    network = told["network"]
    people = f"{network['people']:,} people" if network.get("people") else "people as the network's file has them"
    says = [
        f"{people}, {told['days']:g} days in steps of {_days(told['dt'])}, a {plain(network['kind'])} network; "
        f"{facts.about['replicates']} replicates of {len(facts.results.arms)} arms"
        + (f" at {len(facts.about['points'])} settings." if facts.results.factors else "."),
        _sources(told),
    ]
    table = differing(told)
    rows = [[str(value) for value in row] for row in table.itertuples(index=False)]
    words = Table("settings", "Settings that differ from the usual ones", HEAD, rows, table)
    shown = [Exhibit("What was set", f"In {quoted(facts.results.arms[0])}, the first arm.", words)] if rows else []
    return Section("assumed", "What was assumed", says, shown, [f"{text}" for text in LEFT_OUT])


def rebuild(facts: Facts) -> Section:
    """The commands, the digest, and the program."""
    made, program = facts.manifest, facts.about["program"]
    says = [f"Kindling {program['kindling']}, random stream {program['stream']}, program {program['sources']}."]
    if made:
        says.append(f"Digest of the study: {made['digest']}. The same commands give the same digest.")
    else:
        says.append("The study is not finished; it gets its digest when it is.")
    commands = [line for line in (made.get("command", ""), facts.command) if line]
    return Section("rebuild", "How to make this again", says, commands=commands)


def differing(told: dict[str, Any]) -> pd.DataFrame:
    """One row per setting of a scenario that is not the default: key, value, default, unit, meaning, source.

    told : the scenario in full, as `study.json` has it
    """
    return pd.DataFrame(list(_walk(told, ScenarioSettings(), ())), columns=list(HEAD))


def _walk(told: dict[str, Any], usual: Settings, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, field in type(usual).model_fields.items():
        default, here = getattr(usual, name), told.get(name)
        if (name in STORY and not above) or name not in told:
            continue
        if isinstance(default, Settings) and isinstance(here, dict):
            yield from _walk(here, default, (*above, name))
        elif here != (default.model_dump() if isinstance(default, Settings) else default) and _given(here):
            extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
            unit = {"1": ""}.get(told_unit := str(extra.get("unit", "")), told_unit)
            where = capital(plain(" · ".join((*above, name))))
            yield (
                where,
                _said(here),
                _said(default),
                unit,
                (field.description or "").replace("`", ""),
                str(extra.get("source", "")),
            )


def _given(value: Any) -> bool:
    return value not in (None, [], {}, ())


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return f"{value:,.6g}"
    if isinstance(value, list | tuple):
        return "; ".join(_said(one) for one in value) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{plain(str(key))} {_said(one)}" for key, one in value.items() if _given(one) and one != 0)
    return "none" if value is None else plain(str(value))


def _sources(told: dict[str, Any]) -> str:
    """How many of the numbers rest on a study, and how many are assumed."""
    sources = list(_sources_of(ScenarioSettings()))
    assumed = sum(source.startswith("Assumption") for source in sources)
    return (
        f"Of the model's {len(sources):,} parameters {len(sources) - assumed:,} come from published work or a "
        f"definition, and {assumed:,} are assumptions; the command “kindling odd” lists each with its source."
    )


def _sources_of(table: Settings) -> Iterator[str]:
    for name, field in type(table).model_fields.items():
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        if "source" in extra:
            yield str(extra["source"])
        inner = getattr(table, name)
        if isinstance(inner, Settings):
            yield from _sources_of(inner)


def _days(number: float) -> str:
    return "1 day" if number == 1 else f"{number:g} days"
