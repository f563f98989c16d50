"""Interventions, a campaign and everything that changes slowly, at once: both engines are one model there too.

Threads, wards, the order of visits and a checkpoint in mid-run change no bit.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
import worlds
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from test_same_world import difference

from sim.model.kindness import KindnessModel
from sim.model.law import letters
from sim.model.law.campaign_columns import JOINED
from sim.model.law.settings import ScenarioSettings
from sim.model.world import World

PARTS, CASES, TICKS = 4, 20, 5  # 80 scenarios; parts, so that two processes can share them
ALL = {f"{part}__{key}": value for part, (_, lively) in worlds.SLOW.items() for key, value in lively.items()}

# A dose of each kind that shows within days in a lively town
DOSES: dict[str, dict[str, Any]] = {
    "daily_prompt": {"boost": 1.0}, "broadcast": {"prime": 1.0}, "ease": {"ease": 3.0, "thanks": 1.0},
    "specific_praise": {"quality": 1.5}, "empathy_training": {"warmth": 2.0}, "influencers": {"target": {"share": 0.2}},
    "ranking": {"ranking": 2.0, "recommended": 0.3}, "verification": {"detection": 0.9},
    "moderation": {"caught": 0.8, "wrongly": 0.1}, "self_care": {"cap": 0.5}, "assistant": {"boost": 2.0},
    "civic_lesson": {"warmth": 2.0}, "shock": {"factor": 10.0},
}  # fmt: skip
TARGETS = [None, {"share": 0.5}, {"where": "load > 0.3", "at": "tick"}]


@st.composite
def programmes(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Several interventions whose windows open and close in the run."""
    kinds = draw(st.lists(st.sampled_from(sorted(DOSES)), min_size=3, max_size=7, unique=True))
    made = []
    for kind in kinds:
        target = (
            draw(st.sampled_from(TARGETS)) if kind not in ("influencers", "ranking", "ease", "verification") else None
        )
        aim = {"target": target} if target else {}
        start, end = draw(st.sampled_from([(0.0, None), (0.0, 2.0), (1.0, 3.0)]))
        end = end if kind != "shock" else None
        made.append({"kind": kind, "name": kind, **DOSES[kind], **aim, "start": start, "end": end})
    return made


@st.composite
def everything(draw: st.DrawFn) -> ScenarioSettings:
    """A scenario in which nothing is off."""
    base = draw(worlds.slow_scenarios(list(worlds.SLOW))).model_dump()
    if draw(st.booleans()):
        base |= {"dt": 1.0}
    campaign = draw(worlds.campaigns()).model_dump()
    return ScenarioSettings.model_validate({**base, "campaign": campaign, "interventions": draw(programmes())})


def tally(seen: Counter[str], world: World) -> None:
    """Count what happened, so that the test can show that it saw something."""
    slow, campaign, post = world.extra.columns, world.campaign.columns, world.letters()
    seen["cases at work"] += bool(world.programme._open) and bool((campaign.stage > 0).any())
    seen["drift under training"] += bool((slow.drift != 0).any()) and world.felt is not world.columns
    seen["joined"] += int((campaign.steps_today & JOINED > 0).sum())
    seen["pressed while lapsed"] += int(((slow.lapsed == 1) & (campaign.pressing > 0)).sum())
    seen["removed"] += int((post[:, 1] & letters.VOID > 0).sum())
    seen["official items"] += int(world.inputs.official.sum())
    seen["strangers met"] += bool(world.inputs.recommended > 0) and len(post) > 0
    seen["ties broken"] += int((world.ties.weight == 0).sum())
    seen["groups"] += slow.belonging.size > 0


