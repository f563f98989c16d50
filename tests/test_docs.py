"""The documentation builds without a complaint, and every page of it is reached from the first."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1]


def complaints(docs: Path, where: Path) -> list[str]:
    """What Sphinx complains of when it builds the pages into `where`, a line each."""
    from sphinx.cmd.build import build_main

    told = where.with_suffix(".txt")
    build_main(["--keep-going", "-q", "-E", "-w", str(told), "-b", "html", str(docs), str(where)])
    return [line for line in told.read_text(encoding="utf-8").splitlines() if line.strip()]


@pytest.mark.slow
def test_the_documentation_builds(tmp_path):
    pytest.importorskip("sphinx", reason="the documentation needs its extra: pip install -e '.[docs]'")
    pages = tmp_path / "html"
    assert complaints(HOME / "docs", pages) == []
    said = (pages / "reference" / "commands.html").read_text(encoding="utf-8")
    assert "kindling sweep" in said
    assert "Number of people" in said
    assert "sim.KindnessModel" in (pages / "reference" / "python.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_page_that_nothing_leads_to_is_a_complaint(tmp_path):
    pytest.importorskip("sphinx", reason="the documentation needs its extra: pip install -e '.[docs]'")
    for part in ("docs", "results/gallery"):
        shutil.copytree(HOME / part, tmp_path / part, ignore=shutil.ignore_patterns("_build", "study", "robust"))
    (tmp_path / "docs" / "lost.md").write_text("# Lost\n", encoding="utf-8")
    (told,) = complaints(tmp_path / "docs", tmp_path / "html")
    assert "lost.md" in told
    assert "toctree" in told
