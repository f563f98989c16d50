"""Scenarios: a TOML file, overrides from the command line, and complete settings or one clear line per fault."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.lab import arms, toml
from sim.lab.complaints import NEW_GESTURE, Problem, gesture_names, odd_values, problems, unknown_gestures
from sim.lab.errors import BadInput, did_you_mean
from sim.lab.locate import Key, lines
from sim.lab.overrides import Override, is_text
from sim.model.law.settings import LayerSettings, ScenarioSettings

PACKAGE = Path(__file__).resolve().parents[1]
FILES = (("network", "path"), ("network", "people_path"))  # settings that name a file
ONLY = "base"  # the arm of a scenario that has no arms


class BadScenario(BadInput):
    """Every fault found, one line each; `path`, `line`, `key` and `message` are those of the first."""

    def __init__(self, faults: Sequence[BadInput]):
        first = faults[0]
        super().__init__(first.path, first.line, first.key, first.message)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.faults,)


@dataclass(frozen=True)
class Scenario:
    """Complete settings and the file they came from; file names in `settings.network` are absolute.

    arm : the arm these settings are those of; `ONLY` for a scenario as it stands, without what its arms change
    says : one line on what is different in the arm
    """

    settings: ScenarioSettings
    path: Path
    _sheet: _Sheet
    _arms: Mapping[str, ScenarioSettings]
    arm: str = ONLY
    says: str = ""

    @property
    def folder(self) -> Path:
        return self.path.parent

    @property
    def ticks(self) -> int:
        """Ticks that make up the scenario's days, to the nearest whole one."""
        return round(self.settings.days / self.settings.dt)

    @property
    def arms(self) -> dict[str, Scenario]:
        """The arms by name, the control first; a scenario without arms is the only one of its own."""
        if not self._arms:
            return {self.arm: self}
        told = self.settings.arms
        return {
            name: replace(self, settings=settings, arm=name, says=told[name]["says"], _arms={})
            for name, settings in self._arms.items()
        }

    def in_replicate(self, replicate: int) -> Scenario:
        """The same scenario with another second word of the random key."""
        return replace(self, settings=self.settings.model_copy(update={"replicate": replicate}))

    def fault(self, key: str, message: str) -> BadInput:
        """The error to raise when a setting turns out not to work, with the line or option it was written in."""
        return self._sheet.bad([Problem((tuple(key.split(".")),), message)])


def shipped() -> dict[str, Path]:
    """Scenarios that come with Kindling: name → file, in alphabetical order."""
    folders = (PACKAGE / "scenarios", PACKAGE.parent / "scenarios")
    folder = next((folder for folder in folders if folder.is_dir()), None)
    return {path.stem: path for path in sorted(folder.glob("*.toml"))} if folder else {}


def find(source: str | Path) -> Path:
    """The file of a shipped name (`everyday`) or of a path; a file of the same name in sight is not preferred."""
    known = shipped()
    path = Path(source)
    if str(source) in known:
        return known[str(source)]
    if path.suffix == ".toml" or len(path.parts) > 1 or os.path.lexists(path):
        return path
    guess = did_you_mean(str(source), known)
    text = f"no scenario of that name, no such file; shipped are {', '.join(known) or 'none'}{guess}"
    raise BadInput(toml.shown_text(str(source)), None, "scenario", text)


def load(source: str | Path, overrides: Sequence[Override] = ()) -> Scenario:
    """Complete settings from a shipped name or a file, overrides applied first to last before validation.

    Raises BadInput (BadScenario when several) with file, line and key; nothing is written anywhere.
    """
    path = find(source)
    text = toml.read_text(path)
    tree = toml.parse(text, path)
    sheet = _Sheet(path, text, list(overrides))
    for one in overrides:
        _put(tree, one)
    settings, by_arm = sheet.validated(tree)
    settings = sheet.with_files(settings)
    shared = {"network": settings.network}
    return Scenario(settings, path, sheet, {name: one.model_copy(update=shared) for name, one in by_arm.items()})


def _put(tree: dict[str, Any], one: Override) -> None:
    here: Any = tree
    for depth, part in enumerate(one.key[:-1], 1):
        here = here.setdefault(part, {}) if isinstance(here, dict) else here[_place(one, depth - 1, here)]
        if not isinstance(here, dict | list):
            raise BadInput(one.option, None, ".".join(one.key), f"{'.'.join(one.key[:depth])} is not a table")
    given_path = one.key in FILES and isinstance(one.value, str)
    last = one.key[-1] if isinstance(here, dict) else _place(one, len(one.key) - 1, here)
    here[last] = os.path.abspath(os.path.expanduser(one.value)) if given_path else one.value


def _place(one: Override, depth: int, entries: list[Any]) -> int:
    """The place in a list that a key's part names, as in `interventions.0.start` or by the entry's own name."""
    part, inside = one.key[depth], depth + 1 < len(one.key)
    named = [place for place, entry in enumerate(entries) if isinstance(entry, dict) and entry.get("name") == part]
    if named and inside:
        return named[0]
    if not (part.isdecimal() and len(part) < 10 and int(part) < len(entries)):
        text = f"{'.'.join(one.key[:depth])} is a list of {len(entries)}; its entries are counted from 0"
        raise BadInput(one.option, None, ".".join(one.key), text)
    return int(part)


