"""The rules, and how letters and profiles are packed, as one person calls them."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from sim.model.compiled import direct
from sim.model.law import letters as law_of_letters
from sim.model.law import profile as law_of_profile


class Book:
    """What stands in a module, by name; rules are made ready when first asked for, and take numbers by place."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = direct(getattr(self._module, name))
        setattr(self, name, found)
        return found


letters, profile = Book(law_of_letters), Book(law_of_profile)
