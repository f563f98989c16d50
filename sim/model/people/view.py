"""A live view of one row of the world, as a Mesa agent."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from sim.model import rng
from sim.model.law.columns import COLUMNS
from sim.model.law.extras import EXTRA_COLUMNS

if TYPE_CHECKING:
    from sim.model.world import World


class Cell:
    """One column of one person, read and written in the world itself."""

    def __init__(self, place: int) -> None:
        self.place = place

    def __get__(self, view: View | None, owner: type) -> Any:
        return self if view is None else view.world.columns[self.place][view.row]

    def __set__(self, view: View, value: Any) -> None:
        view.world.columns[self.place][view.row] = value


class ExtraCell:
    """One column of one person that the scenario may not have."""

    def __init__(self, place: int) -> None:
        self.place = place

    def __get__(self, view: View | None, owner: type) -> Any:
        return self if view is None else view.world.extra.columns[self.place][view.row]

    def __set__(self, view: View, value: Any) -> None:
        view.world.extra.columns[self.place][view.row] = value


class View(mesa.Agent):
    """A person's row; every column is an attribute (`person.gratitude`), and writing one changes the world.

    `book` holds the rules, `world` the columns, ties, levers and the clock.
    """

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row
        self.world: World = model.world
        self.book: ModuleType = model.book
        self._word = np.uint64(self.key)

    def has(self, name: str) -> bool:
        """Whether the scenario has this extra column (`sim.model.law.extras`)."""
        return getattr(self.world.extra.columns, name).size > 0

    def words(self, purpose: np.uint64, index: int) -> tuple[Any, Any, Any, Any]:
        """The four random words of this person, tick, purpose and index."""
        words = rng.philox(*self._counter(purpose, index))
        return tuple(map(np.uint64, words))  # type: ignore[return-value]

    def draw(self, purpose: np.uint64, index: int) -> tuple[float, float, float, float]:
        """The same as uniform numbers."""
        return rng.uniforms(*self._counter(purpose, index))

    def _counter(self, purpose: np.uint64, index: int) -> tuple[np.uint64, ...]:
        moment = self.world.moment
        return self._word, moment.tick, purpose, np.uint64(index), moment.seed, moment.replicate

    def strength(self, place: int) -> np.float32:
        """Strength of the tie at a place in the list of ties."""
        weight = self.world.ties.weight
        return weight[place] if weight.size else np.float32(1)


for _place, _name in enumerate(COLUMNS):
    setattr(View, _name, Cell(_place))
for _place, _name in enumerate(EXTRA_COLUMNS):
    setattr(View, _name, ExtraCell(_place))
