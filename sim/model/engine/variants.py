"""The kernel with rules of one's own: the same passes, compiled around replaced laws."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cache
from types import ModuleType
from typing import Any

from sim.model.compiled import rule
from sim.model.engine import (
    bonds,
    campaigning,
    feed,
    joining,
    kernel,
    membership,
    posting,
    pressing,
    receiving,
    settling,
    steering,
    temper,
)
from sim.model.law import rules

# every module that calls rules, bottom up
_PASSES = (
    steering, feed, posting, receiving, settling, membership, bonds, temper, pressing, campaigning, joining, kernel,
)  # fmt: skip


def rulebook(changes: Mapping[str, Callable[..., Any]]) -> ModuleType:
    """The rules with some replaced. A replacement takes the same arguments as the rule it replaces.

    Raises KeyError for a name that is no rule and TypeError for other arguments.
    """
    book = _copy(rules, "")
    for name, law in changes.items():
        setattr(book, name, _typed_like(name, law))
    return book


def kernel_with(changes: Mapping[str, Callable[..., Any]]) -> ModuleType:
    """The kernel that calls these rules; the plain one where nothing changes."""
    return _kernel_with(tuple(sorted(changes.items()))) if changes else kernel


@cache
def _kernel_with(changes: tuple[tuple[str, Callable[..., Any]], ...]) -> ModuleType:
    book, made = rulebook(dict(changes)), dict[str, ModuleType]()
    for module in _PASSES:
        copy = _copy(module, _variant(changes), fresh=True)
        vars(copy).update(made, rules=book)
        made[module.__name__.rpartition(".")[2]] = copy
    return made["kernel"]


def _copy(module: ModuleType, variant: str, fresh: bool = False) -> ModuleType:
    """A second module from the same source; `fresh` runs the source again, so that its passes compile anew."""
    copy = ModuleType(module.__name__)
    copy.__dict__.update({"__file__": module.__file__, "_VARIANT": variant} if fresh else vars(module))
    if fresh:
        exec(compile(inspect.getsource(module), str(module.__file__), "exec"), copy.__dict__)
    return copy


def _typed_like(name: str, law: Callable[..., Any]) -> Callable[..., Any]:
    """The replacement as a rule, with the types of the rule it replaces."""
    original = getattr(rules, name, None)
    if original is None or not hasattr(_plain(original), "__annotations__"):
        close = get_close_matches(name, [n for n, f in vars(rules).items() if callable(f)], 1)
        raise KeyError(f"{name} is no rule" + (f"; did you mean {close[0]}?" if close else ""))
    wanted, given = inspect.signature(_plain(original)), inspect.signature(_plain(law))
    if len(wanted.parameters) != len(given.parameters):
        raise TypeError(f"{name} takes ({', '.join(wanted.parameters)}), not ({', '.join(given.parameters)})")
    function = _plain(law)
    function.__annotations__ = dict(
        zip([*given.parameters, "return"], _plain(original).__annotations__.values(), strict=True)
    )
    function.__globals__.setdefault("_VARIANT", "")
    return rule(function)


def _plain(function: Callable[..., Any]) -> Callable[..., Any]:
    return getattr(function, "py_func", function)


def _variant(changes: tuple[tuple[str, Callable[..., Any]], ...]) -> str:
    """A name for the cache folder, from all that the replacements' machine code depends on."""
    facts = [(name, _facts(law)) for name, law in changes]
    return "-" + hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def _facts(value: Any) -> Any:
    """A function's code and the values it reads from outside (compiled in as constants); other values as they print."""
    function = _plain(value)
    if isinstance(value, ModuleType):
        return value.__name__
    if not inspect.isfunction(function):
        return repr(value)
    code, outside = function.__code__, inspect.getclosurevars(function)
    read = {**outside.globals, **outside.nonlocals}
    return code.co_code, code.co_consts, code.co_names, [(name, _facts(read[name])) for name in sorted(read)]
