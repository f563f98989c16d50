"""Designs visit what they promise: every combination, every slice, one factor a step."""

from __future__ import annotations

import numpy as np
import pytest

from sim.lab import design, studyfile
from sim.lab.design import Range
from sim.lab.errors import BadInput
from sim.lab.study import planned

RANGES = {"rules.notice": Range(0.2, 0.8), "rules.burnout_rate": Range(0.03, 0.3, log=True)}


def shares(points: list[design.Point]) -> np.ndarray:
    """Where in its range each value lies: float64[points, 2]."""
    notice = [(point["rules.notice"] - 0.2) / 0.6 for point in points]
    rate = [np.log(point["rules.burnout_rate"] / 0.03) / np.log(10) for point in points]
    return np.column_stack([notice, rate])


def test_a_grid_is_every_combination_in_order():
    points = design.grid({"a": [1, 2], "b": ["x", "y", "z"]})
    assert [tuple(point.values()) for point in points] == [(a, b) for a in (1, 2) for b in "xyz"]
    assert design.grid({}) == [{}]


def test_a_latin_hypercube_has_one_point_in_every_slice_and_a_grid_of_chance_has_not():
    points = shares(design.latin_hypercube(RANGES, 40, seed=3))
    assert all(sorted((column * 40).astype(int)) == list(range(40)) for column in points.T)
    luck = np.random.default_rng(3).random((40, 2))
    assert not all(sorted((column * 40).astype(int)) == list(range(40)) for column in luck.T)


def test_sobol_points_fill_every_quarter_alike():
    points = shares(design.sobol(RANGES, 64, seed=1))
    cells = (points * 8).astype(int) @ [8, 1]
    assert sorted(cells) == list(range(64))


def test_sobol_needs_a_power_of_two():
    with pytest.raises(BadInput, match=r"60 is not a power of 2.*try 64"):
        design.sobol(RANGES, 60)


def test_morris_changes_one_factor_a_step():
    pytest.importorskip("SALib")
    points = shares(design.morris(RANGES, 5, seed=2)).reshape(5, 3, 2)
    changed = np.abs(np.diff(points, axis=1)) > 1e-9
    assert (changed.sum(axis=2) == 1).all()
    assert (changed.sum(axis=1) == 1).all()


def test_saltelli_changes_one_factor_at_a_time_on_the_way_to_a_second_point():
    pytest.importorskip("SALib")
    blocks = shares(design.saltelli(RANGES, 8, seed=2)).reshape(8, 4, 2)
    changed = np.abs(blocks - blocks[:, :1]) > 1e-9
    assert changed.astype(int).tolist() == [[[0, 0], [1, 0], [0, 1], [1, 1]]] * 8
    assert (blocks[:, 1, 0] == blocks[:, 3, 0]).all()


def test_a_study_file_with_many_trajectories_runs_no_point_twice(tmp_path):
    """16 points of two factors on four levels, of which ten trajectories of three must meet some again."""
    pytest.importorskip("SALib")
    path = tmp_path / "many.toml"
    ranges = "\n".join(f'"{key}" = {{ low = {one.low}, high = {one.high} }}' for key, one in RANGES.items())
    path.write_text(f'question = "?"\n[factors]\n{ranges}\n[design]\nkind = "morris"\ntrajectories = 10\n')
    study = studyfile.read(path)
    assert len(planned(study).parts) == len(study.points) <= 16


def test_the_same_seed_gives_the_same_points_and_another_seed_others():
    assert design.latin_hypercube(RANGES, 5, seed=1) == design.latin_hypercube(RANGES, 5, seed=1)
    assert design.latin_hypercube(RANGES, 5, seed=1) != design.latin_hypercube(RANGES, 5, seed=2)


def test_points_of_a_file(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text('rules.notice, network.kind ,series\n0.5,ring,true\n\n1,"small_world",false\n')
    wanted = [
        {"rules.notice": 0.5, "network.kind": "ring", "series": True},
        {"rules.notice": 1, "network.kind": "small_world", "series": False},
    ]
    assert design.read_csv(path) == wanted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "needs a header"),
        ("a,b\n", "at least one point"),
        ("a,a\n1,2\n", "1: design: has a factor without a name or twice"),
        ("a,b\n1,2\n3\n", "3: design: has 1 values for 2 factors"),
        ("a\n\xff", "cannot be read"),
    ],
)
def test_a_file_that_is_no_design_says_where(tmp_path, text, words):
    path = tmp_path / "points.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadInput, match=words):
        design.read_csv(path)


@pytest.mark.parametrize(("options", "words"), [((0.5, 0.5), "not below"), ((0.0, 1.0, True), "no logarithm")])
def test_a_range_must_be_one(options, words):
    with pytest.raises(BadInput, match=words):
        Range(*options)


def test_whole_numbers_are_whole():
    assert {Range(1, 3, whole=True).at(u) for u in (0, 0.4, 0.6, 1)} == {1, 2, 3}
