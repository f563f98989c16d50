"""What does each shipped scenario find? Runs them with many people and writes docs/scenarios.md.

`python experiments/scenarios.py [NAME ...]` measures all, or only these and leaves the rest of the page as it was.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sim.lab import measures, summary
from sim.lab.experiment import grouped, network_of, runs
from sim.lab.overrides import override
from sim.lab.scenario import Scenario, load, shipped

PEOPLE, REPLICATES = 10_000, range(1, 5)
HOME = Path(__file__).resolve().parents[1]
PAGE, KEPT = HOME / "docs/scenarios.md", HOME / "results/gallery/scenarios.json"
HEAD = """# Scenarios

Made by `python experiments/scenarios.py`. Every replicate has its own network and draws, which all arms share. Numbers
are means over the second half of the run; a difference is to the first arm, paired by replicate, ± its standard error.
All of it is what the model does with its settings, not a finding about people.
"""


def measured(scenario: Scenario) -> list[str]:
    """The table of one scenario as lines of Markdown."""
    arms = list(scenario.arms.values())
    done = list(runs(arms, REPLICATES, network_of(arms[0].in_replicate(REPLICATES[0]))))
    rows = summary.comparison(done)
    outcomes = list(dict.fromkeys(row.outcome for row in rows))
    size = f"{done[0].size['people']:,} people, {len(REPLICATES)} replicates, {scenario.settings.days:g} days:"
    lines = [
        size,
        "",
        "| arm | " + " | ".join(map(measures.label, outcomes)) + " |",
        "|---" * (len(outcomes) + 1) + "|",
    ]
    for arm in grouped(done):
        cells = [cell(row) for row in rows if row.arm == arm]
        lines.append(f"| `{arm}`: {scenario.arms[arm].says} | " + " | ".join(cells) + " |")
    return lines


def cell(row: summary.Compared) -> str:
    level = measures.said(row.outcome, row.level)
    if row.change is None or row.error is None:
        return level
    return f"{level} ({measures.difference(row.outcome, row.change)} ± {measures.magnitude(row.outcome, row.error)})"


def page(name: str, table: list[str]) -> str:
    settings = load(name).settings
    parts = [f"## {name}", f"**{settings.question}**", settings.about, "\n".join(table)]
    parts += [f"*Look at:* {settings.look_at}", f"*Found:* {settings.finding}"]
    return "\n\n".join(part.strip() for part in parts)


def write(tables: dict[str, list[str]]) -> None:
    told = [page(name, tables[name]) for name in shipped() if name in tables]
    PAGE.write_text("\n\n".join([HEAD.strip(), *told]) + "\n")


def main(names: list[str]) -> None:
    tables = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    for name in names or shipped():
        network = load(name).settings.network  # blocks keep their size
        sizes = {"people": PEOPLE, "communities": network.communities * PEOPLE // network.people}
        tables[name] = measured(load(name, [override(f"network.{key}={value}") for key, value in sizes.items()]))
        print(name, *tables[name], sep="\n", flush=True)
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        KEPT.write_text(json.dumps(tables, indent=1, ensure_ascii=False) + "\n")
    write(tables)


if __name__ == "__main__":
    main(sys.argv[1:])
