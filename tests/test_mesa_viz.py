"""Mesa's SolaraViz with our network: the picture follows the model; a real page, started and stepped (slow)."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import browser as browsers
import matplotlib
import numpy as np
import pytest

from sim.lab.errors import BadInput
from sim.model.kindness import KindnessModel
from sim.model.law.settings import ScenarioSettings
from sim.model.world import World
from sim.studio import crowd, mesa_viz
from sim.studio.mood import Moods

SMALL = ScenarioSettings.model_validate({"network": {"people": 40, "degree": 4}, "days": 6})
HAS_SOLARA = importlib.util.find_spec("solara") is not None
PYTHON = os.environ.get("KINDLING_SOLARA") or (sys.executable if HAS_SOLARA else None)
NO_SOLARA = 'no Solara: pip install "kindling-sim[mesa-viz]" in an environment of its own, KINDLING_SOLARA=its python'


def marks(figure) -> list[str]:
    """Colours of the people in a picture, as it is drawn; the tired by their rims."""
    people = figure.axes[0].collections[0]
    colours = zip(people.get_facecolors(), people.get_edgecolors(), strict=True)
    shown = [matplotlib.colors.to_hex(rim if np.allclose(face, 1) else face) for face, rim in colours]
    return [one.upper() for one in shown]


def test_the_picture_follows_every_step_of_the_model():
    model, twin = KindnessModel(SMALL), World(SMALL)
    seen, moods = mesa_viz.Crowd(model), Moods(twin)
    for _ in range(6):
        model.step()
        twin.step()
        moods.watch(twin)
    assert marks(seen.figure()) == [crowd.MOODS[mood][0].upper() for mood in moods.levels]
    assert len(set(marks(seen.figure()))) > 1
    assert model.steps == 6
    assert model.world.digest() == twin.digest()


def test_without_solara_one_clear_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "solara", None)
    with pytest.raises(BadInput, match=re.escape('solara: is not installed; pip install "kindling-sim[mesa-viz]"')):
        mesa_viz.network_component()


@contextlib.contextmanager
def started(folder: Path) -> Iterator[str]:
    """A page of the everyday scenario on loopback, by `solara run`; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "app.py").write_text('from sim.studio.mesa_viz import page\n\npage = page("everyday", people=60)\n')
    solara = shutil.which("solara", path=str(Path(str(PYTHON)).parent))
    line = [str(solara), "run", "app.py", "--host", "127.0.0.1", "--port", str(port), "--no-open", "--production"]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(line, cwd=folder, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        for _ in range(240):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert server.poll() is None, (folder / "log").read_text()
            time.sleep(1)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


@pytest.mark.slow
@pytest.mark.skipif(PYTHON is None, reason=NO_SOLARA)
@browsers.needs_browser()
def test_a_real_page_shows_the_network_and_steps_the_model(browser, tmp_path):
    """Everything comes from loopback, where the browser of the tests has no other network to go to."""
    with started(tmp_path) as address, browsers.page_at(browser, address) as seen:
        asked = []
        seen.on("request", lambda request: asked.append(request.url))
        seen.reload()
        step = seen.get_by_role("button", name="step")
        step.wait_for(timeout=240_000)
        seen.locator("img").first.wait_for(timeout=60_000)
        before = seen.locator("img").first.get_attribute("src")
        for number in (1, 2, 3):
            step.click()
            seen.get_by_text(f"Step: {number}").wait_for(timeout=60_000)
        for _ in range(60):
            if seen.locator("img").first.get_attribute("src") != before:
                break
            seen.wait_for_timeout(500)
        assert seen.locator("img").first.get_attribute("src") != before
        browsers.shot(seen, "mesa-viz")
        seen.get_by_role("button", name="reset").click()
        seen.get_by_text("Step: 0").wait_for(timeout=60_000)
        assert [url for url in asked if not url.startswith((address, "data:", "blob:", "ws:"))] == []
        assert [told for told in seen.troubles if "Error" in told] == []
