"""Arms: read and located like the scenario itself, run on one network and the same draws, compared in pairs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet

from sim.lab import experiment, measures, perform, scenario
from sim.lab.errors import BadInput
from sim.lab.late import compared
from sim.lab.overrides import override
from sim.lab.run import Series
from sim.lab.scenario import load

TEXT = """
days = 20
headline = ["kind_acts"]
[rules]
notice = 0.1
[gestures.like]
effort = 0.2
[network]
people = 50
kind = "ring"
[arms.plain]
says = "as it stands"
[arms.eased]
says = "everything easier"
rules.ease = 1.0
gestures.like.glow = 0.3
"""
BAD = {
    "[arms.a]\nsays = 'x'\nrules.notise = 1": ':3: arms.a.rules.notise: unknown key; did you mean "notice"?',
    "[arms.a]\nsays = 'x'\n[arms.a.rules]\nnotice = 2": ":4: arms.a.rules.notice: 2 is out of range",
    "[arms.a]\nrules.ease = 1": ":1: arms.a.says: is missing; allowed is one line on what is different",
    "[arms.a]\nsays = 3": ":2: arms.a.says: 3 will not do",
    "[arms.a]\nsays = 'x'\nnetwork.people = 3": ":3: arms.a.network: is shared by all arms",
    "[arms.a]\nsays = 'x'\ndays = 3": ":3: arms.a.days: is shared by all arms",
    "[arms.'a b']\nsays = 'x'": ":1: arms.a b: is no name for an arm",
    "[arms.a]\nsays = 'x'\n[arms.a.gestures.lik]\nglow = 1": ":3: arms.a.gestures.lik: unknown gesture",
    "[population]\nattention_min = 4\n[arms.a]\nsays = 'x'\npopulation.attention_mean = 3": (
        ":5: arms.a.population.attention_mean: attention_min 4 is more than"
    ),
    "[rules]\nnotice = 2\n[arms.a]\nsays = 'x'": ":2: rules.notice: 2 is out of range",
    "arms = 3": ":1: arms: 3 is the wrong type; allowed is a table",
    "arms.a = 3": ":1: arms.a: 3 is the wrong type; allowed is a table",
    "headline = 'kind_acts'": ':1: headline: "kind_acts" is the wrong type; allowed is a list like ["kind_acts"]',
    "\n".join(f"[arms.a{n}]\nsays = 'x'" for n in range(7)): ":1: arms: a table has too many entries",
}


@pytest.fixture
def path(tmp_path):
    (tmp_path / "eased.toml").write_text(TEXT)
    return tmp_path / "eased.toml"


@pytest.mark.parametrize("text", BAD, ids=lambda text: BAD[text][:40])
def test_a_fault_in_an_arm_has_its_line(tmp_path, text):
    (tmp_path / "case.toml").write_text(text)
    with pytest.raises(BadInput) as fault:
        load(tmp_path / "case.toml")
    assert str(fault.value).startswith(f"{tmp_path / 'case.toml'}{BAD[text]}")


def test_arms_are_merged_over_the_scenario(path):
    loaded = load(path, [override("arms.eased.rules.ease=2"), override("rules.notice=0.4")])
    plain, eased = loaded.arms.values()
    assert list(loaded.arms) == ["plain", "eased"]
    assert (plain.settings.rules.ease, eased.settings.rules.ease) == (0.0, 2.0)
    assert plain.settings.rules.notice == eased.settings.rules.notice == 0.4
    assert (eased.settings.gestures["like"].effort, eased.settings.gestures["like"].glow) == (0.2, 0.3)
    assert (eased.arm, eased.says) == ("eased", "everything easier")
    assert eased.settings.arms == {}


def test_an_entry_of_a_list_is_changed_by_its_place(path):
    path.write_text("[arms.a]\nsays = 'easier'\n[[arms.a.interventions]]\nkind = 'ease'\nname = 'x'\n")
    changed = load(path, [override("arms.a.interventions.0.ease=2")]).arms["a"].settings
    assert changed.interventions[0].ease == 2
    for text, message in {
        "arms.a.interventions.0.ease=-2": "--set: arms.a.interventions.0.ease: -2 is out of range",
        "arms.a.interventions.1.ease=2": "--set: arms.a.interventions.1.ease: arms.a.interventions is a list of 1",
        "arms.a.interventions.x=2": "--set: arms.a.interventions.x: arms.a.interventions is a list of 1",
    }.items():
        with pytest.raises(BadInput) as fault:
            load(path, [override(text)])
        assert str(fault.value).startswith(message)


def test_a_scenario_without_arms_is_its_only_one(tmp_path):
    (tmp_path / "x.toml").write_text("days = 3")
    loaded = load(tmp_path / "x.toml")
    assert list(loaded.arms.values()) == [loaded]
    assert loaded.arm == scenario.ONLY


def test_arms_come_back_equal(path, tmp_path):
    loaded = load(path)
    (tmp_path / "again.toml").write_text(scenario.resolved(loaded.settings))
    again = load(tmp_path / "again.toml")
    assert {n: a.settings for n, a in again.arms.items()} == {n: a.settings for n, a in loaded.arms.items()}


def test_arms_share_a_network_and_replicates_do_not(path):
    loaded = load(path, [override("network.kind=small_world"), override("days=1"), override("network.degree=4")])
    arms, numbers = experiment.chosen(loaded, []), experiment.replicates(loaded, "2")
    first = experiment.network_of(arms[0])
    told = [(r.identity["arm"], r.identity["replicate"], r.network["digest"]) for r in steps(arms, numbers, first)]
    assert [one[:2] for one in told] == [("plain", 1), ("eased", 1), ("plain", 2), ("eased", 2)]
    assert told[0][2] == told[1][2] != told[2][2] == told[3][2]
    shared = load(path, [override("network.replicates=shared"), override("days=1"), override("network.kind=random")])
    arms = experiment.chosen(shared, ["plain"])
    assert len({r.network["digest"] for r in steps(arms, numbers, experiment.network_of(arms[0]))}) == 1


def steps(arms, numbers, network):
    return list(experiment.runs(arms, numbers, network))


@pytest.mark.parametrize(("text", "numbers"), [("1", [1]), ("3", [1, 2, 3]), ("4-5", [4, 5]), (None, [1])])
def test_replicates(path, text, numbers):
    assert list(experiment.replicates(load(path), text)) == numbers


@pytest.mark.parametrize("text", ["0", "-1", "two", "5-3", "1-4294967296", "99999999", "1.5", ""])
def test_replicates_that_will_not_do(path, text):
    with pytest.raises(BadInput, match="--replicates: "):
        experiment.replicates(load(path), text)


def test_a_result_holds_every_run(fake, path, tmp_path):
    told = perform.perform(perform.Order(str(path), replicates="3", output=tmp_path / "out"))
    series = parquet.read_table(tmp_path / "out/series/part-0.parquet").to_pydict()
    assert len(series["day"]) == 2 * 3 * 21
    assert list(dict.fromkeys(zip(series["arm"], series["replicate"], strict=True))) == [
        (arm, n) for n in (1, 2, 3) for arm in ("plain", "eased")
    ]
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert manifest["arms"] == {"plain": "as it stands", "eased": "everything easier"}
    assert [(run["arm"], run["replicate"]) for run in manifest["runs"]] == [
        (arm, n) for n in (1, 2, 3) for arm in ("plain", "eased")
    ]
    assert all(run["digest"] for run in manifest["runs"])
    assert load(tmp_path / "out/scenario.toml").settings.arms == load(path).settings.arms
    flat = told.flat()
    assert set(flat["arms"]) == {"plain", "eased"}
    assert len(flat["arms"]["eased"]["replicates"]) == 3
    assert "    eased  3.15" in "\n".join(told.words())


def test_one_arm_is_a_result_of_its_own(fake, path, tmp_path):
    told = perform.perform(perform.Order(str(path), arms=["eased"], output=tmp_path / "out"))
    assert [run.identity["arm"] for run in told.runs] == ["eased"]
    assert load(tmp_path / "out/scenario.toml").settings.rules.ease == 1
    assert told.flat()["digest"] == told.runs[0].size["digest"]


def test_differences_are_paired_over_the_second_half():
    def series(level: float) -> Series:
        made = Series()
        for day in range(11):
            made.add(day, {"kind_acts": None if day == 0 else level + (day <= 5) * 100})
        return made

    arms = {"a": [series(1.0), series(5.0)], "b": [series(2.0), series(7.0)]}
    control, other = compared(arms, ["kind_acts"])
    assert (control.level, control.change, control.error) == (3.0, None, None)
    assert (other.level, other.change, other.error) == (4.5, 1.5, 0.5)
    assert compared(arms, ["norm"])[1].change is None


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("kind_acts", 0.3249, "+0.32"),
        ("kind_acts", -0.0004, "−0.0004"),
        ("kind_acts", 0.00004, "under +0.0001"),
        ("needs_met", -0.021, "−2.1 points"),
        ("needs_met", 0.0, "no difference"),
        ("needs_met", None, "?"),
    ],
)
def test_differences_in_words(name, change, words):
    assert measures.difference(name, change) == words


def test_an_axis_tells_its_ticks_apart():
    assert [measures.tick("norm", value, 0.02) for value in np.arange(3) * 0.01] == ["0", "0.01", "0.02"]
    assert measures.tick("needs_met", 0.645, 0.02) == "64.5%"


def test_every_shipped_headline_is_measured():
    for name in scenario.shipped():
        assert Path(scenario.check(name).path).stem == name
