"""The report: its numbers are `compare`'s, its page works in a real browser without anything else, nothing escapes."""

from __future__ import annotations

import csv
import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import browser as browsers
import pytest
import studies

from sim.cli import exit_code
from sim.lab.comparison import Comparison
from sim.lab.errors import BadInput
from sim.lab.robust import Headline, around
from sim.lab.study import Study
from sim.lab.sweep import sweep
from sim.model import disk
from sim.studio.report import page, words
from sim.studio.report.facts import Facts

PAID = {"kind": "broadcast", "name": "reminder", "prime": 0.3, "cost": {"fixed": 50, "per_delivery": 0.1}}
LEFT = ("kind_acts", "resting", "hostile_share", "sincere", "cost", "kind_acts_total")
NASTY = "<script>window.escaped = 1</script>"
MADE = {
    "plain": {"points": ({},), "replicates": 4, "outcomes": ()},
    "paid": {"points": ({},), "replicates": 6, "arms": {"as_it_is": {}, "paid": {"interventions": [PAID]}}},
    "points": {"points": [{"rules.burnout_rate": rate} for rate in (0.03, 0.1, 0.3)], "replicates": 3},
    "single": {"points": ({},), "replicates": 1},
    "groups": {"points": ({},), "changes": {"network.kind": "homophilic", "network.minority": 0.3}, "outcomes": ()},
    "nasty": {
        "points": ({},),
        "question": f"{NASTY} 善意は広がるのか & طيبة",
        "arms": {"control": {}, f"{NASTY}" * 2: {"rules.prompt": 0.3}, "善意_" * 20: {"rules.prompt": 0.1}},
    },
}


def made(name: str, folder: Path) -> Path:
    """The folder of one of the studies of `MADE`."""
    told = {"name": "small", "outcomes": LEFT, "arms": studies.ARMS, "replicates": 2, "series": False, **MADE[name]}
    study = Study(scenario="everyday", question=told.pop("question", "Does a reminder pay?"), **told)
    sweep(studies.plan(study), folder / name / "study", workers=1)
    return folder / name / "study"


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    folder, known = tmp_path_factory.mktemp("studies"), {}

    def one(name: str) -> Path:
        known[name] = known.get(name) or made(name, folder)
        return known[name]

    return one


@pytest.fixture(scope="module")
def pages(folders):
    """The page of each study, drawn once."""
    return cache(lambda name: page.html(Facts.read(folders(name), command=f"kindling report {NASTY}")))


