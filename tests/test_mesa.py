"""KindnessModel is a Mesa model like any other: agents, agent sets, frames and batches, on either engine."""

from __future__ import annotations

import gc
import re
import weakref
from pathlib import Path

import mesa
import numpy as np
import pytest
import worlds

from sim.model.compiled import f32
from sim.model.engine import variants
from sim.model.kindness import KindnessModel
from sim.model.law.columns import COLUMNS
from sim.model.outcomes import OUTCOMES
from sim.model.people.person import Person
from sim.model.world import World

ENGINES = ["kernel", "mesa"]


def model(**options) -> KindnessModel:
    """40 people on a random weighted network."""
    network = worlds.scattered(40, 200, 2, weighted=True)
    return KindnessModel(worlds.scenario(days=6.0), network=network, **options)


# --- a Mesa model ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_it_steps_and_counts_like_a_mesa_model(engine):
    world = model(engine=engine)
    assert isinstance(world, mesa.Model)
    world.step()
    world.step()
    assert (world.steps, world.world.tick, world.running) == (2, 2, True)


@pytest.mark.parametrize("engine", ENGINES)
def test_run_goes_to_the_last_day_or_as_far_as_asked(engine):
    assert model(engine=engine).run(2).world.tick == 2
    whole = model(engine=engine).run()
    assert (whole.world.tick, whole.running) == (6, False)


def test_run_shows_progress_only_when_asked(capsys):
    model().run(1)
    assert capsys.readouterr().out == ""
    model().run(1, progress=True)
    assert capsys.readouterr().out != ""


def test_an_unknown_engine_is_refused():
    with pytest.raises(ValueError, match='"warp" is not one of "kernel", "mesa"'):
        model(engine="warp")


def test_dotted_settings_change_the_scenario():
    changed = KindnessModel(network__people=7, network__degree=2.0, rules__norm_rate=0.2, seed=5)
    assert (len(changed.agents), changed.scenario.rules.norm_rate, changed.scenario.seed) == (7, 0.2, 5)
    with pytest.raises(ValueError, match="norm_rat"):
        KindnessModel(rules__norm_rat=0.2)


# --- people ------------------------------------------------------------------------------------------------------


def test_the_kernel_makes_no_agents_until_asked():
    world = model().run(3)
    assert (world._people, len(mesa.Model.agents.fget(world))) == ([], 0)  # type: ignore[attr-defined]
    assert len(world.agents) == 40


def test_agents_made_late_are_the_agents_made_early():
    early, late = model(), model()
    assert len(early.agents) == 40
    early.run(3), late.run(3)
    for one, two in zip(early.agents, late.agents, strict=True):
        assert one.unique_id == two.unique_id
        assert [getattr(one, name) for name in COLUMNS] == [getattr(two, name) for name in COLUMNS]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_person_is_a_live_view_of_a_row(engine):
    world = model(engine=engine)
    person = world.person(7)
    before = person.gratitude
    world.run(3)
    assert person.gratitude == world.world.columns.gratitude[7] != before
    person.warmth = 3.5
    assert world.world.columns.warmth[7] == 3.5
    person.rest()
    assert world.world.columns.resting[7] == 1
    assert (person.name, person.unique_id, person.row) == ("7", 8, 7)


def test_what_a_person_becomes_has_the_same_effect_on_both_engines():
    def warmed(engine: str) -> str:
        world = model(engine=engine).run(2)
        world.person(3).warmth = 4
        world.person(5).rest()
        return world.run(3).world.digest()

    assert warmed("kernel") == warmed("mesa") != model().run(5).world.digest()


def test_followees_are_the_people_somebody_reads():
    world = model()
    network = world.world.network
    followees = world.person(3).followees()
    assert [person.row for person in followees] == network.indices[network.indptr[3] : network.indptr[4]].tolist()
    assert followees[0] is world.person(followees[0].row)


def test_a_person_has_the_name_of_the_network_file():
    network = worlds.ring(3, label=["Ada", "Bo", "Cy"])
    assert [person.name for person in KindnessModel(network=network).agents] == ["Ada", "Bo", "Cy"]


# --- agent sets --------------------------------------------------------------------------------------------------


