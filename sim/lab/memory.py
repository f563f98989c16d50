"""Whether a world fits into memory, reckoned before anything is allocated.

Every number follows from the columns' types and from what stands in memory at once; bytes are those of the arrays, not
of the interpreter and its libraries (about 250 MB), which are there before.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.lab.errors import TooLarge

if TYPE_CHECKING:
    from sim.model.law.columns import Column
    from sim.model.law.settings import FamilySettings, NetworkSettings, ScenarioSettings
    from sim.model.network.networks import Network

_ROW, _PLACE, _NUMBER = 4, 8, 8  # bytes of a row in a list of ties, of where a list begins, of a float64
_DRAW = 6 * 8  # key, index and the four words of a draw for everybody, which the allocator keeps
_MEMORIES = 3 + 5 * 8  # what outcomes remember of each person
_LAYER = 9 * 8  # ends, strength, day, pair and what sorting them takes, a tie of any layer
_SMALL = 10_000  # people with 20 ties each whom every machine can hold: nobody looks
_SPARE = 1.25  # room for letters, of which untouched pages take no memory


class Size(NamedTuple):
    """What a world is made of. layers : ties of all layers before they are put together; 0 where there are none."""

    people: int
    ties: int
    weighted: bool = False
    layers: int = 0


class Footprint(NamedTuple):
    """Bytes of each stage of a run: making the network, making the world, and running it.

    network, state, letters : what stays, and `working` arrays of threads; building, beginning, running : most at once
    """

    network: int
    state: int
    letters: int
    working: int
    building: int
    beginning: int
    running: int

    @property
    def peak(self) -> int:
        """The most at any time."""
        return max(self.building, self.beginning, self.running)


def size_of(settings: NetworkSettings, network: Network | None = None) -> Size:
    """What a network has, or what its settings will make; a file not yet read counts as nothing."""
    if network is not None:
        return Size(network.people, network.ties, network.weight is not None)
    if settings.kind == "file":
        return Size(0, 0)
    people = len(settings.degrees or ()) if settings.kind == "configuration" else settings.people
    if settings.kind != "layers":
        return Size(people, _ties(settings, people))
    ties = sum(_ties(layer, people) for layer in settings.layers)
    return Size(people, ties, weighted=True, layers=ties)


def _ties(settings: FamilySettings, people: int) -> int:
    """Ties that a family makes on average, both ways counted; those of a networkx generator are not known."""
    others = max(people - 1, 0)
    made = {
        "complete": people * others,
        "star": 2 * others,
        "configuration": sum(settings.degrees or ()),
        "networkx": 0,
        "file": 0,
    }
    return round(made.get(settings.kind, people * min(settings.degree, others)))


def footprint(settings: ScenarioSettings, network: Network | None = None, threads: int | None = None) -> Footprint:
    """Bytes that a run of these settings takes, on its network or on the one that they describe."""
    size = size_of(settings.network, network)
    n, m = size.people, size.ties
    kept = n * (_PLACE + 2 * _ROW) + m * _ROW * (2 if size.weighted else 1)
    building = m * (3 * _ROW + (5 * _NUMBER if size.weighted else 0)) + n * 5 * _PLACE + size.layers * _LAYER
    state = n * _bytes_a_person(settings) + _bytes_of_ties(settings, size)
    written = n * _letters(settings)
    post = round(2 * written * _SPARE * _letter())  # as they are sent, and as they arrive
    beginning = kept + state + _PLACE * (m + n)  # followers are counted over a wide copy of the list
    read = 2 * n * 2 * _NUMBER  # what people received, today and of late, and as much room to put it in order
    working = (threads or os.cpu_count() or 1) * _working(len(settings.gestures))
    return Footprint(kept, state, post, working, building, beginning, kept + state + post + read + working)


def _bytes_a_person(settings: ScenarioSettings) -> int:
    """Of all columns that these settings have."""
    from sim.model.law.campaign_columns import CAMPAIGN_COLUMNS
    from sim.model.law.columns import COLUMNS
    from sim.model.law.extras import EXTRA_COLUMNS, present

    grouped = settings.network.kind in ("homophilic", "communities", "file", "layers")
    extra = [EXTRA_COLUMNS[name] for name in present(settings, grouped)]
    campaign = CAMPAIGN_COLUMNS.values() if settings.campaign else ()
    return _width(COLUMNS.values()) + _width(extra) + _width(campaign) + _MEMORIES + _DRAW


def _bytes_of_ties(settings: ScenarioSettings, size: Size) -> int:
    """Of strengths that change, and of the list of readers that a campaign needs."""
    changing = _ROW if settings.ties.changing else 0
    readers = _ROW * 2 if settings.campaign and size.weighted else 0
    return size.ties * (changing + readers)


def _width(columns: Iterable[Column]) -> int:
    return sum(np.dtype(column.dtype).itemsize for column in columns)


def _letters(settings: ScenarioSettings) -> float:
    """Letters a person writes in a tick: as many of the items read as the norm of day 0 says."""
    read = settings.population.attention_mean * settings.rules.quiet * settings.dt
    return max(read, 0.0) * settings.rules.norm_ref


def _letter() -> int:
    from sim.model.law.letters import WORDS

    return WORDS * 8


@cache
def _working(changed: int) -> int:
    """Bytes of one thread's working arrays, for the catalogue and so many gestures of one's own."""
    from sim.model.engine.desk import browse_arrays
    from sim.model.law.gestures import CATALOGUE

    return sum(array.nbytes for arrays in browse_arrays(len(CATALOGUE) + changed) for array in arrays)


def check(
    settings: ScenarioSettings, network: Network | None = None, threads: int | None = None, worlds: int = 1
) -> None:
    """TooLarge, with the numbers, where so many such worlds at once do not fit into what is free.

    With a network given, only what comes on top of it is asked for.
    """
    size = size_of(settings.network, network)
    if worlds * max(size.people, size.ties / 20) <= _SMALL:
        return
    whole, free = footprint(settings, network, threads), available()
    need = (whole.peak - (whole.network if network is not None else 0)) * worlds
    if free is not None and need > free:
        raise TooLarge(_refusal(settings, size.people, need, free, worlds))


def _refusal(settings: ScenarioSettings, people: int, need: int, free: int, worlds: int) -> str:
    key = "network.path" if settings.network.kind == "file" else "network.people"
    fit = max(1, int(people * free / need * 0.9))
    fit = int(float(f"{fit:.1e}"))
    what = f"{people:,} people" if worlds == 1 else f"{worlds} worlds of {people:,} people at once"
    advice = f"about {fit:,} people would fit" if worlds == 1 else f"fewer --workers, or {fit:,} people, would fit"
    return f"{key}: {what} need about {shown_bytes(need)}; {shown_bytes(free)} are free; {advice}"


def shown_bytes(number: float) -> str:
    """A size with the unit that suits it.

    >>> shown_bytes(5.1e12), shown_bytes(23_400_000_000), shown_bytes(1200)
    ('5.1 TB', '23.4 GB', '1 kB')
    """
    for unit, length in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if number >= length:
            return f"{number / length:.1f} {unit}"
    return f"{number / 1e3:.0f} kB"


def available() -> int | None:
    """Bytes that this process may still take: what the machine has, and what its container allows; None if unknown."""
    found = [free for free in (_of_machine(), *_of_container()) if free is not None]
    return min(found) if found else None


def _of_machine() -> int | None:
    told = _numbers(Path("/proc/meminfo")).get("MemAvailable:")
    if told is not None:
        return told * 1024
    names: dict[str, int] = getattr(os, "sysconf_names", {})
    if "SC_PHYS_PAGES" in names and "SC_PAGE_SIZE" in names:  # without /proc: all that is built in
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _of_container(root: Path = Path("/sys/fs/cgroup")) -> list[int]:
    """What control groups leave, in both their versions; memory that only keeps files counts as free."""
    old = root / "memory"
    places = (
        (root / "memory.max", root / "memory.current", root / "memory.stat", "inactive_file"),
        (old / "memory.limit_in_bytes", old / "memory.usage_in_bytes", old / "memory.stat", "total_inactive_file"),
    )
    left = []
    for limit, usage, stat, files in places:
        most, used = _number(limit), _number(usage)
        if most is not None and used is not None:
            left.append(max(0, most - used + _numbers(stat).get(files, 0)))
    return left


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):  # not there, or "max"
        return None


def _numbers(path: Path) -> dict[str, int]:
    """Lines of a name and a whole number."""
    try:
        rows = [line.split() for line in path.read_text().splitlines()]
    except OSError:
        return {}
    return {row[0]: int(row[1]) for row in rows if len(row) > 1 and row[1].isdecimal()}
