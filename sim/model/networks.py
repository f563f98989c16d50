"""Networks: who reads whom, in compressed rows. Families are made in `families`, files are read in `sim.lab.tiefile`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Report:
    """What loading a network did to the input; nothing is dropped without being counted."""

    people: int = 0
    ties: int = 0
    isolated: int = 0
    self_ties: int = 0  # dropped
    duplicate_ties: int = 0  # merged, the first one's weight stays
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Network:
    """A directed network of n people and m ties a→b ("a reads b"); a mutual friendship is two ties.

    indptr : int64[n + 1], start of each person's ties in `indices`
    indices : uint32[m], row of the person read; ascending within a person
    weight : float32[m] | None, tie strength > 0 with mean 1 over the ties into each person; None = all 1
    key : uint32[n], strictly ascending; the person's word in every random draw and the order of neighbours
    label : list[str] | None, the person's name in the input; None = the key
    group : int32[n], community, class, team …; 0 where unknown
    """

    indptr: np.ndarray
    indices: np.ndarray
    weight: np.ndarray | None
    key: np.ndarray
    label: list[str] | None
    group: np.ndarray
    group_names: tuple[str, ...] = ()
    report: Report = field(default_factory=Report)

    @property
    def people(self) -> int:
        return len(self.indptr) - 1

    @property
    def ties(self) -> int:
        return len(self.indices)

    def followers(self) -> np.ndarray:
        """int64[n], how many people read each person."""
        return np.bincount(self.indices, minlength=self.people)

    def digest(self) -> str:
        """SHA-256 over everything the dynamics read."""
        digest = hashlib.sha256()
        for column in (self.indptr, self.indices, self.weight, self.key, self.group):
            digest.update(b"-" if column is None else np.ascontiguousarray(column).tobytes())
        return digest.hexdigest()


def from_ties(
    source: np.ndarray,
    target: np.ndarray,
    people: int,
    *,
    weight: np.ndarray | None = None,
    directed: bool = True,
    key: np.ndarray | None = None,
    label: list[str] | None = None,
    group: np.ndarray | None = None,
    group_names: tuple[str, ...] = (),
) -> Network:
    """A network from tie ends given as row numbers 0..people-1 of `key`, `label` and `group`.

    Rows are put in order of `key` (default: the row number), so relabelling people permutes the world and no more.
    Self-ties are dropped and duplicates merged, both counted in the report.
    """
    raise NotImplementedError
