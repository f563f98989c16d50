"""Passes that are compiled as if their arrays never overlapped are given arrays that do not, in every shipped scenario.

Nothing else would notice: machine code that is wrong about this may still be right in most worlds. Each is called.
"""

import os
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).parent.parent

WATCHED = """
import itertools
import numpy as np
from sim.model import compiled

known, called, seen = set(), set(), set()

def arrays(given):
    for one in given:
        if isinstance(one, np.ndarray):
            yield one
        elif isinstance(one, tuple):
            yield from arrays(one)

def apart(function):
    known.add(function.__name__)

    def watched(*given):
        if function.__name__ not in seen:
            seen.add(function.__name__), called.add(function.__name__)
            for a, b in itertools.combinations([one for one in arrays(given) if one.size], 2):
                if np.may_share_memory(a, b):
                    print(function.__name__, "is given arrays that overlap")
        return function(*given)
    return watched

compiled.apart = compiled.apart_inlined = apart
"""
SCENARIOS = """
from sim.lab.overrides import from_settings
from sim.lab.scenario import load, shipped
from sim.model.world import World

others = [("everyday", {"rules.candidates": 1}), ("everyday", {"ties.changing": True})]
for name, changes in [*((name, {}) for name in shipped()), *others]:
    scenario = load(name, from_settings({"network.people": 12, **changes}, "here"))
    arm = list(scenario.arms.values())[-1]
    world = World(getattr(arm, "settings", arm))
    seen.clear()
    for _ in range(3):
        world.step()
print(*sorted(known - called))
"""
OVERLAPPING = """
@compiled.apart
def doubles(one, other):
    other[:] = one + one

numbers = np.arange(6.0)
doubles(numbers[:3], numbers[3:])
seen.clear()
doubles(numbers[:4], numbers[2:])
"""


def run(source: str) -> list[str]:
    """What a process prints in which nothing is compiled and passes that should lie apart are watched."""
    env = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(HOME)}
    command = [sys.executable, "-c", WATCHED + source]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_passes_said_to_lie_apart_do():
    assert run(SCENARIOS) == [""]


def test_a_pass_whose_arrays_overlap_is_noticed():
    assert run(OVERLAPPING) == ["doubles is given arrays that overlap"]
