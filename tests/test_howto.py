"""The how-to pages and tutorials: every example is executed, in a folder of its own."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest

from sim import cli

DOCS = Path(__file__).parents[1] / "docs"
PAGES = [*sorted((DOCS / "how-to").glob("add-a*.md")), *sorted((DOCS / "tutorials").glob("*.md"))]
_BLOCK = re.compile(r"^```(\w*)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


class Block(NamedTuple):
    """A fenced part of a page: `kind` is its language, `name` the file that it shows, if it is one."""

    kind: str
    name: str
    text: str


def blocks(page: Path) -> list[Block]:
    return [Block(*match) for match in _BLOCK.findall(page.read_text(encoding="utf-8"))]


def execute(block: Block, names: dict[str, object]) -> None:
    """Write a file, run commands, or run a script in the namespace of the scripts before it."""
    if not block.kind:  # for other programs, or to be read
        return
    if block.name:
        Path(block.name).write_text(block.text, encoding="utf-8")
    elif block.kind == "sh":
        for line in block.text.splitlines():
            program, *arguments = shlex.split(line)
            assert program == "kindling"
            assert cli.exit_code(arguments) == 0, line
    else:
        assert block.kind == "python"
        exec(compile(block.text, "example", "exec"), names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_examples_run(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks(page):
        execute(block, names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_an_example_and_no_dead_links(page):
    assert any(block.kind in ("python", "sh") for block in blocks(page))
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert link.startswith("http") or (page.parent / link).exists(), link


def test_an_example_that_fails_is_noticed(tmp_path, monkeypatch, capsys):
    """Negative control."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AssertionError):
        execute(Block("python", "", "assert 1 > 2"), {})
    with pytest.raises(AssertionError, match="kindling run nothing"):
        execute(Block("sh", "", "kindling run nothing"), {})
