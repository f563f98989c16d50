"""The model description in the seven elements of the ODD protocol (Grimm et al. 2020), as Markdown.

Made from the scenario, the columns, the parameters and the rulebook's own docstrings, so that it cannot disagree with
the code. `docs/model.md` is `model_page()`; a test fails when it is stale.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

from pydantic.fields import FieldInfo

from sim.lab import odd_prose as prose
from sim.lab.references import cited, printed
from sim.model import outcomes
from sim.model.law import gestures, presets, rules
from sim.model.law.campaign_columns import CAMPAIGN_COLUMNS
from sim.model.law.columns import COLUMNS, Column
from sim.model.law.contexts import PRESETS
from sim.model.law.settings import GestureSettings, ScenarioSettings, Settings

CHAPTERS = ("feed", "decision", "gesture", "state", "published")  # in the order of a tick; other chapters follow
TABLES = ("network", "population")  # told under Initialization; every other table under Submodels
_STORY = ("name", "question", "about")
_TODAY = "_today"


def model_page() -> str:
    """The whole model: every rule, column, parameter and outcome, with the defaults."""
    return _page("The model", ScenarioSettings(), whole=True)


def scenario_page(settings: ScenarioSettings) -> str:
    """The method section of one scenario: its own numbers, those that differ from the defaults in bold."""
    return _page(settings.name, settings, whole=False)


def _page(title: str, settings: ScenarioSettings, whole: bool) -> str:
    body = "\n\n".join([f"# {title}", _opening(whole), *_elements(settings, whole)])
    entries = printed(cited(body))
    return body + "\n\n## References\n\n" + "\n".join(f"- {entry}" for entry in entries) + "\n"


def _opening(whole: bool) -> str:
    made = "`kindling odd --all`" if whole else "`kindling odd`"
    bold = "" if whole else " Values in **bold** differ from the defaults."
    return f"This description follows the ODD protocol (Grimm et al. 2020). It is made from the code by {made}.{bold}"


def _elements(settings: ScenarioSettings, whole: bool) -> Iterator[str]:
    yield "## 1. Purpose and patterns"
    yield from _purpose(settings, whole)
    yield "## 2. Entities, state variables, and scales"
    yield from _entities(settings)
    yield "## 3. Process overview and scheduling\n\n" + prose.OVERVIEW
    yield "## 4. Design concepts"
    yield from (f"**{name}.** {text}" for name, text in prose.CONCEPTS)
    yield from _observation()
    yield "## 5. Initialization\n\n" + prose.INITIALIZATION
    yield from _parameters(settings, whole, lambda name: name in TABLES)
    yield "## 6. Input data\n\n" + (prose.INPUT if settings.network.kind == "file" else prose.NO_INPUT)
    yield "## 7. Submodels\n\n" + prose.SUBMODELS
    yield from _rules()
    yield from _gestures(settings, whole)
    yield from _parameters(settings, whole, lambda name: name not in TABLES)
    yield from _presets()


def _purpose(settings: ScenarioSettings, whole: bool) -> Iterator[str]:
    if not whole:
        yield from (text.strip() for text in (settings.question, settings.about) if text.strip())
    yield prose.PURPOSE


def _entities(settings: ScenarioSettings) -> Iterator[str]:
    yield prose.ENTITIES
    days, dt = settings.days, settings.dt
    yield f"A tick is {_days(dt)} long, a run {_days(days)}, that is {round(days / dt):,} ticks."
    yield "The state of a person, one column each (columns that end in `_today` are tallies of the tick just over):"
    yield _columns(COLUMNS)
    yield "What a person knows of a campaign, where a scenario has one:"
    yield _columns(CAMPAIGN_COLUMNS)


def _columns(columns: Mapping[str, Column]) -> str:
    rows = [(f"`{name}`", one.unit, _between(one), one.meaning) for name, one in columns.items()]
    return _table(("column", "unit", "range", "meaning"), rows)


def _observation() -> Iterator[str]:
    yield "**Observation.** Outcomes are measured after every tick and change nothing. Each is a column of the tables."
    rows = [(f"`{one.name}`", one.unit, one.meaning) for one in outcomes.OUTCOMES.values()]
    yield _table(("outcome", "unit", "meaning"), rows)
    yield "Measured once, after the last tick, or over the whole run:"
    closing: list[Any] = [*outcomes.AT_END.values(), *outcomes.COURSES]
    yield _table(("outcome", "unit", "meaning"), [(f"`{one.name}`", one.unit, one.meaning) for one in closing])


# --- rules -------------------------------------------------------------------------------------------------------


def chapters() -> list[ModuleType]:
    """The rulebook's modules, those of a tick first."""
    names = [module.name for module in pkgutil.iter_modules(rules.__path__)]
    order = [*CHAPTERS, *sorted(set(names) - set(CHAPTERS))]
    return [importlib.import_module(f"{rules.__name__}.{name}") for name in order if name in names]


def laws(chapter: ModuleType) -> dict[str, Any]:
    """A module's own public functions by name, in the order of the file: the rules of a chapter."""
    plain = {name: getattr(made, "py_func", made) for name, made in vars(chapter).items()}
    own = {n: f for n, f in plain.items() if inspect.isfunction(f) and f.__module__ == chapter.__name__}
    return {name: function for name, function in own.items() if not name.startswith("_")}


def _rules() -> Iterator[str]:
    for chapter in chapters():
        yield "### " + (inspect.getdoc(chapter) or chapter.__name__).split("\n\n")[0].replace("\n", " ").rstrip(".")
        for name, law in laws(chapter).items():
            given = ", ".join(inspect.signature(law).parameters)
            yield f"**`{name}`**({given}). " + _prose(inspect.getdoc(law) or "")


