"""The benchmark measures what it says: same work for all who are compared, counts that are counted, honest tables."""

from __future__ import annotations

import csv
import json
import sys
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
import worlds

from sim import cli
from sim.lab.bench import contest, contestant, engines, floor, lines, peers, rates, scaling
from sim.lab.bench.lines import Spread
from sim.lab.bench.scaling import Point
from sim.model.law import letters
from sim.model.world import World
from sim.studio import scaling_figure

HERE = [name for name in contest.installed() if not name.startswith("Kindling")]


# --- figures -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "shown"), [(0.01234, "0.0123"), (9.996, "10.0"), (999.9, "1,000"), (123456.0, "123,000"), (0, "0.00")]
)
def test_numbers_are_shown_to_three_digits(number, shown):
    assert lines.rounded(number) == shown


def test_works_take_turns():
    order: list[str] = []
    works = {name: lambda name=name: order.append(name) or len(order) for name in "ab"}
    found = lines.alternated(works, rounds=3)
    assert order == list("ababab")
    assert found == {"a": [1, 3, 5], "b": [2, 4, 6]}


def test_a_ratio_is_taken_round_by_round():
    """A busy spell that slows both leaves the ratio alone; the ratio of sums would not know."""
    assert lines.ratios([2.0, 20.0, 2.0], [1.0, 10.0, 1.0]) == Spread(2.0, 2.0, 2.0)


# --- peers -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def case() -> peers.Case:
    return peers.case(400)


def test_a_case_survives_its_file(case, tmp_path):
    case.save(tmp_path / "case.npz")
    again = peers.Case.load(tmp_path / "case.npz")
    assert all(np.array_equal(one, other) for one, other in zip(case, again, strict=True))
    source, target = case.pairs()
    assert len(source) * 2 == len(case.indices)
    assert case.graph().number_of_edges() == len(source)
    assert (source < target).all()


def infected(name: str, case: peers.Case, runs: int = 12) -> np.ndarray:
    start = peers.CONTESTANTS[name].start(case)
    return np.array([start(number)() for number in range(1, runs + 1)])


@pytest.fixture(scope="module")
def ours(case) -> np.ndarray:
    return infected("Kindling", case)


@pytest.mark.parametrize("name", HERE)
def test_all_contestants_infect_a_like_share(name, case, ours):
    """Within three points and the noise of the runs: days are of different make (see CONTESTANTS)."""
    theirs = infected(name, case)
    noise = 4 * np.hypot(ours.std(), theirs.std()) / np.sqrt(len(ours))
    assert abs(ours.mean() - theirs.mean()) < 0.03 + noise


def test_half_the_rate_would_be_noticed(case, ours, monkeypatch):
    monkeypatch.setattr(peers, "BETA", peers.BETA / 2)
    slower = infected("Mesa", case)
    noise = 4 * np.hypot(ours.std(), slower.std()) / np.sqrt(len(ours))
    assert abs(ours.mean() - slower.mean()) > 0.03 + noise


def test_a_contestant_answers_every_line(case):
    out = StringIO()
    contestant.answer("Kindling", case, ["1\n", "2\n"], out)
    told = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [set(one) for one in told] == [{"seconds", "infected", "memory"}] * 2
    assert told[0]["infected"] != told[1]["infected"]


def test_ours_and_a_peer_run_in_processes_of_their_own():
    found = list(contest.contest(200, {"Kindling": sys.executable, "Mesa": sys.executable}, rounds=2))
    assert [line.work for line in found] == ["SIR, 200 people: Kindling", "SIR, 200 people: Mesa"]
    assert all("M person-steps/s" in line.figure and "% infected" in line.remark for line in found)
    assert "× as fast" in found[1].remark
    assert "× as fast" not in found[0].remark


