"""A replay: what the page holds is the run, in few bytes, and a real browser plays it from a file without a network."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from dataclasses import replace
from html import unescape
from pathlib import Path

import browser as browsers
import numpy as np
import pytest
from test_recording import loaded, recorded_storm

import sim
from sim import cli
from sim.studio import codec
from sim.studio.page import WEB
from sim.studio.recording import Recording, record_arms
from sim.studio.replay import SCRIPTS, counted, replay_html, said, write_replay
from sim.studio.wording import titled

NASTY = "</script><script>document.title='taken'</script> <img src=x onerror=alert(1)> & \"quotes\" – 親切 لطف"


@pytest.fixture(scope="module")
def storm() -> Recording:
    return recorded_storm()


@pytest.fixture(scope="module")
def file(storm, tmp_path_factory) -> Path:
    return write_replay(storm, tmp_path_factory.mktemp("replay") / "storm.html")


def test_two_thousand_people_and_two_hundred_days_are_small():
    made = record_arms(loaded("everyday", "network.people=2000", "days=200"), ["as_it_is"])
    size = len(replay_html(made).encode())
    print(f"replay of 2,000 people x 200 days, {len(made.ties):,} ties: {size / 1000:.0f} kB")
    assert size <= 120_000


@pytest.mark.slow
def test_ten_thousand_people_and_two_hundred_days_are_small_enough():
    made = record_arms(loaded("everyday", "network.people=10000", "days=200"), ["as_it_is"])
    size = len(replay_html(made).encode())
    print(f"replay of 10,000 people x 200 days, {len(made.ties):,} ties: {size / 1000:.0f} kB")
    assert size <= 600_000


def test_the_page_is_one_file_that_asks_for_nothing(storm):
    text = replay_html(storm)
    assert not re.findall(r"""(?:src|href)\s*=|url\(|@import|\bfetch\(|XMLHttp|WebSocket""", text)
    assert "default-src 'none'" in unescape(text)
    assert text.count("<script") == 2


def test_names_of_the_modules_differ():
    """They stand side by side in one script, where a second definition would be an error."""
    names = [
        name
        for script in SCRIPTS
        for name in re.findall(
            r"^(?:export )?(?:const|let|class|(?:async )?function) (\w+)", (WEB / script).read_text(), re.M
        )
    ]
    assert len(names) == len(set(names))


def test_scripts_and_styles_fit_in_one_sitting_and_never_write_markup():
    for path in WEB.iterdir():
        text = path.read_text()
        assert len(text.splitlines()) <= 300, path.name
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text), path.name


def test_the_colour_of_paper_is_the_same_in_both_places():
    found = re.search(r"--paper: light-dark\((#\w+), (#\w+)\)", (WEB / "base.css").read_text())
    assert list(found.groups()) == re.findall(r"paper: '(#\w+)'", (WEB / "palette.js").read_text())


def test_every_text_is_escaped(storm):
    arms = tuple(replace(arm, name=NASTY, says=NASTY) for arm in storm.arms)
    texts = dict.fromkeys(("name", "question", "about", "look_at", "finding", "command"), NASTY)
    text = replay_html(replace(storm, arms=arms, **texts))
    assert text.count("<script") == 2
    assert "<img" not in text
    assert "&lt;/script&gt;" in text


def test_words():
    assert titled("storm_recovery") == "Storm recovery"
    assert counted(1, "day", "days") == "1 day"
    assert counted(2000, "person", "people") == "2,000 people"
    assert counted(1.5, "day", "days") == "1.5 days"
    assert said("wellbeing", 0.72) == "0.720"
    assert said("kind_acts", None) == "–"


def ready(page):
    page.wait_for_selector("html[data-ready]", timeout=20_000)
    return page


@browsers.needs_browser()
def test_it_opens_from_the_file_and_asks_for_nothing_else(browser, file):
    asked: list[str] = []
    with browsers.page_at(browser, "about:blank", reduced_motion="reduce", offline=True) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        ready(page)
        page.wait_for_timeout(200)
        assert asked == [file.as_uri()]
        assert page.troubles == []


@browsers.needs_browser()
def test_what_the_page_unpacks_is_the_run(browser, storm, file):
    script = f"async (text) => {{ {(WEB / 'recording.js').read_text().replace('export ', '')} "
    script += (
        "const r = await unpack(text); return [[...r.places], [...r.ties], r.moods.map((m) => [...m]), r.header]; }"
    )
    text = re.search(r'id="recording">([^<]+)<', file.read_text())[1]
    with browsers.page_at(browser, "about:blank") as page:
        places, ties, moods, header = page.evaluate(script, text)
    expected = codec.decode(b64decode(text))
    assert np.allclose(np.reshape(places, (-1, 2)), expected["places"], atol=1e-6)
    assert ties == storm.ties.ravel().tolist()
    assert moods == [arm.moods.ravel().tolist() for arm in storm.arms]
    assert header == json.loads(json.dumps(expected["header"]))


@browsers.needs_browser()
def test_play_pause_scrub_and_keys(browser, file):
    from playwright.sync_api import expect

    with browsers.page_at(browser, file.as_uri()) as page:
        ready(page)
        assert page.inner_text("#play") == "Pause"
        expect(page.locator("#date")).not_to_have_text("Day 0 of 24")
        page.keyboard.press(" ")
        assert page.inner_text("#play") == "Play"
        page.keyboard.press("Home")
        assert page.inner_text("#date") == "Day 0 of 24"
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        assert page.inner_text("#date") == "Day 2 of 24"
        page.keyboard.press("ArrowLeft")
        assert page.inner_text("#date") == "Day 1 of 24"
        page.click("#on")
        assert page.inner_text("#date") == "Day 2 of 24"
        page.focus("#day")
        page.keyboard.press("PageUp")
        assert page.inner_text("#date") == "Day 9 of 24"
        page.fill("#day", "17")
        assert page.inner_text("#date") == "Day 17 of 24"
        page.keyboard.press("End")
        assert page.inner_text("#date") == "Day 24 of 24"
        page.select_option("#speed", "30")
        page.click("#play")
        expect(page.locator("#play")).to_have_text("Play")
        assert page.inner_text("#date") == "Day 24 of 24"
        assert page.troubles == []


@browsers.needs_browser()
def test_numbers_on_the_page_are_the_runs_own(browser, storm, file):
    with browsers.page_at(browser, file.as_uri(), reduced_motion="reduce") as page:
        ready(page)
        page.keyboard.press("End")
        for arm, shown in zip(storm.arms, page.locator(".shares").all_inner_texts(), strict=True):
            shown = shown.replace("\xa0", " ")
            for level in storm.legend:
                share = 100 * (arm.moods[-1] == level.number).mean()
                told = re.search(rf"(?:^|· ){level.name} (under 1|\d+) %", shown)[1]
                assert abs(share - (0.25 if told == "under 1" else int(told))) <= 0.5 + 1e-9
                assert f"{level.name} {told} %" in page.text_content("#said")
        assert page.text_content("#said").startswith("Day 24 of 24. Storm: ")
        rows = [row.split("\t") for row in page.locator("tbody tr").all_inner_texts()]
    expected = [[f"{day:g}"] for day in storm.arms[0].weeks["day"]]
    for week, row in enumerate(expected):
        row += [said(name, arm.weeks[name][week]) for name in storm.outcomes for arm in storm.arms]
    assert rows == expected


@browsers.needs_browser()
def test_readers_who_asked_for_less_motion_start_paused(browser, file):
    with browsers.page_at(browser, file.as_uri(), reduced_motion="reduce") as page:
        ready(page)
        page.wait_for_timeout(300)
        assert page.inner_text("#play") == "Play"
        assert page.inner_text("#date") == "Day 0 of 24"


@browsers.needs_browser()
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", browsers.SIZES)
def test_every_size_fits_and_axe_finds_nothing(browser, file, size, scheme):
    with browsers.page_at(browser, file.as_uri(), size, reduced_motion="reduce", color_scheme=scheme) as page:
        ready(page)
        page.keyboard.press("End")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate(TOO_NARROW) == []
        assert browsers.faults(page) == []
        browsers.shot(page, f"replay-{size}-{scheme}")


TOO_NARROW = """() => [...document.querySelectorAll('h1, h2, p, button, select, figcaption, #legend li, .plot span')]
  .filter((one) => one.clientWidth && !one.matches('.unseen') && one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.textContent)"""


@browsers.needs_browser()
def test_colours_of_people_reach_the_canvas_in_light_and_dark(browser, file):
    count = """([red, green, blue]) => { const c = document.querySelector('canvas');
      const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;
      for (let i = 0; i < d.length; i += 4) n += d[i] === red && d[i + 1] === green && d[i + 2] === blue; return n; }"""
    for scheme, kind in (("light", [0xD5, 0x5E, 0]), ("dark", [0xF0, 0x83, 0x2F])):
        with browsers.page_at(browser, file.as_uri(), color_scheme=scheme, reduced_motion="reduce") as page:
            ready(page)
            page.wait_for_timeout(100)
            before = page.evaluate(count, kind)
            page.keyboard.press("End")
            page.wait_for_timeout(200)
            assert page.evaluate(count, kind) > before + 500


@browsers.needs_browser()
@pytest.mark.parametrize("case", ["nasty", "one", "strangers", "groups"])
def test_odd_worlds_and_names_do_not_break_the_page(browser, storm, tmp_path, case):
    path = write_replay(odd(case, storm), tmp_path / "odd.html")
    with browsers.page_at(browser, path.as_uri(), "phone", reduced_motion="reduce") as page:
        ready(page)
        page.keyboard.press("End")
        page.wait_for_timeout(100)
        assert page.troubles == []
        assert page.title() != "taken"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert browsers.faults(page) == []
        browsers.shot(page, f"replay-odd-{case}")


def odd(case: str, storm: Recording) -> Recording:
    if case == "nasty":
        arms = tuple(replace(arm, name=f"{i} {NASTY}", says=NASTY * 3) for i, arm in enumerate(storm.arms))
        return replace(storm, name="親切な" * 30, question=NASTY * 3, about="word" * 200, command=NASTY, arms=arms)
    if case == "one":
        return record_arms(loaded("everyday", "network.kind=ring", "network.people=1", "days=3"), ["as_it_is"])
    if case == "strangers":
        return replace(storm, ties=np.empty((0, 2), np.uint32), outcomes=())
    kind = ("network.kind=communities", "network.people=180", "network.communities=18", "days=4")
    return record_arms(loaded("everyday", *kind), ["as_it_is"])


def command(capsys, *arguments: str) -> tuple[int, str, str]:
    code = cli.exit_code(["replay", *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


SHORT = ("everyday", "--people", "30", "--days", "2")


def test_the_command_writes_the_page(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, _ = command(capsys, *SHORT, "--arm", "no_habit", "--seed", "5")
    assert (code, out) == (0, "everyday.html\n")
    page = Path("everyday.html").read_text()
    assert 'class="arms-1"' in page
    assert command(capsys, *SHORT)[0] == 2, "a page that is there is kept"
    assert Path("everyday.html").read_text() == page
    assert command(capsys, *SHORT, "-o", "everyday.html", "--quiet")[:2] == (0, "")
    assert 'class="arms-2"' in Path("everyday.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-o", "page.txt"), "names ending in .html"),
        (("-o", "nowhere/page.html"), "folder is not there"),
        (("--arm", "nobody"), "no such arm"),
        (("--arm", "as_it_is", "--arm", "no_habit", "--arm", "not_passed_on"), "at most 2"),
        (("--set", "rules.warmth=3"), "rules.warmth"),
    ],
)
def test_what_does_not_work_is_said_and_writes_nothing(capsys, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    code, _, err = command(capsys, *SHORT, *arguments)
    assert code == 2
    assert words in err
    assert len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@browsers.needs_browser()
def test_a_notebook_shows_the_page_in_a_frame(browser, tmp_path):
    made = sim.replay("everyday", {"network.people": 40, "network.degree": 4, "days": 3}, arms=["as_it_is"], quiet=True)
    assert made.save(tmp_path / "replay.html").read_text(encoding="utf-8") == made.html
    notebook = tmp_path / "notebook.html"
    notebook.write_text(f"<!doctype html><title>notebook</title>{made._repr_html_()}", encoding="utf-8")
    with browsers.page_at(browser, notebook.as_uri()) as page:
        frame = page.frame_locator("iframe")
        frame.get_by_role("button", name="One day on").click()
        assert "Day" in frame.locator("#date").inner_text()
        assert page.troubles == []