@dataclass
class _Sheet:
    """A scenario text with its overrides: knows where every setting was written."""

    path: Path
    text: str
    overrides: list[Override]
    _lines: dict[Key, int] = field(default_factory=dict)

    def validated(self, tree: dict[str, Any]) -> tuple[ScenarioSettings, dict[str, ScenarioSettings]]:
        """The settings, and those of each arm by name."""
        settings, found = _settings(tree)
        by_arm = {}
        for name, changes in arms.tables(tree).items():
            by_arm[name], more = _settings(arms.merged(tree, changes))
            found += [arms.in_arm(name, problem) for problem in more if problem not in found]
        found += arms.misshapen(tree)
        if found or settings is None:
            raise self.bad(found)
        return settings, {name: one for name, one in by_arm.items() if one is not None}

    def bad(self, found: Sequence[Problem]) -> BadInput:
        self._lines = lines(self.text)
        faults = sorted((self.fault(problem) for problem in found), key=lambda fault: fault.line or 0)
        return faults[0] if len(faults) == 1 else BadScenario(faults)

    def fault(self, problem: Problem) -> BadInput:
        options: dict[Key, str] = {tuple(map(_counted, one.key)): one.option for one in self.overrides}
        written = [key for key in problem.keys if key in options] or [key for key in problem.keys if key in self._lines]
        key = (written or list(problem.keys))[0]
        inside = [given for given in options if given[: len(key)] == key]
        if inside and key not in self._lines:
            return BadInput(options[inside[-1]], None, _dotted(key), problem.message)
        for length in range(len(key), 0, -1):
            if key[:length] in options:
                return BadInput(options[key[:length]], None, _dotted(key), problem.message)
            if key[:length] in self._lines:
                return BadInput(self.path, self._lines[key[:length]], _dotted(key), problem.message)
        return BadInput(self.path, None, _dotted(key), problem.message)

    def with_files(self, settings: ScenarioSettings) -> ScenarioSettings:
        """File names made absolute, from the scenario's folder; each must be there when the network is a file."""
        named = {key: getattr(settings.network, key[1]) for key in FILES}
        full = {key: os.path.abspath(self.path.parent / name) for key, name in named.items() if name is not None}
        if settings.network.kind == "file":
            unfit = {key: name for key, name in full.items() if not (is_text(name) and Path(name).is_file())}
            missing = [Problem((key,), _missing(name)) for key, name in unfit.items()]
            if missing:
                raise self.bad(missing)
        layers = [self._with_paths(layer, i) for i, layer in enumerate(settings.network.layers)]
        network = settings.network.model_copy(update={**{key[1]: name for key, name in full.items()}, "layers": layers})
        return settings.model_copy(update={"network": network})

    def _with_paths(self, layer: LayerSettings, number: int) -> LayerSettings:
        """A layer with its file names made absolute, and there if it is read from them."""
        named = {key: getattr(layer, key) for key in ("path", "people_path")}
        full = {key: os.path.abspath(self.path.parent / name) for key, name in named.items() if name is not None}
        for key, name in full.items():
            if layer.kind == "file" and not (is_text(name) and Path(name).is_file()):
                raise self.bad([Problem((("network", "layers", number, key),), _missing(name))])
        return layer.model_copy(update=full)


def _settings(tree: dict[str, Any]) -> tuple[ScenarioSettings | None, list[Problem]]:
    """Settings from a tree, and everything that is wrong with it."""
    found = list(odd_values({key: value for key, value in tree.items() if key != "arms"}))
    try:
        settings = ScenarioSettings(**tree)
    except ValidationError as error:
        seen = {problem.keys[0] for problem in found}
        return None, found + [problem for problem in problems(error) if problem.keys[0] not in seen]
    return settings, found + list(unknown_gestures(settings.gestures))


def _missing(name: str) -> str:
    fault = "is a folder, not a file" if Path(name).is_dir() else "is not there"
    return f"{toml.shown_text(name, 200)} {fault if is_text(name) else 'is not valid text'}"


def _counted(part: str | int) -> str | int:
    """Part of a key, a place in a list as a number."""
    return int(part) if isinstance(part, str) and part.isdecimal() and len(part) < 10 else part


def _dotted(key: Key) -> str:
    return ".".join(toml.shown_text(str(part)) for part in key) or "scenario"


def resolved(settings: ScenarioSettings) -> str:
    """The scenario in full as TOML; loading it gives equal settings."""
    return toml.dump(settings.model_dump())


def schema() -> dict[str, Any]:
    """JSON Schema of a scenario file, with unit, range, meaning and source of every setting."""
    made = ScenarioSettings.model_json_schema()
    made["properties"]["gestures"]["propertyNames"] = {
        "anyOf": [{"enum": list(gesture_names())}, {"pattern": f"^{NEW_GESTURE.pattern}$"}]
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | made | {"title": "Kindling scenario"}


def check(source: str | Path, overrides: Sequence[Override] = ()) -> Scenario:
    """A scenario that would run; BadInput says what is wrong otherwise."""
    loaded = load(source, overrides)
    from sim.lab.measures import names  # takes seconds to import, which a listing need not wait for

    known = names()
    for place, name in enumerate(loaded.settings.headline):
        if name not in known:
            text = f'unknown outcome "{toml.shown_text(name)}"{did_you_mean(name, known)}'
            raise loaded.fault(f"headline.{place}", text)
    return loaded
