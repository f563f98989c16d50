"""Arms of a scenario: tables of changes, merged over the scenario itself. They share people, network and draws."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sim.lab.complaints import Problem, shown

SHARED = (
    "name", "question", "about", "look_at", "finding", "headline", "days", "dt", "seed", "replicate", "network", "arms",
)  # fmt: skip
LONGEST = 200  # letters of what an arm says of itself
_NAME = re.compile(r"[\w-]{1,40}")


def tables(tree: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The tables of changes by arm, the control first; what is no table is left to `misshapen`."""
    found = tree.get("arms")
    return {name: table for name, table in found.items() if isinstance(table, dict)} if isinstance(found, dict) else {}


def merged(tree: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The tree of an arm: its changes over the scenario, without the arms; what all arms share is left alone."""
    own = {key: value for key, value in changes.items() if key != "says" and key not in SHARED}
    return _over({key: value for key, value in tree.items() if key != "arms"}, own)


def _over(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Tables are merged, everything else is replaced."""
    both = dict(base)
    for key, value in changes.items():
        under = both.get(key)
        both[key] = _over(under, value) if isinstance(value, dict) and isinstance(under, dict) else value
    return both


def in_arm(name: str, problem: Problem) -> Problem:
    """A problem of a merged tree: the arm's own table is looked at first."""
    return Problem((*(("arms", name, *key) for key in problem.keys), *problem.keys), problem.message)


def misshapen(tree: dict[str, Any]) -> Iterator[Problem]:
    """Names that no file can have, arms that say nothing of themselves, and changes to what all arms share."""
    for name, table in tables(tree).items():
        if not _NAME.fullmatch(name):
            yield Problem((("arms", name),), "is no name for an arm; allowed are letters, digits, - and _, at most 40")
        said = table.get("says")
        if not isinstance(said, str) or not 0 < len(said) <= LONGEST:
            text = f"{'is missing' if said is None else shown(said) + ' will not do'}; allowed is"
            yield Problem((("arms", name, "says"),), f"{text} one line on what is different, at most {LONGEST} letters")
        for key in SHARED:
            if key in table:
                yield Problem((("arms", name, key),), "is shared by all arms; set it for the whole scenario")
