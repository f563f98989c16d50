"""Stopping and going on is exact, and a file that is no checkpoint says so."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import numpy as np
import pytest
import worlds

from sim.model import checkpoint, disk
from sim.model.kindness import KindnessModel
from sim.model.network.networks import Network
from sim.model.world import World


def village(**options: object) -> Network:
    """24 named people in three groups with weighted ties and keys of their own."""
    named = {"label": [f"née {i}" for i in range(24)], "group": np.arange(24) % 3, "group_names": ("a", "b", "c")}
    return worlds.scattered(24, 120, 8, weighted=True, key=worlds.keyed(24), **{**named, **options})  # type: ignore[arg-type]


def lively(**changes: object):
    return worlds.scenario(rules__burnout_rate=3.0, rules__burnout_onset=0.2, rules__ranking=0.7, **changes)


@pytest.fixture
def saved(tmp_path) -> Path:
    """A checkpoint of the village after four ticks."""
    worlds.stepped(World(lively(), village()), 4).save(tmp_path / "village.npz")
    return tmp_path / "village.npz"


NETWORKS = {
    "village": village,
    "plain ring": lambda: worlds.ring(12),
    "strangers": lambda: worlds.strangers(3),
    "nobody": lambda: worlds.strangers(0),
}


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
@pytest.mark.parametrize("tick", [0, 1, 5])
def test_stopping_and_resuming_is_exact(tmp_path, network, tick):
    world = worlds.stepped(World(lively(), network()), tick)
    world.save(tmp_path / "a")
    resumed = World.load(tmp_path / "a", threads=2)
    assert (resumed.tick, resumed.day, resumed.settings) == (tick, world.day, world.settings)
    assert (resumed.digest(), resumed.network.digest()) == (world.digest(), world.network.digest())
    assert (resumed.network.label, resumed.network.group_names) == (world.network.label, world.network.group_names)
    assert np.array_equal(resumed.letters(), world.letters())
    assert resumed.outcomes() == world.outcomes()
    for _ in range(4):
        assert worlds.stepped(resumed, 1).digest() == worlds.stepped(world, 1).digest()


def test_a_run_stopped_after_every_tick_is_the_same_run(tmp_path):
    stopped = World(lively(dt=0.5), village())
    for tick in range(6):
        stopped.step()
        stopped.save(tmp_path / f"{tick}")
        stopped = World.load(tmp_path / f"{tick}")
    assert stopped.digest() == worlds.stepped(World(lively(dt=0.5), village()), 6).digest()


@pytest.mark.parametrize("first", ["kernel", "mesa"])
@pytest.mark.parametrize("then", ["kernel", "mesa"])
def test_either_engine_goes_on_where_either_stopped(tmp_path, first, then):
    KindnessModel(lively(), network=village(), engine=first).run(3).save(tmp_path / "a")
    resumed = KindnessModel.load(tmp_path / "a", engine=then)
    assert (resumed.world.tick, resumed.engine) == (3, then)
    assert resumed.run(3).world.digest() == worlds.stepped(World(lively(), village()), 6).digest()


def test_a_loaded_model_runs_to_the_last_day(tmp_path):
    KindnessModel(lively(days=6.0), network=village()).run(2).save(tmp_path / "a")
    assert KindnessModel.load(tmp_path / "a").run().world.tick == 6


def test_arms_that_branch_from_one_checkpoint_share_the_past_only(saved):
    one, two, changed = (World.load(saved) for _ in range(3))
    changed.columns.warmth[5] += 5
    assert worlds.stepped(one, 5).digest() == worlds.stepped(two, 5).digest()
    assert worlds.changed_people(one, worlds.stepped(changed, 5)).any()
    assert World.load(saved).tick == 4


def test_saving_again_replaces_the_file_whole(saved):
    worlds.stepped(World.load(saved), 3).save(saved)
    assert World.load(saved).tick == 7
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


@pytest.mark.parametrize("moment", ["open", "sync", "rename"])
def test_a_save_that_fails_leaves_the_old_checkpoint(saved, moment, monkeypatch):
    def fail(name: str, path: Path) -> None:
        if name == moment:
            raise OSError(28, "No space left on device")

    world, before = worlds.stepped(World.load(saved), 1), saved.read_bytes()
    monkeypatch.setattr(disk, "point", fail)
    with pytest.raises(disk.DiskTrouble, match=saved.name):
        world.save(saved)
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def rewritten(path: Path, **changes: object) -> None:
    """The checkpoint with some of its arrays replaced (None = left out)."""
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    arrays = {name: array for name, array in {**arrays, **changes}.items() if array is not None}
    with path.open("wb") as out:
        np.savez(out, **arrays)  # type: ignore[arg-type]


def about(path: Path, **changes: object) -> np.ndarray:
    """What a checkpoint says about itself, changed."""
    with np.load(path) as file:
        return np.array(json.dumps({**json.loads(str(file["about"])), **changes}))


def refused(path: Path) -> str:
    """The message with which a file is refused; it names the file."""
    with pytest.raises(ValueError, match=path.name) as error:
        World.load(path)
    return str(error.value)


def test_truncated_files_are_refused(saved):
    whole = saved.read_bytes()
    for size in [0, 1, 4, 30, 100, *range(500, len(whole), len(whole) // 20), len(whole) - 1]:
        saved.write_bytes(whole[:size])
        assert "not a checkpoint, or damaged" in refused(saved)


def test_a_flipped_bit_is_refused_or_harmless(saved):
    """Wherever a bit flips, the file is refused or gives the same world; it is never read as another one."""
    whole, digest, draw = saved.read_bytes(), World.load(saved).digest(), np.random.default_rng(0)
    read = []
    for place in draw.integers(0, len(whole), 120):
        broken = bytearray(whole)
        broken[place] ^= 1 << int(draw.integers(8))
        saved.write_bytes(bytes(broken))
        with contextlib.suppress(ValueError):
            read.append(World.load(saved))
    assert {(world.digest(), world.tick) for world in read} <= {(digest, 4)}
    assert len(read) < 80


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"\x93NUMPY", bytes(1000), "[]".encode("utf-16")])
def test_other_files_are_refused(tmp_path, content):
    (tmp_path / "other").write_bytes(content)
    refused(tmp_path / "other")


def test_other_archives_and_arrays_are_refused(tmp_path):
    np.save(tmp_path / "array.npy", np.arange(3))
    np.savez(tmp_path / "archive.npz", a=np.arange(3))
    np.save(tmp_path / "objects.npy", np.array([{}], object), allow_pickle=True)
    for path in tmp_path.iterdir():
        refused(path)


DAMAGE = {
    "no column": {"column_warmth": None},
    "no letters": {"letters": None},
    "no network": {"network_indptr": None},
    "no keys": {"network_key": None},
    "short column": {"column_warmth": np.zeros(3, np.float32)},
    "one number for all": {"column_warmth": np.zeros(1, np.float32)},
    "other type": {"column_warmth": np.zeros(24)},
    "ties that lead nowhere": {"network_indices": np.full(500, 24, np.uint32)},
    "too few ties": {"network_indices": np.zeros(3, np.uint32)},
    "rows that run backwards": {"network_indptr": np.arange(24, -1, -1)},
    "letters to nobody": {"letters": np.full((2, 3), 2**60, np.uint64)},
    "flat letters": {"letters": np.zeros(6, np.uint64)},
    "about nothing": {"about": np.array("[]")},
    "about no JSON": {"about": np.array("{")},
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_arrays_that_do_not_fit_are_refused(saved, damage):
    rewritten(saved, **damage)
    assert "not a checkpoint, or damaged" in refused(saved)


@pytest.mark.parametrize("change", [{"tick": "x"}, {"scenario": {"days": -1}}, {"scenario": []}, {"label": 3}])
def test_a_wrong_description_is_refused(saved, change):
    rewritten(saved, about=about(saved, **change))
    refused(saved)


def test_another_stream_is_refused_with_both_versions(saved):
    rewritten(saved, about=about(saved, stream=99))
    message = refused(saved)
    assert "99" in message
    assert str(checkpoint.STREAM) in message


def test_a_missing_file_or_a_folder_is_an_ordinary_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="none"):
        World.load(tmp_path / "none")
    with pytest.raises(IsADirectoryError, match=tmp_path.name):
        World.load(tmp_path)
