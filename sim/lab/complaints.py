"""What pydantic found, in words: the value, what is allowed, and what was probably meant."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from sim.lab import toml
from sim.lab.errors import did_you_mean
from sim.lab.locate import Key
from sim.lab.toml import shown_text
from sim.model.interventions.registry import KINDS as KINDS_OF_INTERVENTION
from sim.model.interventions.registry import AnyIntervention
from sim.model.law.gestures import CATALOGUE, NEEDED
from sim.model.law.settings import GestureSettings, ScenarioSettings, Settings

NEW_GESTURE = re.compile(r"[a-z][a-z0-9_]{0,31}")
KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text in quotes"}


class Problem(NamedTuple):
    """Something wrong with a setting; where several keys contradict each other, any of them may be pointed at."""

    keys: tuple[Key, ...]
    message: str


def gesture_names() -> tuple[str, ...]:
    """Names of the gesture catalogue."""
    return tuple(gesture.name for gesture in CATALOGUE)


def odd_values(tree: dict[str, Any]) -> Iterator[Problem]:
    """A problem for each value that TOML can spell and no scenario can use."""
    for key, message in toml.odd_values(tree):
        info = _field(key)
        yield Problem((key,), message + (f"; allowed is {allowed_values(info)}" if info else ""))


def problems(error: ValidationError) -> Iterator[Problem]:
    """One problem for each that pydantic reports."""
    for found in error.errors(include_url=False):
        loc: Key = tuple(found["loc"])
        at = without_kind(loc)
        if found["type"] == "contradiction":
            context = found["ctx"]
            yield Problem(tuple((*at, key) for key in context["keys"]), context["message"])
        elif found["type"] == "extra_forbidden":
            yield Problem((at,), _unknown_key(loc))
        elif found["type"].startswith("union_tag"):
            yield Problem(((*at, "kind"), at), _unknown_kind(found["input"]))
        else:
            yield Problem((at,), _wrong_value(loc, found["type"], found["input"]))


def without_kind(loc: Key) -> Key:
    """The key as written: behind the number of an intervention pydantic names its kind, the file does not."""
    inside = len(loc) > 2 and loc[0] == "interventions" and loc[2] in KINDS_OF_INTERVENTION
    return (*loc[:2], *loc[3:]) if inside else loc


def _unknown_kind(given: Any) -> str:
    kind = given.get("kind") if isinstance(given, dict) else None
    known = ", ".join(KINDS_OF_INTERVENTION)
    if kind is None:
        return f"kind is missing; allowed is one of {known}"
    return f"{shown(kind)} is unknown; allowed is one of {known}{did_you_mean(str(kind), KINDS_OF_INTERVENTION)}"


def unknown_gestures(gestures: Mapping[str, GestureSettings]) -> Iterator[Problem]:
    """A problem for each name that neither changes a gesture of the catalogue nor states a new one in full."""
    known = gesture_names()
    for name, given in gestures.items():
        if name in known:
            continue
        lacking = [number for number in NEEDED if getattr(given, number) is None]
        if lacking:
            what = f"unknown gesture; allowed are {', '.join(known)}{did_you_mean(name, known)}"
            yield Problem((("gestures", name),), f"{what}; a new gesture would need {', '.join(lacking)} too")
        elif not NEW_GESTURE.fullmatch(name):
            what = "a new gesture's name becomes a column; allowed are up to 32 small letters, digits and _"
            yield Problem((("gestures", name),), what)


def _unknown_key(loc: Key) -> str:
    name, model = str(loc[-1]), _model(_annotation(loc[:-1]))
    known = list(model.model_fields) if model else []
    guess = did_you_mean(name, known)
    if guess:
        return f"unknown key{guess}"
    homes = [path for path in all_keys() if path[-1] == name]
    if homes:
        return f'unknown key here; did you mean "{".".join(homes[0])}"?'
    elsewhere = did_you_mean(name, (path[-1] for path in all_keys()))
    return f"unknown key{elsewhere or '; `kindling schema` lists all keys'}"


def all_keys(model: type[Settings] = ScenarioSettings, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every key a scenario may set, as a path; the gestures' own keys are left out."""
    for name, info in model.model_fields.items():
        yield (*path, name)
        inner = _model(info.annotation)
        if inner:
            yield from all_keys(inner, (*path, name))


