"""A live view of one row of the world, as a Mesa agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from sim.model import rng
from sim.model.law.campaign_columns import CAMPAIGN_COLUMNS
from sim.model.law.columns import COLUMNS, Columns
from sim.model.law.extras import EXTRA_COLUMNS
from sim.model.people.book import Book
from sim.model.people.luck import Luck

if TYPE_CHECKING:
    from sim.model.world import World

_NOTHING = np.float32(0)


class Cell:
    """One column of one person, read and written in the world itself."""

    def __init__(self, place: int) -> None:
        self.place = place

    def __get__(self, view: View | None, owner: type) -> Any:
        return self if view is None else view.cells[self.place][view.row]

    def __set__(self, view: View, value: Any) -> None:
        view.cells[self.place][view.row] = value


class CampaignCell(Cell):
    """One column of a campaign."""

    def __get__(self, view: View | None, owner: type) -> Any:
        return self if view is None else view.world.campaign.columns[self.place][view.row]

    def __set__(self, view: View, value: Any) -> None:
        view.world.campaign.columns[self.place][view.row] = value


class ExtraCell(Cell):
    """One column that the scenario may not have."""

    def __get__(self, view: View | None, owner: type) -> Any:
        return self if view is None else view.world.extra.columns[self.place][view.row]

    def __set__(self, view: View, value: Any) -> None:
        view.world.extra.columns[self.place][view.row] = value


class View(mesa.Agent):
    """A person's row; every column is an attribute (`person.gratitude`), and writing one changes the world.

    `book` holds the rules, `world` the columns, ties, levers and the clock, `luck` the draws. `cells` are the columns
    and `authors` the rows at the other ends of ties, as views that give plain numbers, which rules take fastest; own
    ties begin at place `first_tie` and are `degree` many.
    """

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row
        self.world: World = model.world
        self.cells: Columns = model.cells
        self.authors: memoryview = model.authors
        self.first_tie, end = self.world.ties.indptr[row : row + 2].tolist()
        self.degree = end - self.first_tie
        self.luck: Luck = model.luck
        self.book: Book = model.book
        self._word = np.uint64(self.key)

    def has(self, name: str) -> bool:
        """Whether the scenario has this extra column (`sim.model.law.extras`)."""
        return name in self.model.extras  # type: ignore[no-any-return]

    def words(self, purpose: np.uint64, index: int) -> tuple[int, int, int, int]:
        """The four random words of this person, tick, purpose and index."""
        a, b, c, d = self.luck.words[self.world.tick, purpose, index]
        return a[self.row], b[self.row], c[self.row], d[self.row]

    def draw(self, purpose: np.uint64, index: int) -> tuple[float, float, float, float]:
        """The same as uniform numbers."""
        a, b, c, d = self.luck.uniforms[self.world.tick, purpose, index]
        return a[self.row], b[self.row], c[self.row], d[self.row]

    def campaign_draw(self, purpose: np.uint64, index: int) -> tuple[float, float, float, float]:
        """Uniform numbers of this person in the campaign, the same at any tick."""
        moment = self.world.campaign.moment
        return rng.uniforms(self._word, moment.tick, purpose, np.uint64(index), moment.seed, moment.replicate)

    def felt(self, trait: str) -> Any:
        """A trait as interventions leave it today."""
        return getattr(self.world.felt, trait).item(self.row)

    def given(self, name: str, lever: Any = _NOTHING) -> Any:
        """What interventions give this person, or the lever where nobody differs."""
        array = getattr(self.world.inputs, name)
        return array[self.row] if array.size else lever

    def strength(self, place: int) -> float:
        """Strength of the tie at a place in the list of ties; 1 for a stranger, who has none (-1)."""
        weight = self.world.ties.weight
        return weight.item(place) if weight.size and place >= 0 else 1.0


for _place, _name in enumerate(COLUMNS):
    setattr(View, _name, Cell(_place))
for _place, _name in enumerate(CAMPAIGN_COLUMNS):
    setattr(View, _name, CampaignCell(_place))
for _place, _name in enumerate(EXTRA_COLUMNS):
    setattr(View, _name, ExtraCell(_place))
