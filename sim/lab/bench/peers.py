"""Plain SIR as each peer's own users would write it, on the same ties, from the same seeds, for the same days.

A peer is a function: case → (number of a run → the run, ready to start); a run returns the share ever infected. Only
the run is timed: building graphs and people is not. What differs is said in `CONTESTANTS`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

BETA, GAMMA, SEEDED, DAYS, DEGREE = 0.04, 0.1, 0.01, 50, 10.0
Start = Callable[[int], Callable[[], float]]


class Case(NamedTuple):
    """A network and who begins; per tie and day BETA, per day GAMMA.

    indptr, indices : as in `networks.Network`, every tie both ways; seeds : int64[k], rows
    """

    indptr: np.ndarray
    indices: np.ndarray
    seeds: np.ndarray

    @property
    def people(self) -> int:
        return len(self.indptr) - 1

    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Every tie once, int64[m / 2] each."""
        source = np.repeat(np.arange(self.people), np.diff(self.indptr))
        once = source < self.indices
        return source[once], self.indices[once].astype(np.int64)

    def graph(self) -> Any:
        """The ties as a networkx graph of all people."""
        import networkx

        graph = networkx.empty_graph(self.people)
        graph.add_edges_from(zip(*(ends.tolist() for ends in self.pairs()), strict=True))
        return graph

    def save(self, path: Path) -> None:
        """Write the arrays, for another process."""
        np.savez(path, **self._asdict())

    @classmethod
    def load(cls, path: Path) -> Case:
        """What `save` wrote."""
        with np.load(path) as saved:
            return cls(*(saved[name] for name in cls._fields))


def case(people: int) -> Case:
    """A scale-free network of mean degree 10, and one person in a hundred to begin."""
    from sim.model.law.settings import NetworkSettings
    from sim.model.network.networks import build

    network = build(NetworkSettings(kind="scale_free", people=people, degree=DEGREE))
    seeds = np.random.default_rng(1).choice(people, max(1, round(SEEDED * people)), replace=False)
    return Case(network.indptr, network.indices, np.sort(seeds))


def kindling(case: Case, threads: int | None = None) -> Start:
    from sim.model.law import presets
    from sim.model.law.campaign_columns import IN
    from sim.model.law.settings import ScenarioSettings
    from sim.model.network.networks import Network
    from sim.model.world import World

    row = np.arange(case.people, dtype=np.uint32)
    network = Network(case.indptr, case.indices, None, row, None, np.zeros(case.people, np.int32))
    tables = presets.sir(BETA, GAMMA)
    tables["campaign"] |= {"seed_keys": case.seeds.tolist()}

    def start(number: int) -> Callable[[], float]:
        world = World(ScenarioSettings.model_validate({**tables, "replicate": number}), network, threads=threads)

        def run() -> float:
            for _ in range(DAYS):
                world.step()
            return float((world.campaign.columns.stage >= IN).mean())

        return run

    return start


def mesa(case: Case) -> Start:
    from random import Random

    import mesa
    from mesa.discrete_space import Network

    def start(number: int) -> Callable[[], float]:
        model = mesa.Model(seed=number)
        laid_out = {"layout": None} if "layout" in Network.__init__.__code__.co_varnames else {}
        space = Network(graph, random=Random(number), **laid_out)
        people = [person(model, cell) for cell in space.all_cells.cells]
        for row in case.seeds:
            people[row].state = people[row].coming = 1

        def run() -> float:
            for _ in range(DAYS):
                model.agents.do("spread")
                model.agents.do("turn")
            return sum(one.state > 0 for one in people) / len(people)

        return run

    graph, person = case.graph(), _mesa_person()
    return start


def _mesa_person() -> Any:
    """The class of a person: 0 susceptible, 1 infectious, 2 recovered."""
    from mesa.discrete_space import FixedAgent

    class Person(FixedAgent):
        def __init__(self, model: Any, cell: Any) -> None:
            super().__init__(model)
            self.cell, self.state, self.coming = cell, 0, 0

        def spread(self) -> None:
            """Infectious people meet every neighbour, then may recover."""
            if self.state != 1:
                return
            chance, draw = -math.expm1(-BETA), self.random.random
            for other in self.cell.neighborhood.agents:
                if other.state == 0 and draw() < chance:
                    other.coming = 1
            if draw() < GAMMA:
                self.coming = 2

        def turn(self) -> None:
            self.state = self.coming

    return Person


