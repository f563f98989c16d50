"""Campaigns on the readable engine and on the kernel: every column, every nomination, every tick, bit for bit."""

from __future__ import annotations

from collections import Counter
from unittest.mock import patch

import numpy as np
import pytest
import worlds
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from sim.model.campaign import Campaign
from sim.model.kindness import KindnessModel
from sim.model.law import presets
from sim.model.law.campaign_columns import ACTED, ENDED, FOUND_OUT, IN, JOINED
from sim.model.law.columns import NOBODY
from sim.model.law.settings import ScenarioSettings
from sim.model.network.networks import from_ties
from sim.model.world import World

PARTS, CASES, TICKS = 4, 50, 6  # 200 campaigns; parts, so that two processes can share them


def with_campaign(scenario: ScenarioSettings, campaign: object, silent: bool) -> ScenarioSettings:
    """The scenario with a campaign, and perhaps with nobody who reads."""
    quiet = {"attention_mean": 0.0, "attention_min": 0.0} if silent else {}
    population = scenario.population.model_copy(update=quiet)
    return scenario.model_copy(update={"campaign": campaign, "population": population})


def interventions(campaign: Campaign) -> None:
    """Levers that change in mid-run: a boosted feed, seeds who join late, a window that asks, a shock."""
    boost = np.linspace(0.2, 3, int(campaign.network.group.max(initial=0)) + 1).astype(np.float32)
    late = np.arange(0, campaign.network.people, 3, dtype=np.uint32)
    campaign.changes += [
        lambda levers, tick: levers._replace(boost=np.float32(1 + tick % 2), see_boost=boost),
        lambda levers, tick: levers._replace(seeds=np.union1d(levers.seeds, late)) if tick == 3 else levers,
        lambda levers, tick: levers._replace(ask=np.int64(tick == 4), shock=np.float32(tick == 4)),
        campaign.relaunch(5),
    ]


def tally(seen: Counter[str], world: World) -> None:
    """Count what happened, so that the test can show that it saw something."""
    c = world.campaign.columns
    for name, step in (("found out", FOUND_OUT), ("joined", JOINED), ("ended", ENDED), ("acted", ACTED)):
        seen[name] += int((c.steps_today & step > 0).sum())
    joined = c.steps_today & JOINED > 0
    seen["by a person"] += int((c.cause[joined] != NOBODY).sum())
    seen["nominations under way"] += len(world.campaign.nominations.due)
    seen["discovered"] += int(c.found.any())
    seen["private"] += int((c.public[joined] == 0).sum())
    seen["wasted"] += int(c.wasted.sum())
    seen["rest"] += int((world.columns.resting & (c.pressing > 0)).sum())


@pytest.mark.parametrize("part", range(PARTS))
def test_both_engines_run_the_same_campaign(part, tmp_path):
    seen: Counter[str] = Counter()

    @seed(part)
    @settings(
        max_examples=CASES, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False,
        phases=[Phase.generate],
    )  # fmt: skip
    @given(worlds.scenarios(), worlds.campaigns(), worlds.networks(), st.integers(1, 11), st.booleans(), st.booleans())
    def holds(scenario, campaign, network, ward, silent, changing):
        scenario = with_campaign(scenario, campaign, silent)
        mesa = worlds.mesa_twin(scenario, network, "shuffled" if ward % 2 else "rows")
        kernel, threaded = World(scenario, network, threads=1), World(scenario, network, threads=2, ward=ward)
        for campaign in (mesa.world.campaign, kernel.campaign, threaded.campaign):
            if changing:
                interventions(campaign)
        for tick in range(TICKS):
            mesa.step(), kernel.step(), threaded.step()
            assert (tick, worlds.differing(kernel, mesa.world)) == (tick, [])
            assert (tick, worlds.differing(kernel, threaded)) == (tick, [])
            assert (tick, worlds.out_of_range(kernel)) == (tick, [])
            tally(seen, kernel)
        seen["cases"] += 1

    holds()
    assert seen["cases"] >= CASES
    assert seen["joined"] > CASES, seen


TALLIED = (
    "found out", "joined", "ended", "acted", "by a person", "nominations under way", "discovered", "private", "wasted",
    "rest",
)  # fmt: skip


def town(**options: object):
    """40 people in three groups with weighted one-way ties."""
    return worlds.scattered(40, 260, 3, weighted=True, group=np.arange(40) % 3, **options)  # type: ignore[arg-type]


def catchy(**changes: object) -> ScenarioSettings:
    campaign = {**worlds.CATCHY, "discovery": 0.5, **changes}
    return worlds.scenario(campaign=campaign, rules__burnout_rate=3.0, rules__burnout_onset=0.2)


