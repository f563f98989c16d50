"""What a study found, read from its folder: tidy tables, one row per run and one per run and tick."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.lab.errors import BadInput
from sim.lab.store import Store

if TYPE_CHECKING:
    import pandas as pd


class Results:
    """The tables of a study's folder, finished or not; reading changes nothing.

    about : what was planned, from `study.json`
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._store = Store.at(self.folder)
        self.about: dict[str, Any] = self._store.told()

    @property
    def arms(self) -> list[str]:
        """Names of the arms, the control first."""
        return list(self.about["arms"])

    @property
    def factors(self) -> list[str]:
        """Columns that hold the factors."""
        return list(self.about["factors"])

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row per run: identity, factors, size, outcomes."""
        return self._table("runs")

    @cached_property
    def series(self) -> pd.DataFrame:
        """One row per run and tick, of a study that kept them. BadInput where it did not."""
        if not self.about["series"]:
            raise BadInput(self.folder, None, "series", "was not kept; sweep the study with series = true")
        return self._table("series")

    def to_pandas(self) -> pd.DataFrame:
        """The table of runs."""
        return self.runs

    def contrasts(self, outcomes: Sequence[str] = (), control: str | None = None) -> pd.DataFrame:
        """Every arm against the control, see `sim.lab.contrast.contrasts`."""
        from sim.lab.contrast import contrasts

        if len(self.arms) < 2:
            raise BadInput(self.folder, None, "arms", f"has only {self.arms[0]}; there is nothing to compare it with")
        return contrasts(self.runs, outcomes, control)

    def _table(self, table: str) -> pd.DataFrame:
        found = self._store.read(self.about["parts"], table)
        if found is None:
            raise BadInput(self.folder, None, table, "holds no finished part yet")
        return found
