"""Robust conclusions: every unpinned parameter at either end, one at a time, and an honest verdict on each."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from sim.cli import exit_code
from sim.lab import robust
from sim.lab.sensitivity import unpinned
from sim.lab.study import Study

HEADLINE = robust.Headline("kind_acts", "reminder")
ARMS = {"none": {}, "reminder": {"rules.prompt": 0.3}}


def test_each_setting_moves_one_parameter_to_one_end_of_its_range():
    study, names = robust.around(Study("x", "?", "everyday", arms=ARMS), HEADLINE)
    base, *others = study.points
    ranges = unpinned("everyday")
    assert names[0] == robust.AS_SET
    assert len(names) == len(study.points)
    for point in others:
        (moved,) = (key for key in base if point[key] != base[key])
        assert point[moved] in (ranges[moved].low, ranges[moved].high)
    assert any(point["rules.beta_gratitude"] == 0 for point in others)
    assert {key for point in others for key in base if point[key] != base[key]} == set(ranges)


def test_what_an_arm_sets_is_left_alone():
    arms = {"none": {}, "noticed": {"rules.notice": 1.0}}
    study, _ = robust.around(Study("x", "?", "everyday", arms=arms), HEADLINE)
    assert "rules.notice" not in study.points[0]


def test_the_headline_is_asked_where_it_is_claimed():
    study, _ = robust.around(Study("x", "?", "everyday", arms=ARMS), robust.Headline("norm", "reminder", {"days": 9.0}))
    assert all(one.settings.days == 9 for one in study.scenarios(study.points[1]).values())


def table(*rows: tuple[float, float, float]) -> pd.DataFrame:
    made = [
        {"arm": "a", "difference": middle, "low": low, "high": high, "clear": low > 0 or high < 0}
        for middle, low, high in rows
    ]
    return pd.DataFrame(made)


def test_verdicts():
    found = robust.verdicts(table((1, 0.5, 1.5), (2, 1, 3), (0.1, -1, 1), (-1, -2, -0.5)), list("abcd"), "a")
    assert list(found["verdict"]) == ["holds", "holds", "unclear", "turns"]
    assert robust.words(found) == (
        "It holds in 2 of 4 settings of the unpinned parameters; is unclear at c; turns at d."
    )
    below = robust.verdicts(table((-1, -2, -0.5), (1, 0.5, 2)), list("ab"), "a")
    assert list(below["verdict"]) == ["holds", "turns"]
    with pytest.raises(ValueError, match="1 settings were run, and 2 are named"):
        robust.verdicts(table((1, 0.5, 1.5)), list("ab"), "a")


def test_many_settings_are_counted_and_not_listed():
    unclear = [(0.1, -1.0, 1.0)] * 9
    found = robust.verdicts(table((1, 0.5, 1.5), *unclear), list("abcdefghij"), "a")
    assert "b, c, d, e, f and 4 more" in robust.words(found)


def test_the_command_asks_around_a_headline(tmp_path, capsys):
    path = tmp_path / "x.toml"
    path.write_text('question = "?"\nreplicates = 1\n[changes]\n"network.people" = 20\ndays = 2\n'
                    '[arms.none]\n[arms.reminder]\n"rules.prompt" = 0.3\n')  # fmt: skip
    line = ["sweep", str(path), "-o", str(tmp_path / "out"), "--dry-run", "--robust"]
    assert exit_code([*line, "reminder:kind_acts", "--json"]) == 0
    study, names = robust.around(Study("x", "?", "everyday", arms=ARMS), HEADLINE)
    assert json.loads(capsys.readouterr().out)["runs"] == 2 * len(names) * study.replicates
    for wrong, told in (
        ("reminder", "is not ARM:OUTCOME, as in reminder:kind_acts"),
        ("remind:kind_acts", 'there are reminder; did you mean "reminder"?'),
        ("none:kind_acts", "is no arm beside the control"),
        ("reminder:kindacts", 'did you mean "kind_acts"?'),
    ):
        assert exit_code([*line, wrong]) == 2
        assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
