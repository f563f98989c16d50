"""Lessons for print: a Markdown page as one HTML file that fits a sheet of paper, and the replay that it speaks of."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.lab.errors import BadInput
from sim.lab.scenario import load
from sim.model import disk
from sim.studio.page import one_file
from sim.studio.recording import record_arms
from sim.studio.replay import write_replay

ARMS: Mapping[str, tuple[str, ...]] = {  # those a lesson speaks of; else the first and the last
    "specific_praise": ("general", "specific"),
    "compassion_fatigue": ("hard_times", "boundaries"),
    "likes_and_reach": ("newest_first", "engagement"),
    "trolls": ("unmoderated", "moderated"),
    "nomination_challenge": ("a_third_names", "everybody_names"),
}
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


def handout_html(lesson: str, replay: str, size: str) -> str:
    """One HTML page of a lesson.

    lesson : Markdown, which begins with a heading; links are written as their text, since it stands alone
    replay : name of the file beside it; size : a sentence on the runs
    """
    from markdown_it import MarkdownIt
    from markupsafe import Markup

    from sim import __version__

    text = Markup(MarkdownIt("commonmark", {"html": False}).render(_LINK.sub(r"\1", lesson)))
    title = lesson.partition("\n")[0].lstrip("# ").strip()
    styles = ("base.css", "handout.css")
    return one_file("handout.html", (), styles, title=title, lesson=text, replay=replay, size=size, version=__version__)


def write_handout(lesson: Path, folder: Path, settings: Mapping[str, Any] | None = None) -> tuple[Path, Path]:
    """The lesson's page and its replay in a folder. A lesson is named like the scenario it is about.

    settings : changes of the scenario by dotted key. Raises BadInput for a lesson that cannot be read.
    """
    from sim.lab.overrides import from_settings

    try:
        text = lesson.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as trouble:
        raise BadInput(lesson, None, None, f"cannot be read: {trouble}") from trouble
    name = lesson.stem
    scenario = load(name, from_settings(settings or {}))
    made = record_arms(scenario, ARMS.get(name, ()), command=f"kindling replay {name}")
    size = f"{made.people:,} people, {scenario.settings.days:g} days"
    replay, page = folder / f"{name}.html", folder / f"{name}-lesson.html"
    disk.folder(folder)
    write_replay(made, replay)
    disk.write(page, handout_html(text, replay.name, size))
    return page, replay


def main() -> None:
    """`python -m sim.studio.handout LESSON.md ... FOLDER`"""
    *lessons, folder = map(Path, sys.argv[1:])
    for lesson in lessons:
        print(*write_handout(lesson, folder), sep="\n")


if __name__ == "__main__":
    main()
