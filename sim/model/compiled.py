"""How functions are compiled, and where the machine code is kept.

Numba's own cache looks only at the file a function stands in; a kernel that calls an edited rule would stay stale.
So the cache folder is named by a hash over every source file that compiled code stands in or takes constants from.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeAlias

import llvmlite.binding
import numba
import numpy as np
from numba import config, njit
from numba._dispatcher import compute_fingerprint
from numba.core.compiler_lock import global_compiler_lock
from numba.core.cpu import CPUTargetOptions
from numba.core.options import TargetOptions
from numba.core.registry import CPUDispatcher
from numba.extending import register_jitable

_TYPES = {
    "f32": numba.float32,
    "u64": numba.uint64,
    "i64": numba.int64,
}
f32: TypeAlias = np.float32
u64: TypeAlias = np.uint64
i64: TypeAlias = np.int64
COMPILES: bool = not config.DISABLE_JIT  # type: ignore[attr-defined]


def _use_wide_vectors() -> None:
    """Ask for 512-bit vectors where they cost no clock speed (Ice Lake and later, which know VBMI2).

    LLVM prefers 256 bits there by default; passes over items take a third less time with 512. No bit depends on it.
    """
    features = llvmlite.binding.get_host_cpu_features()
    if features.get("avx512vbmi2") and not config.CPU_FEATURES:  # type: ignore[attr-defined]
        config.CPU_NAME = config.CPU_NAME or llvmlite.binding.get_host_cpu_name()  # type: ignore[attr-defined]
        config.CPU_FEATURES = features.flatten() + ",-prefer-256-bit"  # type: ignore[attr-defined]


_use_wide_vectors()


_PLAIN = (
    "people",
    "outcomes",
    "interventions",
    "campaign.py",
    "world.py",
    "kindness.py",
    "checkpoint.py",
    "disk.py",
    "crew.py",
    "beside.py",
)  # nothing compiled in there


def sources_hash(folder: Path = Path(__file__).parent) -> str:
    """SHA-256 over names and texts of the model's source files with compiled code, first 16 hex digits."""
    digest = hashlib.sha256(f"{numba.__version__} {np.__version__}".encode())
    for path in sorted(folder.rglob("*.py")):
        if path.relative_to(folder).parts[0] in _PLAIN:
            continue
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def cache_folder(variant: str = "") -> Path:
    """Where compiled code of these sources (and this variant of the rules) is kept; `KINDLING_CACHE` overrides."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = os.environ.get("KINDLING_CACHE") or caches / "kindling"
    return Path(home, _own_hash() + variant)


@cache
def _own_hash() -> str:
    """`sources_hash` as the process began: what is imported later must come from the same sources."""
    return sources_hash()


CPUTargetOptions.noalias = TargetOptions.Mapping("noalias")  # numba has it, but lets nobody ask for it
_INNER: dict[str, Any] = {"error_model": "numpy", "_nrt": False, "no_cfunc_wrapper": True}


def _jit(**more: Any) -> Callable[..., Any]:
    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        options: dict[str, Any] = {"error_model": "numpy", "no_cfunc_wrapper": True, "nogil": True, **more}
        return _kept(njit(**options)(function))

    return decorate


def _kept(function: Any) -> Callable[..., Any]:
    """The compiled function, its machine code kept in our folder."""
    plain = getattr(function, "py_func", None)
    if plain and _is_ours(plain):
        before = config.CACHE_DIR  # type: ignore[attr-defined]
        config.CACHE_DIR = str(cache_folder(plain.__globals__.get("_VARIANT", "")))  # type: ignore[attr-defined]
        try:
            function.enable_caching()
        finally:
            config.CACHE_DIR = before  # type: ignore[attr-defined]
    return function  # type: ignore[no-any-return]


def _is_ours(function: Callable[..., Any]) -> bool:
    """Whether `sources_hash` covers a function. Others are compiled anew: they may read numbers that no hash sees, or
    come from a prompt."""
    return Path(function.__code__.co_filename).is_relative_to(Path(__file__).parent)


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function compiled for the types it is called with, without the interpreter lock; it may make arrays."""
    return _jit()(function)


def kernel_pass(function: Callable[..., Any]) -> Callable[..., Any]:
    """A loop over arrays it is given. It makes none, so references need no counting, which would cost more than the
    work itself in functions that take whole tuples of columns."""
    return _jit(_nrt=False)(function)


def inner_pass(function: Callable[..., Any]) -> Callable[..., Any]:
    """A kernel pass that only compiled code calls. Without a bridge to Python for each, the kernel compiles in half the
    time; called from Python it runs as the plain function it is."""
    return register_jitable(**_INNER)(function)


