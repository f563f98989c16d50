"""Where a study's conclusion turns: its headline at either end of every parameter that no study pins down."""

from __future__ import annotations

import shlex
from functools import partial
from typing import Any

from sim.lab import measures, robust
from sim.lab.contrast import LEVEL
from sim.lab.errors import BadInput
from sim.lab.results import Results
from sim.studio.report.exhibit import Exhibit, Section, Table
from sim.studio.report.facts import Facts
from sim.studio.report.words import between, change, counted, quoted
from sim.studio.robust_figure import robust_figure
from sim.studio.wording import capital, plain

VERDICTS = {"holds": "holds", "unclear": "unclear", "turns": "turns round"}
TITLE = "Where the conclusion turns"


def turns(facts: Facts) -> Section:
    """The settings at which the headline holds, is unclear, or turns round; or how to find out."""
    if facts.robust is None:
        return Section("turns", TITLE, [
            "Not asked yet. Many parameters rest on no study; this line runs the headline at either end of each of"
            " their ranges, and the report shows it once it is made again with --robust and that folder.",
        ], commands=[_command(facts)])  # fmt: skip
    found = facts.robust
    outcome = found.about["outcomes"][0]
    told = [verdicts(found, outcome, arm) for arm in found.arms[1:]]
    says = ["One parameter at a time at either end of its range, all else as set; also with nothing passed on."]
    shown = [_exhibit(found, outcome, arm, table) for arm, table in zip(found.arms[1:], told, strict=True)]
    return Section("turns", TITLE, says, shown)


def verdicts(found: Results, outcome: str, arm: str) -> Any:
    """The table of `sim.lab.robust.verdicts`; BadInput for a study that is unfinished or no robust one."""
    try:
        return robust.verdicts(found.contrasts([outcome]), robust.names(found.about["points"]), arm)
    except ValueError as trouble:
        raise BadInput(found.folder, None, "--robust", f"is not finished: {trouble}") from trouble


def _exhibit(found: Results, outcome: str, arm: str, table: Any) -> Exhibit:
    rows = [
        [
            capital(row["setting"]), change(outcome, row["difference"]),
            between(outcome, row["low"], row["high"]), VERDICTS[row["verdict"]],
        ]
        for row in table.to_dict("records")
    ]  # fmt: skip
    what = f"{capital(measures.label(outcome))}: {quoted(arm)} against {quoted(found.arms[0])}"
    words = Table(f"robust_{arm}", what, ("Setting", counted(outcome), f"{LEVEL:.0%} interval", "Verdict"), rows, table)
    name = plain(found.about["study"].removesuffix(robust.SUFFIX))
    draw = partial(robust_figure, table, robust.Headline(outcome, arm), name, found.arms[0], headed=False)
    return Exhibit(what, robust.words(table), words, draw, wide=True)


def _command(facts: Facts) -> str:
    """The line that sweeps the study around, made from the one that swept the study."""
    words, kept = shlex.split(facts.manifest.get("command") or "kindling sweep STUDY"), []
    skip = False
    for word in words:
        if not skip and word not in ("-o", "--output") and not word.startswith("--output="):
            kept.append(word)
        skip = word in ("-o", "--output")
    arm = next(name for name in facts.results.arms if name != facts.control)
    headline = f"{arm}:{facts.outcomes[0]}"
    return shlex.join([*kept, "--robust", headline, "-o", str(facts.results.folder) + robust.SUFFIX])
