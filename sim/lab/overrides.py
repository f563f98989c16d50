"""Settings that are given on top of a scenario's file: on the command line, by a study, or from Python."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.lab import toml
from sim.lab.errors import BadInput

_DOTTED = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")


@dataclass(frozen=True)
class Override:
    """One setting given beside a scenario's file; `option` is what it came from, for messages."""

    key: tuple[str, ...]
    value: Any
    option: str = "--set"


def override(text: str, option: str = "--set") -> Override:
    """From `key=value`; the value is read as TOML, and as a bare text where it is not TOML."""
    key, equals, value = text.partition("=")
    key = key.strip()
    if not equals or not _DOTTED.fullmatch(key):
        raise BadInput(option, None, toml.shown_text(text), "is not key=value, as in rules.notice=0.3")
    if not is_text(value):
        raise BadInput(option, None, key, f"{toml.shown_text(value)} is not valid text")
    path = tuple(key.split("."))
    if len(path) > toml.DEEPEST:
        raise BadInput(option, None, toml.shown_text(key), "is nested too deeply")
    return Override(path, _value(value.strip(), option, key), option)


def from_settings(settings: Mapping[str, Any], option: str = "settings") -> list[Override]:
    """From settings by dotted key, in their order."""
    return [Override(tuple(key.split(".")), value, option) for key, value in settings.items()]


def _value(text: str, option: str, key: str) -> Any:
    if toml.too_deep(text):
        raise BadInput(option, None, key, "is nested too deeply")
    try:
        tree = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return tree["value"] if len(tree) == 1 else text


def is_text(value: str) -> bool:
    """Whether it can be written as UTF-8; a command line or a folder may hold bytes that are not."""
    return not any("\ud800" <= letter <= "\udfff" for letter in value)
