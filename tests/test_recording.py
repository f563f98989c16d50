"""A recording is the run, and comes back from its few bytes as it was."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.lab.errors import BadInput
from sim.lab.experiment import runs
from sim.lab.run import network_of
from sim.lab.scenario import Scenario, load, override
from sim.studio import codec
from sim.studio.mood import Moods
from sim.studio.recording import MOST_FRAMES, Recording, by_week, record_arms

TINY = ("network.people=120", "days=24")


def loaded(name: str, *changes: str) -> Scenario:
    """A shipped scenario with settings changed."""
    return load(name, [override(change) for change in changes])


@pytest.fixture(scope="module")
def storm() -> Recording:
    return recorded_storm()


def recorded_storm() -> Recording:
    """Two arms of a small storm."""
    arms = ["storm", "moving_messages"]
    return record_arms(loaded("storm_recovery", *TINY), arms, "kindling replay storm_recovery")


def test_moods_and_numbers_are_those_of_the_runs(storm):
    scenario = loaded("storm_recovery", *TINY)
    arms = [scenario.arms[name] for name in ("storm", "moving_messages")]
    seen: list[Moods] = []

    def follow(run):
        seen.append(Moods(run.world))
        run.watch = seen[-1].watch

    for arm, done in zip(storm.arms, runs(arms, range(1, 2), network_of(arms[0]), opened=follow), strict=True):
        assert np.array_equal(arm.moods[-1], seen[-1].levels)
        frame = done.series.frame()
        assert arm.series == {name: frame[name] for name in ("day", *storm.outcomes)}
        assert arm.weeks["kind_acts"][1] == pytest.approx(np.mean(frame["kind_acts"][8:15]))
        assert arm.weeks["day"] == [7, 14, 21, 24]


def test_arms_differ_only_from_the_message_on():
    arms = record_arms(loaded("storm_recovery", "network.people=150", "days=40"), ["storm", "moving_messages"]).arms
    differ = (arms[0].moods != arms[1].moods).any(axis=1)
    assert not differ[:31].any()
    assert differ[36:].any()


def test_a_long_run_has_few_frames_and_its_last_day():
    made = record_arms(loaded("everyday", "network.people=8", "days=18", "dt=0.0416666666666666667"), ["as_it_is"])
    assert len(made.days) <= MOST_FRAMES + 1
    assert made.days[-1] == pytest.approx(18)
    assert made.arms[0].moods.shape == (len(made.days), 8)


def test_without_names_the_first_and_the_last_arm_are_shown():
    made = record_arms(loaded("everyday", "network.people=20", "days=2"))
    assert [arm.name for arm in made.arms] == ["as_it_is", "no_habit"]


def test_arms_that_do_not_fit_are_refused():
    with pytest.raises(BadInput, match="no such arm"):
        record_arms(loaded("everyday", *TINY), ["nobody"])
    with pytest.raises(BadInput, match="at most 2"):
        record_arms(loaded("everyday", *TINY), ["as_it_is", "not_passed_on", "no_habit"])


def test_weeks_are_means_of_what_is_known():
    frame = {"day": [0.0, 4.0, 8.0, 12.0], "a": [None, 1.0, 3.0, None], "b": [9.0, None, 2.0, 4.0]}
    assert by_week(frame, ["a", "b"]) == {"day": [7.0, 12.0], "a": [1.0, 3.0], "b": [None, 3.0]}
    assert by_week({"day": [0.0], "a": [1.0]}, ["a"]) == {"day": [], "a": []}


@given(arrays(np.uint64, st.integers(0, 40), elements=st.integers(0, 2**34)))
def test_numbers_come_back(values):
    assert np.array_equal(codec.numbers(codec.varints(values)), values.astype(np.int64))


@given(arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(0, 9)), elements=st.integers(0, 5)))
def test_moods_come_back(moods):
    frames, people = moods.shape
    assert np.array_equal(codec.unpack_moods(codec.pack_moods(moods), people, frames), moods)


@given(st.integers(1, 12), st.data())
def test_ties_come_back(people, data):
    pairs = [(a, b) for a in range(people) for b in range(a + 1, people)]
    some = sorted(data.draw(st.sets(st.sampled_from(pairs)))) if pairs else []
    ties = np.array(some, np.uint32).reshape(-1, 2)
    assert np.array_equal(codec.unpack_ties(*codec.pack_ties(ties, people)), ties)


@settings(max_examples=30)
@given(arrays(np.float32, st.tuples(st.integers(0, 20), st.just(2)), elements=st.floats(-1, 1, width=32)))
def test_places_come_back_to_a_quarter_of_a_pixel(places):
    assert np.abs(codec.unpack_places(codec.pack_places(places)) - places).max(initial=0) < 1 / 4000


def test_a_whole_recording_comes_back(storm):
    found = codec.decode(codec.encode(storm))
    assert np.array_equal(found["ties"], storm.ties)
    for moods, arm in zip(found["moods"], storm.arms, strict=True):
        assert np.array_equal(moods, arm.moods)
    told = found["header"]["series"][1][storm.outcomes.index("kind_acts")]
    assert told[0] is storm.arms[1].series["kind_acts"][0] is None
    assert told[1:] == pytest.approx(storm.arms[1].series["kind_acts"][1:], rel=1e-4)
