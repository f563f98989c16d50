"""The command: exit codes, one line per fault, data on stdout and talk on stderr."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim import cli
from sim.lab.progress import Plain

HERE = Path(__file__).parent


@pytest.fixture
def kindling(fake, capsys):
    """Runs the command in this process on the stand-in model: arguments → exit code, stdout, stderr."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = cli.exit_code(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_help_names_every_command():
    shown = CliRunner().invoke(cli.app, ["--help"])
    assert shown.exit_code == 0
    assert all(word in shown.output for word in ("run", "scenarios", "check", "schema", "network", "bench"))


def test_run_leaves_a_result_and_says_so_in_words(kindling):
    code, out, err = kindling("run", "everyday", "--arm=as_it_is", "--days=40", "--people=50", "--no-figure")
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[0] == "everyday: 50 people, 50 ties, 40 days."
    assert "  A person did 3.35 kind acts a day, up from 3.06 in the first days." in lines
    assert lines[-1] == "Results: results/everyday"
    assert Path("results/everyday/manifest.json").is_file()


def test_a_short_run_compares_nothing_and_an_empty_one_says_so(kindling):
    alone = ("run", "everyday", "--arm=as_it_is", "--no-figure", "--days=2")
    short = kindling(*alone, "--people", "1", "--set", "network.kind=ring")[1]
    assert short.startswith("everyday: 1 person, ")
    assert "At the end:\n  A person did 3.02 kind acts a day.\n" in short
    empty = kindling(*alone, "--people", "0")[1]
    assert "Nobody was there to be kind." in empty


def test_run_json_is_one_object_and_quiet_is_silent(kindling):
    code, out, err = kindling("run", "everyday", "--json", "--people=50", "--days=5", "-o", "out", "--no-figure")
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert {"digest", "engine", "days", "people", "ties", "folder", "outcomes"} <= set(told)
    assert (told["engine"], told["people"], told["days"], told["folder"]) == ("kernel", 50, 5.0, "out")
    assert kindling("run", "everyday", "-q", "--people=50", "--days=5", "--no-figure") == (0, "", "")


def test_both_engines_are_reached(kindling):
    runs = [
        kindling("run", "everyday", "--json", "--no-figure", "--people=50", "--engine", e)[1]
        for e in ("kernel", "mesa")
    ]
    first, second = map(json.loads, runs)
    assert first["digest"] == second["digest"]
    assert second["engine"] == "mesa"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("run everday", "everday: scenario: no scenario of that name"),
        ("run none.toml", "none.toml: scenario: no such file"),
        ("run everyday --set rules.notise=1", '--set: rules.notise: unknown key; did you mean "notice"?'),
        ("run everyday --set rules.notice=nan", "--set: rules.notice: is nan, not a finite number"),
        ("run everyday --people -1", "--people: network.people: -1 is out of range"),
        ("run everyday --days inf", "--days: days: is inf, not a finite number"),
        ("run everyday --seed 4294967296", "--seed: seed: 4294967296 is out of range"),
        ("run everyday --dt 0", "--dt: dt: 0.0 is out of range; allowed is a number from"),
        ("run everyday --seed one", "kindling run: Invalid value for '--seed'"),
        ("run everyday --sed 1", "kindling run: No such option: --sed"),
        ("run everyday --threads 0", "kindling run: Invalid value for '--threads'"),
        ("run", "kindling run: Missing argument"),
        ("rnu", "kindling: No such command 'rnu'"),
        (
            "run everyday --set network.kind=small_world --people 3",
            "network.degree: 14 needs more than 3 people",
        ),
        ("run everyday --arm as_it_was", "--arm: as_it_was: no such arm; everyday has as_it_is, "),
        ("run everyday --replicates 0", "--replicates: 0: will not do; allowed is a number like 5 or a range"),
        ("run everyday --set headline=['kind_act']", '--set: headline.0: unknown outcome "kind_act"; did you mean'),
        ("run everyday --set arms.no_habit.rules.notise=1", "--set: arms.no_habit.rules.notise: unknown key; did"),
        ("run everyday -o taken", "taken: -o: holds files that are not an unfinished result"),
        ("check everyday none.toml", "none.toml: scenario: no such file"),
    ],
)
def test_bad_input_is_one_line_exit_2_and_nothing_written(kindling, arguments, line):
    Path("taken").mkdir()
    Path("taken/file").touch()
    code, _, err = kindling(*arguments.split())
    assert code == 2
    assert line in err
    assert len(err.strip().splitlines()) == 1
    assert os.listdir() == ["taken"]