class Reader(HTMLParser):
    """Tags, ids and texts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.ids, self.outside, self.rows, self._cell = [], [], [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        self.tags.append(tag)
        self.ids += [told["id"]] if "id" in told else []
        self.outside += [told[key] for key in ("src", "href", "xlink:href") if not told.get(key, "#").startswith("#")]
        if tag == "tr":
            self.rows.append([])
        self._cell = tag if tag in ("td", "th") else None

    def handle_data(self, data):
        if self._cell:
            self.rows[-1].append(data.strip())
            self._cell = None


@pytest.mark.parametrize("name", ["plain", "points", "single"])
def test_numbers_are_those_of_compare(folders, pages, name):
    facts, compared = Facts.read(folders(name)), Comparison.of(folders(name))
    shown = Reader(pages(name)).rows
    for row in compared.table.to_dict("records"):
        told = [facts.name(words.place(row, facts.results.factors), row["arm"])]
        told.append(words.level(row["outcome"], row["arm_mean"]))
        told.append(words.change(row["outcome"], row["difference"]))
        assert any(cells[:3] == told for cells in shown), told
    assert facts.comparison.table.equals(compared.table)


def test_the_answer_comes_first_and_says_no_more_than_the_interval():
    def row(difference, low, high, clear, pairs=9):
        ends = {"low": low, "high": high, "interval": "t" if pairs > 1 else "none", "pairs": pairs}
        return {"arm": "a", "difference": difference, "clear": clear, "among_many": clear, **ends}

    told = [words.finding("kind_acts", [one]) for one in (
        row(0.2, 0.1, 0.3, True), row(-0.2, -0.3, -0.1, True), row(0.2, -0.1, 0.5, False), row(0.2, 0, 0, False, 1),
    )]  # fmt: skip
    assert told == [
        "up by 0.2 (0.1 to 0.3) with “a”.", "down by 0.2 (0.1 to 0.3) with “a”.", "no clear difference with “a”.",
        "up by 0.2 (in a single pair of runs, so it may be chance) with “a”.",
    ]  # fmt: skip
    many = words.finding("resting", [row(0.02, 0.01, 0.03, True), row(0.05, 0.01, 0.09, True), row(0, -1, 1, False)])
    assert many == "up at 2 of 3 settings, by 2 to 5 points with “a”."


def test_what_one_pair_cannot_say_is_not_said(pages):
    text = pages("single")
    assert "it may be chance" in text
    assert "sweep more replicates" in text
    assert "nan" not in re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL).lower()


def test_costs_have_their_charts_or_a_sentence(folders, pages):
    assert "Nothing in this study costs anything" in pages("plain")
    facts = Facts.read(folders("paid"))
    (section,) = [one for one in page.sections(facts) if one.id == "costs"]
    prices, curve = (exhibit.table for exhibit in section.exhibits)
    assert prices.frame.equals(facts.comparison.costs)
    assert set(curve.frame["arm"]) == {"as_it_is", "paid"}


def test_groups_are_told_where_there_are_any(folders):
    (none,) = [one for one in page.sections(Facts.read(folders("plain"))) if one.id == "benefits"]
    assert "Nobody in this scenario belongs to a group" in none.says[0]
    (some,) = [one for one in page.sections(Facts.read(folders("groups"))) if one.id == "benefits"]
    assert some.exhibits[0].table.name == "difference_group_ratio"


def test_side_effects_are_told_whether_they_moved_or_not(folders):
    for name in ("plain", "paid", "points"):
        (section,) = [one for one in page.sections(Facts.read(folders(name))) if one.id == "sides"]
        told = " ".join([*section.says, *(exhibit.title for exhibit in section.exhibits)])
        for what in ("burned out", "hostile", "meant"):
            assert what in told


def test_an_interrupted_study_says_so(folders, tmp_path):
    plan = studies.plan(Study("half", "?", "everyday", **{**MADE["points"], "outcomes": LEFT, "arms": studies.ARMS}))
    sweep(plan, tmp_path, workers=1)
    next((tmp_path / "runs").glob("part-*")).unlink()
    text = page.html(Facts.read(tmp_path))
    assert "Unfinished." in text
    assert "12 of 18 runs are done" in " ".join(text.split())
    assert "gets its digest when it is" in text


def test_where_the_conclusion_turns_is_shown_or_how_to_ask(folders, pages, tmp_path):
    assert "--robust reminder:kind_acts" in pages("plain")
    base = Study("small", "?", "everyday", arms=studies.ARMS, replicates=2)
    study, names = around(base, Headline("kind_acts", "reminder"))
    study = Study("small_robust", "?", "everyday", study.points[:4], studies.ARMS, 2, ("kind_acts",))
    sweep(studies.plan(study), tmp_path / "robust", workers=1)
    text = page.html(Facts.read(folders("plain"), robust=tmp_path / "robust"))
    assert "It holds in" in text or "is unclear at" in text
    assert [words.capital(name) for name in names[:4]] == [
        cells[0] for cells in Reader(text).rows if cells and words.capital(cells[0]) in map(words.capital, names)
    ]
    next((tmp_path / "robust" / "runs").glob("part-*")).unlink()
    with pytest.raises(BadInput, match="is not finished: 3 settings were run, and 4 are named"):
        page.html(Facts.read(folders("plain"), robust=tmp_path / "robust"))


@pytest.mark.parametrize("name", MADE)
def test_a_page_needs_nothing_and_its_ids_are_its_own(pages, name):
    text = pages(name)
    found = Reader(text)
    assert not found.outside
    assert not {"script", "link", "iframe", "img"} & set(found.tags)
    assert len(set(found.ids)) == len(found.ids)
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(found.ids)
    assert set(re.findall(r'xlink:href="#([^"]+)"', text)) <= set(found.ids)
    assert all(name in found.ids for pair in re.findall(r'aria-labelledby="([^"]+)"', text) for name in pair.split())


def test_two_charts_alike_would_share_ids_without_our_care(folders):
    """Broken twin: the same chart twice as matplotlib writes it."""
    facts = Facts.read(folders("plain"))
    draw = next(page.exhibits(facts)).draw
    two = [page.plots.svg(draw(), "a", title="", description="") for _ in range(2)]
    found = Reader("".join(two)).ids
    assert len(set(found)) < len(found)
    ours = Reader(page.inline(draw, "a", "", "") + page.inline(draw, "b", "", "")).ids
    assert len(set(ours)) == len(ours)


def test_tables_as_csv(folders, tmp_path):
    paths = page.write_tables(Facts.read(folders("paid")), tmp_path / "tables")
    rows = list(csv.DictReader((tmp_path / "tables" / "difference_kind_acts.csv").open()))
    compared = Comparison.of(folders("paid"), ["kind_acts"]).table
    assert float(rows[0]["difference"]) == pytest.approx(compared["difference"].iloc[0])
    assert {path.stem for path in paths} >= {"difference_kind_acts", "price_kind_acts_total", "settings"}


def test_the_command_writes_whole_files_or_none(folders, tmp_path, monkeypatch, capsys):
    assert exit_code(["report", str(folders("single")), "-o", str(tmp_path / "a.html")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'a.html'}\n"
    assert exit_code(["report", str(folders("single")), "--outcome", "kindacts"]) == 2
    assert 'did you mean "kind_acts"' in capsys.readouterr().err

    def full(name, path):
        if name == "rename":
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "point", full)
    with pytest.raises(disk.DiskTrouble):
        page.write_page(Facts.read(folders("single")), tmp_path / "b.html")
    assert [path.name for path in tmp_path.iterdir()] == ["a.html"]


def test_a_study_of_one_arm_has_nothing_to_report(tmp_path):
    sweep(
        studies.plan(Study("alone", "?", "everyday", arms={"only": {}}, replicates=1, outcomes=("kind_acts",))),
        tmp_path,
        workers=1,
    )
    with pytest.raises(BadInput, match="nothing to compare it with"):
        Facts.read(tmp_path)


def test_a_manifest_that_is_no_manifest(folders, tmp_path):
    (copy := tmp_path / "study").symlink_to(folders("plain"))
    path = copy / "manifest.json"
    path.write_text("{")
    with pytest.raises(BadInput, match="cannot be read"):
        Facts.read(copy)
    told = {"digest": "abc", "command": "kindling sweep x -o y", "arms": {"reminder": "what it says"}}
    path.write_text(json.dumps(told))
    text = page.html(Facts.read(copy))
    path.unlink()
    assert "what it says" in text
    assert "kindling sweep x --robust reminder:kind_acts" in text


@browsers.needs_browser()
@pytest.mark.parametrize(
    ("name", "scheme"), [("paid", "light"), ("points", "dark"), ("nasty", "dark"), ("nasty", "light")]
)
def test_in_a_browser_from_a_file(pages, tmp_path, browser, name, scheme):
    (path := tmp_path / "report.html").write_text(pages(name), encoding="utf-8")
    for size in browsers.SIZES:
        with browsers.page_at(browser, path.as_uri(), size, color_scheme=scheme, offline=True) as seen:
            assert seen.troubles == []
            assert seen.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert seen.evaluate("window.escaped") is None
            assert seen.locator("h1").is_visible()
            assert seen.locator("figure svg[role=img]").count() == seen.locator("figure").count() > 0
            assert clipped(seen) == []
            browsers.shot(seen, f"report-{name}-{size}-{scheme}")
            if size == "phone" or name == "paid":
                assert browsers.faults(seen) == []


def clipped(seen) -> list[str]:
    """Texts of charts that stand out of their chart by more than a pixel."""
    return seen.evaluate("""() => [...document.querySelectorAll('figure:not([tabindex]) svg')].flatMap(svg => {
        const box = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('text')].filter(text => {
            const own = text.getBoundingClientRect();
            return own.left < box.left - 1 || own.right > box.right + 1 || own.bottom > box.bottom + 1;
        }).map(text => text.textContent);
    })""")


@browsers.needs_browser()
def test_the_check_for_faults_finds_one(pages, tmp_path, browser):
    path = tmp_path / "broken.html"
    path.write_text(pages("single").replace("--soft: #5b636b", "--soft: #d5d9dd"), encoding="utf-8")
    with browsers.page_at(browser, path.as_uri()) as seen:
        assert any("color-contrast" in fault for fault in browsers.faults(seen))


@browsers.needs_browser()
def test_it_prints_to_pages(pages, tmp_path, browser):
    (path := tmp_path / "report.html").write_text(pages("paid"), encoding="utf-8")
    with browsers.page_at(browser, path.as_uri(), color_scheme="dark") as seen:
        printed = seen.pdf(prefer_css_page_size=True)
        seen.emulate_media(media="print", color_scheme="dark")
        seen.set_viewport_size({"width": 680, "height": 960})  # what A4 leaves between its margins
        tall = seen.evaluate("Math.max(...[...document.querySelectorAll('figure')].map(one => one.offsetHeight))")
        paper = seen.evaluate("getComputedStyle(document.body).backgroundColor")
    assert printed.startswith(b"%PDF")
    assert tall < 960
    assert paper == "rgb(255, 255, 255)"