def _wrong_value(loc: Key, kind: str, value: Any) -> str:
    info = _field(loc)
    allowed = allowed_values(info) if info else KINDS.get(_annotation(loc), "a table")
    choices = typing.get_args(info.annotation) if info and kind == "literal_error" else ()
    guess = did_you_mean(value, choices) if choices and isinstance(value, str) else ""
    return f"{shown(value)} {_fault(kind)}; allowed is {allowed}{guess}"


def _fault(kind: str) -> str:
    if kind.endswith(("_type", "_parsing", "_from_float")):
        return "is the wrong type"
    return {
        "literal_error": "is unknown",
        "string_too_long": "is too long",
        "too_long": "has too many entries",
        "string_too_short": "is too short",
        "string_pattern_mismatch": "has characters that a name may not have",
        "finite_number": "is not finite",
    }.get(kind, "is out of range")


def shown(value: Any) -> str:
    """A value as a person wrote it, short and on one line."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > 64:
        return "an integer beyond 64 bits"
    return f'"{shown_text(value, 40)}"' if isinstance(value, str) else shown_text(str(value), 40)


def allowed_values(info: FieldInfo) -> str:
    """What a setting accepts: kind, range and unit, or the list of choices."""
    annotation = _bare(info.annotation)
    if typing.get_origin(annotation) is typing.Literal:
        return "one of " + ", ".join(typing.get_args(annotation))
    if annotation is str:
        return _text_allowed(info)
    kind = KINDS.get(annotation, "a table")
    if typing.get_args(annotation) == (AnyIntervention,):
        kind = "tables, each begun by [[interventions]]"
    elif typing.get_origin(annotation) is list:
        kind = 'a list like ["kind_acts"]' if typing.get_args(annotation) == (str,) else "a list like [2, 3, 2]"
    low, high = (_bound(info, name) for name in ("ge", "le"))
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    unit = f" ({extra['unit']})" if extra.get("unit", "1") != "1" else ""
    most = _bound(info, "max_length")
    kind += f", at most {most} entries" if most else ""
    return kind + (f" from {_short(low)} to {_short(high)}" if low is not None else "") + unit


def _text_allowed(info: FieldInfo) -> str:
    longest = _bound(info, "max_length")
    letters = ", letters, digits, spaces, - and _ only" if any(hasattr(m, "pattern") for m in info.metadata) else ""
    return KINDS[str] + (f", at most {longest} characters" if longest else "") + letters


def _short(number: float) -> str:
    return str(int(number)) if number == int(number) else f"{number:.4g}"


def _bound(info: FieldInfo, name: str) -> Any:
    return next((getattr(mark, name) for mark in info.metadata if getattr(mark, name, None) is not None), None)


def _bare(annotation: Any) -> Any:
    """The annotation without `| None`."""
    inner = [part for part in typing.get_args(annotation) if part is not type(None)]
    return inner[0] if type(None) in typing.get_args(annotation) and len(inner) == 1 else annotation


def _model(annotation: Any) -> type[Settings] | None:
    return annotation if isinstance(annotation, type) and issubclass(annotation, Settings) else None


def _field(loc: Key) -> FieldInfo | None:
    model = _model(_annotation(loc[:-1])) if loc else None
    return model.model_fields.get(str(loc[-1])) if model else None


def _annotation(loc: Key) -> Any:
    """The type of what stands at a key; the scenario itself at ()."""
    current: Any = ScenarioSettings
    for part in loc:
        model = _model(current)
        if current == AnyIntervention:
            current = KINDS_OF_INTERVENTION.get(str(part))
        elif model:
            info = model.model_fields.get(str(part))
            current = _bare(info.annotation) if info else None
        else:
            current = (typing.get_args(_bare(current)) or (None,))[-1]
    return current
