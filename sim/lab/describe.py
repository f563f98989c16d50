"""What a network looks like in numbers. Large networks are sampled, or a number is left out; `notes` says which."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from sim.lab.errors import BadInput
from sim.lab.tiefile import read_network
from sim.model.law.settings import NetworkSettings
from sim.model.network.networks import Network

EXACT_WEDGES = 5_000_000  # pairs of friends looked at before clustering is sampled
SAMPLED_PEOPLE = 200_000
MOST_FOR_COMMUNITIES = 50_000  # friendships; Louvain in networkx takes up to 10 s for as many


def network_command(path: str | Path, **overrides: Any) -> tuple[Network, dict[str, Any]]:
    """Read and describe a network file; overrides are keys of `NetworkSettings` (people_path, group, directed, …)."""
    from pydantic import ValidationError

    try:
        settings = NetworkSettings(kind="file", path=str(path), **overrides)
    except ValidationError as problem:
        first = problem.errors()[0]
        key = ".".join(["network", *map(str, first["loc"])])
        raise BadInput(path, None, key, first["msg"]) from None
    network = read_network(settings)
    return network, describe(network)


def describe(network: Network, *, seed: int = 1) -> dict[str, Any]:
    """Numbers that can be written as JSON; None = has no meaning here or was left out (then `notes` says so).

    people, ties (a→b; a friendship is two), reciprocity 0..1, mean_degree and max_degree (distinct friends in either
    direction), max_followers, isolated, components, largest_share 0..1, clustering 0..1 (mean over people, fewer
    than two friends count 0), communities and modularity (Louvain), degree_assortativity and group_assortativity
    -1..1 (Newman 2003), groups, weighted, report, notes. `seed` serves sampling only.
    """
    notes: list[str] = []
    friends = friendships(network)
    degree = np.diff(friends.indptr)
    block = communities_of(network, friends)
    if block is None:
        notes.append(f"communities: left out, the network has more than {MOST_FOR_COMMUNITIES:,} friendships")
    return {
        "people": network.people,
        "ties": network.ties,
        "weighted": network.weight is not None,
        "reciprocity": reciprocity(network, friends),
        "mean_degree": float(degree.mean()) if len(degree) else None,
        "max_degree": int(degree.max(initial=0)),
        "max_followers": int(network.followers().max(initial=0)),
        "isolated": int((degree == 0).sum()),
        **_components(friends),
        "clustering": _clustering(friends, seed, notes),
        "communities": None if block is None else int(block.max(initial=-1)) + 1,
        "modularity": None if block is None else modularity(friends, block),
        "degree_assortativity": _degree_assortativity(friends),
        "groups": len(np.unique(network.group)),
        "group_assortativity": _group_assortativity(network),
        "report": asdict(network.report),
        "notes": notes,
    }


def friendships(network: Network) -> Any:
    """scipy CSR matrix[n, n], 1 where two people are tied in either direction; columns ascending."""
    from scipy.sparse import csr_array

    shape = (network.people, network.people)
    ones = np.ones(network.ties, np.int8)
    ties = csr_array((ones, network.indices.astype(np.int32), network.indptr), shape=shape)
    either = (ties + ties.T).tocsr()
    either.data[:] = 1
    either.sort_indices()
    return either


def reciprocity(network: Network, friends: Any) -> float | None:
    """Share of ties that are returned: a→b and b→a."""
    if not network.ties:
        return None
    returned = 2 * network.ties - friends.nnz  # a mutual pair is two ties and two entries; a one-way tie has one extra
    return float(returned / network.ties)


def communities_of(network: Network, friends: Any = None) -> np.ndarray | None:
    """int64[n], number of each person's community (0 = the largest) by Louvain; None if the network is too large."""
    import networkx as nx

    friends = friendships(network) if friends is None else friends
    if friends.nnz > 2 * MOST_FOR_COMMUNITIES:
        return None
    blocks = nx.community.louvain_communities(nx.from_scipy_sparse_array(friends), seed=1) if friends.nnz else []
    member = np.arange(network.people)
    for number, block in enumerate(sorted(blocks, key=lambda block: (-len(block), min(block)))):
        member[list(block)] = number
    return member