@pytest.mark.parametrize("part", range(PARTS))
def test_both_engines_make_the_same_world_of_everything(part, tmp_path):
    seen: Counter[str] = Counter()

    @seed(300 + part)
    @settings(
        max_examples=CASES, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False
    )
    @given(everything(), worlds.networks(grouped=True), st.integers(1, 11), st.integers(0, TICKS - 1), st.booleans())
    def holds(scenario, network, ward, stop, readable):
        mesa = worlds.mesa_twin(scenario, network, "shuffled")
        kernel, threaded = World(scenario, network, threads=1), World(scenario, network, threads=2, ward=ward)
        for tick in range(TICKS):
            mesa.step(), kernel.step(), threaded.step()
            assert (tick, difference(kernel, mesa.world)) == (tick, [])
            assert (tick, difference(kernel, threaded)) == (tick, [])
            assert (tick, worlds.out_of_range(kernel)) == (tick, [])
            assert kernel.digest() == mesa.world.digest()
            tally(seen, kernel)
            if tick == stop:
                kernel.save(tmp_path / "kernel"), mesa.save(tmp_path / "mesa")
                kernel = World.load(tmp_path / ("mesa" if readable else "kernel"), threads=1)
                mesa = KindnessModel.load(tmp_path / ("kernel" if readable else "mesa"), engine="mesa")
        seen["cases"] += 1

    holds()
    assert seen["cases"] >= CASES
    assert seen["cases at work"] >= CASES, seen


def lively(**changes: Any) -> ScenarioSettings:
    """A town in which everything happens within days."""
    chosen = [{"kind": kind, "name": kind, **dose} for kind, dose in DOSES.items()]
    campaign = {**worlds.CATCHY, "discovery": 0.5, "nominators": 1.0}
    base = {"campaign": campaign, "interventions": chosen, "population__hostile_level": 0.0}
    return worlds.scenario(**{**ALL, **base, **changes})


def town(people: int = 60):
    group = np.arange(people) % 3
    return worlds.scattered(people, 6 * people, 4, weighted=True, group=group)


def test_the_lively_town_has_everything_and_is_one_model():
    """The same on a fixed town, where each thing that can meet another does."""
    seen: Counter[str] = Counter()
    mesa, kernel = worlds.mesa_twin(lively(), town(), "shuffled"), World(lively(), town())
    for _ in range(8):
        mesa.step(), kernel.step()
        assert difference(kernel, mesa.world) == []
        assert kernel.outcomes() == mesa.world.outcomes()
        tally(seen, kernel)
    assert [what for what, times in seen.items() if not times] == [], seen


def test_threads_and_wards_do_not_matter():
    one = worlds.stepped(World(lively(), town(700), threads=1), 6)
    for ward, threads in ((700, 2), (211, 2), (7, 1)):
        assert difference(one, worlds.stepped(World(lively(), town(700), threads=threads, ward=ward), 6)) == []


def test_what_interventions_give_keeps_the_kernel_as_compiled():
    """An array of another layout, or read-only, would compile the whole kernel once more for every mixture."""
    world = World(lively(), town(7))
    for _ in range(3):
        world.step()
        given = [array for array in world.inputs if np.ndim(array)]
        assert all(array.flags.writeable and array.flags.c_contiguous for array in (*given, *world.felt))


def test_people_who_lapsed_take_no_part():
    """Nobody who has lapsed reads, is shown as a stranger, sees an official item or takes in a campaign."""
    world = World(lively(membership__lapse_rate=24.0, membership__return_rate=0.0), town())
    world.step()
    gone = world.extra.columns.lapsed == 1
    dose = world.campaign.columns.dose.copy()
    assert gone.sum() > 5
    for _ in range(4):
        world.step()
        assert not world.columns.items_today[gone].any()
        assert not world.inputs.official[gone].any()
        assert not world.inputs.urged_today[gone].any()
        assert not (world.columns.profile[gone] & np.uint64(0xFFFF)).any()
        post = world.letters()
        assert not gone[(post[:, 0] & worlds.MASK).astype(int)].any()
        assert (world.campaign.columns.dose[gone] == dose[gone]).all()


def test_an_official_item_tells_no_custom():
    """Whoever reads nothing but official items keeps the memory of what others did."""
    told = {"kind": "broadcast", "name": "told", "rate": 1.0, "prime": 0.0}
    quiet = {"population__attention_min": 0.5, "population__attention_mean": 1.0, "population__attention_sd": 0.1}
    world = World(worlds.scenario(**ALL, **quiet, interventions=[told]), town())
    for _ in range(5):
        before = world.extra.columns.heard.copy()
        world.step()
        only = world.inputs.official.astype(np.uint32) == world.columns.items_today
        shown = (world.inputs.official == 1) & only
        assert shown.any()
        assert (world.extra.columns.heard[shown] == before[shown]).all()