def test_an_agent_set_selects_and_sums_up():
    world = model().run(2)
    warm = world.agents.select(lambda person: person.warmth > 0)
    assert 0 < len(warm) == (world.world.columns.warmth > 0).sum()
    assert world.agents.agg("gratitude", np.mean) == pytest.approx(world.world.columns.gratitude.mean())
    assert world.agents.get("reward") == world.world.columns.reward.tolist()
    assert [len(part) for part in (world.agents_by_type[Person], world.agents.select(at_most=5))] == [40, 5]


def test_an_agent_set_acts_and_writes():
    world = model()
    world.agents.select(at_most=4).do("rest")
    world.agents.select(lambda person: person.row > 37).shuffle_do("rest")
    assert np.flatnonzero(world.world.columns.resting).tolist() == [0, 1, 2, 3, 38, 39]
    world.agents.set("exhaustion", 0.75)
    assert (world.world.columns.exhaustion == 0.75).all()
    groups = world.agents.groupby("resting").count()
    assert groups == {0: 34, 1: 6}


def test_agents_of_another_kind_do_not_disturb():
    """A user may put their own agents into the model: a moderator, a platform."""
    plain, joined = model(engine="mesa"), model(engine="mesa")
    mesa.Agent(joined)
    assert joined.run(2).world.digest() == plain.run(2).world.digest()
    assert len(joined.agents) == 41


# --- frames ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_the_frame_has_a_row_for_every_tick_and_day_0(engine):
    world = model(engine=engine).run(3)
    frame = world.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == list(OUTCOMES)
    assert len(frame) == 4
    assert frame["kind_acts"].iloc[-1] == world.world.outcomes()["kind_acts"]
    assert frame["exhaustion"].iloc[0] == pytest.approx(0.28, abs=0.06)


def test_both_engines_fill_the_same_frame():
    one, two = (model(engine=engine).run(4).datacollector.get_model_vars_dataframe() for engine in ENGINES)
    assert one.equals(two)


def test_columns_and_functions_can_be_reported_by_person():
    world = model(agent_reporters={"warmth": "warmth", "tired": lambda person: person.exhaustion > 0.3}).run(2)
    frame = world.datacollector.get_agent_vars_dataframe()
    assert frame.index.names == ["Step", "AgentID"]
    assert frame.shape == (3 * 40, 2)
    assert frame.loc[2]["warmth"].tolist() == world.world.columns.warmth.tolist()


# --- people and rules of one's own -------------------------------------------------------------------------------


class Saint(Person):
    """Always kind."""

    def decides(self, item, lean):
        return 1


class Archivist(Person):
    """Has a verb more, and overrides none."""

    def recalls(self):
        return self.gratitude


def test_an_overridden_verb_switches_to_the_mesa_engine_and_says_which():
    with pytest.warns(UserWarning, match="Saint overrides decides: running on the Mesa engine"):
        saints = model(person=Saint)
    assert saints.engine == "mesa"
    columns = saints.run(2).world.columns
    assert columns.acts_today[columns.items_today > 0].min() >= 1
    assert (columns.acts_today >= columns.items_today).all()


@pytest.mark.filterwarnings("error")
def test_asking_for_the_mesa_engine_needs_no_warning():
    assert model(person=Saint, engine="mesa").engine == "mesa"


@pytest.mark.filterwarnings("error")
def test_a_verb_more_keeps_the_kernel():
    world = model(person=Archivist)
    assert world.engine == "kernel"
    assert world.person(0).recalls() == world.world.columns.gratitude[0]


def forgets_at_once(norm, seen, unread, norm_rate):
    """A norm that is whatever was seen last."""
    return seen


def test_a_rule_of_ones_own_keeps_the_kernel_and_both_engines_agree():
    kernel, readable = (model(rules={"perceives": forgets_at_once}, engine=engine) for engine in (None, "mesa"))
    assert (kernel.engine, readable.engine) == ("kernel", "mesa")
    for _ in range(3):
        kernel.step(), readable.step()
        assert worlds.differing(kernel.world, readable.world) == []
    assert worlds.differing(kernel.world, model().run(3).world) != []
    columns = kernel.world.columns
    seen = columns.items_today > 0
    means = columns.kindness_today[seen].astype(f32) / (columns.items_today[seen].astype(f32) * f32(1023))
    assert np.array_equal(columns.norm[seen], means)


def reads_far_too_much(attention, quiet_dt, u):
    """More items than a feed has room for, or fewer than none."""
    return np.int64(10_000) if attention > f32(8) else np.int64(-3)