def test_a_finished_result_is_refused(kindling):
    arguments = ("run", "everyday", "--people=50", "--days=5", "-o", "out", "--no-figure")
    assert kindling(*arguments)[0] == 0
    code, out, err = kindling(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("out: -o: holds a finished result")


@pytest.mark.parametrize(
    ("trouble", "code", "line"),
    [
        (MemoryError(), 3, "not enough memory"),
        (KeyboardInterrupt(), 4, "interrupted"),
        (ZeroDivisionError("division\nby zero"), 70, "our bug: ZeroDivisionError: division by zero; please report"),
    ],
)
def test_trouble_in_mid_run(kindling, fake, monkeypatch, trouble, code, line):
    monkeypatch.delenv("KINDLING_DEBUG", raising=False)
    monkeypatch.setattr(fake.World, "fails", trouble)
    found, out, err = kindling("run", "everyday", "--people=50", "-o", "out")
    assert (found, out) == (code, "")
    assert line in err
    assert "Traceback" not in err
    assert not Path("out").exists()


def test_a_traceback_only_for_those_who_ask(kindling, fake, monkeypatch):
    monkeypatch.setenv("KINDLING_DEBUG", "1")
    monkeypatch.setattr(fake.World, "fails", ZeroDivisionError())
    assert "Traceback" in kindling("run", "everyday", "--people=50")[2]


@pytest.mark.skipif(os.name != "posix", reason="a folder under a file fails in its own way elsewhere")
def test_a_folder_that_cannot_be_made_is_exit_3(kindling):
    Path("file").touch()
    code, _, err = kindling("run", "everyday", "--people=50", "-o", "file/out")
    assert code == 3
    assert err.startswith("file/out: cannot be written: Not a directory")


def test_scenarios_and_schema_and_check(kindling):
    told = json.loads(kindling("scenarios", "--json")[1])
    assert {"name", "question"} == set(told[0])
    assert {"everyday", "compassion_fatigue", "influencers"} <= {one["name"] for one in told}
    assert "everyday" in kindling("scenarios")[1]
    assert json.loads(kindling("schema")[1])["title"] == "Kindling scenario"
    assert kindling("schema", "-o", "s.json")[:2] == (0, "")
    assert json.loads(Path("s.json").read_text())["$defs"]
    assert kindling("check", "everyday", "influencers") == (0, "everyday: fine\ninfluencers: fine\n", "")


def test_a_network_figure_must_be_a_figure(kindling):
    code, _, err = kindling("network", "ties.csv", "-o", "figure.doc")
    assert (code, err) == (2, "figure.doc: -o: is no figure; allowed are names ending in .png, .svg, .pdf\n")


def test_a_network_file_is_run_and_described(kindling):
    pytest.importorskip("sim.lab.describe")
    Path("ties.csv").write_text("source,target\n1,2\n2,3\n3,1\n3,4\n")
    given = ("--set", "network.kind=file", "--set", "network.path=ties.csv")
    code, out, err = kindling("run", "everyday", "--json", "--no-figure", "-o", "out", "--days", "5", *given)
    assert (code, err) == (0, "")
    assert (json.loads(out)["people"], json.loads(out)["ties"]) == (4, 8)
    assert kindling("run", "out/scenario.toml", "-q", "--no-figure", "-o", "again")[0] == 0
    assert json.loads(kindling("network", "ties.csv", "--json")[1])["people"] == 4
    code, out, err = kindling("network", "ties.csv", "-o", "figure.svg")
    assert (code, err) == (0, "")
    assert "people" in out
    assert Path("figure.svg").stat().st_size > 1000
    code, _, err = kindling("network", "none.csv")
    assert (code, len(err.splitlines())) == (2, 1)


def test_run_draws_a_figure(kindling):
    pytest.importorskip("sim.studio.plots")
    drawn = ("run", "everyday", "-q", "--people=50", "--days=5", "-o")
    assert kindling(*drawn, "out", "--arm=as_it_is")[::2] == (0, "")
    assert set(os.listdir("out/figures")) == {"run.svg", "run.png"}
    assert kindling(*drawn, "arms")[::2] == (0, "")
    assert set(os.listdir("arms/figures")) == {"arms.svg", "arms.png"}
    assert json.loads(Path("out/manifest.json").read_text())["notes"] == []


def test_version_and_bare_call(kindling):
    assert kindling("--version")[1].startswith("kindling 0.")
    assert "Usage" in kindling()[1]


def test_plain_progress_speaks_only_of_long_runs(capsys):
    clock = iter([0.0, 1.0, 1.5, 2.5, 3.0]).__next__
    plain = Plain(30, sys.stdout, clock)
    for done in (1, 3, 7, 9):
        plain(done)
    said = capsys.readouterr().out.splitlines()
    assert said == ["20 %: tick 7 of 30, 4 ticks/s, 6 s left", "30 %: tick 9 of 30, 4 ticks/s, 5 s left"]


def start(folder: Path, slowness: float, *arguments: str) -> subprocess.Popen:
    """The command in a process of its own, on the stand-in model."""
    program = [sys.executable, str(HERE / "fake_model.py"), str(slowness), *arguments]
    paths = os.pathsep.join([str(HERE.parent), str(HERE)])
    kept = {name: value for name, value in os.environ.items() if name != "KINDLING_DEBUG"}
    env = {**kept, "PYTHONPATH": paths, "NO_COLOR": "1"}
    return subprocess.Popen(program, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_process_of_its_own(tmp_path):
    good = start(tmp_path, 0, "run", "everyday", "--people=50", "--no-figure", "--json", "-o", "out")
    bad = start(tmp_path, 0, "run", "everyday", "--people=x")
    assert json.loads(good.communicate(timeout=30)[0])["people"] == 50
    out, err = bad.communicate(timeout=30)
    assert (good.returncode, bad.returncode, out, len(err.splitlines())) == (0, 2, "", 1)
    assert (tmp_path / "out/manifest.json").is_file()


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_is_exit_4_and_the_same_line_starts_again(tmp_path, sent):
    line = ("run", "everyday", "--people=50", "--no-figure", "-o", "out")
    running = start(tmp_path, 0.05, *line)
    wait_for(tmp_path / "out/.unfinished")
    running.send_signal(sent)
    out, err = running.communicate(timeout=30)
    assert (running.returncode, out) == (4, "")
    assert err.strip().splitlines() == ["interrupted; nothing is left half done, the same line starts again"]
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_killed_looks_unfinished_and_is_redone(tmp_path):
    line = ("run", "everyday", "--people=50", "--no-figure", "-o", "out")
    running = start(tmp_path, 0.05, *line)
    wait_for(tmp_path / "out/.unfinished")
    running.kill()
    running.communicate(timeout=30)
    assert not (tmp_path / "out/manifest.json").exists()
    again = start(tmp_path, 0, *line)
    again.communicate(timeout=30)
    assert again.returncode == 0
    assert (tmp_path / "out/manifest.json").is_file()


def wait_for(path: Path, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end, f"{path} did not appear"
        time.sleep(0.02)


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals")
def test_a_terminal_gets_a_bar(tmp_path):
    import pty

    ours, theirs = pty.openpty()
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)]), "TERM": "xterm", "NO_COLOR": "1"}
    program = [sys.executable, str(HERE / "fake_model.py"), "0.005", "run", "everyday", "--people=50", "--no-figure"]
    done = subprocess.run(program, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=theirs, timeout=30)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode(errors="replace")  # the terminal may cut a letter in two
    assert done.returncode == 0
    assert "ticks/s" in shown
    assert "\x1b[3" not in shown


def test_starting_is_quick_because_nothing_heavy_is_imported():
    heavy = ("numpy", "numba", "mesa", "pandas", "pyarrow", "pydantic")
    code = f"import sys, sim.cli; print([name for name in {heavy} if name in sys.modules])"
    env = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=30)
    assert done.stdout.strip() == "[]"


def test_a_notebook_gets_a_bar(monkeypatch, capsys):
    """What its kernel loads is the sign; the bar goes where the notebook shows things, not to stderr."""
    from sim.lab import progress

    assert not progress.in_notebook()
    monkeypatch.setitem(sys.modules, "ipykernel", sys)
    with progress.progress(4) as advance:
        for done in range(1, 5):
            advance(done)
    assert isinstance(advance, progress._Ticker)
    assert capsys.readouterr().err == ""