class Stand:
    """In place of a process."""

    def __init__(self, name: str, case: Path, python: str) -> None:
        self.name, self.memory, self.infected = name, 10**8, [0.5]

    def __enter__(self) -> Stand:
        return self

    def __exit__(self, *trouble: object) -> None: ...

    def run(self) -> float:
        if self.name == "Mesa":
            raise RuntimeError("no such module")
        return 1.0 if self.name == "Kindling" else 4.0


def test_a_peer_that_fails_stops_nobody(monkeypatch):
    monkeypatch.setattr(contest, "Runner", Stand)
    ours, fails, slow = contest.contest(100, dict.fromkeys(["Kindling", "Mesa", "EoN"], ""), rounds=1)
    assert ours.figure == "0.00500 M person-steps/s"
    assert (fails.figure, fails.remark) == ("failed", "no such module")
    assert slow.remark.startswith("ours 4.00 (4.00 to 4.00) × as fast; 100 MB; 50.0 (50.0 to 50.0) % infected; ")


def test_a_process_that_dies_says_its_last_words(tmp_path):
    with contest.Runner("Nobody", tmp_path / "missing.npz") as runner, pytest.raises(RuntimeError, match="missing"):
        runner.run()


def test_a_peer_that_is_not_here_is_named_with_what_installs_it(monkeypatch):
    monkeypatch.setattr(contest, "find_spec", lambda module: None)
    told = {line.work: line for line in contest.lines(())}
    assert told["SIR: Starsim"].figure == "not installed"
    assert told["SIR: Starsim"].remark == 'pip install "kindling-sim[peers]"'
    assert set(told) == {f"SIR: {name}" for name in peers.CONTESTANTS}


def test_a_peer_may_live_in_another_python(monkeypatch, tmp_path):
    """One that this Python lacks is looked for in the others, in order; what is no Python has nothing."""
    monkeypatch.setattr(contest, "find_spec", lambda module: module != "mesa")
    none, here = tmp_path / "no-python", Path(sys.executable)
    assert "Mesa" not in contest.installed([none])
    assert contest.installed([none, here])["Mesa"] == str(here)


# --- our own lines -----------------------------------------------------------------------------------------------


def test_kernel_and_mesa_engine_are_the_same_world():
    kernel, mesa, ratio = engines.against_mesa(200, rounds=2)
    assert "same bits" in mesa.remark
    assert "ns per person-tick" in kernel.remark
    assert ratio.figure.endswith("×")


def test_many_people_a_year_and_networks_have_their_lines():
    assert next(line.work for line in engines.many(500, ticks=2)) == "kernel, 500 people, 1 thread"
    (year,) = engines.year(300, ticks=2)
    assert year.work.startswith("a year of 300 people")
    assert len(list(engines.networks(300, 6.0, rounds=1))) == len(engines.FAMILIES)


# --- the floor ---------------------------------------------------------------------------------------------------


def test_what_is_counted_is_what_the_world_did():
    world, twin = (World(worlds.scenario(), worlds.scattered(300, 3000, 1)) for _ in range(2))
    counts = floor.counted(world)
    twin.step()
    assert world.digest() == twin.digest()
    post, people = twin.letters(), twin.people
    assert counts.letters == pytest.approx(len(post) / people)
    assert counts.items >= twin.columns.items_today.sum() / people
    replies = (post[:, 1] >> np.uint64(12) & np.uint64(255) == letters.REPLY).sum()
    assert counts.blocks >= 2 * (1 + counts.letters + (twin.columns.items_today.sum() + replies) / people)
    assert counts.profiles == pytest.approx(counts.items * world.settings.rules.candidates)


def test_one_candidate_costs_a_third_of_the_reads():
    three, one = (
        floor.counted(World(worlds.scenario(rules__candidates=c), worlds.scattered(300, 3000, 1))) for c in (3, 1)
    )
    assert three.profiles / three.items == pytest.approx(3)
    assert one.profiles / one.items == pytest.approx(1)


