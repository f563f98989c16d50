"""The readable engine and the kernel are one model: every column, every tick, bit for bit.

Whatever must not matter is varied too: threads, the size of wards, the order in which agents are visited, compilation.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
import worlds
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from sim.model.law import letters
from sim.model.world import World

PARTS, CASES = 4, 80  # 320 scenarios; parts, so that two processes can share them
HOME = Path(__file__).parents[1]


def difference(one: World, other: World) -> list[str]:
    """Where two worlds differ: columns, or the letters of the tick."""
    post = [] if np.array_equal(one.letters(), other.letters()) else ["letters"]
    return worlds.differing(one, other) + post


def tally(seen: Counter[str], world: World) -> None:
    """Count what happened, so that the test can show that it saw something."""
    post, columns = world.letters(), world.columns
    seen["acts"] += len(post)
    seen["hostile acts"] += int((post[:, 1] & letters.HOSTILE > 0).sum())
    seen["performances found out"] += int((post[:, 1] & letters.FOUND > 0).sum())
    seen["needs noticed"] += int((post[:, 1] & letters.NEED > 0).sum())
    seen["thanks"] += int((letters_slots(post) == 255).sum())
    seen["chains"] += int((post[:, 1] >> np.uint64(20) & letters.DEEPEST > 0).sum())
    seen["people at rest"] += int(columns.resting.sum())
    seen["people who came back"] += int((columns.events_today & 16 > 0).sum())
    seen["weighted acts"] += len(post) if world.ties.weight.size else 0
    seen["acts under ranking"] += len(post) if world.settings.rules.ranking > 0 else 0


def letters_slots(post: np.ndarray) -> np.ndarray:
    return post[:, 1] >> np.uint64(12) & np.uint64(255)


@pytest.mark.parametrize("part", range(PARTS))
def test_both_engines_make_the_same_world(part):
    seen: Counter[str] = Counter()

    @seed(part)
    @settings(
        max_examples=CASES, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False
    )
    @given(
        worlds.scenarios(),
        worlds.networks(),
        st.integers(3, 6),
        st.integers(1, 11),
        st.sampled_from(["rows", "shuffled"]),
    )
    def holds(scenario, network, ticks, ward, order):
        mesa = worlds.mesa_twin(scenario, network, order)
        kernel, threaded = World(scenario, network, threads=1), World(scenario, network, threads=2, ward=ward)
        for tick in range(ticks):
            mesa.step(), kernel.step(), threaded.step()
            assert (tick, difference(kernel, mesa.world)) == (tick, [])
            assert (tick, difference(kernel, threaded)) == (tick, [])
            assert (tick, worlds.out_of_range(kernel)) == (tick, [])
            tally(seen, kernel)
        seen["scenarios"] += 1
        seen["empty worlds"] += network.people == 0
        seen["shuffled"] += order == "shuffled"

    holds()
    assert seen["scenarios"] >= CASES
    rare = [what for what in TALLIED if not seen[what]]
    assert rare == [], seen


TALLIED = (
    "acts", "hostile acts", "performances found out", "needs noticed", "thanks", "chains", "people at rest",
    "people who came back", "weighted acts", "acts under ranking", "empty worlds", "shuffled",
)  # fmt: skip


def test_blocks_wards_and_threads_do_not_matter_in_a_larger_world():
    """1,300 people are more than one block of the kernel and fit no ward evenly."""
    scenario, network = worlds.scenario(), worlds.scattered(1300, 9000, 5, weighted=True)
    one = worlds.stepped(World(scenario, network, threads=1), 20)
    for ward, threads in ((1300, 2), (1299, 2), (512, 2), (513, 1), (7, 2), (1, 2)):
        assert difference(one, worlds.stepped(World(scenario, network, threads=threads, ward=ward), 20)) == []


def test_both_engines_make_the_same_larger_world():
    scenario, network = worlds.scenario(), worlds.scattered(1100, 6000, 6)
    mesa, kernel = worlds.mesa_twin(scenario, network, "shuffled"), World(scenario, network, threads=2, ward=100)
    for _ in range(2):
        mesa.step(), kernel.step()
        assert difference(kernel, mesa.world) == []


@pytest.mark.parametrize("rule", ["fades", "learns", "perceives", "warms", "is_worth"])
def test_a_bent_rule_in_one_engine_is_noticed(rule):
    """The comparison can fail: a rule of the agents that is off by ten parts in a million shows."""
    scenario, network = worlds.scenario(), worlds.scattered(30, 120, 1, weighted=True)
    mesa, kernel = worlds.mesa_twin(scenario, network), World(scenario, network)
    law = getattr(mesa.book, rule)
    with patch.object(mesa.book, rule, lambda *given: np.float32(law(*given) * np.float32(1.00001))):
        for _ in range(6):
            mesa.step(), kernel.step()
    assert difference(kernel, mesa.world) != []


INTERPRETED = """
import warnings
warnings.simplefilter("error")
import worlds
from sim.model.world import World
import test_same_world as here
for scenario, network in here.handful():
    mesa, kernel = worlds.mesa_twin(scenario, network), World(scenario, network, threads=2, ward=7)
    for _ in range(3):
        mesa.step(), kernel.step()
    print(mesa.world.digest(), kernel.digest())
"""


def handful():
    """A few scenarios that between them pass through every rule."""
    yield worlds.scenario(), worlds.scattered(20, 80, 1, weighted=True)
    yield worlds.scenario(dt=0.5, rules__candidates=1, rules__detection=0.9), worlds.star(12)
    yield worlds.scenario(rules__ranking=2.0, rules__specificity=1.5, rules__burnout_rate=24.0), worlds.complete(9)
    yield worlds.scenario(dt=1 / 24, population__hostile_share=1.0, population__hostile_level=3.0), worlds.ring(16)
    hard = {
        "rules__hard_day_rate": 24.0,
        "rules__notice": 1.0,
        "rules__recovery_rate": 24.0,
        "rules__burnout_onset": 0.0,
    }
    yield worlds.scenario(population__warmth_mean=3.0, **hard), worlds.scattered(16, 60, 2, directed=False)
    yield worlds.scenario(), worlds.strangers(3)
    yield worlds.scenario(), worlds.strangers(0)


def test_compilation_does_not_matter():
    """Plain Python gives the same digests on both engines, without a single warning."""
    compiled = [worlds.stepped(World(*world), 3).digest() for world in handful()]
    search = os.pathsep.join([str(HOME), str(HOME / "tests")])
    env = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": search}
    done = subprocess.run([sys.executable, "-c", INTERPRETED], env=env, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert [line.split() for line in done.stdout.splitlines()] == [[digest, digest] for digest in compiled]
