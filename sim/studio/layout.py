"""Where people stand in a picture of their network, and which ties are drawn: one answer for every page and figure."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from sim.lab.describe import communities_of, friendships
from sim.model import disk
from sim.model.compiled import cache_folder
from sim.model.network.networks import Network

EDITION = 1  # counts up when places change, so that old files of the cache are not read
MOST_TIES = 20_000
SPRING_UP_TO = 500
MANY = 10_000  # people; with more, fewer rounds of pulling and pushing have to do
MOST_PARTED = 25_000  # friendships for which parting into communities takes seconds
MOST_BLOCKS = 300  # communities that springs place in a second; a network of more is hardly one of communities
EDGE = 99.0  # per cent of people inside the middle of the picture; those far out are drawn nearer
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def layout(network: Network) -> np.ndarray:
    """float32[n, 2], -1..1, a place for everybody; the same for the same network, and kept in Kindling's cache folder.

    Small networks are laid out by springs. In larger ones communities are placed by springs between them, people are
    spread inside their community, and then pulled by friends and pushed by random others.
    """
    path = cache_folder().parent / "layouts" / f"{EDITION}-{network.digest()[:32]}"
    kept = _read(path, network.people)
    if kept is not None:
        return kept
    place = _framed(_placed(network, friendships(network)))
    with suppress(disk.DiskTrouble):  # without a cache the next picture only takes longer
        _keep(path, place)
    return place


def drawn_ties(network: Network, most: int = MOST_TIES) -> np.ndarray:
    """uint32[m, 2], m <= most: pairs of rows tied in either direction, each once with the lower row first, ascending.

    Where there are more, a sample that depends on the two keys of a pair only.
    """
    friends = friendships(network)
    person = np.repeat(np.arange(network.people, dtype=np.uint32), np.diff(friends.indptr))
    friend = friends.indices.astype(np.uint32)
    pairs = np.column_stack([person, friend])[person < friend]
    if len(pairs) <= most:
        return pairs
    luck = _hashed(network.key[pairs[:, 0]], network.key[pairs[:, 1]])
    return pairs[np.sort(np.argpartition(luck, most)[:most])]


def _hashed(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """uint64[m], one even word for each pair of keys (the finaliser of SplitMix64, Steele et al. 2014)."""
    word = ((first.astype(np.uint64) << np.uint64(32)) | second.astype(np.uint64)) * _MIX[0]
    word = (word ^ (word >> np.uint64(30))) * _MIX[1]
    word = (word ^ (word >> np.uint64(27))) * _MIX[2]
    return word ^ (word >> np.uint64(31))


def _read(path: Path, people: int) -> np.ndarray | None:
    """The places of a file, or None if it is not there, damaged or of another size."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    digest, places = content[:32], content[32:]
    if len(places) != people * 8 or hashlib.sha256(places).digest() != digest:
        return None
    return np.frombuffer(places, "<f4").reshape(-1, 2).astype(np.float32)


def _keep(path: Path, place: np.ndarray) -> None:
    content = place.astype("<f4").tobytes()
    disk.folder(path.parent)
    with disk.written(path, len(content) + 32) as file:
        file.write(hashlib.sha256(content).digest() + content)


def _placed(network: Network, friends: Any) -> np.ndarray:
    """float[n, 2] in any frame."""
    if network.people <= SPRING_UP_TO:
        return _springs(friends)
    block = communities_of(network, friends) if friends.nnz <= 2 * MOST_PARTED else None
    if block is None and np.ptp(network.group) > 0:
        block = np.unique(network.group, return_inverse=True)[1]
    if block is not None and block.max() >= MOST_BLOCKS:
        block = None
    start = _slow_modes(friends) if block is None else _nested_places(friends, block)
    return _relax(start, friends)


def _springs(friends: Any) -> np.ndarray:
    import networkx as nx

    n = friends.shape[0]
    graph = nx.from_scipy_sparse_array(friends)
    found = nx.spring_layout(graph, seed=3, iterations=300, k=1.6 / max(n, 1) ** 0.5)
    return np.array([found[i] for i in range(n)]).reshape(-1, 2)


