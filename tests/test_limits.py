"""Beyond 2^24 people, where float32 no longer counts one by one, and beyond 2^31 ties: right, or refused."""

from __future__ import annotations

import numpy as np
import pytest
import worlds

from sim.model.law.columns import COLUMNS
from sim.model.law.settings import NetworkSettings
from sim.model.network.networks import Network, build, from_ties
from sim.model.network.rows import starts_of
from sim.model.population import ties_of
from sim.model.world import World

MANY, FEW = 2**24, 100
ROWS_OF_OTHERS = {"helper"}  # columns that hold a row, which is another one where more people stand before


def test_starts_count_beyond_32_bits():
    starts = starts_of(np.array([2**31, 2**31, 5]), 3)
    assert starts.tolist() == [0, 2**31, 2**32, 2**32 + 5]
    assert starts.dtype == np.int64


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            {"kind": "scale_free", "people": 50_000_000, "degree": 100.0},
            "network.people: 50000000 are too many for a mean degree of 100; at most 42524428",
        ),
        (
            {"kind": "homophilic", "people": 50_000_000, "degree": 100.0},
            "network.people: 50000000 are too many for a mean degree of 100; at most 42524428",
        ),
        (
            {"kind": "configuration", "degrees": [2**31, 2**31]},
            "network.degrees: 4294967296 ends of ties are too many; at most 4294967295",
        ),
    ],
)
def test_more_ends_of_ties_than_a_draw_can_tell_apart_are_refused(keys, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        build(NetworkSettings(**keys))


def test_more_ties_than_the_kernel_tells_apart_are_refused():
    many = Network(None, np.broadcast_to(np.uint32(0), 2**32), None, None, None, None)
    with pytest.raises(ValueError, match=r"^network: 4294967296 ties are too many; at most 4294967295$"):
        ties_of(worlds.scenario(), many)


def ring(people: int, first: int) -> tuple[np.ndarray, np.ndarray]:
    """Ends of a ring of rows first, first + 1, …"""
    row = np.arange(people, dtype=np.uint32)
    return first + row, first + np.roll(row, -1)


@pytest.mark.slow
def test_people_beyond_2_to_the_24_live_as_they_would_alone():
    """A ring of 100 people behind one of 2^24 (8 GB): what happens to them is what happens to the same people alone."""
    ends = np.concatenate([ring(MANY, 0), ring(FEW, MANY)], axis=1)
    together = from_ties(*ends, MANY + FEW, directed=False)
    alone = from_ties(*ring(FEW, 0), FEW, directed=False, key=MANY + np.arange(FEW))
    settings = worlds.scenario(rules__hard_day_rate=0.2)
    large, small = (worlds.stepped(World(settings, network), 3) for network in (together, alone))
    assert small.columns.acts_today.any()
    for name in COLUMNS.keys() - ROWS_OF_OTHERS:
        assert np.array_equal(getattr(large.columns, name)[MANY:], getattr(small.columns, name)), name
    known = large.columns.helper[MANY:] != np.uint32(2**32 - 1)
    assert np.array_equal(large.columns.helper[MANY:][known] - MANY, small.columns.helper[known])
