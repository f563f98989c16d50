"""Networks: who reads whom, in compressed rows. `families` makes them, `sim.lab.tiefile` reads them from files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from sim.model.law.settings import LayerSettings, NetworkSettings
from sim.model.network import wiring
from sim.model.network.families import FAMILIES
from sim.model.network.graphs import ties_of
from sim.model.network.layers import Later, Layer, days_of, deal_places, put_together, union_of
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
    weight : float32[m] | None, tie strength with mean 1 over the ties into each person; None = all 1; it is that of
        day 0 where ties appear `later`, and then 0 for a tie that is not yet there
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
    later: Later | None = None

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
        for column in (self.indptr, self.indices, self.weight, self.key, self.group, *(self.later or ())):
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
    files = [settings, *settings.layers] if settings.kind == "layers" else [settings]
    if read_file is None and any(part.kind == "file" for part in files):
        raise ValueError('network.kind "file" needs a reader; pass read_file=sim.lab.tiefile.read_network')
    if settings.kind == "file":
        return read_file(settings)  # type: ignore[misc]
    word = 0 if settings.replicates == "shared" else replicate
    if settings.kind == "layers":
        return _layered(settings, np.uint64(seed), np.uint64(word), read_file)
    return assemble(FAMILIES[settings.kind](settings, settings.people, np.uint64(seed), np.uint64(word)))


def _layered(settings: NetworkSettings, seed: np.uint64, word: np.uint64, read_file: Any) -> Network:
    """Every layer made or read on its own, then joined; from the second on they draw under keys of their own."""
    plain = [_alone(layer, settings.people) for layer in settings.layers]
    read = {i: read_file(layer) for i, layer in enumerate(plain) if layer.kind == "file"}
    label, rows = union_of([part.label for part in read.values()])
    people = len(label) if read else settings.people
    parts, seats = [], dict(zip(read, rows, strict=True))
    for i, layer in enumerate(plain):
        if i in read:
            parts.append(read[i])
            continue
        high, low = map(np.uint64, wiring.words_for_layer(i, seed, word) if i else (seed, word))
        ties = FAMILIES[layer.kind](layer, people, high, low)
        parts.append(assemble(deal_places(ties, low, high) if i else ties))
    everybody = np.arange(people)
    return join(parts, settings.layers, [seats.get(i, everybody) for i in range(len(parts))], label if read else None)


def _alone(layer: LayerSettings, people: int) -> NetworkSettings:
    """A layer as the only network there is."""
    return NetworkSettings(**layer.model_dump(exclude={"name", "strength", "opens"}), people=people)


def join(
    parts: list[Network], layers: list[LayerSettings], seats: list[np.ndarray], label: list[str] | None
) -> Network:
    """One network of several layers; seats[i][row] = row of the joint network. Groups are those of the first layer
    that has any; the report has a note for each layer."""
    people = max((int(seat.max()) + 1 for seat in seats if len(seat)), default=0)
    ends = [(np.repeat(np.arange(part.people), np.diff(part.indptr)), part.indices) for part in parts]
    strengths = [_strength_and_day(part, layer) for part, layer in zip(parts, layers, strict=True)]
    found = zip(ends, strengths, seats, strict=True)
    made = [Layer(seat[a], seat[b], strength, day) for (a, b), (strength, day), seat in found]
    indptr, indices, total, first, later = put_together(made, people)
    report = _joint_report(parts, layers, indptr, indices)
    grouped = next((i for i, part in enumerate(parts) if part.group_names), None)
    group, names = np.zeros(people, np.int32), ()
    if grouped is not None:
        group[seats[grouped]], names = parts[grouped].group, parts[grouped].group_names  # type: ignore[assignment]
    scale = mean_one(indices, total, people) / np.maximum(total, SMALLEST_WEIGHT)
    weight = (first * scale).astype(np.float32)
    later = later._replace(strength=(later.strength * scale[later.place]).astype(np.float32))
    even = not len(later.place) and len(total) and total.min() == total.max()
    key = np.arange(people, dtype=np.uint32)
    return Network(indptr, indices, None if even else weight, key, label, group, names, report,
                   later if len(later.place) else None)  # fmt: skip


def _strength_and_day(part: Network, layer: LayerSettings) -> tuple[np.ndarray, np.ndarray]:
    """float64[m] each, of the ties of one layer."""
    strength = np.ones(part.ties) if part.weight is None else part.weight.astype(np.float64)
    day = np.full(part.ties, layer.opens)
    if part.later is not None:
        np.add.at(strength, part.later.place, part.later.strength)
        day[part.later.place] = np.maximum(part.later.day, layer.opens)
    return strength * layer.strength, day


def _joint_report(parts: list[Network], layers: list[LayerSettings], indptr: np.ndarray, indices: np.ndarray) -> Report:
    """What loading did to each layer, and how many ties layers share."""
    notes = []
    for part, layer in zip(parts, layers, strict=True):
        r, opens = part.report, f", from day {layer.opens:g}" if layer.opens else ""
        dropped = f"dropped {r.self_ties} self-ties, {r.duplicate_ties} duplicates"
        notes.append(f"layer {layer.name}: {r.ties} ties, {r.isolated} people without one, {dropped}{opens}")
        notes += [f"layer {layer.name}: {note}" for note in r.notes]
    linked = np.diff(indptr) > 0
    linked[indices] = True
    shared = sum(part.ties for part in parts) - len(indices)
    notes.append(f"ties that more than one layer has: {shared}")
    selves, twice = sum(part.report.self_ties for part in parts), sum(part.report.duplicate_ties for part in parts)
    return Report(len(linked), len(indices), int((~linked).sum()), selves, twice, notes)


def assemble(ties: Ties, key: np.ndarray | None = None) -> Network:
    """Check ties, put people in order of `key` and ties in rows, and report what was dropped."""
    _check(ties, key)
    ties, key = _in_key_order(ties, key)
    indptr, indices, weight, selves, merged = put_in_rows(ties)
    group = np.zeros(ties.people, np.int32) if ties.group is None else np.ascontiguousarray(ties.group, np.int32)
    linked = np.diff(indptr) > 0
    if ties.directed:
        linked[indices] = True
    report = Report(ties.people, len(indices), int((~linked).sum()), selves, merged, list(ties.notes))
    if weight is not None:
        weight = mean_one(indices, weight, ties.people)
    return Network(indptr, indices, weight, key, ties.label, group, ties.group_names, report)


def appearing(network: Network, ties: Ties, day: np.ndarray) -> Network:
    """The same network with ties that appear on a day (float64[k], of each of the `ties` it was made from, in its
    rows); the earliest counts where a tie is named twice."""
    days = days_of(ties, network.indptr, network.indices, day)
    strength = np.ones(network.ties, np.float32) if network.weight is None else network.weight
    place = np.flatnonzero(days > 0)
    place = place[np.argsort(days[place], kind="stable")]
    later = Later(place, days[place], strength[place])
    note = f"ties that appear after the start: {len(place)}"
    report = replace(network.report, notes=[*network.report.notes, note])
    now = np.where(days > 0, np.float32(0), strength)
    return replace(network, weight=now, later=later, report=report) if len(place) else network


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
