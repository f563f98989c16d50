"""Finished runs in a few plain sentences, and as one object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sim.lab import measures
from sim.lab.experiment import grouped
from sim.lab.late import HEADLINE, Compared, compared
from sim.lab.record import Done
from sim.lab.run import Values, window

# outcome → sentence; {now} is the mean of the last days, {then} says how that changed
SENTENCES = {
    "kind_acts": "A person did {now:.2f} kind acts a day{then}.",
    "needs_met": "Of the hard days that ended, {now:.0%} ended because somebody answered{then}.",
    "resting": "{now:.1%} of people were burned out and resting{then}.",
    "wellbeing": "Well-being stood at {now:.2f} on a scale from 0 to 1{then}.",
    "norm": "People thought that {now:.0%} of what there is to answer gets a kind answer{then}.",
}


def words(runs: Sequence[Done], folder: Path, notes: list[str]) -> list[str]:
    """A few lines: what ran, what came of it, how it changed or what the arms changed, where the results are."""
    settings, size = runs[0].scenario.settings, runs[0].size
    opening = f"{settings.name}: {_people(size['people'])}, {size['ties']:,} ties, {settings.days:g} days"
    asked = [settings.question] if settings.question else []
    told = _single(runs[0]) if len(runs) == 1 else _several(runs)
    found = told if size["people"] else ["Nobody was there to be kind."]
    return [f"{opening}{_extent(runs)}.", *asked, *found, *notes, f"Results: {folder}"]


def _extent(runs: Sequence[Done]) -> str:
    arms = len(grouped(runs))
    replicates = len(runs) // arms
    parts = [f"{arms} arms on one network and the same draws"] * (arms > 1) + [f"{replicates} replicates"] * (
        replicates > 1
    )
    return "".join(f", {part}" for part in parts)


def _single(run: Done) -> list[str]:
    stretch = window(run.scenario.settings.days)
    first = run.series.first() if stretch >= 1 else {}  # a shorter run has no beginning to compare with
    findings = _findings(first, run.series.recent())
    return [f"Over the last {stretch:g} days:" if stretch > 1 else "At the end:", *(f"  {line}" for line in findings)]


def _several(runs: Sequence[Done]) -> list[str]:
    """Each headline outcome, one line for each arm; differences are paired."""
    rows = comparison(runs)
    arms = list(grouped(runs))
    width, names = max(map(len, arms)), list(dict.fromkeys(row.outcome for row in rows))
    lines = ["Means over the second half of the run" + (f", and the difference to {arms[0]}:" if arms[1:] else ":")]
    for name in names:
        lines.append(f"  {measures.label(name)}")
        lines += [f"    {row.arm:{width}}  {_compared(row)}" for row in rows if row.outcome == name]
    look_at = runs[0].scenario.settings.look_at
    return lines + ([f"Look at: {look_at}"] if look_at else [])


def _compared(row: Compared) -> str:
    level = measures.said(row.outcome, row.level)
    if row.change is None:
        return level
    error = "" if row.error is None else f" ± {measures.magnitude(row.outcome, row.error)}"
    return f"{level:7} {measures.difference(row.outcome, row.change)}{error}"


def comparison(runs: Sequence[Done]) -> list[Compared]:
    """The headline outcomes of every arm."""
    series = {arm: [run.series for run in done] for arm, done in grouped(runs).items()}
    return compared(series, runs[0].scenario.settings.headline or HEADLINE)


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def _findings(first: Values, recent: Values) -> Iterator[str]:
    for name, sentence in SENTENCES.items():
        now = recent.get(name)
        if now is not None:
            yield sentence.format(now=now, then=_change(first.get(name), now, sentence))


def _change(then: float | None, now: float, sentence: str) -> str:
    """`, up from 0.68 in the first days`, in the form the sentence writes its number."""
    form = sentence.split("{now:")[1].split("}")[0]
    if then is None:
        return ""
    before, after = format(then, form), format(now, form)
    if before == after:
        return ", as in the first days"
    return f", {'up' if now > then else 'down'} from {before} in the first days"


def flat(runs: Sequence[Done], folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """What `kindling run --json` prints; what is said of one run alone is said of the first, the control."""
    settings, first = runs[0].scenario.settings, runs[0]
    return {
        "scenario": settings.name,
        "run_id": manifest["run_id"],
        "digest": manifest["digest"],
        "engine": first.engine,
        "seed": settings.seed,
        "replicate": settings.replicate,
        "days": settings.days,
        "people": first.size["people"],
        "ties": first.size["ties"],
        "folder": str(folder),
        "seconds": manifest["seconds"],
        "outcomes": manifest["summary"],
        "arms": {arm: _arm(done) for arm, done in grouped(runs).items()},
        "compared": [asdict(row) for row in comparison(runs)],
        "notes": manifest["notes"],
    }


def _arm(done: Sequence[Done]) -> dict[str, Any]:
    replicates = [
        {"replicate": run.identity["replicate"], "digest": run.size["digest"], "outcomes": run.summary} for run in done
    ]
    first = {name: replicates[0][name] for name in ("digest", "outcomes")}
    return {"says": done[0].scenario.says, **first, "replicates": replicates}


def facts(described: dict[str, Any]) -> list[str]:
    """The description of a network as aligned lines, notes last."""
    notes = [*described.get("report", {}).get("notes", []), *described.get("notes", [])]
    told = {name.replace("_", " "): value for name, value in described.items() if name not in ("report", "notes")}
    width = max(map(len, told), default=0)
    return [f"{name:{width}}  {_fact(value)}" for name, value in told.items()] + notes


def _fact(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3g}"
