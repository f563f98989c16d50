"""Families of networks, all on the model's own random stream. Ties are mutual; `degree` is the mean number of ties.

A family is a function (numbers, people, seed, replicate) -> Ties and one entry in `FAMILIES`. Its loops and the layout
of its draws are in `sim.model.network.wiring`. Where more ties are asked for than fit, the network is complete.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from sim.model.network import attachment, wiring
from sim.model.network.graphs import generated
from sim.model.network.numbers import FamilyNumbers
from sim.model.network.rows import Ties

Family = Callable[[FamilyNumbers, int, np.uint64, np.uint64], Ties]
MOST_IN_COMPLETE = 20_000  # 400 million ties, about 5 GB while they are put in rows
MOST_ENDS = 2**32 - 1  # of ties; one among them is drawn by a 32-bit number


def random(numbers: FamilyNumbers, n: int, seed: np.uint64, replicate: np.uint64) -> Ties:
    """Every pair is tied with the same chance degree/(n-1): G(n, p) of Gilbert 1959, Erdős & Rényi 1959."""
    chance = numbers.degree / max(n - 1, 1)
    return _tied_pairs(np.zeros(n, np.int64), chance, 0.0, seed, replicate)


def communities(numbers: FamilyNumbers, n: int, seed: np.uint64, replicate: np.uint64) -> Ties:
    """Stochastic block model (Holland, Laskey & Leinhardt 1983): equal blocks, a share `inside` of ties within them.

    If one side has no room for its share (tiny blocks, or a single block) its ties are left out, and a note says so.
    """
    blocks = min(numbers.communities, max(n, 1))
    group = np.arange(n, dtype=np.int64) * blocks // max(n, 1)
    sizes = np.bincount(group, minlength=blocks)
    pairs_inside = float((sizes * (sizes - 1) // 2).sum())
    pairs_outside = n * (n - 1) / 2 - pairs_inside
    inside = 1.0 if blocks == 1 else numbers.inside
    ties = n * numbers.degree / 2
    p_inside, p_outside = (_chance(ties * inside, pairs_inside), _chance(ties * (1 - inside), pairs_outside))
    note = "communities: more ties asked for than fit into the blocks; the rest is left out"
    full = ties * inside > pairs_inside or ties * (1 - inside) > pairs_outside
    tied = _tied_pairs((np.cumsum(sizes) - sizes)[group], p_inside, p_outside, seed, replicate)
    names = tuple(f"community {i + 1}" for i in range(blocks))
    return tied._replace(group=group.astype(np.int32), group_names=names, notes=(note,) if full else ())


def small_world(numbers: FamilyNumbers, n: int, seed: np.uint64, replicate: np.uint64) -> Ties:
    """A ring in which each tie is rewired with chance `rewiring` to a uniform stranger (Watts & Strogatz 1998)."""
    out = _ring(n, numbers.degree)
    if numbers.rewiring > 0:
        wiring.rewire(out, numbers.rewiring, seed, replicate)
    return _owned(out)


def ring(numbers: FamilyNumbers, n: int, seed: np.uint64, replicate: np.uint64) -> Ties:
    """Everybody is tied to the `degree` nearest people on a circle; a fractional lap is spread evenly."""
    return _owned(_ring(n, numbers.degree))


def scale_free(numbers: FamilyNumbers, n: int, seed: np.uint64, replicate: np.uint64) -> Ties:
    """Newcomers tie to degree/2 older people in proportion to their ties (Barabási & Albert 1999).

    The first people are all tied to each other, so the mean is degree·(1 - (degree/2 + 1)/(2n)).
    """
    return _attached(np.zeros(n, np.int32), numbers.degree, 1.0, seed, replicate)


def homophilic(numbers: FamilyNumbers, n: int, seed: np.uint64, replicate: np.uint64) -> Ties:
    """As scale_free, but own-group people count `homophily` and others 1 - `homophily` (Karimi et al. 2018).

    Group 0 is the majority, group 1 an exact share `minority`, arriving in random order.
    """
    group = attachment.choose_some(n, math.floor(numbers.minority * n + 0.5), seed, replicate)
    tied = _attached(group, numbers.degree, numbers.homophily, seed, replicate)
    return tied._replace(group=group, group_names=("majority", "minority"))


def lattice(numbers: FamilyNumbers, n: int, seed: np.uint64, replicate: np.uint64) -> Ties:
    """A 2-d torus: everybody is tied to the `degree` nearest cells (4 = sides, 8 = sides and corners, …).

    The grid is the squarest rectangle of n cells; where that is longer than 2:1 the rows are joined in a spiral.
    On a grid smaller than the neighbourhood, steps that come back to their start make no tie.
    """
    ties = round(min(numbers.degree, max(n - 1, 0)) * n / 2)
    steps = _steps_by_distance(-(-ties // max(n, 1)))
    width, note = _grid_width(n)
    cell = np.arange(n)
    out = np.tile(cell[:, None].astype(np.uint32), (1, len(steps)))
    for lap, (down, right) in enumerate(steps):
        who = _spread(n, min(ties - lap * n, n))
        out[who, lap] = _neighbour(who, down, right, n, width)
    return _owned(out)._replace(notes=note)


def complete(numbers: FamilyNumbers, n: int, seed: np.uint64, replicate: np.uint64) -> Ties:
    """Everybody is tied to everybody else."""
    if n > MOST_IN_COMPLETE:
        raise ValueError(f"network.people: {n} is too many for a complete network; at most {MOST_IN_COMPLETE}")
    return _tied_pairs(np.zeros(n, np.int64), 1.0, 0.0, seed, replicate)


def star(numbers: FamilyNumbers, n: int, seed: np.uint64, replicate: np.uint64) -> Ties:
    """Everybody is tied to the first person, and to nobody else."""
    others = np.arange(1, n)
    return Ties(np.zeros_like(others), others, n)


def configuration(numbers: FamilyNumbers, n: int, seed: np.uint64, replicate: np.uint64) -> Ties:
    """A random network with the given `degrees`, by matching stubs (Newman 2010, ch. 13).

    Stubs that meet their own person, or a pair already tied, are dropped and counted. An odd stub stays open.
    """
    degrees = np.asarray(numbers.degrees, np.int64)
    if (degrees < 0).any():
        raise ValueError(f"network.degrees: {degrees.min()} is negative; a degree is 0 or more")
    if degrees.sum() > MOST_ENDS:
        raise ValueError(f"network.degrees: {degrees.sum()} ends of ties are too many; at most {MOST_ENDS}")
    stubs = np.repeat(np.arange(len(degrees), dtype=np.uint32), degrees)
    wiring.shuffle(stubs, seed, replicate)
    pairs = len(stubs) // 2
    notes = ("configuration: the degrees add up to an odd number; one stub stays open",) if len(stubs) % 2 else ()
    return Ties(stubs[:pairs], stubs[pairs : 2 * pairs], len(degrees), notes=notes)


def from_networkx(numbers: FamilyNumbers, n: int, seed: np.uint64, replicate: np.uint64) -> Ties:
    """Any generator of networkx by name; `n` (people) and `seed` are filled in unless `arguments` has them."""
    word = int(wiring.word_for_others(seed, replicate))
    return generated(str(numbers.generator), numbers.arguments, n, word)


FAMILIES: dict[str, Family] = {
    "random": random,
    "small_world": small_world,
    "scale_free": scale_free,
    "homophilic": homophilic,
    "communities": communities,
    "ring": ring,
    "lattice": lattice,
    "complete": complete,
    "star": star,
    "configuration": configuration,
    "networkx": from_networkx,
}


def _chance(ties: float, pairs: float) -> float:
    return min(1.0, ties / pairs) if pairs > 0 else 0.0


def _tied_pairs(first: np.ndarray, inside: float, outside: float, seed: np.uint64, replicate: np.uint64) -> Ties:
    """Pairs tied with chance `inside` in contiguous blocks (first : int64[n], where a row's block starts)."""
    n = len(first)
    pairs_inside = float((np.arange(n) - first).sum())
    expected = pairs_inside * min(inside, 1.0) + (n * (n - 1) / 2 - pairs_inside) * outside
    room, ties = 0, math.ceil(expected + 6 * math.sqrt(expected)) + 1
    while ties > room:  # draws are functions of their place, so a second visit with more room finds the same ties
        room = ties
        source, target = np.empty(room, np.uint32), np.empty(room, np.uint32)
        logs = wiring.log_of_missing(inside), wiring.log_of_missing(outside)
        ties = wiring.skip_pairs(first, *logs, source, target, seed, replicate)
    return Ties(source[:ties], target[:ties], n)


def _attached(group: np.ndarray, degree: float, own: float, seed: np.uint64, replicate: np.uint64) -> Ties:
    """Newcomers tied to degree/2 older people each, by the groups of both."""
    n = len(group)
    half = min(degree / 2, float(n))
    if 2 * half * n + n > MOST_ENDS:
        most = int(MOST_ENDS / (2 * half + 1))
        raise ValueError(f"network.people: {n} are too many for a mean degree of {degree:g}; at most {most}")
    source, target = attachment.attach(group, half, own, seed, replicate)
    return Ties(source, target, n)


def _ring(n: int, degree: float) -> np.ndarray:
    """uint32[n, laps], the people each person is tied to on one side; the own row where there is no tie."""
    ties = math.floor(min(degree, max(n - 1, 0)) * n / 2 + 0.5)
    laps = -(-ties // max(n, 1))
    out = np.tile(np.arange(n, dtype=np.uint32)[:, None], (1, laps))
    for lap in range(laps):
        opposite = n == 2 * (lap + 1)  # half-way round, each tie would come twice
        who = _spread(n // 2 if opposite else n, min(ties - lap * n, n))
        out[who, lap] = (who + lap + 1) % n
    return out


def _spread(n: int, chosen: int) -> np.ndarray:
    """int64[min(chosen, n)] rows at even distances among 0..n-1."""
    return np.arange(min(chosen, n), dtype=np.int64) * n // max(min(chosen, n), 1)


def _owned(out: np.ndarray) -> Ties:
    """Ties of a table (uint32[n, laps]) of neighbours; entries equal to their row are no ties."""
    source = np.repeat(np.arange(len(out), dtype=np.uint32), out.shape[1])
    target = out.ravel()
    return Ties(source[source != target], target[source != target], len(out))


def _steps_by_distance(laps: int) -> list[tuple[int, int]]:
    """The nearest `laps` cells (down, right) in one half of the plane, nearest first."""
    reach = range(-math.isqrt(laps) - 2, math.isqrt(laps) + 3)
    half = [(down, right) for down in reach for right in reach if down > 0 or (down == 0 and right > 0)]
    return sorted(half, key=lambda step: (step[0] ** 2 + step[1] ** 2, step))[:laps]


def _grid_width(n: int) -> tuple[int, tuple[str, ...]]:
    """Cells in a row of the grid, and a note where the rows do not close."""
    height = next((h for h in range(math.isqrt(n), 0, -1) if n % h == 0), 1)
    if n <= 2 * height**2:
        return max(n // height, 1), ()
    return math.isqrt(n), (f"lattice: {n} people fill no grid up to 2:1; its rows are joined in a spiral",)


def _neighbour(cell: np.ndarray, down: int, right: int, n: int, width: int) -> np.ndarray:
    if n % width:
        return (cell + down * width + right) % n
    return (cell // width + down) % (n // width) * width + (cell + right) % width
