"""Parameter presets and new gestures: settings that a scenario states beat those it starts from."""

from __future__ import annotations

import numpy as np
import pytest
import worlds

from sim.lab.errors import BadInput
from sim.lab.overrides import override
from sim.lab.scenario import load, resolved, schema
from sim.model.kindness import KindnessModel
from sim.model.law.contexts import PRESETS
from sim.model.law.settings import ScenarioSettings
from sim.model.world import World

HUG = {"effort": 0.6, "value": 1.0, "visibility": 0.3, "glow": 0.7, "share": 0.4}


def test_offline_starts_from_its_own_settings():
    offline = ScenarioSettings(preset="offline")
    assert offline.rules.beta_gratitude == 1.02
    for choice in PRESETS["offline"]:
        assert getattr(getattr(offline, choice.table), choice.key) == choice.value
        assert choice.value != getattr(getattr(ScenarioSettings(), choice.table), choice.key)


def test_online_is_the_default():
    assert ScenarioSettings().preset == "online"
    assert ScenarioSettings(preset="online") == ScenarioSettings()


def test_keys_that_are_stated_win():
    given = {"preset": "offline", "rules": {"beta_gratitude": 0.5, "notice": 0.7}}
    made = ScenarioSettings.model_validate(given)
    assert (made.rules.beta_gratitude, made.rules.notice, made.rules.candidates) == (0.5, 0.7, 1)
    assert given["rules"] == {"beta_gratitude": 0.5, "notice": 0.7}


def test_presets_in_files_on_the_command_line_and_in_python(tmp_path):
    path = tmp_path / "street.toml"
    path.write_text('preset = "offline"\n[rules]\ncandidates = 2\n')
    made = load(path).settings
    assert (made.rules.beta_gratitude, made.rules.candidates) == (1.02, 2)
    assert load("everyday", [override("preset=offline")]).settings.rules.beta_gratitude == 1.02
    path.write_text(resolved(made))
    assert load(path).settings == made
    model = KindnessModel(preset="offline", network__people=20, network__degree=4.0, rules__candidates=3)
    assert (model.scenario.rules.beta_gratitude, model.scenario.rules.candidates) == (1.02, 3)


def test_an_unknown_preset_is_one_clear_line(tmp_path):
    path = tmp_path / "mars.toml"
    path.write_text('\npreset = "offlime"\n')
    with pytest.raises(BadInput, match=r'mars.toml:2: preset: "offlime" .*did you mean'):
        load(path)
    path.write_text('preset = "offline"\nrules = 3\n')
    with pytest.raises(BadInput, match=r"mars.toml:2: rules: 3 is the wrong type"):
        load(path)
    assert schema()["properties"]["preset"]["enum"] == list(PRESETS)


# --- new gestures ------------------------------------------------------------------------------------------------


def hugging(**changes: object) -> ScenarioSettings:
    return worlds.scenario(gestures={"hug": {**HUG, **changes}}, rules__notice=0.9)


@pytest.mark.parametrize("where", ["feed", "need"])
def test_a_new_gesture_is_given_by_both_engines(where):
    network = worlds.scattered(40, 200, 1)
    world = worlds.stepped(World(hugging(where=where), network), 8)
    model = worlds.mesa_twin(hugging(where=where), network)
    for _ in range(8):
        model.step()
    assert model.world.digest() == world.digest()
    assert world.outcomes()["acts_hug"] > 0
    assert worlds.stepped(World(hugging(where=where, share=0.0), network), 8).outcomes()["acts_hug"] == 0
    assert [g.effort for g in world.gestures] == sorted(g.effort for g in world.gestures)


def test_a_new_gesture_changes_no_world_that_lacks_it():
    network = worlds.scattered(40, 200, 1)
    absent, zero = worlds.scenario(), worlds.scenario(gestures={"hug": {**HUG, "share": 0.0}})
    one, two = (worlds.stepped(World(made, network), 5) for made in (absent, zero))
    names = ("acts_today", "wellbeing", "exhaustion", "profile")
    assert all(np.array_equal(getattr(one.columns, n), getattr(two.columns, n)) for n in names)


def test_too_many_gestures_are_refused(tmp_path):
    path = tmp_path / "many.toml"
    path.write_text(
        "\n".join(f"[gestures.g{i}]\n" + "\n".join(f"{k} = {v}" for k, v in HUG.items()) for i in range(11))
    )
    with pytest.raises(BadInput, match="17 gestures are too many; at most 16"):
        load(path)
