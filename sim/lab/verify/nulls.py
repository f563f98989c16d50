"""Nulls: what must come out as no effect, or the model finds effects where there are none."""

from __future__ import annotations

from math import erfc, inf, sqrt
from typing import Any

import numpy as np

from sim.lab.verify import arms
from sim.lab.verify.estimates import Estimate, mean, percent, ratio, scaled, slope
from sim.lab.verify.receiving import one_kindness, workplace
from sim.lab.verify.seeing import bystanders, models, watched
from sim.lab.verify.trial import Found, Measure, Trial
from sim.model.law import letters
from sim.model.network.networks import Network, build, from_ties
from sim.model.world import World

GROUP = 24  # players of a game, each of whom reads 5 others
PEERS = {f"beta_{name}": 0.0 for name in ("gratitude", "norm", "liked", "need", "answered")} | {
    "thanks_offset": -10.0, "acknowledgement": 0.0, "hurt_cost": 0.0, "thanks_relief": 0.0, "need_cost": 0.0,
}  # fmt: skip
NOTHING = PEERS | {f"beta_{name}": 0.0 for name in ("reward", "watched", "exhaustion")} | {"burnout_rate": 0.0}


def topology(people: int, **rules: float) -> Found:
    """N1. Groups of 24 who each read 5 others: cliques of 6, a ring with chords, or a random regular graph; 60 days.

    Kind acts of days 31-60 on each, in percent of those on the random graph; the same people and draws in all.
    """
    groups = people // GROUP
    acts = {}
    for name in ("cliques", "ring", "random"):
        world = arms.lived_in(arms.scenario(groups * GROUP, rules), 30, _games(name, groups))
        acts[name] = arms.given_during(world, 30).reshape(groups, GROUP).sum(1)
    return {name: percent(ratio(acts[name], acts["random"])) for name in ("cliques", "ring")}


def _games(name: str, groups: int) -> Network:
    """So many groups of 24 side by side."""
    ends = [np.array(_game(name, group).edges) + group * GROUP for group in range(groups)]
    source, target = np.concatenate(ends).T
    return from_ties(source, target, groups * GROUP, directed=False)


def _game(name: str, number: int) -> Any:
    """One group's graph, every player with 5 neighbours."""
    import networkx as nx

    if name == "random":
        return nx.random_regular_graph(5, GROUP, seed=number)
    return nx.circulant_graph(GROUP, [4, 8, 12]) if name == "cliques" else nx.circulant_graph(GROUP, [1, 2, 12])


def distance(people: int, **rules: float) -> Found:
    """N1. In rings of 24 one player turns unconditionally kind for 10 days; what those 1, 2 and 3 ties away do.

    In percent of the same people's acts without, burnout off. Ties to the two next on either side, and across.
    """
    import networkx as nx

    groups = people // GROUP
    world = arms.lived_in(arms.scenario(groups * GROUP, {"burnout_rate": 0.0, **rules}), 30, _games("ring", groups))
    other = arms.twin(world)
    other.columns.warmth[::GROUP] = 20
    treated, control = (arms.given_during(one, 10).reshape(groups, GROUP) for one in (other, world))
    ties = nx.single_source_shortest_path_length(_game("ring", 0), 0)
    away = np.array([ties[place] for place in range(GROUP)])
    names = {"neighbours": 1, "their neighbours": 2, "three ties away": 3}
    return {
        name: percent(ratio(treated[:, away == ties].sum(1), control[:, away == ties].sum(1)))
        for name, ties in names.items()
    }


def games(people: int, **rules: float) -> Found:
    """N1. Both experiments on groups of 24, see `topology` and `distance`."""
    return {**topology(people, **rules), **distance(people, **rules)}


def without_gratitude(people: int, **rules: float) -> Found:
    """N2. The headlines once more with nothing paid forward (βG = 0), and as they are online (βG .36) beside them.

    One kindness as in A1, receivers at work as in A16, and further acts per act: 2 % of a day's acts reach nobody, and
    the kind acts of the 30 days that follow are compared with the world in which they did.
    """
    found = {}
    for name, beta in {"βG 0": 0.0, "βG .36": 0.36}.items():
        now = {"beta_gratitude": beta, **rules}
        found[f"one kindness, {name}"] = one_kindness(4 * people, **now)["effect"]
        found[f"receivers at work, {name}"] = workplace(people, **now)["receivers"]
        found[f"further acts per act, {name}"] = mean(np.array([_further(people, seed, now) for seed in range(6)]))
    return found


def _further(people: int, seed: int, rules: dict[str, float]) -> float:
    """Kind acts that an act brings about in 30 days; burnout off, whose coin flips drown them."""
    world = arms.lived_in(arms.scenario(people, {**rules, "burnout_rate": 0.0}, seed=seed))
    other = arms.twin(world)
    other.browse()
    post = other.letters().copy()
    chosen = (post[:, 1] & letters.HOSTILE == 0) & (np.random.default_rng(seed).random(len(post)) < 0.02)
    post[chosen, 1] |= letters.VOID
    other.put_letters(post)
    other.settle()
    world.step()
    return float(np.sum(_acts(world) - _acts(other)) / np.count_nonzero(chosen))


def _acts(world: World) -> np.ndarray:
    """All kind acts of each person in 30 days, thanks among them."""
    return sum(arms.stepped(world, 1).columns.acts_today.astype(np.int64) for _ in range(30))  # type: ignore[return-value]