def ndlib(case: Case) -> Start:
    import ndlib.models.epidemics as epidemics
    from ndlib.models.ModelConfig import Configuration

    def start(number: int) -> Callable[[], float]:
        model, config = epidemics.SIRModel(graph, seed=number), Configuration()
        config.add_model_parameter("beta", -math.expm1(-BETA))
        config.add_model_parameter("gamma", GAMMA)
        config.add_model_initial_configuration("Infected", case.seeds.tolist())
        model.set_initial_status(config)

        def run() -> float:
            model.iteration_bunch(DAYS + 1, node_status=False)  # the first only counts
            return sum(state > 0 for state in model.status.values()) / case.people

        return run

    graph = case.graph()
    return start


def eon(case: Case) -> Start:
    import EoN

    def start(number: int) -> Callable[[], float]:
        draws, seeds = np.random.default_rng(number), case.seeds.tolist()

        def run() -> float:
            _, susceptible, _, _ = EoN.fast_SIR(graph, BETA, GAMMA, initial_infecteds=seeds, tmax=DAYS, rng=draws)
            return 1 - float(susceptible[-1]) / case.people

        return run

    graph = case.graph()
    return start


def starsim(case: Case) -> Start:
    import starsim

    class Ties(starsim.Network):
        def step(self) -> None:
            """Ties stay as they are."""

    def start(number: int) -> Callable[[], float]:
        one, other = case.pairs()
        ties = Ties(edges={"p1": one, "p2": other, "beta": np.ones(len(one))})
        rates = {"beta": starsim.perday(BETA), "dur_inf": starsim.expon(scale=starsim.days(1 / GAMMA))}
        days = {"dt": starsim.days(1), "start": starsim.days(0), "dur": starsim.days(DAYS - 1)}
        sickness = starsim.SIR(**rates, p_death=0, init_prev=0)
        sim = starsim.Sim(n_agents=case.people, networks=ties, diseases=sickness, **days, rand_seed=number, verbose=0)
        sim.init()
        sim.diseases[0].set_prognoses(starsim.uids(case.seeds))

        def run() -> float:
            sim.run()
            return 1 - float(sim.diseases[0].susceptible.mean())

        return run

    return start


def graph_tool(case: Case) -> Start:
    import graph_tool
    from graph_tool.dynamics import SIRState

    graph = graph_tool.Graph(directed=False)
    graph.add_vertex(case.people)
    graph.add_edge_list(np.column_stack(case.pairs()))

    def start(number: int) -> Callable[[], float]:
        graph_tool.seed_rng(number)
        state = graph.new_vertex_property("int32_t", val=0)
        state.a[case.seeds] = 1
        epidemic = SIRState(graph, beta=-math.expm1(-BETA), gamma=GAMMA, s=state)

        def run() -> float:
            epidemic.iterate_sync(niter=DAYS)
            return float((epidemic.get_state().a > 0).mean())

        return run

    return start


@dataclass(frozen=True)
class Contestant:
    """Who runs: the module that must be there, what installs it, up to how many people it is asked, what differs."""

    start: Callable[[Case], Start]
    module: str
    install: str
    most: int
    differs: str


_LIVES = "lives of real length, spread over whole days"
_APT = "apt install python3-graph-tool, then kindling bench --python /usr/bin/python3; or conda-forge's graph-tool"
_PIP = 'pip install "kindling-sim[peers]"'
CONTESTANTS: dict[str, Contestant] = {
    "Kindling": Contestant(kindling, "sim", "", 10**8, _LIVES),
    "Kindling, 1 thread": Contestant(partial(kindling, threads=1), "sim", "", 10**8, _LIVES),
    "Mesa": Contestant(mesa, "mesa", "pip install mesa", 100_000, "lives of whole days, geometric"),
    "NDlib": Contestant(ndlib, "ndlib", _PIP, 100_000, "lives of whole days, geometric"),
    "EoN": Contestant(eon, "EoN", _PIP, 100_000, "continuous time: infections within a day count at once"),
    "Starsim": Contestant(starsim, "starsim", _PIP, 1_000_000, "lives of real length, ended on whole days"),
    "graph-tool": Contestant(graph_tool, "graph_tool", _APT, 1_000_000, "lives of whole days, geometric"),
}
