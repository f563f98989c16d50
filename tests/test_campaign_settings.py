"""What a campaign's settings allow, who begins, and what an intervention finds in the levers."""

from __future__ import annotations

import numpy as np
import pytest
import worlds
from pydantic import ValidationError

from sim.model.interventions.base import RULES
from sim.model.kindness import KindnessModel
from sim.model.law.campaign_levers import CampaignLevers, campaign_levers
from sim.model.law.campaign_settings import CampaignSettings
from sim.model.world import World

HUB = worlds.star(20, key=worlds.keyed(20))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"appeal": 0.5, "appeal_top": 0.4}, "appeal_top 0.4 is less than appeal 0.5"),
        ({"rate": 0.5, "rate_top": 0.4}, "rate_top 0.4 is less than rate 0.5"),
        ({"rate_top": 0.4}, "rate_top needs rate"),
        ({"threshold": 2.0, "threshold_of": "share"}, "threshold 2 is more than 1, and a share"),
        ({"delay_median": 3.0}, "delay_mean 2.1 is less than delay_median 3"),
        ({"life": "forever"}, "needs lives that end"),
        ({"life": "geometric", "life_days": 0.5}, "less than the one day"),
        ({"sea": 1.0}, "Extra inputs are not permitted"),
    ],
)
def test_contradictions_are_errors(given, says):
    with pytest.raises(ValidationError, match=says):
        CampaignSettings(**given)


def test_seed_rules():
    hub = int(np.argmax(HUB.followers()))
    assert begun(seed_count=1, seed_rule="in_degree") == [hub]
    some = begun(seed_count=7)
    assert len(some) == 7
    assert set(some) < set(begun(seed_count=9))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("count", [0, 3])
def test_every_rule_finds_seeds(rule, count):
    found = 2 if rule == "referent" and count else count  # in a star everybody names the hub, who names one friend
    assert len(begun(seed_count=count, seed_rule=rule)) == found


def begun(**campaign: object) -> list[int]:
    """Rows of those in after the first tick."""
    world = worlds.stepped(World(worlds.scenario(campaign={"appeal": 0.0, "appeal_top": 0.0, **campaign}), HUB), 1)
    return np.flatnonzero(world.campaign.columns.stage >= 2).tolist()


def test_who_begins_and_when():
    assert len(begun(seed_share=0.25)) == 5
    assert len(begun(seed_count=3)) == 3
    assert begun(seed_keys=[int(HUB.key[4]), int(HUB.key[2])]) == [2, 4]
    assert begun(seed_count=3, start=5.0) == []
    with pytest.raises(ValueError, match=r"campaign\.seed_keys: nobody has key 7"):
        begun(seed_keys=[7])


def test_levers_turn_chances_into_rates():
    law = campaign_levers(CampaignSettings(appeal=0.3, appeal_top=1.0, life_days=4.0), 0.5, 6)
    assert np.isclose(law.rate * 4, -np.log(0.7), rtol=1e-6)
    assert law.rate_top > 1e19
    assert (law.day, law.ask, law.seeds.size) == (3.0, 0, 0)
    assert np.isclose(law.delay_spread, 1.218, atol=1e-3)
    assert all(getattr(law, name).dtype == kind for name, kind in types().items())


def types() -> dict[str, type]:
    """Type of every lever: whole numbers, rows, and float32 for the others, whatever the settings."""
    whole = {name: np.int64 for name in ("life", "names", "nominations_ask", "ask")}
    return {name: whole.get(name, np.float32) for name in CampaignLevers._fields if name != "seeds"}


def test_a_campaign_comes_on_by_its_first_key():
    model = KindnessModel(network=worlds.ring(12), campaign__seed_count=2, campaign__see=1.0)
    assert model.scenario.campaign is not None
    assert model.run(2).world.campaign.is_on


def test_nobody_who_reads_leaves_the_everyday_out():
    """With attention 0 only the campaign runs: no everyday column moves, on either engine."""
    settings = worlds.scenario(campaign=worlds.CATCHY, population__attention_mean=0.0, population__attention_min=0.0)
    world, mesa = World(settings, worlds.ring(30)), worlds.mesa_twin(settings, worlds.ring(30))
    before = [column.copy() for column in world.columns]
    worlds.stepped(world, 6), mesa.run(6)
    assert all(np.array_equal(a, b) for a, b in zip(before, world.columns, strict=True))
    assert worlds.differing(world, mesa.world) == []
    assert (world.campaign.columns.stage >= 2).sum() > 4