def test_everything_that_can_happen_in_a_campaign_is_the_same_on_both_engines():
    """A fixed town, so that what is rare in random ones does not hang on their draws."""
    scenario = catchy(nominators=1.0)
    seen: Counter[str] = Counter()
    mesa, kernel = worlds.mesa_twin(scenario, town(), "shuffled"), World(scenario, town(), threads=2, ward=7)
    for _ in range(8):
        mesa.step(), kernel.step()
        assert worlds.differing(kernel, mesa.world) == []
        tally(seen, kernel)
    assert [what for what in TALLIED if not seen[what]] == [], seen


@pytest.mark.parametrize("tick", [0, 1, 4])
@pytest.mark.parametrize(("first", "then"), [("kernel", "mesa"), ("mesa", "kernel"), ("kernel", "kernel")])
def test_stopping_in_mid_campaign_is_exact(tmp_path, tick, first, then):
    model = KindnessModel(catchy(), network=town(), engine=first).run(tick)
    model.save(tmp_path / "a")
    resumed = KindnessModel.load(tmp_path / "a", engine=then)
    assert worlds.differing(resumed.world, model.world) == []
    assert resumed.world.outcomes() == model.world.outcomes()
    going_on = worlds.stepped(World(catchy(), town()), tick + 4)
    assert worlds.differing(resumed.run(4).world, going_on) == []
    assert resumed.world.digest() == going_on.digest()


def test_a_later_campaign_survives_a_checkpoint(tmp_path):
    world = worlds.stepped(World(catchy(), town()), 3)
    world.campaign.begin(2, 4)
    worlds.stepped(world, 3).save(tmp_path / "a")
    resumed = World.load(tmp_path / "a")
    assert (resumed.campaign.number, resumed.campaign.first) == (2, 4)
    assert worlds.stepped(resumed, 3).digest() == worlds.stepped(world, 3).digest()


@pytest.mark.parametrize("rule", ["weighs_token", "takes_in", "arrives", "persuades", "resists", "spreads"])
def test_a_bent_rule_in_one_engine_is_noticed(rule):
    """Twin: a rule of the agents that is off by ten parts in a million shows (resists: drawn at the start by both)."""
    mesa, kernel = worlds.mesa_twin(catchy(), town()), World(catchy(), town())
    law = getattr(mesa.book, rule)
    with patch.object(mesa.book, rule, lambda *given: type(law(*given))(law(*given) * 1.00001)):
        for _ in range(6):
            mesa.step(), kernel.step()
    assert (worlds.differing(kernel, mesa.world) != []) == (rule != "resists")


def test_wards_and_threads_do_not_matter_in_a_larger_campaign():
    network = worlds.scattered(1300, 9000, 5, weighted=True)
    one = worlds.stepped(World(catchy(nominators=1.0), network, threads=1), 15)
    for ward, threads in ((1300, 2), (513, 1), (7, 2)):
        other = worlds.stepped(World(catchy(nominators=1.0), network, threads=threads, ward=ward), 15)
        assert worlds.differing(one, other) == []
    with patch.multiple("sim.model.campaign", _CROWD=0, _MANY=0):  # so that threads share small work, too
        assert worlds.differing(one, worlds.stepped(World(catchy(nominators=1.0), network, threads=2), 15)) == []


@pytest.mark.parametrize("see", [1.0, 0.6])
def test_lists_longer_than_a_block_are_the_same_on_both_engines(see):
    """9,000 people who all know one of them, whose ties fill several lists."""
    people, ties = 9000, np.random.default_rng(8).integers(0, 9000, (2, 20_000))
    ends = np.concatenate([ties, [np.arange(people), np.full(people, 4321)]], axis=1)
    network = from_ties(*ends, people, directed=False)
    law = presets.only_campaign(see=see, rate=0.3, life="exponential", life_days=2.0, seed_count=400, discovery=0.2)
    settings = ScenarioSettings.model_validate(law)
    mesa, kernel = worlds.mesa_twin(settings, network, "rows"), World(settings, network, threads=1, ward=people)
    with patch.multiple("sim.model.campaign", _CROWD=0, _MANY=0):
        threaded = World(settings, network, threads=2)
        for _ in range(5):
            mesa.step(), kernel.step(), threaded.step()
            assert worlds.differing(kernel, mesa.world) == []
            assert worlds.differing(kernel, threaded) == []
    assert (kernel.campaign.columns.stage >= IN).mean() > 0.4


def test_without_a_campaign_nothing_of_it_is_there():
    world = worlds.stepped(World(worlds.scenario(), town()), 3)
    assert not world.campaign.is_on
    assert {column.size for column in world.campaign.columns} == {0}
    assert world.outcomes()["campaign_aware"] is None
