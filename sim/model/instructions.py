"""What a processor can do at once and numba has no word for: asking memory ahead, and writing sixteen numbers.

Plain Python does the same to a table, one by one; nothing here reckons.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.extending import intrinsic

from sim.model.compiled import COMPILES

RUN = 16  # numbers written at once: as many as fill a cache line with four bytes each
_READ, _NEAR, _DATA = 0, 1, 1  # in LLVM's words; not so near as the first cache, which holds no block's worth
_INDEX = ir.IntType(32)


def _at(target: Any, builder: Any, signature: Any, args: Any) -> Any:
    """Address of a table's number `place`, in flat order."""
    return builder.gep(target.make_array(signature.args[0])(target, builder, args[0]).data, [args[1]])


def _prefetch(context: Any, table: Any, place: Any) -> Any:
    def lower(target: Any, builder: Any, signature: Any, args: Any) -> Any:
        byte = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [byte, *[_INDEX] * 3])
        ask = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        at = builder.bitcast(_at(target, builder, signature, args), byte)
        builder.call(ask, [at, *(ir.Constant(_INDEX, n) for n in (_READ, _NEAR, _DATA))])
        return target.get_dummy_value()

    return numba.types.void(table, place), lower


def _many(builder: Any, value: Any) -> Any:
    """A vector of RUN times the same number."""
    kind = ir.VectorType(value.type, RUN)
    nothing, firsts = ir.Constant(kind, ir.Undefined), ir.Constant(ir.VectorType(_INDEX, RUN), [0] * RUN)
    return builder.shuffle_vector(builder.insert_element(nothing, value, ir.Constant(_INDEX, 0)), nothing, firsts)


def _store(step: int) -> Callable[..., Any]:
    def typing(context: Any, table: Any, place: Any, value: Any) -> Any:
        def lower(target: Any, builder: Any, signature: Any, args: Any) -> Any:
            many = _many(builder, args[2])
            if step:
                many = builder.add(many, ir.Constant(many.type, list(range(0, step * RUN, step))))
            at = builder.bitcast(_at(target, builder, signature, args), many.type.as_pointer())
            builder.store(many, at, align=signature.args[0].dtype.bitwidth // 8)
            return target.get_dummy_value()

        return numba.types.void(table, place, table.dtype), lower

    return typing


def _nothing(table: Any, place: Any) -> None: ...


def _fill(table: Any, place: Any, value: Any) -> None:
    table[int(place) : int(place) + RUN] = value


def _count_up(table: Any, place: Any, first: Any) -> None:
    table[int(place) : int(place) + RUN] = first + np.arange(RUN, dtype=table.dtype)


bring: Callable[..., Any] = intrinsic(_prefetch) if COMPILES else _nothing
bring.__doc__ = "Ask memory for table[place] (place a uint64) ahead of its use, be it there or not."
fill: Callable[..., Any] = intrinsic(_store(0)) if COMPILES else _fill
fill.__doc__ = "table[place : place + RUN] = value, of the table's type; there must be room (place a uint64)."
count_up: Callable[..., Any] = intrinsic(_store(1)) if COMPILES else _count_up
count_up.__doc__ = "table[place : place + RUN] = first, first + 1, …; as `fill`, for whole numbers."