def apart(function: Callable[..., Any]) -> Callable[..., Any]:
    """An inner pass whose arrays never overlap, so that its loops need not look whether they do: with twelve arrays
    that would be sixty comparisons at every call, and beyond a limit no vectors at all."""
    return register_jitable(noalias=True, **_INNER)(function)


def apart_inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Both: the loop that calls it learns from it that the arrays do not overlap."""
    return register_jitable(noalias=True, forceinline=True, **_INNER)(function)


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """A small inner pass that must disappear into the loop that calls it, or the loop would not vectorise."""
    return register_jitable(forceinline=True, **_INNER)(function)


def inlined_entry(function: Callable[..., Any]) -> Callable[..., Any]:
    """Like `inlined`, and compiled for callers in Python, too."""
    return _jit(_nrt=False, forceinline=True)(function)


class Law(CPUDispatcher):  # type: ignore[misc]
    """A function of one signature, compiled when it is first called: with a bridge for Python, without one for callers
    that are being compiled, whose machine code then has the law in it.

    So a kernel from the cache loads none of its rules, which would take longer than the kernel itself.
    """

    signature: Any = None

    def _compile_for_args(self, *args: Any, **named: Any) -> Any:
        return self.entry()

    def entry(self) -> Any:
        """The machine code of its one signature, as Python calls it fastest: past the choice among types.

        It takes numbers by place, none by name.
        """
        return _settled(self, self.signature).entry_point

    @cached_property
    def _inlined(self) -> Any:
        """The law as compiled callers know it."""
        return CPUDispatcher(self.py_func, targetoptions={**self.targetoptions, "no_cpython_wrapper": True})

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """How a caller that is being compiled calls it."""
        _settled(self._inlined, self.signature)
        return self._inlined.get_call_template(args, kws)

    def get_overload(self, sig: Any) -> Any:
        """What a caller that is being compiled calls."""
        return self._inlined.get_overload(sig)


def _settled(function: Any, signature: Any) -> Any:
    """The function compiled for this signature, and from now on for no other."""
    with global_compiler_lock:
        if function._can_compile:
            function.compile(signature)
            function.disable_compile()
    (only,) = function.overloads.values()
    return only


def rule(function: Callable[..., Any]) -> Callable[..., Any]:
    """A law on scalars with exactly the types of its annotations, so that Python floats cannot change its bits.

    >>> @rule
    ... def halves(x: "f32") -> "f32":
    ...     return x * np.float32(0.5)
    """
    notes = dict(function.__annotations__)
    result = _TYPES[notes.pop("return")]
    if not COMPILES:
        return function
    options = {"nopython": True, "boundscheck": None, "nogil": True, "forceinline": True, **_INNER}
    law = Law(function, targetoptions=options)
    law.signature = result(*(_TYPES[note] for note in notes.values()))
    return _kept(law)


def direct(law: Any) -> Any:
    """A law's `entry`; anything else as it is, and so a law where nothing is compiled."""
    return law.entry() if isinstance(law, Law) else law


_CODES: dict[tuple[Any, bytes], Any] = {}  # machine code by function and what numba's own cache knows types by


class Entry:
    """A compiled function that is called tick by tick with the same tuples of arrays.

    To tell the types of hundreds of arrays takes longer than a small world's tick; so they are told when a tuple is
    another one than last time, and else the machine code is called straight.
    """

    def __init__(self, function: Any, before: Callable[[], None] | None = None) -> None:
        """before : called before machine code is looked for the first time in a process"""
        self._function, self._before = function, before
        self._last: tuple[tuple[Any, ...], Any] = ((), None)

    def __call__(self, known: tuple[Any, ...], *args: Any) -> None:
        """known : what `args` is made of, and what alone may differ in type from call to call"""
        before, code = self._last
        if code is None or len(before) != len(known) or any(a is not b for a, b in zip(before, known, strict=True)):
            code = self._code(args)
            self._last = (known, code)
        code(*args)

    def _code(self, args: tuple[Any, ...]) -> Any:
        """Machine code for these types; the function itself where nothing is compiled."""
        if not hasattr(self._function, "overloads"):
            return self._function
        asked = self._function, compute_fingerprint(args)
        if asked not in _CODES:
            if self._before:
                self._before()
            _CODES[asked] = _compiled(self._function, args)
        return _CODES[asked]


def _compiled(function: Any, args: tuple[Any, ...]) -> Any:
    types = tuple(function.typeof_pyval(one) for one in args)
    if types not in function.overloads:
        function.compile(types)
    return function.overloads[types].entry_point
