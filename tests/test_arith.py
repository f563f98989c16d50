"""exp, log and their kin against float64, over their whole range, with the bounds their docstrings state."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import rule_bits
from scipy import special

from sim.model import arith

POINTS = 100_001
HOME = Path(__file__).parents[1]


def every(law, grid: np.ndarray) -> np.ndarray:
    """float64[n] results of a compiled law on float32[n]."""
    return np.array([law(x) for x in grid.astype(np.float32)])


def grid(low: float, high: float) -> np.ndarray:
    """Even steps, as float32 numbers."""
    return np.linspace(low, high, POINTS).astype(np.float32)


def near_0() -> np.ndarray:
    """From 1e-30 to 1, both signs, in even steps of the logarithm."""
    size = np.logspace(-30, 0, POINTS // 2)
    return np.concatenate([-size[::-1], size]).astype(np.float32)


def worst(found: np.ndarray, true: np.ndarray) -> float:
    """Largest relative error."""
    return float(np.max(np.abs(found / true - 1)))


def test_exp():
    x = grid(-87, 87)
    assert worst(every(arith.exp, x), np.exp(x.astype(float))) < 3e-7


def test_expm1():
    for x in (grid(-87, 87), near_0()):
        x = x[x != 0]
        assert worst(every(arith.expm1, x), np.expm1(x.astype(float))) < 3e-7
    assert arith.expm1(np.float32(0)) == 0


def test_log():
    sizes = np.logspace(-37.9, 38.5, POINTS).astype(np.float32)
    for x in (sizes, grid(0.5, 2), 1 + near_0()[np.abs(near_0()) > 1e-6]):
        x = x[(x > 0) & (x != 1)]
        assert worst(every(arith.log, x), np.log(x.astype(float))) < 2e-7
    assert arith.log(np.float32(1)) == 0


def test_logistic():
    x = grid(-87, 87)
    assert worst(every(arith.logistic, x), special.expit(x.astype(float))) < 4e-7
    assert arith.logistic(np.float32(0)) == 0.5


def test_normal():
    """Over all tails a uniform number can reach."""
    tail = np.logspace(np.log10(2.0**-24), -1, POINTS // 2)
    for u in (grid(0.001, 0.999), tail.astype(np.float32), (1 - tail).astype(np.float32)):
        error = np.abs(every(arith.normal, u) - special.ndtri(u.astype(float)))
        assert error.max() < 3e-6


@pytest.mark.parametrize(
    ("law", "low", "high"),
    [("exp", -87, 87), ("expm1", -7, 87), ("log", 1e-6, 1e4), ("logistic", -87, 6), ("normal", 2.0**-20, 0.9999)],
)
def test_larger_arguments_give_larger_results(law, low, high):
    """In steps of 1e-5 of the range; two neighbouring float32 may come out in the wrong order by a last place."""
    steps = np.diff(every(getattr(arith, law), grid(low, high)))
    assert steps.min() > 0


@pytest.mark.parametrize("law", ["exp", "expm1", "logistic"])
def test_beyond_the_end_the_end_counts(law):
    function = getattr(arith, law)
    for end in (-87.0, 87.0):
        assert function(np.float32(2 * end)) == function(np.float32(end))


def test_fading_ends_at_0_before_denormal_numbers():
    x, ticks = np.float32(1), 0
    while x > 0:
        x, ticks = np.float32(arith.fades(x, np.float32(0.5))), ticks + 1
        assert x == 0 or x > 1e-12
    assert ticks == 40


def test_chance_is_0_at_0_and_the_rate_where_small():
    assert arith.chance(np.float32(0)) == 0
    assert arith.chance(np.float32(1e-6)) == pytest.approx(1e-6, rel=1e-5)
    assert arith.chance(np.float32(80)) == 1


@cache
def compiled_and_plain() -> tuple[dict[str, str], dict[str, str]]:
    """Digests of all laws, compiled here and in plain Python in a process of its own."""
    folders = os.pathsep.join([str(HOME), str(HOME / "tests")])
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": folders}
    done = subprocess.run(
        [sys.executable, "-m", "rule_bits"], env=environment, cwd=HOME, capture_output=True, text=True, check=True
    )
    return rule_bits.digests(), json.loads(done.stdout)


LAWS = [f"{module.__name__}.{name}" for module in rule_bits.MODULES for name in rule_bits.laws(module)]


@pytest.mark.parametrize("law", LAWS)
def test_plain_python_gives_the_same_bits(law):
    """Every law of arithmetic, letters, profile and rules, 400 calls each over its range."""
    here, there = compiled_and_plain()
    assert set(here) == set(there) == set(LAWS)
    assert here[law] == there[law]


def test_the_digests_notice_a_last_place():
    """Broken twin: e^x from the machine's library."""

    def library(x: f32) -> f32:  # type: ignore[name-defined] # noqa: F821
        return np.exp(x)

    assert rule_bits.digest("exp", library) != rule_bits.digest("exp", arith.exp)
