"""KindnessModel: the face of a world for Mesa users. It runs either engine; both give the same bits."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from sim.model.engine.variants import rulebook
from sim.model.law.columns import Columns
from sim.model.law.settings import ScenarioSettings
from sim.model.network.networks import Network
from sim.model.outcomes import OUTCOMES
from sim.model.people.book import Book, letters
from sim.model.people.campaigning import run_campaign
from sim.model.people.luck import Luck, plain
from sim.model.people.person import Person
from sim.model.world import World


class KindnessModel(mesa.Model):
    """A mesa.Model around a world.

    settings : the scenario; None = defaults. Dotted keys (`rules__norm_rate=.1`, `network__people=500`) change it, so
        that `mesa.batch_run` can sweep any of them; `seed` is the scenario's seed.
    engine : "kernel" (compiled) or "mesa" (one agent at a time); None = kernel, unless `person` overrides a verb
    person : a subclass of Person; with overridden verbs the model runs on the Mesa engine and says so
    rules : replaced rules by name, for both engines
    order : order in which the Mesa engine visits people, "rows" or "shuffled"; it changes no bit
    agent_reporters : as for `mesa.DataCollector`, by name; for example {"warmth": "warmth"}. They make all people
    """

    def __init__(
        self,
        settings: ScenarioSettings | None = None,
        *,
        seed: int | None = None,
        engine: str | None = None,
        network: Network | None = None,
        person: type[Person] = Person,
        rules: Mapping[str, Callable[..., Any]] | None = None,
        threads: int | None = None,
        order: str = "rows",
        world: World | None = None,
        agent_reporters: Mapping[str, Any] | None = None,
        **kwargs: Any,  # by this very name, which Mesa's SolaraViz asks for
    ) -> None:
        scenario = world.settings if world else _changed(settings or ScenarioSettings(), seed, kwargs)
        super().__init__(seed=scenario.seed)
        self.world = world or World(scenario, network, threads=threads, rules=rules)
        self.book = Book(rulebook(self.world.rules))
        self.luck = Luck(self.world)
        self.extras = {name for name, column in self.world.extra.columns._asdict().items() if column.size}
        self.cells = Columns(*plain(self.world.columns))
        self.authors = plain([self.world.ties.indices])[0]
        self.person_class = person
        self.engine = _engine(engine, person)
        self.order = order
        self.outbox: list[tuple[int, int, int]] = []
        self._people: list[Person] = []
        self.datacollector = mesa.DataCollector(_reporters(), agent_reporters and dict(agent_reporters))
        self.datacollector.collect(self)

    @property
    def scenario(self) -> ScenarioSettings:
        """The settings of this world."""
        return self.world.settings

    @property
    def agents(self) -> mesa.agent.AgentSet:
        """All people as an AgentSet; made when first asked for."""
        self._make_people()
        return super().agents

    def person(self, row: int) -> Person:
        """The person of a row, as a live view of the world."""
        self._make_people()
        return self._people[row]

    def step(self) -> None:
        """One tick on the chosen engine, then collect."""
        if self.engine == "kernel":
            self.world.step()
        else:
            self.step_people()
        self.datacollector.collect(self)

    def run(self, ticks: int | None = None, progress: bool = False) -> KindnessModel:
        """Step `ticks` times, or to the scenario's last day."""
        from rich.progress import track

        rest = range(self.world.tick, self.world.ticks) if ticks is None else range(ticks)
        for _ in track(rest, self.scenario.name, disable=not progress):
            self.step()
        self.running = False
        return self

    def switch(self, name: str, on: bool) -> None:
        """Open or close an intervention from the coming tick on, whatever its window says."""
        self.world.switch(name, on)

    def save(self, path: str | Path) -> None:
        """Write a checkpoint; `load` goes on exactly from there."""
        self.world.save(path)

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        threads: int | None = None,
        rules: Mapping[str, Callable[..., Any]] | None = None,
        **options: Any,
    ) -> KindnessModel:
        """A model from a checkpoint, at the tick where it was saved. Replaced rules are not saved: pass them again."""
        return cls(world=World.load(path, threads=threads, rules=rules), **options)

    def _make_people(self) -> None:
        if not self._people:
            self._people = [self.person_class(self, row) for row in range(self.world.people)]

    def _visits(self) -> list[Person]:
        self._make_people()
        people = list(self._people)  # not `agents`, where a user may have put agents of another kind
        if self.order == "shuffled":
            self.random.shuffle(people)
        return people

    def step_people(self) -> None:
        """One tick, one person at a time: everybody browses, campaigns, letters are sorted, everybody settles."""
        world = self.world
        self.outbox = []
        world.intervene()
        if world.is_everyday:
            for person in self._visits():
                person.browse()  # type: ignore[attr-defined]
        world.campaign.prepare(world.tick, world.columns, world.extra.columns.lapsed)
        if world.campaign.is_open(world.tick):
            run_campaign(self, self._visits())
        if world.is_everyday:
            self._settle_people()
        world.close_tick()

    def _settle_people(self) -> None:
        world, post = self.world, sorted(self.outbox, key=lambda letter: _order(letter))
        world.put_letters(np.array(post, np.uint64).reshape(-1, letters.WORDS))
        sent, came = _sorted_mail(world.letters(), world.people)
        for person in self._visits():
            person.settle(sent[person.row], came[person.row])  # type: ignore[attr-defined]


