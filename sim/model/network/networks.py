"""Networks: who reads whom, in compressed rows. `families` makes them, `sim.lab.tiefile` reads them from files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.model.law.settings import NetworkSettings
from sim.model.network.families import FAMILIES
from sim.model.network.graphs import ties_of
from sim.model.network.rows import Ties, put_in_rows

SMALLEST_WEIGHT, LARGEST_WEIGHT = 1e-100, 1e100  # sums over everybody, and one over them, stay finite
SMALLEST_FLOAT = np.finfo(np.float32).tiny  # a tie that is there stays above 0, however weak beside others


@dataclass
class Report:
    """What loading a network did to the input; nothing is dropped without being counted."""

    people: int = 0
    ties: int = 0
    isolated: int = 0
    self_ties: int = 0  # ties of the input that were dropped
    duplicate_ties: int = 0  # ties of the input that were merged into an earlier one, whose weight stays
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

    source, target : integers[k], who reads and who is read; directed=False makes each tie two
    weight : float[k] > 0; key : integers[n], distinct, 0..2^32-1, default the row number

    Rows are put in order of `key`, so relabelling people permutes the world and no more.
    Self-ties are dropped and duplicates merged, both counted in the report. Weights are scaled to mean 1 over the
    ties into each person. ValueError for ends, weights, keys or lengths out of range.
    """
    ties = Ties(np.asarray(source), np.asarray(target), people, weight, directed, label, group, group_names)
    return assemble(ties, key)


def from_graph(graph: Any, *, weight: str = "weight", group: str = "group") -> Network:
    """A network from a networkx graph, an igraph graph or a scipy sparse matrix (see `graphs.ties_of`).

    >>> import networkx
    >>> from_graph(networkx.karate_club_graph()).ties
    156
    """
    return assemble(ties_of(graph, weight=weight, group=group))


def build(
    settings: NetworkSettings,
    seed: int = 1,
    replicate: int = 1,
    *,
    read_file: Callable[[NetworkSettings], Network] | None = None,
) -> Network:
    """The network that `settings` describe, for this seed and replicate (both 0..2^32-1).

    A network shared by all replicates is the one of replicate 0. `read_file` reads the kind "file"; the model itself
    opens no files (`sim.lab.tiefile.read_network` does).
    """
    if settings.kind == "file":
        if read_file is None:
            raise ValueError('network.kind "file" needs a reader; pass read_file=sim.lab.tiefile.read_network')
        return read_file(settings)
    word = 0 if settings.replicates == "shared" else replicate
    return assemble(FAMILIES[settings.kind](settings, np.uint64(seed), np.uint64(word)))


def assemble(ties: Ties, key: np.ndarray | None = None) -> Network:
    """Check ties, put people in order of `key` and ties in rows, and report what was dropped."""
    _check(ties, key)
    ties, key = _in_key_order(ties, key)
    indptr, indices, weight, selves, merged = put_in_rows(ties)
    group = np.zeros(ties.people, np.int32) if ties.group is None else np.ascontiguousarray(ties.group, np.int32)
    linked = np.diff(indptr) > 0
    linked[indices] = True
    report = Report(ties.people, len(indices), int((~linked).sum()), selves, merged, list(ties.notes))
    if weight is not None:
        weight = mean_one(indices, weight, ties.people)
    return Network(indptr, indices, weight, key, ties.label, group, ties.group_names, report)


def mean_one(indices: np.ndarray, weight: np.ndarray, people: int) -> np.ndarray:
    """float32[m], weights scaled to mean 1 over the ties into each person.

    Sums run in float64 over a person's readers in ascending order, so the result has no freedom.
    """
    readers = np.bincount(indices, minlength=people)
    total = np.bincount(indices, weight, minlength=people)
    scaled = weight * (readers[indices] / total[indices])
    return np.maximum(scaled, SMALLEST_FLOAT).astype(np.float32)


def is_strength(weight: np.ndarray) -> np.ndarray:
    """bool[k], can the number be the strength of a tie: finite and above 0 (1e-100..1e100)? False for nan."""
    return (weight >= SMALLEST_WEIGHT) & (weight <= LARGEST_WEIGHT)


def _in_key_order(ties: Ties, key: np.ndarray | None) -> tuple[Ties, np.ndarray]:
    """The same ties with rows renumbered so that keys rise, and the keys as uint32[n]."""
    if key is None:
        return ties, np.arange(ties.people, dtype=np.uint32)
    order = np.argsort(key, kind="stable")
    row = np.empty(ties.people, np.uint32)
    row[order] = np.arange(ties.people, dtype=np.uint32)
    moved = ties._replace(
        source=row[ties.source],
        target=row[ties.target],
        label=None if ties.label is None else [ties.label[i] for i in order],
        group=None if ties.group is None else np.asarray(ties.group)[order],
    )
    return moved, np.asarray(key)[order].astype(np.uint32)


def _check(ties: Ties, key: np.ndarray | None) -> None:
    """ValueError for whatever the compiled loops take on trust."""
    if not 0 <= ties.people < 2**32:
        raise ValueError(f"people: {ties.people} is not in 0..2^32-1")
    if len(ties.source) != len(ties.target):
        raise ValueError(f"source has {len(ties.source)} ties and target {len(ties.target)}; they must match")
    for name, ends in (("source", ties.source), ("target", ties.target)):
        if len(ends) and not (ends.dtype.kind in "iu" and ends.min() >= 0 and ends.max() < ties.people):
            raise ValueError(f"{name}: ends must be whole row numbers 0..{ties.people - 1}")
    for name, column in (("key", key), ("label", ties.label), ("group", ties.group)):
        if column is not None and len(column) != ties.people:
            raise ValueError(f"{name} has {len(column)} entries for {ties.people} people")
    _check_weight(ties)
    if key is not None and len(key) and (len(np.unique(key)) < len(key) or min(key) < 0 or max(key) >= 2**32):
        raise ValueError("key: keys must be distinct whole numbers 0..2^32-1")


def _check_weight(ties: Ties) -> None:
    if ties.weight is None:
        return
    if len(ties.weight) != len(ties.source):
        raise ValueError(f"weight has {len(ties.weight)} entries for {len(ties.source)} ties")
    weight = np.asarray(ties.weight, np.float64)
    wrong = ~is_strength(weight)
    if wrong.any():
        raise ValueError(f"weight: {weight[wrong][0]} is not a tie strength; finite numbers above 0 are allowed")
