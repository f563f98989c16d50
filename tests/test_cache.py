"""Compiled code is kept between runs, and an edit in any rule file is noticed, though Numba looks at one file only."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim.model import compiled

MODEL = Path(compiled.__file__).parent
SIM = MODEL.parent


@pytest.fixture
def sources(tmp_path) -> Path:
    """A copy of the model's source files."""
    return Path(shutil.copytree(MODEL, tmp_path / "model", ignore=shutil.ignore_patterns("__pycache__")))


def edit(path: Path, old: str, new: str) -> None:
    """Replace text, keeping the length and the time of the file, which is all that Numba's own cache looks at."""
    text, times = path.read_text(encoding="utf-8"), path.stat()
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_the_hash_is_that_of_the_sources_and_nothing_else(sources):
    before = compiled.sources_hash(sources)
    assert before == compiled.sources_hash() == compiled.sources_hash(sources)
    (sources / "notes.txt").write_text("nothing")
    (sources / "__pycache__").mkdir()
    assert compiled.sources_hash(sources) == before


FILES = sorted(path.relative_to(MODEL).as_posix() for path in MODEL.rglob("*.py"))


@pytest.mark.parametrize("name", [name for name in FILES if name.split("/")[0] not in compiled._PLAIN])
def test_a_changed_file_changes_the_hash(sources, name):
    before = compiled.sources_hash(sources)
    (sources / name).write_bytes((sources / name).read_bytes() + b"\n")
    assert compiled.sources_hash(sources) != before


@pytest.mark.parametrize("name", [name for name in FILES if name.split("/")[0] in compiled._PLAIN])
def test_what_the_hash_leaves_out_compiles_nothing(sources, name):
    source = (sources / name).read_text(encoding="utf-8")
    assert not re.search(r"^@(rule|kernel_pass|inlined|compiled)\b", source, re.MULTILINE)
    before = compiled.sources_hash(sources)
    (sources / name).write_text(source + "\n", encoding="utf-8")
    assert compiled.sources_hash(sources) == before


def test_a_new_a_renamed_and_a_removed_file_change_the_hash(sources):
    seen = [compiled.sources_hash(sources)]
    (sources / "luck.py").write_text("")
    seen.append(compiled.sources_hash(sources))
    (sources / "luck.py").rename(sources / "lucky.py")
    seen.append(compiled.sources_hash(sources))
    (sources / "law" / "levers.py").unlink()
    seen.append(compiled.sources_hash(sources))
    assert len(set(seen)) == 4


def test_the_folder_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("KINDLING_CACHE", str(tmp_path))
    assert compiled.cache_folder() == tmp_path / compiled.sources_hash()
    assert compiled.cache_folder("-mine").name == compiled.sources_hash() + "-mine"
    monkeypatch.delenv("KINDLING_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert compiled.cache_folder().parent == tmp_path / "xdg" / "kindling"


def run(home: Path, program: str) -> str:
    """What a program prints that finds `sim` in a folder, with that folder's own cache."""
    env = {**os.environ, "PYTHONPATH": str(home), "KINDLING_CACHE": str(home / "cache")}
    env["PYTHONDONTWRITEBYTECODE"] = "1"  # Python's own cache would not notice an edit within the second either
    env.pop("NUMBA_CACHE_DIR", None)
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, cwd=home, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def kept(home: Path) -> dict[Path, int]:
    """Files of compiled code and when they were written."""
    return {path: path.stat().st_mtime_ns for path in (home / "cache").rglob("*.nb?")}


@pytest.fixture
def small_house(tmp_path) -> Path:
    """A law in one file and the loop that calls it in another, around the real compiling."""
    (tmp_path / "sim" / "model").mkdir(parents=True)
    for package in ("sim", "sim/model"):  # a folder without it gives way to a `sim` that is installed
        (tmp_path / package / "__init__.py").touch()
    shutil.copy(MODEL / "compiled.py", tmp_path / "sim" / "model")
    head = "from __future__ import annotations\nfrom sim.model.compiled import f32, kernel_pass, rule\n"
    law = "@rule\ndef grows(x: f32) -> f32:\n    return x + f32(1)\n"
    loop = "@kernel_pass\ndef grow(x):\n    for i in range(x.size):\n        x[i] = laws.grows(x[i])\n"
    loop = "from sim.model import laws\n" + loop
    (tmp_path / "sim" / "model" / "laws.py").write_text(head + law)
    (tmp_path / "sim" / "model" / "loop.py").write_text(head + loop)
    return tmp_path


GROW = "import numpy as np; from sim.model import loop; x = np.zeros(3, np.float32); loop.grow(x); print(x.sum())"


def test_an_edited_law_is_noticed_by_the_loop_that_calls_it(small_house):
    assert run(small_house, GROW) == "3.0"
    first = kept(small_house)
    assert run(small_house, GROW) == "3.0"
    assert kept(small_house) == first != {}
    edit(small_house / "sim" / "model" / "laws.py", "f32(1)", "f32(2)")
    assert run(small_house, GROW) == "6.0"
    assert first.keys() < kept(small_house).keys()


def test_a_law_is_compiled_when_somebody_calls_it(small_house):
    run(small_house, "from sim.model import laws, loop")
    assert not kept(small_house)
    run(small_house, GROW)
    assert {path.name.split("-")[0] for path in kept(small_house)} == {"loop.grow"}
    assert run(small_house, "from sim.model import laws; print(laws.grows(1), laws.grows(1))") == "2.0 2.0"
    assert {path.name.split("-")[0] for path in kept(small_house)} == {"loop.grow", "laws.grows"}


WORLD = """
from sim.model.law.settings import NetworkSettings, ScenarioSettings
from sim.model.world import World
world = World(ScenarioSettings(network=NetworkSettings(people=50, degree=4.0)))
for _ in range(5):
    world.step()
print(world.digest())
"""


@pytest.mark.slow
def test_an_edited_rule_changes_the_world_and_an_unedited_one_compiles_nothing(tmp_path):
    shutil.copytree(SIM, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    before = run(tmp_path, WORLD)
    first = kept(tmp_path)
    assert run(tmp_path, WORLD) == before
    assert kept(tmp_path) == first != {}
    edit(tmp_path / "sim" / "model" / "law" / "rules" / "state.py", "+ (_ONE - gratitude) *", "+ (_HALF- gratitude) *")
    assert run(tmp_path, WORLD) != before