def modularity(friends: Any, block: np.ndarray) -> float | None:
    """Share of friendships inside communities, less the share expected by chance (Newman & Girvan 2004)."""
    if not friends.nnz:
        return None
    degree = np.diff(friends.indptr)
    reader = np.repeat(np.arange(len(degree)), degree)
    inside = (block[reader] == block[friends.indices]).mean()
    return float(inside - ((np.bincount(block, degree) / friends.nnz) ** 2).sum())


def _components(friends: Any) -> dict[str, Any]:
    from scipy.sparse.csgraph import connected_components

    if not friends.shape[0]:
        return {"components": 0, "largest_share": None}
    count, member = connected_components(friends, directed=False)
    return {"components": int(count), "largest_share": float(np.bincount(member).max() / friends.shape[0])}


def _clustering(friends: Any, seed: int, notes: list[str]) -> float | None:
    """Mean chance that two friends of a person are friends: exact, or one keyed pair for each of a sample."""
    degree = np.diff(friends.indptr).astype(np.int64)
    if not len(degree):
        return None
    if (degree * degree).sum() <= 2 * EXACT_WEDGES:
        closed = (friends.astype(np.int32) @ friends.astype(np.int32)).multiply(friends).sum(axis=1)
        pairs = np.maximum(degree * (degree - 1), 1)
        return float((closed / pairs).mean())
    random = np.random.default_rng(seed)
    person = random.integers(0, len(degree), SAMPLED_PEOPLE)
    person = person[degree[person] > 1]
    first = random.integers(0, degree[person])
    second = (first + random.integers(1, degree[person])) % degree[person]
    start = friends.indptr[person]
    closed = _are_friends(friends, friends.indices[start + first], friends.indices[start + second])
    notes.append(f"clustering: sampled, one pair of friends for each of {SAMPLED_PEOPLE:,} random people (± 0.003)")
    return float(closed.sum() / SAMPLED_PEOPLE)


def _are_friends(friends: Any, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """bool[k], by bisection in the rows of a."""
    low, high = friends.indptr[a].astype(np.int64), friends.indptr[a + 1].astype(np.int64)
    end = high.copy()
    for _ in range(int(np.diff(friends.indptr).max()).bit_length() + 1):
        middle = np.minimum((low + high) // 2, len(friends.indices) - 1)
        smaller = (friends.indices[middle] < b) & (low < high)
        low, high = np.where(smaller, middle + 1, low), np.where(smaller, high, np.maximum(middle, low))
    return (low < end) & (friends.indices[np.minimum(low, len(friends.indices) - 1)] == b)


def _degree_assortativity(friends: Any) -> float | None:
    """Correlation of the degrees at the two ends of a friendship; None if all are equal."""
    degree = np.diff(friends.indptr).astype(np.float64)
    ours, theirs = np.repeat(degree, np.diff(friends.indptr)), degree[friends.indices]
    if not len(ours) or ours.min() == ours.max():
        return None
    centre = ours.mean()
    return float(((ours - centre) * (theirs - centre)).mean() / ours.var())


def _group_assortativity(network: Network) -> float | None:
    """Newman's coefficient: 1 = ties within groups only, 0 = as by chance; None if the ties meet one group only."""
    groups = int(network.group.max(initial=0)) + 1
    reader = np.repeat(network.group, np.diff(network.indptr)).astype(np.int64)
    read = network.group[network.indices]
    if not network.ties:
        return None
    within = float((reader == read).mean())
    chance = float(
        (np.bincount(reader, minlength=groups) * np.bincount(read, minlength=groups) / network.ties**2).sum()
    )
    return None if chance == 1 else (within - chance) / (1 - chance)
