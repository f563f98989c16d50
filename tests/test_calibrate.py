"""Calibration: what is known is found again, what cannot be met is said, and a stopped one comes to the same trials."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import studies

from sim.lab.calibrate import FILE, Calibration, Fit, calibrate, confirmed
from sim.lab.design import Range
from sim.lab.errors import BadInput
from sim.lab.overrides import override
from sim.lab.results import Results
from sim.lab.study import Plan, Study, planned
from sim.lab.sweep import sweep
from sim.lab.targets import Target, read_targets
from sim.model import disk

pytest.importorskip("optuna", reason="needs the extra `calibrate`")

TINY = [override(text) for text in studies.SMALL]
FRICTION = {"rules.friction": Range(0.0, 2.0)}
TWO = {"rules.friction": Range(0.0, 2.0), "rules.gratitude_memory": Range(0.2, 14.0, log=True)}
ARMS = {"control": {}, "reminder": {"rules.prompt": 0.3}}
TRUTH = {"rules.friction": 0.8, "rules.gratitude_memory": 3.0}


class Made:
    """In place of a sweep: kind acts are 3 - friction, and .2 more with a reminder; well-being is log10 of the memory
    of gratitude, resting has no value. Replicates lie around them."""

    def __init__(self) -> None:
        self.plans: list[Plan] = []

    def __call__(self, plan: Plan, folder: Path) -> Made:
        self.plans.append(plan)
        return self

    def read(self, parts) -> pd.DataFrame:
        study = self.plans[-1].study
        return pd.DataFrame([row for point in study.points for row in self.rows(study, point)])

    def rows(self, study: Study, point: dict[str, float]):
        for arm, changes in study.arms.items():
            for r in range(1, study.replicates + 1):
                luck = 0.1 * (r - (study.replicates + 1) / 2)
                yield {
                    **study.bare(point), "arm": arm, "replicate": r, "resting": None,
                    "kind_acts": 3 - point["rules.friction"] + (0.2 + luck if changes else 0.0) + luck,
                    "wellbeing": np.log10(point.get("rules.gratitude_memory", 1.0)),
                }  # fmt: skip


KNOWN = (
    Target("kind_acts", value=2.2, within=0.1),
    Target("kind_acts", "reminder", True, value=0.2, within=0.01),
    Target("wellbeing", value=float(np.log10(3)), within=0.1),
)


def known(**changes) -> Calibration:
    told = {"factors": TWO, "targets": KNOWN, "arms": ARMS, "replicates": 3}
    return Calibration("known", "everyday", **{**told, **changes})


def test_known_settings_are_found(tmp_path):
    """Within one half width of each band: .1 in friction (of 2), .1 in log10 of the memory (of 1.85)."""
    fit = calibrate(known(), tmp_path / "c", batches=8, run=Made())
    assert fit.met
    assert fit.best["rules.friction"] == pytest.approx(0.8, abs=0.1)
    assert np.log10(fit.best["rules.gratitude_memory"] / 3) == pytest.approx(0, abs=0.1)
    assert fit.trials.loss.min() == pytest.approx((fit.distances.distance**2).sum())
    assert list(fit.trials.trial) == list(range(64))
    assert list(fit.trials.columns[1:3]) == ["friction", "gratitude_memory"]
    difference = fit.distances.iloc[1]
    assert difference.found == pytest.approx(0.2)
    assert difference.error == pytest.approx(0.1 / np.sqrt(3))  # of the differences .1, .2 and .3 of three pairs


def test_targets_that_no_setting_meets_are_said_to_be_missed(tmp_path):
    """The broken twin: no friction gives five kind acts, so the best is at the edge, 2 from its target; the difference
    is met in passing."""
    targets = (Target("kind_acts", value=5.0, within=0.1), KNOWN[1])
    fit = calibrate(known(targets=targets), tmp_path / "c", batches=8, run=Made())
    assert not fit.met
    assert list(fit.distances.met) == [False, True]
    assert fit.best["rules.friction"] < 0.1
    assert fit.distances.distance[0] == pytest.approx(-20 - 10 * fit.best["rules.friction"])


def test_an_outcome_without_value_is_infinitely_far_and_met_by_nobody(tmp_path):
    targets = (KNOWN[0], Target("resting", value=0.1, within=0.1))
    fit = calibrate(known(targets=targets), tmp_path / "c", batches=2, run=Made())
    assert np.isinf(fit.trials.loss).all()
    assert list(fit.distances.met)[1] is False
    assert not fit.met


def test_whole_numbers_may_come_twice_in_a_batch(tmp_path):
    calibration = known(factors={"rules.friction": Range(0, 2, whole=True)}, targets=KNOWN[:2])
    fit = calibrate(calibration, tmp_path / "c", 1, run=Made())
    assert len(fit.trials) == 8
    assert set(fit.trials.friction) <= {0, 1, 2}
    assert fit.best["rules.friction"] == 1


def test_the_best_is_asked_again_in_other_worlds(tmp_path):
    run = Made()
    found = confirmed(known(), TRUTH, tmp_path, replicates=5, run=run, overrides=[override("seed=7")])
    settings = [one.settings for one in run.plans[0].study.scenarios(TRUTH, run.plans[0].overrides).values()]
    assert [one.seed for one in settings] == [8, 8]
    assert run.plans[0].study.replicates == 5
    assert found.met.all()


def own(calibration: Calibration, point: dict[str, float], folder: Path) -> Calibration:
    """The same with the outcomes of a setting as its targets."""
    study = calibration.study([point])
    plan = planned(study, TINY)
    runs = Results(sweep(plan, folder, workers=1).folder).runs
    made = [replace(one, value=float(one.of(study, runs).mean())) for one in calibration.targets]
    return replace(calibration, targets=made)


def small(folder: Path) -> Calibration:
    """A tiny world that seeks its own friction, .8."""
    targets = (Target("kind_acts", value=0, within=0.05),)
    calibration = Calibration("small", "everyday", FRICTION, targets, replicates=2, batch=4)
    return own(calibration, {"rules.friction": 0.8}, folder)


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> tuple[Path, Calibration, Fit]:
    """Four batches of a tiny world, undisturbed."""
    folder = tmp_path_factory.mktemp("calibration")
    calibration = small(folder / "own")
    return folder / "c", calibration, calibrate(calibration, folder / "c", 4, TINY)


def test_a_tiny_world_finds_its_own_friction_again(finished):
    """Friction 1 lower gives about 1.3 kind acts more, so a band of .05 is .04 wide in friction; twice that is allowed,
    for the numbers of acts in a world of 40 move in steps."""
    _, _, fit = finished
    assert fit.met
    assert fit.best["rules.friction"] == pytest.approx(0.8, abs=0.08)


class Stopped(Exception):
    pass


def test_a_stopped_calibration_comes_to_the_same_trials(finished, tmp_path):
    folder, calibration, whole = finished
    left = 9  # parts; a batch has four, so the third is cut short (a worker may be a part or two ahead)

    def run(plan: Plan, place: Path):
        def count(done: int) -> None:
            nonlocal left
            left -= 1
            if not left:
                raise Stopped

        return sweep(plan, place, workers=1, advance=count)

    with pytest.raises(Stopped):
        calibrate(calibration, tmp_path / "c", 4, TINY, run=run)
    there = {path: path.stat().st_mtime_ns for path in (tmp_path / "c").rglob("part-*")}
    assert 9 <= len(there) < 12
    told = []
    fit = calibrate(calibration, tmp_path / "c", 4, TINY, advance=lambda trials, loss: told.append(trials))
    pd.testing.assert_frame_equal(fit.trials, whole.trials)
    assert fit.best == whole.best
    assert told == [4, 8, 12, 16]
    assert {path: path.stat().st_mtime_ns for path in there} == there
    names = [sorted(path.name for path in one.rglob("part-*")) for one in (folder, tmp_path / "c")]
    assert names[0] == names[1]


def test_more_batches_go_on_where_the_first_ended(finished, tmp_path):
    _, calibration, whole = finished
    fit = calibrate(calibration, tmp_path / "c", 2, TINY)
    pd.testing.assert_frame_equal(fit.trials, whole.trials[:8])
    pd.testing.assert_frame_equal(calibrate(calibration, tmp_path / "c", 4, TINY).trials, whole.trials)


def test_another_calibration_in_the_folder_is_refused_with_the_difference(finished):
    folder, calibration, _ = finished
    before = (folder / FILE).read_bytes()
    with pytest.raises(BadInput, match=r"calibration.json: calibration: is another.*sampler.seed: 0 there, 1 now"):
        calibrate(replace(calibration, seed=1), folder, 4, TINY)
    with pytest.raises(BadInput, match=r"targets"):
        calibrate(replace(calibration, targets=KNOWN[:1]), folder, 4, TINY)
    assert (folder / FILE).read_bytes() == before


def test_a_folder_of_somebody_elses_is_left_alone_and_what_a_kill_left_is_not_in_the_way(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(BadInput, match="not a calibration"):
        calibrate(known(), tmp_path, run=Made())
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    (tmp_path / "c").mkdir()
    left = disk.unfinished(tmp_path / "c" / FILE)
    left.with_name(left.name.replace(f"-{os.getpid()}-", "-999999999-")).write_text("{")
    calibrate(known(), tmp_path / "c", 1, run=Made())
    assert json.loads((tmp_path / "c" / FILE).read_text())["study"] == "known"
    assert [path.name for path in (tmp_path / "c").iterdir()] == [FILE]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"factors": {}}, "known: factors: must be at least one"),
        ({"targets": ()}, "known: targets: must be at least one"),
        ({"batch": 0}, "known: batch: must be 1 or more"),
        ({"replicates": 0}, "known: replicates: must be 1 or more"),
        ({"arms": {"control": {}}}, 'known: targets: "reminder" of kind_acts_reminder_difference is no arm'),
        ({"factors": {"rules.frictoin": Range(0, 1)}}, 'rules.frictoin: unknown key; did you mean "friction"'),
        ({"factors": {"rules.friction": Range(0, 9)}}, r"rules.friction: 9.0 is out of range"),
        ({"targets": (Target("kindacts", value=1, within=1),)}, '"kindacts" is no outcome; did you mean "kind_acts"'),
    ],
)
def test_what_cannot_be_sought_is_refused_before_anything_runs(tmp_path, changes, words):
    run = Made()
    with pytest.raises(BadInput, match=words):
        calibrate(known(**changes), tmp_path / "c", run=run)
    assert not run.plans
    assert not (tmp_path / "c").exists()


@pytest.mark.slow
def test_two_settings_of_a_tiny_world_are_found_again(tmp_path, record_property):
    """Both outcomes move in steps in a world of 40 people (one open need is a 160th of the runs' mean), and hard days
    are rare there: friction within .08 as above, the rate of hard days within .03, a ninth of its range."""
    factors = {"rules.friction": Range(0, 2), "rules.hard_day_rate": Range(0.02, 0.3)}
    targets = (Target("kind_acts", value=0, within=0.05), Target("needs_open", value=0, within=0.02))
    truth = {"rules.friction": 0.8, "rules.hard_day_rate": 0.12}
    calibration = own(Calibration("two", "everyday", factors, targets), truth, tmp_path / "own")
    for seed in range(3):
        fit = calibrate(replace(calibration, seed=seed), tmp_path / f"c{seed}", 8, TINY)
        record_property(f"found with seed {seed}", fit.best)
        assert fit.best["rules.friction"] == pytest.approx(0.8, abs=0.08)
        assert fit.best["rules.hard_day_rate"] == pytest.approx(0.12, abs=0.03)


GOOD = """
[[targets]]
outcome = "kind_acts"
value = 2
within = 0.1

[[targets]]
outcome = "acts_like"
arm = "reminder"
difference = true
value = -0.5
within = 0.2
source = "Author, et al. 2020"
"""
TABLE = """outcome,arm,difference,value,within,source
kind_acts,,,2,0.1,

acts_like,reminder,true,-.5e0,0.2,"Author, et al. 2020"
""".replace("-.5e0", "-0.5")


@pytest.mark.parametrize(("name", "text"), [("t.toml", GOOD), ("t.csv", TABLE), ("t.csv", "\ufeff" + TABLE)])
def test_targets_of_a_file(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert read_targets(tmp_path / name) == [
        Target("kind_acts", value=2.0, within=0.1),
        Target("acts_like", "reminder", True, value=-0.5, within=0.2, source="Author, et al. 2020"),
    ]


BAD = [
    (
        "t.toml",
        GOOD.replace('"kind_acts"', '"kindacts"'),
        r't.toml:3: targets.0.outcome: "kindacts" is no outcome; did',
    ),
    (
        "t.toml",
        GOOD.replace("within = 0.2", "within = 0"),
        r"t.toml:12: targets.1.within: 0 will not do; allowed is",
    ),
    ("t.toml", GOOD.replace("value = -0.5\n", ""), r"t.toml:7: targets.1.value: is missing; a target needs"),
    ("t.toml", GOOD.replace("value = 2", "valeu = 2"), r't.toml:4: targets.0.valeu: unknown key.*did you mean "value"'),
    ("t.toml", GOOD.replace("value = 2", "value = true"), r"t.toml:4: targets.0.value: true will not do"),
    ("t.toml", GOOD.replace("value = 2", "value = inf"), r"t.toml:4: targets.0.value: inf will not do"),
    ("t.toml", GOOD.replace("value = 2", 'value = "2"'), r't.toml:4: targets.0.value: "2" will not do'),
    ("t.toml", GOOD.replace('arm = "reminder"\n', ""), r"t.toml:7: targets.1.arm: is the control"),
    ("t.toml", GOOD + GOOD, r"t.toml:16: targets.2.outcome: has a target already"),
    ("t.toml", "a = 1\n" + GOOD, r"t.toml:1: a: unknown key; allowed is targets"),
    ("t.toml", "targets = 3", r"t.toml:1: targets: are not tables"),
    ("t.toml", "", r"t.toml: targets: are none"),
    ("t.toml", "x = ", r"t.toml:1: TOML: cannot be read"),
    ("t.csv", TABLE.replace("0.2", "-1"), r"t.csv:4: within: -1 will not do"),
    ("t.csv", TABLE.replace("true", "yes"), r't.csv:4: difference: "yes" will not do; allowed is true or false'),
    ("t.csv", TABLE.replace("kind_acts,,,2", "kind_acts,,,"), r"t.csv:2: value: is missing"),
    ("t.csv", TABLE.replace("kind_acts,,,2", "kind_acts,,2"), r"t.csv:2: targets: has 5 values for 6 columns"),
    ("t.csv", TABLE.replace("arm", "amr", 1), r't.csv:4: amr: unknown key.*did you mean "arm"'),
    ("t.csv", TABLE.replace("arm", "outcome", 1), r"t.csv:1: targets: have a column without a name or twice"),
    ("t.csv", "outcome,value\n", r"t.csv: targets: are none"),
    ("t.csv", "", r"t.csv: targets: are none"),
    ("t.txt", TABLE, r"t.txt: targets: is neither"),
    (".csv", TABLE, r"targets: is neither"),
]


@pytest.mark.parametrize(("name", "text", "words"), BAD, ids=[words for _, _, words in BAD])
def test_a_file_of_bad_targets_says_where(tmp_path, name, text, words):
    (tmp_path / name).write_text(text)
    with pytest.raises(BadInput, match=words):
        read_targets(tmp_path / name)


def test_a_file_of_targets_that_is_not_there_or_not_text(tmp_path):
    with pytest.raises(BadInput, match=r"none.toml: targets: no such file"):
        read_targets(tmp_path / "none.toml")
    for name in ("t.csv", "t.toml"):
        (tmp_path / name).write_bytes(b"outcome\n\xff")
        with pytest.raises(BadInput, match=rf"{name}.*(cannot be read|not UTF-8)"):
            read_targets(tmp_path / name)
