"""Commands on studies, end to end, and the calls for notebooks."""

from __future__ import annotations

import json
import runpy
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim import cli
from sim.lab.conduct import Request, read
from sim.lab.errors import BadInput

STUDY = """
question = "Does a reminder pay where people burn out easily?"
scenario = "everyday"
replicates = 3
outcomes = ["kind_acts", "resting", "cost", "kind_acts_total", "needs_met_total"]

[changes]
"network.people" = 40
"network.degree" = 4
days = 4

[factors]
"rules.burnout_rate" = [0.03, 0.3]

[arms.control]
[arms.reminder]
interventions = [{ kind = "daily_prompt", name = "prompt", cost = { per_delivery = 0.5 } }]
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    """A study's file and, beside it, its finished folder."""
    home = tmp_path_factory.mktemp("commands")
    (home / "pay.toml").write_text(STUDY)
    assert cli.exit_code(["sweep", str(home / "pay.toml"), "-o", str(home / "out"), "-q", "--workers=1"]) == 0
    return home


@pytest.fixture
def said(capsys):
    """Runs a command: (exit code, stdout, stderr)."""

    def run(*arguments: object) -> tuple[int, str, str]:
        code = cli.exit_code([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_a_sweep_leaves_tables_and_what_they_mean(study):
    out = study / "out"
    runs = pd.concat(pd.read_parquet(path) for path in (out / "runs").glob("*.parquet"))
    assert len(runs) == 12
    explained = set(pd.read_csv(out / "columns.csv")["name"])
    assert set(runs.columns) <= explained
    assert (out / "design.csv").read_text() == "rules.burnout_rate\n0.03\n0.3\n"
    told = json.loads((out / "manifest.json").read_text())
    assert told["runs"] == 12
    assert sim.load(out / "scenario.toml").settings.network.people == 40


def test_status_reads_the_disk_alone(study, said, tmp_path):
    out = Path(shutil.copytree(study / "out", tmp_path / "out"))
    assert "12 of 12 runs done" in said("status", out)[1]
    next((out / "runs").glob("*.parquet")).write_bytes(b"nothing")
    code, text, _ = said("status", out)
    assert code == 0
    assert "6 of 12 runs done" in text
    assert "broken" in text
    assert json.loads(said("status", out, "--json")[1])["runs_done"] == 6
    assert said("sweep", study / "pay.toml", "-o", out, "--repair", "-q", "--workers=1")[0] == 0
    assert "12 of 12 runs done" in said("status", out)[1]


def test_compare_pairs_runs_and_prices_them(study, said, tmp_path):
    code, text, _ = said("compare", study / "out", "-o", tmp_path / "table.csv")
    assert code == 0
    assert "kind acts per person and day" in text
    assert "burnout_rate=0.03  reminder" in text
    assert "cost of an extra kind act, EUR" in text
    assert "Variance saved by pairing" in text
    rows = json.loads(said("compare", study / "out", "--outcome=kind_acts", "--json")[1])
    assert [row["arm"] for row in rows] == ["reminder", "reminder"]
    assert all(row["saved"] > 1 for row in rows)
    assert len(pd.read_csv(tmp_path / "table.csv")) == 10


def test_dry_run_writes_nothing(study, said, tmp_path):
    code, text, _ = said("sweep", study / "pay.toml", "-o", tmp_path / "no", "--dry-run")
    assert code == 0
    assert "12 runs in 2 parts, 48 ticks in all" in text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["sweep", "nosuch"], "no scenario of that name"),
        (["sweep", "everyday", "--shard", "3/2"], "is not i/n"),
        (["sweep", "everyday", "--set", "rules.notice=7"], "rules.notice: 7 is out of range"),
        (["sweep", "{out}/../pay.toml", "-o", "{out}", "--set", "days=5"], "scenario.days: 4.0 there, 5.0 now"),
        (["sweep", "everyday", "--dask", "nowhere"], "--dask"),
        (["status", "."], "study.json is not there"),
        (["compare", "{out}", "--outcome", "kind_act"], 'did you mean "kind_acts"'),
        (["compare", "{out}", "--control", "contrl"], 'did you mean "control"'),
        (["ripple", "everyday", "-o", "ripple.doc"], "is no figure"),
        (["ripple", "everyday", "--set", "network.people=30", "--acts=5000"], "--acts"),
        (["calibrate", "everyday", "--targets", "none.toml", "--factor", "rules.friction=0:2"], "none.toml"),
        (["calibrate", "everyday", "--targets", "none.toml", "--factor", "rules.friction"], "is not KEY=LOW:HIGH"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(study, said, tmp_path, monkeypatch, arguments, line):
    monkeypatch.chdir(tmp_path)
    code, out, err = said(*(one.replace("{out}", str(study / "out")) for one in arguments))
    assert (code, out) == (2, "")
    assert line in err
    assert len(err.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_scenario_is_the_study_of_its_own_arms(tmp_path):
    assert Request("influencers").plan().arms == ("nobody", "everyday_people", "well_followed")
    (tmp_path / "town.toml").write_text('name = "town"\nquestion = "?"\n[network]\npeople = 30\ndegree = 4\n')
    assert read(str(tmp_path / "town.toml")).name == "town"


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(study, tmp_path):
    """SIGINT in mid-sweep: exit 4, one line, and the same line finishes the rest."""
    line = [sys.executable, "-m", "sim", "sweep", str(study / "pay.toml"), "-o", str(tmp_path / "out"), "--workers=1"]
    line += ["--set", "days=30", "--set", "network.people=2000", "--replicates=40"]
    process = subprocess.Popen(line, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    for _ in range(600):
        time.sleep(0.1)
        if any((tmp_path / "out/runs").glob("part-*")):
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 4
    assert "runs are kept in" in err.splitlines()[-1]
    assert any((tmp_path / "out/runs").glob("part-*"))


def test_ripple_prints_and_draws(said, tmp_path):
    small = ("--set", "network.people=80", "--set", "network.degree=4", "--acts=4", "--replicates=2", "-q")
    code, text, _ = said("ripple", "everyday", *small, "-o", tmp_path / "ripple.png")
    assert code == 0
    assert "contagion  R = " in text
    assert (tmp_path / "ripple.png").stat().st_size > 10_000
    forms = json.loads(said("ripple", "everyday", *small, "--no-burnout", "--json")[1])
    assert [one["form"] for one in forms] == ["contagion", "net"]
    told = said("ripple", "everyday", *small[:4], "--story")[1]
    assert told.startswith("Day 101: person ")


def test_sensitivity_ranks_the_unpinned(said, tmp_path):
    pytest.importorskip("SALib")
    small = ("--set", "network.people=30", "--set", "network.degree=4", "--set", "days=4")
    size = ("--trajectories=2", "--replicates=1", "--workers=1")
    code, text, _ = said("sensitivity", "everyday", "--outcome=kind_acts", *small, *size, "-o", tmp_path / "s", "-q")
    assert code == 0
    assert "rules.beta_gratitude" in text


def test_calibrate_says_what_is_met(said, tmp_path):
    pytest.importorskip("optuna")
    targets = tmp_path / "targets.toml"
    targets.write_text('[[targets]]\noutcome = "kind_acts"\nvalue = 1.0\nwithin = 5.0\n')
    small = ("--set", "network.people=30", "--set", "network.degree=4", "--set", "days=4")
    size = ("--batches=1", "--replicates=1", "--workers=1", "--factor", "rules.friction=0:2")
    code, text, _ = said("calibrate", "everyday", "--targets", targets, *size, *small, "-o", tmp_path / "c")
    assert code == 0
    assert "Every target is met." in text


def test_notebook_calls(study, tmp_path):
    made = sim.run("influencers", {"network.people": 60, "days": 6}, replicates=2, quiet=True)
    assert len(made.to_pandas()) == 6
    assert set(made.series["arm"]) == {"nobody", "everyday_people", "well_followed"}
    assert made.plot().axes
    swept = sim.sweep(study / "pay.toml", folder=study / "out", quiet=True)
    assert len(swept.to_pandas()) == 12
    assert swept.plot(("kind_acts",)).axes
    assert list(sim.compare(swept, ("kind_acts",)).to_pandas()["arm"]) == ["reminder", "reminder"]
    small = {"network.people": 60, "network.degree": 4}
    ripples = sim.ripple("everyday", small, acts=2, replicates=2, quiet=True)
    assert {"tick", "degree", "further"} <= set(ripples.to_pandas().columns)
    assert ripples.plot().axes
    with pytest.raises(BadInput, match=r"rules\.notise"):
        sim.run("everyday", {"rules.notise": 0.1})


EXPERIMENTS = sorted(path.stem for path in (Path(__file__).parents[1] / "experiments").glob("*.py"))
QUICK = (
    "burnout_rate",
    "calibration",
    "performative_share",
    "sensitivity",
)  # one of each make
SLOW = [name for name in EXPERIMENTS if name not in (*QUICK, "levers", "scenarios")]


@pytest.mark.parametrize("name", [*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW)])
def test_every_experiment_runs_small(name, tmp_path, monkeypatch):
    file, folder = Path(__file__).parents[1] / "experiments" / f"{name}.py", tmp_path / name
    monkeypatch.setattr(sys, "argv", [name, "--small", "-o", str(folder)])
    runpy.run_path(str(file), run_name="__main__")
    assert (folder / "summary.csv").stat().st_size > 50
    assert (folder / "study.png").stat().st_size > 10_000


def test_experiments_are_short_and_ask_a_question():
    for name in EXPERIMENTS:
        text = (Path(__file__).parents[1] / "experiments" / f"{name}.py").read_text()
        assert "?" in text.split('"""')[1].split("\n\n")[0], name
        assert name in ("levers", "scenarios") or len(text.splitlines()) < 80, name
