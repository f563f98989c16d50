"""A finished run in a few plain sentences, and as one flat object."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.lab.run import Run, Values, window

# outcome → sentence; {now} is the mean of the last days, {then} says how that changed
SENTENCES = {
    "kind_acts": "A person did {now:.2f} kind acts a day{then}.",
    "needs_met": "Of the hard days that ended, {now:.0%} ended because somebody answered{then}.",
    "resting": "{now:.1%} of people were burned out and resting{then}.",
    "wellbeing": "Well-being stood at {now:.2f} on a scale from 0 to 1{then}.",
    "norm": "People thought that {now:.0%} of what there is to answer gets a kind answer{then}.",
}


def words(run: Run, folder: Path, notes: list[str]) -> list[str]:
    """Five to eight lines: what ran, what came of it, how it changed, where the results are."""
    settings, network = run.scenario.settings, run.world.network
    opening = f"{settings.name}: {_people(network.people)}, {network.ties:,} ties, {settings.days:g} days."
    stretch = window(settings.days)
    span = f"Over the last {stretch:g} days:" if stretch > 1 else "At the end:"
    first = run.series.first() if stretch >= 1 else {}  # a shorter run has no beginning to compare with
    findings = list(_findings(first, run.series.recent())) if network.people else []
    asked = [settings.question] if settings.question else []
    found = [span, *(f"  {line}" for line in findings)] if findings else ["Nobody was there to be kind."]
    return [opening, *asked, *found, *notes, f"Results: {folder}"]


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


def flat(run: Run, folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """What `kindling run --json` prints."""
    settings, network = run.scenario.settings, run.world.network
    return {
        "scenario": settings.name,
        "run_id": manifest["run_id"],
        "digest": manifest["digest"],
        "engine": run.engine,
        "seed": settings.seed,
        "replicate": settings.replicate,
        "days": settings.days,
        "people": network.people,
        "ties": network.ties,
        "folder": str(folder),
        "seconds": manifest["seconds"],
        "outcomes": manifest["summary"],
        "notes": manifest["notes"],
    }


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
