"""The documentation builds without a complaint, and every page of it is reached from the first."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1]


def built(docs: Path, where: Path) -> Path:
    from sphinx.cmd.build import build_main

    assert build_main(["-W", "--keep-going", "-q", "-E", "-b", "html", str(docs), str(where)]) == 0
    return where


@pytest.mark.slow
def test_the_documentation_builds(tmp_path):
    pytest.importorskip("sphinx", reason="the documentation needs its extra: pip install -e '.[docs]'")
    pages = built(HOME / "docs", tmp_path / "html")
    said = (pages / "reference" / "commands.html").read_text(encoding="utf-8")
    assert "kindling sweep" in said
    assert "Number of people" in said
    assert "sim.KindnessModel" in (pages / "reference" / "python.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_page_that_nothing_leads_to_is_a_complaint(tmp_path):
    pytest.importorskip("sphinx", reason="the documentation needs its extra: pip install -e '.[docs]'")
    docs = shutil.copytree(HOME / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("_build"))
    (docs / "lost.md").write_text("# Lost\n", encoding="utf-8")
    with pytest.raises(AssertionError):
        built(docs, tmp_path / "html")
