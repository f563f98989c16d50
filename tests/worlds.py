"""Small worlds for tests: networks by name, random scenarios, and how two worlds differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from hypothesis import strategies as st

from sim.model.kindness import KindnessModel
from sim.model.law.bonds import CustomSettings, DriftSettings, LearningSettings, MembershipSettings, TieSettings
from sim.model.law.campaign_columns import CAMPAIGN_COLUMNS
from sim.model.law.campaign_settings import CampaignSettings
from sim.model.law.columns import COLUMNS, Column
from sim.model.law.extras import EXTRA_COLUMNS
from sim.model.law.gestures import CATALOGUE
from sim.model.law.settings import PopulationSettings, RuleSettings, ScenarioSettings
from sim.model.network.networks import Network, from_ties
from sim.model.world import World

MASK = np.uint64(0xFFFFFFFF)

# --- networks ----------------------------------------------------------------------------------------------------


def ring(people: int, **options: Any) -> Network:
    """Everybody is tied to the next person, both ways."""
    row = np.arange(people)
    return from_ties(row, (row + 1) % max(people, 1), people, directed=False, **options)


def path(people: int, **options: Any) -> Network:
    """A ring that is cut open."""
    row = np.arange(people - 1)
    return from_ties(row, row + 1, people, directed=False, **options)


def star(people: int, **options: Any) -> Network:
    """Everybody is tied to the first person."""
    rest = np.arange(1, people)
    return from_ties(np.zeros_like(rest), rest, people, directed=False, **options)


def complete(people: int, **options: Any) -> Network:
    """Everybody is tied to everybody."""
    return from_ties(*np.triu_indices(people, 1), people, directed=False, **options)


def strangers(people: int, **options: Any) -> Network:
    """Nobody is tied to anybody."""
    return from_ties(np.empty(0, np.int64), np.empty(0, np.int64), people, **options)


def scattered(people: int, ties: int, seed: int, *, weighted: bool = False, **options: Any) -> Network:
    """Random one-way or mutual ties; some may be self-ties or come twice."""
    draw = np.random.default_rng(seed)
    source, target = draw.integers(0, max(people, 1), (2, ties if people else 0))
    weight = np.exp(draw.normal(0, 2, len(source))) if weighted else None
    return from_ties(source, target, people, weight=weight, **options)


def keyed(people: int, seed: int = 3) -> np.ndarray:
    """Distinct keys from the whole range, ascending."""
    keys = np.random.default_rng(seed).choice(2**32, 2 * people + 2, replace=False)
    return np.sort(np.unique(keys)[:people]).astype(np.int64)


@st.composite
def networks(draw: st.DrawFn, grouped: bool = False) -> Network:
    """Any small network, degenerate ones too; with groups, if asked for, in half of the cases."""
    shape = draw(st.sampled_from([ring, path, star, complete, strangers, scattered, scattered, scattered]))
    people = draw(st.sampled_from([0, 1, 2, 3, 4, 6, 8, 11, 14, 17, 20, 23, 26, 30]))
    people = max(people, 1) if shape is path else people
    options: dict[str, Any] = {"key": keyed(people, draw(st.integers(0, 9)))} if draw(st.booleans()) else {}
    if grouped and draw(st.booleans()):
        options["group"] = np.arange(people) % 3
    if shape is scattered:
        options |= {"directed": draw(st.booleans()), "weighted": draw(st.booleans())}
        return scattered(people, people * draw(st.integers(1, 4)), draw(st.integers(0, 99)), **options)
    return shape(people, **options)


# --- scenarios ---------------------------------------------------------------------------------------------------


def limits(settings: type, name: str) -> tuple[Any, Any]:
    """Least and greatest allowed value of a parameter."""
    found = {type(bound).__name__: bound for bound in settings.model_fields[name].metadata}  # type: ignore[attr-defined]
    return found["Ge"].ge, found["Le"].le


def values(settings: type, name: str) -> st.SearchStrategy[Any]:
    """Values of a parameter: its ends, 0 where allowed, numbers near its default, and anything between its ends."""
    low, high = limits(settings, name)
    field = settings.model_fields[name]  # type: ignore[attr-defined]
    if field.annotation is int:
        return st.integers(low, high)
    middle = field.default if field.default is not None else 0.5
    spread = abs(middle) or 0.5
    near = st.floats(max(low, middle - spread), min(high, middle + spread))
    return (
        st.sampled_from([low, high, *([0.0] if low <= 0 <= high else [])]).map(float)
        | near
        | near
        | st.floats(low, high)
    )


@st.composite
def some(draw: st.DrawFn, settings: type, most: int) -> dict[str, Any]:
    """Values of up to `most` parameters; the others keep what they have."""
    names = draw(st.lists(st.sampled_from(list(settings.model_fields)), max_size=most, unique=True))  # type: ignore[attr-defined]
    return {name: draw(values(settings, name)) for name in names}


def consistent(population: dict[str, Any]) -> PopulationSettings:
    """Population settings without contradictions between them."""
    plain = {name: field.default for name, field in PopulationSettings.model_fields.items()} | population
    low, mean, high = sorted(plain[f"attention_{part}"] for part in ("min", "mean", "max"))
    centre = plain["wellbeing_mean"]
    spread = min(plain["wellbeing_sd"], 0.9 * (centre * (1 - centre)) ** 0.5)
    made = {"attention_min": low, "attention_mean": mean, "attention_max": high, "wellbeing_sd": spread}
    return PopulationSettings(**{**plain, **made})


def gesture_changes() -> st.SearchStrategy[dict[str, dict[str, float]]]:
    """Changes to a few gestures."""
    part = {
        "effort": st.sampled_from([0.0, 0.3, 5.0, 100.0]) | st.floats(0, 3),
        "value": st.sampled_from([0.0, 100.0]) | st.floats(0, 4),
        "visibility": st.sampled_from([0.0, 1.0]) | st.floats(0, 1),
        "glow": st.sampled_from([-100.0, 0.0, 100.0]) | st.floats(-2, 3),
        "share": st.sampled_from([0.0, 1.0]) | st.floats(0, 1),
    }
    change = st.fixed_dictionaries({}, optional=part)
    return st.dictionaries(st.sampled_from([gesture.name for gesture in CATALOGUE]), change, max_size=3)


LIVELY = {
    "hard_day_rate": 0.5, "need_fade": 0.3, "notice": 0.9, "burnout_rate": 3.0, "burnout_onset": 0.2,
    "recovery_rate": 1.0, "detection": 0.4, "ranking": 0.7,
}  # fmt: skip
HOSTILE = {"hostile_share": 0.7, "hostile_level": 0.0, "warmth_mean": 0.5}


CATCHY = {
    "seed_share": 0.15, "appeal": 0.2, "appeal_top": 0.7, "see": 0.8, "nominators": 0.5, "base": 0.1, "life_days": 2.0,
}  # fmt: skip


@st.composite
def campaigns(draw: st.DrawFn) -> CampaignSettings:
    """Any campaign: a catchy one with a few or with most parameters changed."""
    numbers = [name for name in CampaignSettings.model_fields if name not in WORDS and name not in FREE]
    names = draw(st.lists(st.sampled_from(numbers), max_size=draw(st.sampled_from([2, 6, 40])), unique=True))
    made = {**CATCHY, **{name: draw(values(CampaignSettings, name)) for name in names}}
    made |= {word: draw(st.sampled_from(WORDS[word])) for word in WORDS}
    made["start"] = draw(st.sampled_from([0.0, 0.0, 2.0]))
    made["delay_median"], made["delay_mean"] = sorted(draw(st.floats(0.01, 4)) for _ in range(2))
    made["appeal"], made["appeal_top"] = sorted((made["appeal"], made["appeal_top"]))
    if made["threshold_of"] == "share":
        made["threshold"] = min(made.get("threshold", 0.3), 1.0)
    if made["life"] == "geometric":
        made["life_days"] = max(made["life_days"], 1.0)
    if made["life"] == "forever" or draw(st.booleans()):
        made["rate"], made["rate_top"] = sorted(draw(st.floats(0, 2)) for _ in range(2))
    return CampaignSettings(**made)


WORDS: dict[str, list[Any]] = {
    "life": ["fixed", "exponential", "exponential", "geometric", "forever"], "seed_rule": ["random", "in_degree"],
    "threshold_of": ["count", "share"], "threshold_spread": ["same", "uniform"], "nominations_ask": [True, False],
    "discovery": [0.0, 0.0, 1.5], "broadcast": [0.0, 0.0, 0.0, 0.5],
}  # fmt: skip
FREE = {"number", "start", "seed_count", "seed_keys", "rate", "rate_top", "delay_median", "delay_mean"}


@st.composite
def scenarios(draw: st.DrawFn) -> ScenarioSettings:
    """Any scenario: a calm or a lively one with a few or with most parameters changed."""
    rules, population = draw(st.sampled_from([{}, LIVELY, LIVELY])), draw(st.sampled_from([{}, HOSTILE]))
    few = draw(st.sampled_from([0, 5, 5, 100]))
    return ScenarioSettings(
        dt=draw(st.sampled_from([1.0, 1.0, 1.0, 0.5, 1 / 24]) | st.floats(1 / 1440, 1)),
        seed=draw(st.integers(0, 2**32 - 1)),
        replicate=draw(st.integers(0, 2**32 - 1)),
        population=consistent({**population, **draw(some(PopulationSettings, few))}),
        rules=RuleSettings(**{**rules, **draw(some(RuleSettings, 2 * few))}),
        gestures=draw(st.just({}) | gesture_changes()),  # type: ignore[arg-type]
    )


SLOW = {
    "drift": (DriftSettings, {"pull": 2.0, "memory": 3.0}),
    "learning": (LearningSettings, {"form": "latency", "memory": 2.0}),
    "membership": (MembershipSettings, {"open": True, "lapse_rate": 0.3, "return_rate": 0.4, "recognition_ref": 0.3}),
    "ties": (TieSettings, {"changing": True, "gain": 0.2, "fade": 0.1, "break_level": 0.2}),
    "custom": (CustomSettings, {"followed": True, "heard": 5, "start": 0.4, "committed": 0.1, "beta_custom": 1.0}),
}


@st.composite
def slow_scenarios(draw: st.DrawFn, on: list[str] | None = None) -> ScenarioSettings:
    """Any scenario in which some (or these) of what is off by default is on, lively or with any parameters."""
    on = on or draw(st.lists(st.sampled_from(list(SLOW)), min_size=1, unique=True))
    parts = {}
    for name in on:
        settings, lively = SLOW[name]
        numbers = [key for key in settings.model_fields if key not in ("open", "changing", "followed", "form")]
        changed = draw(st.lists(st.sampled_from(numbers), max_size=draw(st.sampled_from([0, 2, 9])), unique=True))
        parts[name] = settings(**{**lively, **{key: draw(values(settings, key)) for key in changed}})
    return draw(scenarios()).model_copy(update=parts)


def scenario(**changes: Any) -> ScenarioSettings:
    """Defaults with `part__key` changes; hard days and hostile people are common, so that little is left out."""
    base = {"rules__hard_day_rate": 0.3, "population__hostile_share": 0.3, "population__hostile_level": -1.0}
    data = ScenarioSettings().model_dump()
    for name, value in {**base, **changes}.items():
        *parts, key = name.split("__")
        place = data
        for part in parts:
            place = place[part]
        place[key] = value
    return ScenarioSettings.model_validate(data)


# --- comparing ---------------------------------------------------------------------------------------------------


def differing(world: World, other: World) -> list[str]:
    """Columns and memories in which two worlds do not have the same bits."""
    one, two = everything(world), everything(other)
    assert one.keys() == two.keys()
    return [name for name in one if one[name].dtype != two[name].dtype or one[name].tobytes() != two[name].tobytes()]


def everything(world: World) -> dict[str, np.ndarray]:
    """All state of a world by name; memories by owner and name."""
    owned = world.memories().items()
    return {
        **world.columns._asdict(),
        **{f"{owner} {name}": part for owner, own in owned for name, part in own.items()},
    }


def by_person(world: World) -> list[np.ndarray]:
    """All state that belongs to a person, as whole numbers[n]; of the ties that change, a sum of their bits."""
    memories, campaign = world.memories(), world.campaign
    ties = memories["slow"].pop("tie_strength", None)
    mine = [*world.columns, *memories["slow"].values(), *(campaign.columns if campaign.is_on else ())]
    states = [bits(column) for column in mine]
    if ties is None:
        return states
    owner = np.repeat(np.arange(world.people), np.diff(world.network.indptr))
    sums = np.zeros(world.people, np.int64)
    np.add.at(sums, owner, bits(ties).astype(np.int64) * (1 + np.arange(len(ties)) % 97))
    return [*states, sums]


def bits(column: np.ndarray) -> np.ndarray:
    """A column as whole numbers, so that equal means equal bits (and nan equals nan)."""
    return column.view({1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}[column.itemsize])


def changed_people(world: World, other: World) -> np.ndarray:
    """bool[n], who differs between two worlds of the same people in any column."""
    changed = np.zeros(world.people, bool)
    for one, two in zip(by_person(world), by_person(other), strict=True):
        changed |= one != two
    return changed


def out_of_range(world: World) -> list[str]:
    """Columns that are nan or outside the range their table states."""
    wrong = []
    owned = {"": COLUMNS, "slow ": {**EXTRA_COLUMNS, "tie_strength": Column("f4", 0, 2, "1", "")}}
    owned["campaign "] = CAMPAIGN_COLUMNS
    meant = {owner + name: column for owner, columns in owned.items() for name, column in columns.items()}
    for name, cells in everything(world).items():
        column = meant.get(name, Column("f8", -np.inf, np.inf, "", ""))
        if not ((cells >= column.low) & (cells <= column.high)).all():
            wrong.append(name)
    return wrong


def hops(network: Network, row: int) -> np.ndarray:
    """int[n], ties between a person and everybody else, whichever way they point; n + 1 = no way."""
    source = np.repeat(np.arange(network.people), np.diff(network.indptr))
    away = np.full(network.people, network.people + 1)
    away[row], reached = 0, 0
    while (away == reached).any():
        for one, two in ((source, network.indices), (network.indices, source)):
            next_door = two[away[one] == reached]
            away[next_door] = np.minimum(away[next_door], reached + 1)
        reached += 1
    return away


def each_tick(world: World, ticks: int, look: Callable[[World], Any]) -> list[Any]:
    """What `look` sees after each tick."""
    seen = []
    for _ in range(ticks):
        world.step()
        seen.append(look(world))
    return seen


def stepped(world: World, ticks: int) -> World:
    """The world, some ticks later."""
    for _ in range(ticks):
        world.step()
    return world


def mesa_twin(settings: ScenarioSettings, network: Network, order: str = "rows", **options: Any) -> KindnessModel:
    """The same world on the readable engine."""
    return KindnessModel(settings, network=network, engine="mesa", order=order, **options)


def by_key(world: World) -> Mapping[int, dict[str, Any]]:
    """Every person's row by key, with `helper` as a key, so that worlds with other rows can be compared."""
    keys = world.columns.key
    rows: dict[int, dict[str, Any]] = {}
    for row, key in enumerate(keys.tolist()):
        cells = {name: bits(column)[row].item() for name, column in zip(COLUMNS, world.columns, strict=True)}
        cells["helper"] = keys[cells["helper"]].item() if cells["helper"] < len(keys) else None
        rows[key] = cells
    return rows