def _prose(docstring: str) -> str:
    """A docstring as running text: line ends are spaces, paragraphs stay; no letter becomes markup."""
    paragraphs = (" ".join(part.split()) for part in docstring.split("\n\n"))
    return "\n\n".join(part.replace("*", "\\*").replace("<", "\\<") for part in paragraphs)


def _gestures(settings: ScenarioSettings, whole: bool) -> Iterator[str]:
    changes = {name: change.model_dump(exclude_none=True) for name, change in settings.gestures.items()}
    told = ("effort", "value", "visibility", "glow", "share", "where")
    rows = [
        (f"`{one.name}`", *(_bold(getattr(one, key), key in changes.get(one.name, {}), whole) for key in told))
        for one in gestures.changed(changes)
    ]
    yield "### The catalogue of gestures\n\nNumbers are assumptions, of which only ratios matter."
    yield _table(("gesture", *told), rows)
    yield "What a scenario may state of a gesture, known or new:"
    yield _values(GestureSettings(), GestureSettings.model_fields, whole)


# --- parameters --------------------------------------------------------------------------------------------------


def _parameters(settings: ScenarioSettings, whole: bool, wanted: Callable[[str], bool]) -> Iterator[str]:
    """A table for every group of parameters: with the whole model all that exist, else those that the scenario uses."""
    top = {name: field for name, field in ScenarioSettings.model_fields.items() if not _classes(field.annotation)}
    if wanted(""):
        story = [name for name in top if name not in _STORY]
        yield "### Parameters: the run\n\n" + _values(settings, {name: top[name] for name in story}, whole)
    for name, field in ScenarioSettings.model_fields.items():
        if wanted(name) and name != "gestures":
            for title, group in _groups(name, field, getattr(settings, name), whole):
                about = _prose(inspect.getdoc(type(group)) or "")
                yield f"### Parameters: {title}\n\n{about}\n\n" + _values(group, type(group).model_fields, whole)


def _groups(name: str, field: FieldInfo, value: Any, whole: bool) -> Iterator[tuple[str, Any]]:
    """Title and settings of each group that a key of the scenario holds: one table, a list or a dictionary of them."""
    if isinstance(value, Settings):
        yield name, value
        for key, inner in type(value).model_fields.items() if whole else ():
            yield from _groups(f"{name}.{key}", inner, None, whole)
    elif whole:
        yield from ((f"{name}, {one.__name__}", one.model_construct()) for one in _nested(_classes(field.annotation)))
    elif isinstance(value, list | tuple | dict):
        entries = value.items() if isinstance(value, dict) else enumerate(value, 1)
        yield from (
            (f"{name} {place}, {type(one).__name__}", one) for place, one in entries if isinstance(one, Settings)
        )


def _classes(annotation: Any) -> list[type[Settings]]:
    """The settings classes that an annotation names, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        return [annotation]
    return [found for part in typing.get_args(annotation) for found in _classes(part)]


def _nested(classes: list[type[Settings]]) -> list[type[Settings]]:
    """These classes, and after them those that their own keys hold; each once."""
    inner = [one for made in classes for field in made.model_fields.values() for one in _classes(field.annotation)]
    return list(dict.fromkeys([*classes, *(_nested(inner) if inner else [])]))


def _values(group: Any, fields: dict[str, FieldInfo], whole: bool) -> str:
    rows = []
    for name, field in fields.items():
        value, default = getattr(group, name, None), field.get_default(call_default_factory=True)
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        told = (_bold(value, value != default, whole), _range(field), str(extra.get("unit", "")))
        rows.append((f"`{name}`", *told, field.description or "", str(extra.get("source", ""))))
    return _table(("key", "value", "range", "unit", "meaning", "source"), rows)


def _range(field: FieldInfo) -> str:
    bounds = {type(limit).__name__: limit for limit in field.metadata}
    if "Ge" in bounds and "Le" in bounds:
        return f"{_number(bounds['Ge'].ge)} … {_number(bounds['Le'].le)}"
    choices = [one for one in typing.get_args(field.annotation) if isinstance(one, str)]
    return ", ".join(choices)


def _presets() -> Iterator[str]:
    yield "### Parameter presets\n\nChosen by `preset` at the top of a scenario; keys that the scenario states win."
    rows = [
        (name, f"`{one.table}.{one.key}` = {_number(one.value)}", one.reason)
        for name, choices in PRESETS.items()
        for one in choices
    ]
    yield _table(("preset", "setting", "reason"), [("online", "the defaults", ""), *rows])
    yield "### Models of the literature\n\nNamed settings of the same rules, in `sim.model.law.presets`:"
    models = [(f"`{name}`", _prose(inspect.getdoc(made) or "")) for name, made in laws(presets).items()]
    yield _table(("preset", "model"), models)


# --- words and numbers -------------------------------------------------------------------------------------------


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(
        "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def _bold(value: Any, differs: bool, whole: bool) -> str:
    shown = _number(value) if isinstance(value, int | float) and not isinstance(value, bool) else _word(value)
    return f"**{shown}**" if differs and not whole and shown else shown


def _word(value: Any) -> str:
    if isinstance(value, Settings):
        return ", ".join(f"{name} = {_word(one)}" for name, one in value.model_dump(exclude_defaults=True).items())
    return "" if value is None or value == {} or value == [] else str(value)


def _number(value: float) -> str:
    return "" if abs(value) == float("inf") else f"{value:.6g}" if abs(value) < 1e6 else f"{value:.10g}"


def _days(number: float) -> str:
    return "1 day" if number == 1 else f"{_number(number)} days"


def _between(column: Column) -> str:
    low, high = _number(column.low), _number(column.high)
    return f"{low} … {high}" if low or high else ""
