"""Films: as long as the run, whole or not there; each frame is the picture of its day, with no text in the way."""

from __future__ import annotations

import matplotlib
import numpy as np
import pytest
from matplotlib import animation
from PIL import Image
from test_plots import boxes, overlapping

from sim.cli import exit_code
from sim.lab.errors import BadInput
from sim.lab.overrides import override
from sim.lab.scenario import check
from sim.model import disk
from sim.studio import crowd, film, style
from sim.studio.recording import record_arms

LONG = "a question that somebody wrote without thinking of the width of a page, and then went on and on " * 4
WORLDS = {
    "two arms": ("storm_recovery", "network.people=60", "network.degree=4", "days=4"),
    "one person": ("everyday", "network.people=1", "network.degree=0", "days=3"),
    "no ties": ("everyday", "network.kind=random", "network.people=5", "network.degree=0", "days=2"),
    "no days": ("everyday", "network.people=20", "network.degree=4", "days=0"),
    "long words": ("everyday", "network.people=20", "network.degree=4", "days=2", f'question="{LONG}"'),
    "other scripts": (
        "everyday",
        "network.people=20",
        "network.degree=4",
        "days=2",
        'question="善意は広がるのか <b>$x^2$"',
    ),
}


def recorded(name: str):
    scenario, *changes = WORLDS[name]
    return record_arms(check(scenario, [override(text) for text in changes]))


@pytest.fixture(scope="module")
def two_arms():
    return recorded("two arms")


def test_a_gif_has_a_frame_for_every_day_and_plays_for_ever(two_arms, tmp_path):
    seen = []
    film.write_film(two_arms, tmp_path / "film.gif", 10, seen.append)
    with Image.open(tmp_path / "film.gif") as gif:
        assert (gif.n_frames, gif.size, gif.info["loop"]) == (5, (1280, 720), 0)
        assert gif.info["duration"] == 100
        gif.seek(4)
        assert gif.info["duration"] == 1000 * film.HOLD
    assert seen == [1, 2, 3, 4, 5]


@pytest.mark.skipif(not animation.writers.is_available("ffmpeg"), reason="no ffmpeg: apt install ffmpeg")
def test_an_mp4_where_there_is_ffmpeg(two_arms, tmp_path):
    film.write_film(two_arms, tmp_path / "film.mp4")
    assert (tmp_path / "film.mp4").read_bytes()[4:8] == b"ftyp"


def test_without_ffmpeg_and_for_other_endings_one_clear_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(animation.writers, "is_available", lambda name: False)
    assert exit_code(["film", "everyday", "-o", str(tmp_path / "film.mp4")]) == 2
    assert capsys.readouterr().err.strip().endswith("needs ffmpeg, which is not installed; name a .gif instead")
    with pytest.raises(BadInput, match=r"is no film; allowed are names ending in \.gif or \.mp4"):
        film.checked(tmp_path / "film.avi")
    assert list(tmp_path.iterdir()) == []


def test_a_film_is_whole_or_not_there(two_arms, tmp_path, monkeypatch):
    def full(name, path):
        if name == "sync":
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "point", full)
    with pytest.raises(disk.DiskTrouble):
        film.write_film(two_arms, tmp_path / "film.gif")
    assert list(tmp_path.iterdir()) == []


def test_each_frame_shows_the_moods_and_the_day_of_the_recording(two_arms):
    with style.dressed():
        scene = film.Scene(two_arms)
        for frame in (0, 3):
            scene.show(frame)
            assert scene.day.get_text() == f"day {two_arms.days[frame]:g}"
            for people, arm in zip(scene.people, two_arms.arms, strict=True):
                wanted = [crowd.MOODS[mood][0] for mood in arm.moods[frame]]
                shown = people.get_edgecolors() if frame and (arm.moods[frame] == 4).all() else people.get_facecolors()
                told = [matplotlib.colors.to_hex(colour).upper() for colour in shown]
                full = arm.moods[frame] != 4
                assert np.array(told)[full].tolist() == np.array([one.upper() for one in wanted])[full].tolist()
            for line, _, _ in scene.curves:
                assert len(line.get_xdata()) == frame + 1


@pytest.mark.filterwarnings("ignore:Glyph")
@pytest.mark.parametrize("name", WORLDS)
def test_no_text_is_clipped_or_on_top_of_another(name):
    made = recorded(name)
    with style.dressed():
        scene = film.Scene(made)
        scene.show(len(made.days) - 1)
        scene.figure.canvas.draw()
        found = boxes(scene.figure)
    width, height = scene.figure.canvas.get_width_height()
    assert [text for text, box in found if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height] == []
    assert overlapping(found) == []
