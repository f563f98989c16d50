"""The house keeps its order: floors, rooms and lengths (`floors`), and each check catches a planted fault."""

from __future__ import annotations

from pathlib import Path

import floors
import pytest

HOME = Path(__file__).parents[1]
SIM = HOME / "sim"
CHECKS = [
    floors.upward_imports,
    floors.strange_modules,
    floors.disordered_imports,
    floors.circles,
    floors.misplaced_libraries,
    floors.long_modules,
    floors.long_bodies,
]


def long_function(lines: int) -> str:
    return "def talks():\n" + "    pass\n" * lines


RING = {"lab/a.py": "from sim.lab import b", "lab/b.py": "from . import c", "lab/c.py": "import sim.lab.a"}

# (the check that must object, what its complaint must name, the files of the faulty house)
FAULTS = [
    (floors.upward_imports, "lab is above model", {"model/world.py": "from sim.lab import study", "lab/study.py": ""}),
    (floors.upward_imports, "studio is above lab", {"lab/study.py": "def draw():\n    import sim.studio.plots"}),
    (floors.upward_imports, "cli is above studio", {"studio/plots.py": "from .. import cli", "cli.py": ""}),
    (floors.upward_imports, "not from sim itself", {"lab/study.py": "from sim import KindnessModel"}),
    (floors.strange_modules, "model.misc has no place", {"model/misc.py": ""}),
    (floors.strange_modules, "helpers is on no floor", {"helpers.py": ""}),
    (floors.disordered_imports, "law.rules stands before", {"model/law.rules.py": "import sim.model.engine.kernel"}),
    (floors.disordered_imports, "engine.feed stands", {"model/engine.feed.py": "import sim.model.engine.settling"}),
    (floors.circles, "lab.a -> lab.b -> lab.c -> lab.a", RING),
    (floors.misplaced_libraries, "mesa may be imported only", {"model/world.py": "from mesa.agent import Agent"}),
    (floors.misplaced_libraries, "numba may be imported only", {"model/world.py": "import numba as nb"}),
    (floors.misplaced_libraries, "matplotlib may be imported", {"cli.py": "def draw():\n    import matplotlib.pyplot"}),
    (floors.long_modules, "301 lines, at most 300", {"lab/study.py": "\n" * 301}),
    (floors.long_bodies, "talks has a body of 41 lines", {"lab/study.py": long_function(41)}),
    (floors.long_bodies, "0% of bodies have 10 lines", {"lab/study.py": long_function(11)}),
]  # fmt: skip


def build(folder: Path, files: dict[str, str]) -> Path:
    """A small house in which every module that a fault mentions exists."""
    house = folder / "sim"
    standing = [*(f"model/{name}.py" for line in floors.MODEL for name in line), "studio/plots.py"]
    rooms = ["__init__.py", *(f"{floor}/__init__.py" for floor in floors.FLOORS[:3])]
    for name, text in {**dict.fromkeys([*rooms, *standing], ""), **files}.items():
        path = house / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n" if text.strip() else text)
    return house


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_house_is_in_order(check):
    assert check(SIM) == []


def test_experiments_are_short():
    assert floors.long_modules(HOME / "experiments", floors.EXPERIMENT_LINES) == []


def test_three_quarters_of_the_bodies_are_short(record_property):
    record_property("share of bodies of at most 10 lines", round(floors.short_share(SIM), 3))
    assert floors.short_share(SIM) >= floors.SHORT_SHARE


@pytest.mark.parametrize(("check", "words", "files"), FAULTS, ids=[words for _, words, _ in FAULTS])
def test_a_planted_fault_is_caught(tmp_path, check, words, files):
    house = build(tmp_path, files)
    assert any(words in complaint for complaint in check(house)), check(house)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_house_without_fault_passes(tmp_path, check):
    files = {
        "__init__.py": "def __getattr__(name):\n    from sim.studio import plots",
        "model/engine.kernel.py": "from sim.model.engine import feed\nfrom sim.model.law import rules",
        "lab/study.py": "from sim import __version__\nfrom sim.model.engine.kernel import feed",
        "cli.py": "def run():\n    from sim.studio import plots",
    }
    assert check(build(tmp_path, files)) == []


def test_a_long_experiment_is_caught(tmp_path):
    (tmp_path / "claims.py").write_text("pass\n" * 81)
    assert floors.long_modules(tmp_path, floors.EXPERIMENT_LINES)