def test_the_floor_is_the_sum_of_its_parts():
    counts = floor.Counts(100.0, 24.0, 20.0, 8.0, 16.0, 24.0, 8.0, 2.0)
    rate = {"stream": 0.1, "gather profiles": 2.0, "block": 1.0, "logistic": 0.5, "exp": 0.25, "log": 0.125}
    assert counts.costs(rate) == {"streams": 10.0, "profiles": 48.0, "blocks": 20.0, "curves": 11.0}


def test_loops_of_the_rates_do_their_work():
    """A loop whose work the compiler throws away would measure nothing."""
    values = np.ones(8, np.float32)
    rates._stream(values)
    assert values.tolist() == [1.0] * 8
    table, index = np.arange(8, dtype=np.int32), np.array([1, 2, 2], np.uint32)
    assert rates._gather(table, index) == 5
    rates._scatter(table + 1, index)
    x, out = rates._values()
    rates._log(x, out)
    assert np.allclose(out, np.log(x), atol=1e-5)


def test_the_floor_has_every_line():
    told = [line.work for line in floor.lines(2000, (2**12, 2**16), rounds=1)]
    for part in ("stream", "gather 0.0625 MB", "scatter-add", "block", "floor, 2,000 people", "measured ÷ floor"):
        assert any(part in work for work in told), part


# --- scaling -----------------------------------------------------------------------------------------------------


def test_sizes_reach_from_one_thousand_to_what_is_asked():
    people = [size.people for size in scaling.sizes(most=10_000_000) if size.axis == "people"]
    assert (people[0], people[-1]) == (1_000, 10_000_000)
    assert max(size.people for size in scaling.sizes()) == 1_000_000
    assert max(size.people for size in scaling.sizes(quick=True)) == 2_000
    axes = {size.axis for size in scaling.sizes(quick=True)}
    assert axes == {axis for axis, *_ in scaling_figure.PANELS}


def test_scaling_leaves_a_table_and_a_figure(tmp_path, capsys):
    code = cli.exit_code(["bench", "--scaling", "--quick", "--people", "400", "-o", str(tmp_path / "cost.csv")])
    assert (code, capsys.readouterr().err) == (0, "")
    rows = list(csv.DictReader((tmp_path / "cost.csv").open()))
    assert {row["axis"] for row in rows} == {"people", "degree", "attention", "acts"}
    assert all(float(row["low"]) <= float(row["nanoseconds"]) <= float(row["high"]) for row in rows)
    assert (tmp_path / "cost.png").stat().st_size > 10_000
    assert "Kind acts a day" in (tmp_path / "cost.svg").read_text()


def points(*acts: float) -> list[Point]:
    return [
        Point("acts", 100, 20.0, 12.0, 0.5, 0.0, threads, one, 100.0 * one, 90.0 * one, 120.0 * one, 1.0, 1.0, 1.0)
        for one in acts
        for threads in (1, 2)
    ]


def test_a_panel_without_points_says_so():
    figure = scaling_figure.scaling_figure(points(1.0, 3.0))
    said = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert said.count("nothing to show") == 3
    assert "2 threads" in said
    assert scaling_figure.description(points(1.0, 3.0)).endswith("kind acts a day: 100 to 300.")


# --- the command -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--floor", "--scaling"], "--floor: --scaling: are two measurements; ask for one of them\n"),
        (["-o", "a.csv"], "a.csv: -o: names the table of --scaling; the other tables are printed\n"),
        (
            ["--scaling", "-o", "a.txt"],
            "a.txt: -o: is no table; the name ends in .csv, and the figure lies beside it\n",
        ),
    ],
)
def test_options_that_do_not_go_together_are_refused(asked, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.exit_code(["bench", *asked]) == 2
    assert capsys.readouterr().err == said
    assert list(Path(tmp_path).iterdir()) == []


def test_the_quick_table_prints_every_line(capsys):
    assert cli.exit_code(["bench", "--quick", "--no-peers", "--people", "200"]) == 0
    out = capsys.readouterr().out
    assert "kernel against Mesa engine" in out
    assert "same bits" in out
    assert "SIR" not in out
