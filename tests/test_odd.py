"""The model description: its seven elements, nothing left out, never stale, every source in the bibliography."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from sim.lab import odd, references
from sim.lab.overrides import override
from sim.lab.scenario import load, schema, shipped
from sim.model import outcomes
from sim.model.law.columns import COLUMNS
from sim.model.law.settings import ScenarioSettings

DOCS = Path(__file__).parents[1] / "docs"
ELEMENTS = [
    "1. Purpose and patterns", "2. Entities, state variables, and scales", "3. Process overview and scheduling",
    "4. Design concepts", "5. Initialization", "6. Input data", "7. Submodels", "References",
]  # fmt: skip


def headings(page: str) -> list[str]:
    return [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")]


def test_the_model_page_is_not_stale():
    """`python -m sim odd --all -o docs/model.md` renews it."""
    assert (DOCS / "model.md").read_text(encoding="utf-8") == odd.model_page()


@pytest.mark.parametrize("name", shipped())
def test_a_scenario_has_the_seven_elements_and_its_question(name):
    settings = load(name).settings
    page = odd.scenario_page(settings)
    assert headings(page) == ELEMENTS
    assert page.startswith(f"# {name}\n")
    assert settings.question in page
    assert settings.about.strip() in page


def test_nothing_is_left_out():
    page = odd.model_page()
    assert headings(page) == ELEMENTS
    laws = [name for chapter in odd.chapters() for name in odd.laws(chapter)]
    named = [*laws, *COLUMNS, *outcomes.OUTCOMES, *outcomes.AT_END, *(one.name for one in outcomes.COURSES)]
    assert len(laws) > 30
    assert [name for name in named if f"`{name}`" not in page] == []
    keys = [key for made in schema()["$defs"].values() for key in made.get("properties", {})]
    assert [key for key in keys if f"`{key}`" not in page] == []


def test_what_a_scenario_changes_is_in_bold():
    settings = load("everyday", [override("rules.notice=0.9"), override("gestures.like.effort=0.2")]).settings
    page = odd.scenario_page(settings)
    assert "| `notice` | **0.9** | 0 … 1 |" in page
    assert "| `like` | **0.2** | 0.2 |" in page
    assert "| `beta_norm` | 0.5 |" in page
    assert "**0.5**" not in page


def test_tables_are_whole():
    """Every row of a table has as many cells as its head."""
    blocks = [block.splitlines() for block in odd.model_page().split("\n\n") if block.startswith("|")]
    assert len(blocks) > 8
    for lines in blocks:
        assert len({len(re.split(r"(?<!\\)\|", line)) for line in lines}) == 1, lines[0]


# --- references --------------------------------------------------------------------------------------------------


def sources() -> dict[str, str]:
    """Every text of the model that may name a work: docstrings of rules, sources of parameters, presets, outcomes."""
    texts = {n: inspect.getdoc(law) or "" for chapter in odd.chapters() for n, law in odd.laws(chapter).items()}
    for group, made in {"": schema(), **schema()["$defs"]}.items():
        for key, field in made.get("properties", {}).items():
            texts[f"{group}.{key}"] = f"{field.get('source', '')} {field.get('description', '')}"
    return texts | {"page": odd.model_page().split("## References")[0]}


def test_every_source_is_in_the_bibliography():
    missing = {
        where: [w for w in references.cited(text) if w not in references.WORKS] for where, text in sources().items()
    }
    assert {where: works for where, works in missing.items() if works} == {}
    assert len(references.cited(sources()["page"])) > 10


def test_a_parameter_says_where_it_comes_from():
    """A study that the bibliography has, or that it is an assumption."""
    for made in schema()["$defs"].values():
        for key, field in made.get("properties", {}).items():
            if "source" in field:
                assert references.cited(field["source"]) or "ssumption" in field["source"] or "-" in field["source"], (
                    key
                )


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("Bradley et al. 2018 (1.7-2.8)", ["Bradley et al. 2018"]),
        ("as Bradley 2018 and Wu & Huberman 2007, 1998 in all", ["Bradley et al. 2018", "Wu & Huberman 2007"]),
        ("(van Apeldoorn & Schram 2016)", ["van Apeldoorn & Schram 2016"]),
        ("Nobody et al. 2031 says so", ["Nobody et al. 2031"]),
        ("69 min in 2007; Assumption (.5-3)", []),
        ("CAT Lab 2020", ["CAT Lab 2020"]),
    ],
)
def test_citations_are_found(text, works):
    assert references.cited(text) == works


def test_the_bibliography_is_in_order_and_its_numbers_are_well_formed():
    assert list(references.WORKS) == sorted(references.WORKS)
    for name, work in references.WORKS.items():
        assert name.endswith(str(work.year))
        assert not work.doi or re.fullmatch(r"10\.\d{4,}/\S+", work.doi)
    assert references.printed(["Nobody et al. 2031"]) == []


def test_the_description_ends_with_the_works_it_cites():
    body, _, entries = odd.scenario_page(ScenarioSettings()).partition("## References")
    assert entries.count("\n- ") == len(references.cited(body))
    assert "https://doi.org/10.18564/jasss.4259" in entries