def _order(letter: tuple[int, int, int]) -> tuple[int, int]:
    return int(letters.sender_of(letter[0])), int(letters.slot_of(letter[1]))


def _sorted_mail(post: np.ndarray, people: int) -> tuple[list[list[Any]], list[list[Any]]]:
    """Letters by sender and by receiver, each in the order (sender, slot); void ones arrive nowhere."""
    sent: list[list[Any]] = [[] for _ in range(people)]
    came: list[list[Any]] = [[] for _ in range(people)]
    for letter in post.tolist():
        sent[int(letters.sender_of(letter[0]))].append(letter)
        if not letter[1] & letters.VOID:
            came[int(letters.receiver_of(letter[0]))].append(letter)
    return sent, came


def _reporters() -> dict[str, Callable[[KindnessModel], Any]]:
    def reporter(name: str) -> Callable[[KindnessModel], Any]:
        return lambda model: model.world.outcomes()[name]

    return {name: reporter(name) for name in OUTCOMES}


def _engine(wanted: str | None, person: type[Person]) -> str:
    """The engine to use; overridden verbs need the Mesa engine."""
    if wanted not in (None, "kernel", "mesa"):
        raise ValueError(f'engine: "{wanted}" is not one of "kernel", "mesa"')
    own = [
        name for base in person.__mro__[: person.__mro__.index(Person)] for name in vars(base) if name in dir(Person)
    ]
    verbs = sorted({name for name in own if not name.startswith("__")})
    if verbs and wanted != "mesa":
        warnings.warn(f"{person.__name__} overrides {', '.join(verbs)}: running on the Mesa engine", stacklevel=3)
    return "mesa" if verbs else wanted or "kernel"


def _changed(settings: ScenarioSettings, seed: int | None, changes: Mapping[str, Any]) -> ScenarioSettings:
    """The scenario with `part__key=value` changes and a seed, validated again."""
    data = settings.model_dump(exclude_unset=True)  # a preset fills in what nobody stated
    for name, value in {**changes, **({} if seed is None else {"seed": seed})}.items():
        *parts, key = name.split("__")
        place = data
        for part in parts:
            place[part] = place[part] if place.get(part) is not None else {}  # a table that is off comes on
            place = place[part]
        place[key] = value.item() if isinstance(value, np.generic) else value
    return ScenarioSettings.model_validate(data)