def _nested_places(friends: Any, block: np.ndarray) -> np.ndarray:
    """Communities by springs, members on a sunflower around the centre, best connected inside."""
    import networkx as nx
    from scipy.sparse import csr_array

    n, blocks = len(block), int(block.max()) + 1
    member = csr_array((np.ones(n), (np.arange(n), block)), shape=(n, blocks))
    between = nx.from_scipy_sparse_array(member.T @ friends @ member)
    centre = nx.spring_layout(between, seed=3, iterations=200, k=2.2 / blocks**0.5, weight=None)
    degree, place = np.diff(friends.indptr), np.empty((n, 2))
    for number in range(blocks):
        people = np.flatnonzero(block == number)
        people = people[np.argsort(-degree[people], kind="stable")]
        rank = np.arange(len(people))
        radius, angle = 0.9 * np.sqrt((rank + 0.5) / n), rank * np.pi * (3 - 5**0.5)
        place[people] = centre[number] + radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return place


def _slow_modes(friends: Any, rounds: int = 80) -> np.ndarray:
    """A rough start for networks too large to be parted into communities: everybody moves to the mean of themselves
    and their friends, again and again, while the two axes are kept apart and wide (orthogonal iteration)."""
    place = np.random.default_rng(5).standard_normal((friends.shape[0], 2))
    toward = _means(friends)
    for _ in range(rounds):
        place = 0.5 * (place + toward @ place)
        place -= place.mean(axis=0)
        place = np.linalg.qr(place)[0]
    reach = np.maximum(np.hypot(*place.T), 1e-12)
    rank = np.argsort(np.argsort(reach, kind="stable"), kind="stable")
    return place / reach[:, None] * np.sqrt((rank + 0.5) / len(rank))[:, None]


def _means(friends: Any) -> Any:
    """Sparse [n, n]: times places, the mean place of each person's friends; their own place is 0 for the isolated."""
    from scipy.sparse import csr_array

    degree = np.diff(friends.indptr)
    share = np.repeat(1 / np.maximum(degree, 1), degree)
    return csr_array((share, friends.indices, friends.indptr), shape=friends.shape)


def _relax(place: np.ndarray, friends: Any) -> np.ndarray:
    """Pull friends together and push random strangers apart, more gently every round."""
    random, n = np.random.default_rng(7), len(place)
    rounds, strangers = (220, 6) if n <= MANY else (60, 4)
    toward, tied = _means(friends), (np.diff(friends.indptr) > 0)[:, None]
    for step in range(rounds):
        heat = 0.12 * (1 - step / rounds)
        pull = toward @ place - tied * place
        away = place[:, None] - place[random.integers(0, n, (n, strangers))]
        square = (away**2).sum(axis=2, keepdims=True)
        push = (away / (square + 0.003)).mean(axis=1) * 0.05
        move = pull + push - 0.01 * place
        length = np.sqrt((move**2).sum(axis=1, keepdims=True))
        place = place + move * np.minimum(1, heat / np.maximum(length, 1e-9))
    return place


def _framed(place: np.ndarray) -> np.ndarray:
    """float32[n, 2], -1..1, as large as fits.

    The distance from the middle is half their own and half that of an even disc, so that the crowd in the middle gets
    room and the few far out do not make everybody else small.
    """
    n = len(place)
    if not n:
        return np.empty((0, 2), np.float32)
    place = place - np.median(place, axis=0)
    reach = np.hypot(*place.T)
    even = np.sqrt((np.argsort(np.argsort(reach, kind="stable"), kind="stable") + 0.5) / n)
    own = np.minimum(reach / max(np.percentile(reach, EDGE), 1e-12), 1.15)
    place = place * ((own + even) / 2 / np.maximum(reach, 1e-12))[:, None]
    place = place - (place.max(axis=0) + place.min(axis=0)) / 2
    size = np.abs(place).max()
    return (place / size if size > 0 else place).astype(np.float32).clip(-1, 1)
