"""Places of people and drawn ties: inside the picture, the same again, friends near, and a cache that mends itself."""

from __future__ import annotations

import numpy as np
import pytest
import worlds

from sim.lab.describe import friendships
from sim.model.law.settings import NetworkSettings
from sim.model.network.networks import build, from_ties
from sim.studio import layout as layouts
from sim.studio.layout import drawn_ties, layout


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setattr(layouts, "cache_folder", lambda: tmp_path / "cache" / "code")
    return tmp_path / "cache" / "layouts"


def two_circles(people: int) -> object:
    """Two halves with many ties inside and one between."""
    half, random = people // 2, np.random.default_rng(1)
    a = random.integers(0, half, (2, 4 * half))
    ends = np.concatenate([a, a + half, [[0], [half]]], axis=1)
    return from_ties(*ends[:, ends[0] != ends[1]], people, directed=False)


@pytest.mark.parametrize("people", [1, 2, 60, 600])
def test_everybody_has_a_place_of_their_own_in_the_picture(people):
    for network in (worlds.strangers(people), worlds.ring(people) if people > 2 else worlds.path(people)):
        place = layout(network)
        assert place.shape == (people, 2)
        assert place.dtype == np.float32
        assert np.abs(place).max() <= 1
        assert len(np.unique(place, axis=0)) == people


def test_nobody_at_all():
    nobody = from_ties(np.empty(0, int), np.empty(0, int), 0)
    assert layout(nobody).shape == (0, 2)
    assert drawn_ties(nobody).shape == (0, 2)


@pytest.mark.parametrize("people", [200, 700])
def test_friends_stand_nearer_than_strangers(people):
    network = two_circles(people)
    place, ties = layout(network), drawn_ties(network)
    apart = np.linalg.norm(place[ties[:, 0]] - place[ties[:, 1]], axis=1).mean()
    mixed = np.random.default_rng(2).permutation(ties[:, 1])
    strangers = np.linalg.norm(place[ties[:, 0]] - place[mixed], axis=1).mean()
    assert apart < 0.7 * strangers


def test_the_start_for_large_networks_parts_two_circles(monkeypatch):
    network = two_circles(800)
    place = layouts._framed(layouts._slow_modes(friendships(network)))
    centre = [place[:400].mean(axis=0), place[400:].mean(axis=0)]
    assert np.linalg.norm(centre[0] - centre[1]) > 0.8
    monkeypatch.setattr(layouts, "MOST_PARTED", 0)
    assert np.isfinite(layout(network)).all()


def test_the_same_again_with_and_without_the_cache(cache):
    network = two_circles(600)
    first = layout(network)
    (kept,) = cache.iterdir()
    assert np.array_equal(layout(network), first)
    kept.unlink()
    assert np.array_equal(layout(network), first)


@pytest.mark.parametrize("damage", [lambda b: b"", lambda b: b[:-3], lambda b: b[:40] + b"\0\1\2\3" + b[44:]])
def test_a_damaged_cache_is_made_again(cache, damage):
    network = worlds.ring(30)
    first = layout(network)
    (kept,) = cache.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(damage(whole))
    assert np.array_equal(layout(network), first)
    assert kept.read_bytes() == whole


def test_a_cache_that_cannot_be_written_costs_only_time(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(layouts, "cache_folder", lambda: tmp_path / "file" / "code")
    assert layout(worlds.ring(12)).shape == (12, 2)


def test_each_tie_is_drawn_once_and_a_sample_depends_on_keys_only():
    network = build(NetworkSettings(kind="random", people=300, degree=8))
    ties = drawn_ties(network)
    friends = friendships(network)
    assert len(ties) == friends.nnz // 2
    assert (ties[:, 0] < ties[:, 1]).all()
    assert all(friends[a, b] for a, b in ties[:50])
    few = drawn_ties(network, 100)
    assert len(few) == 100
    assert set(map(tuple, few)) <= set(map(tuple, ties))
    assert np.array_equal(few, drawn_ties(network, 100))
    assert set(map(tuple, few)) <= set(map(tuple, drawn_ties(network, 200))), "a larger sample holds the smaller"