def picks_what_is_not_there(before, gesture, odds, passed, goal):
    """No gesture of the catalogue."""
    return np.int64(99)


@pytest.mark.parametrize("rules", [{"reads": reads_far_too_much}, {"picks_gesture": picks_what_is_not_there}])
def test_a_rule_that_asks_too_much_gets_what_there_is(rules):
    """Compiled code looks at no bounds: a law of one's own must not reach beyond the working arrays."""
    kernel, readable = (model(rules=rules, engine=engine).run(2) for engine in (None, "mesa"))
    assert worlds.differing(kernel.world, readable.world) == []


def test_a_loaded_model_takes_its_rules_again(tmp_path):
    rules = {"perceives": forgets_at_once}
    model(rules=rules).run(2).save(tmp_path / "a")
    resumed = KindnessModel.load(tmp_path / "a", rules=rules).run(2)
    assert resumed.world.digest() == model(rules=rules).run(4).world.digest()


def test_a_wrong_rule_is_refused():
    with pytest.raises(KeyError, match="percieves is no rule; did you mean perceives"):
        model(rules={"percieves": forgets_at_once})
    with pytest.raises(TypeError, match=r"perceives takes \(norm, seen, unread, norm_rate\), not \(norm, seen\)"):
        model(rules={"perceives": lambda norm, seen: seen})


def strays(share: float):
    def perceives(norm, seen, unread, norm_rate):
        return norm + share * (seen - norm)

    return perceives


def test_every_module_that_calls_rules_is_compiled_anew_around_replaced_ones():
    engine = Path(variants.__file__).parent
    calling = {path.stem for path in engine.glob("*.py") if re.search(r"import .*\brules\b", path.read_text())}
    assert calling - {"variants"} == {module.__name__.rpartition(".")[2] for module in variants._PASSES} - {"kernel"}


def test_laws_that_differ_in_a_number_from_outside_are_different_variants():
    """They would share compiled code otherwise."""
    names = [variants._variant((("perceives", strays(share)),)) for share in (0.1, 0.2, 0.1)]
    assert names[0] == names[2] != names[1]


def test_a_law_typed_at_a_prompt_compiles():
    made: dict = {}
    exec("def law(norm, seen, unread, norm_rate):\n    return norm - norm", made)
    assert variants.rulebook({"perceives": made["law"]}).perceives(1, 2, 3, 4) == 0


# --- batches and memory ------------------------------------------------------------------------------------------


def batch() -> list[dict]:
    parameters = {"seed": range(1, 5), "network__people": 30, "network__degree": 4.0, "rules__norm_rate": [0.05, 0.5]}
    return mesa.batch_run(KindnessModel, parameters, number_processes=1, max_steps=5, display_progress=False)


def test_a_batch_over_seeds_gives_distinct_and_reproducible_replicates():
    rows, again = batch(), batch()
    assert rows == again
    assert len(rows) == 8
    assert len({(row["kind_acts"], row["norm"], row["wellbeing"]) for row in rows}) == 8
    assert {row["Step"] for row in rows} == {5}


def test_a_batch_measures_what_a_run_measures():
    row = next(row for row in batch() if row["seed"] == 3 and row["rules__norm_rate"] == 0.5)
    alone = KindnessModel(seed=3, network__people=30, network__degree=4.0, rules__norm_rate=0.5).run(5)
    assert {name: row[name] for name in OUTCOMES} == {name: alone.world.outcomes()[name] for name in OUTCOMES}


def test_numpy_numbers_will_do_as_settings():
    made = KindnessModel(network__people=np.int64(9), rules__norm_rate=np.float64(0.25), seed=np.int64(4))
    assert (made.world.people, made.scenario.seed) == (9, 4)


def test_models_on_the_kernel_are_forgotten():
    """Mesa keeps every model that made agents (in Agent._ids); the kernel makes none."""
    known = len(mesa.Agent._ids)
    gone = [weakref.ref(KindnessModel(network=worlds.ring(5)).run(1)) for _ in range(200)]
    gc.collect()
    assert [ref() for ref in gone if ref() is not None] == []
    assert len(mesa.Agent._ids) == known


def test_worlds_are_forgotten():
    gone = [weakref.ref(worlds.stepped(World(worlds.scenario(), worlds.ring(5)), 1).columns.warmth) for _ in range(50)]
    gc.collect()
    assert [ref() for ref in gone if ref() is not None] == []