def homophily(people: int, **rules: float) -> Found:
    """N3. Two groups, one warmer by 1, tied mostly among themselves; nobody influences anybody (peer terms 0). 30 days.

    Naive: own acts on those of the people one reads. Randomised: half at random are made warmer by 2; acts of the
    others on the share of treated among those they read. Both in standard deviations.
    """
    settings = arms.scenario(people, {**PEERS, **rules}, network={"kind": "homophilic", "minority": 0.5})
    network = build(settings.network, settings.seed)
    chosen = np.random.default_rng(arms.SEED).random(people) < 0.5
    acts = {}
    for arm, extra in {"naive": 0 * chosen, "randomised": 2 * chosen}.items():
        world = World(settings, network)
        world.columns.warmth[:] += (network.group == 1) + extra
        acts[arm] = arms.given_during(world, 30).astype(float)
    others = ~chosen
    return {
        "naive": slope(_standard(_read(network, acts["naive"])), _standard(acts["naive"])),
        "randomised": slope(
            _standard(_read(network, chosen.astype(float))[others]), _standard(acts["randomised"][others])
        ),
    }


def _read(network: Network, values: np.ndarray) -> np.ndarray:
    """Mean value of the people each person reads."""
    reader = np.repeat(np.arange(network.people), np.diff(network.indptr))
    total = np.bincount(reader, values[network.indices], minlength=network.people)
    return total / np.maximum(np.diff(network.indptr), 1)


def _standard(x: np.ndarray) -> np.ndarray:
    """Deviations from the mean in standard deviations."""
    return (x - x.mean()) / x.std()


def nothing(people: int, **rules: float) -> Found:
    """N4. With all coefficients 0 the trials A1, A4, A5, A13 and A16 find exactly nothing: their largest effect.

    Then, in the everyday world: value received by a fifth of the people with shuffled group labels, and acts of random
    halves; how many of 1,000 such comparisons call out at 5 %.
    """
    off = {**NOTHING, **rules}
    effects = [
        one_kindness(people, **off)["effect"], models(people, **off)["effect"], bystanders(people, **off)["effect"],
        watched(people, **off)["effect"], scaled(workplace(people, **off)["receivers"], 0.01),
    ]  # fmt: skip
    world = arms.lived_in(arms.scenario(people, network={"kind": "homophilic", "minority": 0.2}), 30)
    got = world.columns.received_today.astype(float)
    return {
        "largest effect": max(effects, key=lambda one: abs(one.value)),
        "shuffled groups": _alarms(got, 0.2),
        "random halves": _alarms(arms.given_during(world, 7).astype(float), 0.5),
    }


def _alarms(outcome: np.ndarray, share: float, times: int = 1000) -> Estimate:
    """Share of random splits of people whose difference in means is called significant at 5 %."""
    draw = np.random.default_rng(arms.SEED)
    calls = np.array([_called(outcome, draw.permutation(len(outcome)) < share * len(outcome)) for _ in range(times)])
    return mean(calls.astype(float))


def _called(outcome: np.ndarray, chosen: np.ndarray) -> bool:
    one, other = outcome[chosen], outcome[~chosen]
    z = (one.mean() - other.mean()) / sqrt(one.var() / len(one) + other.var() / len(other))
    return erfc(abs(z) / sqrt(2)) < 0.05


TRIALS = (
    Trial(
        "N1",
        "games on networks",
        "Suri & Watts 2011, doi 10.1371/journal.pone.0016836",
        (
            Measure("cliques", "no effect of topology", -3, 3, "%"),
            Measure("ring", "no effect of topology", -3, 3, "%"),
            Measure("neighbours", "contagion", 0, inf, "%", sign=True),
            Measure("their neighbours", "none", -3, 3, "%"),
            Measure("three ties away", "none", -3, 3, "%"),
        ),
        games,
        9_600,
        2_400,
        "Within 3 % counts as null: about what games of 24 could see. Contagion at two ties is small, not absent.",
    ),
    Trial(
        "N2",
        "nothing paid forward online",
        "van Apeldoorn & Schram 2016, doi 10.1371/journal.pone.0152076",
        (
            Measure("one kindness, βG 0", "none", -0.01, 0.01),
            Measure("receivers at work, βG 0", "none", -1, 1, "%"),
        ),
        without_gratitude,
        4_440,
        1_110,
        "Each headline with βG = 0, and with the online .36. Without gratitude acts still cause acts, by norm, likes "
        "and thanks.",
    ),
    Trial(
        "N3",
        "homophily without influence",
        "Lacetera et al. 2016, doi 10.15195/v3.a11",
        (
            Measure("naive", "shows contagion", 0, inf, "slope", sign=True),
            Measure("randomised", "none", -0.04, 0.04, "slope"),
        ),
        homophily,
        20_000,
        5_000,
    ),
    Trial(
        "N4",
        "no coefficients, shuffled labels, false alarms",
        "by construction",
        (
            Measure("largest effect", "exactly 0", 0, 0, "effect"),
            Measure("shuffled groups", "5 % call out", 0.02, 0.09, "share"),
            Measure("random halves", "5 % call out", 0.02, 0.09, "share"),
        ),
        nothing,
        5_000,
        1_000,
        "The band of the rates is that of 1,000 comparisons at a false-alarm rate of 1e-6.",
    ),
)
