"""The house rules as functions over a folder, so that a test can hold them against `sim/` and against planted faults.

Each check returns its complaints as a list of sentences; an empty list is a pass.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

FLOORS = ["model", "lab", "studio", "api", "cli"]  # bottom up; a floor imports from floors below and from itself

# The reading order of the model. A module imports only from what stands before it, on its own line or above.
MODEL = [
    ["disk", "compiled", "instructions", "beside", "rng", "arith", "stream"],
    ["law", "law.parameters", "law.contexts", "law.gestures", "law.columns"],
    [
        "network",
        "network.names",
        "network.rows",
        "network.graphs",
        "network.wiring",
        "network.attachment",
        "network.numbers",
        "network.families",
    ],
    [
        "interventions",
        "interventions.base",
        "interventions.fading",
        "interventions.prompts",
        "interventions.people",
        "interventions.platform",
        "interventions.campaigns",
        "interventions.registry",
        "interventions.account",
    ],
    [
        "law.bonds",
        "law.campaign_settings",
        "law.settings",
        "law.campaign_columns",
        "law.levers",
        "law.extras",
        "law.inputs",
        "law.campaign_levers",
        "law.letters",
        "law.profile",
        "law.presets",
    ],
    [
        "law.rules.campaign",
        "law.rules.feed",
        "law.rules.decision",
        "law.rules.gesture",
        "law.rules.state",
        "law.rules.published",
        "law.rules.steering",
        "law.rules.temper",
        "law.rules.membership",
        "law.rules.bonds",
        "law.rules.custom",
        "law.rules",
    ],
    [
        "network.layers",
        "network.networks",
        "network.seeding",
        "population",
    ],
    [
        "crew",
        "engine",
        "engine.desk",
        "engine.steering",
        "engine.feed",
        "engine.posting",
        "engine.receiving",
        "engine.settling",
        "engine.membership",
        "engine.bonds",
        "engine.temper",
        "engine.pressing",
        "engine.campaigning",
        "engine.joining",
        "engine.delivery",
        "engine.measuring",
        "engine.kernel",
        "engine.variants",
    ],
    [
        "interventions.campaign_draft",
        "interventions.draft",
        "interventions.prepared",
        "interventions.here",
        "interventions.programme",
    ],
    [
        "campaign",
        "outcomes.trees",
        "outcomes.chains",
        "outcomes.mail",
        "outcomes.memory",
        "outcomes.tally",
        "outcomes.everyday",
        "outcomes.spread",
        "outcomes.groups",
        "outcomes.course",
        "outcomes.members",
        "outcomes.ties",
        "outcomes.interventions",
        "outcomes.campaign",
        "outcomes.exposure",
        "outcomes",
        "checkpoint",
        "world",
    ],
    ["people", "people.book", "people.luck", "people.view", "people.member"],
    ["people.bonds", "people.giving", "people.receiving"],
    ["people.campaigning", "people.person", "kindness"],
]

# Heavy or binding libraries, and the only places (a module, or a whole floor) that may import them.
ROOMS = {
    "mesa": ["model.people.view", "model.kindness", "studio.mesa_viz", "lab.bench.peers"],
    "numba": ["model.compiled", "model.instructions"],
    "matplotlib": ["studio"],
}

MODULE_LINES, BODY_LINES, SHORT_BODY, SHORT_SHARE, EXPERIMENT_LINES = 300, 40, 10, 0.75, 80


def modules(package: Path) -> dict[str, Path]:
    """Dotted name below the package ("model.rng", "cli"; "" is the package's own __init__) → file."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, name: str, package: str) -> Iterator[tuple[int, str]]:
    """Line and absolute dotted name of everything imported, in functions and for types too.

    `from a import b` yields "a.b": whether b is a module or a name in one is settled by `target`.
    """
    home = [package, *name.split(".")] if name else [package]
    parent = home if path.name == "__init__.py" else home[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = parent[: len(parent) - node.level + 1] if node.level else []
            source = ".".join([*start, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{source}.{alias.name}") for alias in node.names)


def target(imported: str, package: str, known: dict[str, Path]) -> str | None:
    """The longest known module an import names, or None if it is not of this package."""
    parts = imported.split(".")
    if parts[0] != package:
        return None
    while parts[1:] and ".".join(parts[1:]) not in known:
        parts.pop()
    return ".".join(parts[1:])


def arrows(package: Path) -> Iterator[tuple[str, str, str]]:
    """Every import inside the package: (where as "file:line", importing module, imported module)."""
    known = modules(package)
    for name, path in known.items():
        for line, imported in imports(path, name, package.name):
            found = target(imported, package.name, known)
            if found is not None and not (found == "" and imported == f"{package.name}.__version__"):
                yield f"{path.relative_to(package.parent)}:{line}", name, found


def floor(name: str) -> int | None:
    """Number of the floor a module stands on; None for the package's own __init__ and __main__, the roof."""
    first = name.split(".")[0]
    return FLOORS.index(first) if first in FLOORS else None


def upward_imports(package: Path) -> list[str]:
    """Imports that point to a higher floor, or to the package itself, which binds names of all floors."""
    complaints = []
    for where, name, found in arrows(package):
        here, there = floor(name), floor(found)
        if here is None:
            continue
        if there is None:
            complaints.append(f"{where}: import from the module that defines the name, not from {package.name} itself")
        elif there > here:
            complaints.append(f"{where}: {name} must not import {found}: {FLOORS[there]} is above {FLOORS[here]}")
    return complaints


def strange_modules(package: Path) -> list[str]:
    """Modules that stand on no floor, or that the reading order of the model does not know."""
    order = [f"model.{name}" for line in MODEL for name in line]
    complaints = []
    for name in modules(package):
        if name not in ("", "__main__") and floor(name) is None:
            complaints.append(f"{name} is on no floor: put it into one of {', '.join(FLOORS)}")
        elif name.startswith("model.") and name not in order:
            complaints.append(f"{name} has no place in the reading order: enter it in MODEL of tests/floors.py")
    return complaints


def disordered_imports(package: Path) -> list[str]:
    """Imports inside the model that do not point back in its reading order."""
    order = ["model", *(f"model.{name}" for line in MODEL for name in line)]
    return [
        f"{where}: {name} stands before {found} in the reading order of the model and must not import it"
        for where, name, found in arrows(package)
        if name in order and found in order and order.index(found) >= order.index(name) > 0
    ]


def circles(package: Path) -> list[str]:
    """Modules that import each other, directly or in a ring, with the ring spelled out."""
    onward: dict[str, set[str]] = {}
    for _, name, found in arrows(package):
        if floor(name) is not None:
            onward.setdefault(name, set()).add(found)
    rings = (ring_through(start, onward) for start in sorted(onward))
    return [f"circle of imports: {' -> '.join(ring)}" for ring in rings if ring]


def ring_through(start: str, onward: dict[str, set[str]]) -> list[str]:
    """A shortest way along the arrows from a module back to itself; empty if there is none."""
    trails, seen = [[start]], {""}
    for trail in trails:
        for step in sorted(onward.get(trail[-1], set()) - seen):
            if step == start:
                return [*trail, step]
            seen.add(step)
            trails.append([*trail, step])
    return []


def misplaced_libraries(package: Path) -> list[str]:
    """Imports of a library of `ROOMS` outside its rooms, also inside functions."""
    return [
        f"{path.relative_to(package.parent)}:{line}: {library} may be imported only in {', '.join(ROOMS[library])}"
        for name, path in modules(package).items()
        for line, imported in imports(path, name, package.name)
        if (library := imported.split(".")[0]) in ROOMS
        and not any(name == room or name.startswith(room + ".") for room in ROOMS[library])
    ]


def bodies(path: Path) -> Iterator[tuple[str, int]]:
    """Name and length of every function body in lines, from its first statement to its last, docstring excluded."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            yield node.name, body[-1].end_lineno - body[0].lineno + 1 if body else 0  # type: ignore[operator]


def long_modules(folder: Path, limit: int = MODULE_LINES) -> list[str]:
    """Files with more lines than fit in one sitting."""
    counts = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sorted(folder.rglob("*.py"))}
    return [f"{path.relative_to(folder.parent)}: {n} lines, at most {limit}" for path, n in counts.items() if n > limit]


def long_bodies(folder: Path) -> list[str]:
    """Functions over the limit, and a complaint about the whole if too few are short."""
    found = [(path, *body) for path in sorted(folder.rglob("*.py")) for body in bodies(path)]
    complaints = [
        f"{path.relative_to(folder.parent)}: {name} has a body of {lines} lines, at most {BODY_LINES}"
        for path, name, lines in found
        if lines > BODY_LINES
    ]
    share = short_share(folder)
    if share < SHORT_SHARE:
        complaints.append(f"{share:.0%} of bodies have {SHORT_BODY} lines or fewer, at least {SHORT_SHARE:.0%} should")
    return complaints


def short_share(folder: Path) -> float:
    """0..1, share of function bodies that are short; 1 where there are none."""
    lengths = [lines for path in folder.rglob("*.py") for _, lines in bodies(path)]
    return sum(lines <= SHORT_BODY for lines in lengths) / len(lengths) if lengths else 1.0
