"""Lessons: one sheet of paper each, about a shipped scenario, with the replay they speak of."""

from __future__ import annotations

import re
from pathlib import Path

import browser as browsers
import pytest

from sim.lab.scenario import load, shipped
from sim.studio.handout import ARMS, handout_html, write_handout

LESSONS = sorted(
    path for path in (Path(__file__).parents[1] / "docs" / "teaching").glob("*.md") if path.stem != "index"
)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_asks_tries_notices_and_says_what_is_left_out(lesson):
    text = lesson.read_text(encoding="utf-8")
    assert lesson.stem in shipped()
    assert re.findall("^## (.*)", text, re.MULTILINE) == [
        "Guess first", "Try", "Notice", "What the model leaves out", "Talk about it",
    ]  # fmt: skip
    assert f"`{lesson.stem}.html`" in text
    assert f"`kindling live {lesson.stem}`" in text


def test_the_arms_of_lessons_are_there():
    for name, arms in ARMS.items():
        assert set(arms) <= set(load(name).arms)


def test_markup_in_a_lesson_stays_text():
    page = handout_html("# A <b>\n\n<script>alert(1)</script> [there](javascript:alert(1))\n", "a.html", "2 people")
    assert "<script>" not in page
    assert "javascript:" not in page
    assert "<title>A &lt;b&gt;" in page


def test_a_lesson_lies_beside_its_replay(tmp_path):
    small = {"network.people": 60, "days": 4.0}
    page, replay = write_handout(LESSONS[0], tmp_path, small)
    assert replay.name in page.read_text(encoding="utf-8")
    assert "60 people, 4 days" in page.read_text(encoding="utf-8")


@browsers.needs_browser()
def test_every_lesson_fits_a_sheet_and_reads_well(browser, tmp_path):
    for lesson in LESSONS:
        file = tmp_path / f"{lesson.stem}.html"
        file.write_text(handout_html(lesson.read_text(encoding="utf-8"), "x.html", "2 people, 1 day"), encoding="utf-8")
        with browsers.page_at(browser, file.as_uri()) as page:
            sheet = page.pdf(prefer_css_page_size=True)
            assert len(re.findall(rb"/Type\s*/Page\b(?!s)", sheet)) == 1, lesson.stem
            assert browsers.faults(page) == []
            assert page.troubles == []
