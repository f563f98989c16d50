"""A checkpoint: columns, the last letters, network, tick, scenario and whatever else a world remembers, in one file.

The generator keeps no state, so going on from a checkpoint is exact.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from sim.model.disk import written
from sim.model.law.campaign_columns import CAMPAIGN_COLUMNS, Nominations
from sim.model.law.columns import COLUMNS, NOBODY
from sim.model.law.settings import ScenarioSettings
from sim.model.network.layers import Later
from sim.model.network.networks import Network
from sim.model.rng import STREAM

Memories = dict[str, dict[str, np.ndarray]]  # state beside the columns, by owner and name
OWNERS = ("slow", "intervention", "campaign", "outcome")
_TIES = ("indptr", "indices", "weight", "key", "group")


@dataclass(frozen=True)
class Checkpoint:
    """What a file holds: all that a world needs to go on."""

    settings: ScenarioSettings
    network: Network
    columns: dict[str, np.ndarray]
    letters: np.ndarray
    tick: int
    memories: Memories = field(default_factory=dict)


def taken(world: Any) -> Checkpoint:
    """What a world is now; the arrays are its own, not copies."""
    memories = world.memories() | {"outcome": world.memory.arrays()}
    return Checkpoint(world.settings, world.network, world.columns._asdict(), world.letters(), world.tick, memories)


def resume(world: Any, saved: Checkpoint, path: Path) -> None:
    """Make a new world of the same settings what was saved; ValueError where it does not fit."""
    for name, column in saved.columns.items():
        getattr(world.columns, name)[:] = column
    restore(world.memories()["slow"], saved.memories["slow"], path)
    world.programme.memory.update(saved.memories["intervention"])
    world.campaign.restore(saved.memories["campaign"])
    world.tick = saved.tick
    world.put_letters(saved.letters)
    world.memory.restore(saved.memories["outcome"])


def write(state: Checkpoint, path: Path) -> None:
    """Write atomically; an old file at `path` is replaced only by a complete one."""
    network = state.network
    about = {
        "stream": STREAM,
        "tick": state.tick,
        "scenario": state.settings.model_dump(mode="json"),
        "label": network.label,
        "group_names": network.group_names,
    }
    arrays = {f"column_{name}": column for name, column in state.columns.items()}
    for owner in OWNERS:
        arrays |= {f"{owner}_{name}": memory for name, memory in state.memories.get(owner, {}).items()}
    ties = {f"network_{name}": getattr(network, name) for name in _TIES if getattr(network, name) is not None}
    if network.later is not None:
        ties |= {f"later_{name}": part for name, part in network.later._asdict().items()}
    with written(path) as file:
        np.savez(file, about=np.array(json.dumps(about)), letters=state.letters, **arrays, **ties)  # type: ignore[arg-type]


def read(path: Path) -> Checkpoint:
    """Read a checkpoint. Raises ValueError where the file is none, is damaged or has another version of the stream."""
    with path.open("rb") as file:
        try:
            saved, stream = _unpacked(file)
        except Exception as error:  # damage can surface anywhere between the archive and the last array
            raise ValueError(f"{path}: not a checkpoint, or damaged ({error})") from error
    if stream != STREAM:
        raise ValueError(f"{path}: made with stream {stream}; this version draws from stream {STREAM}")
    return saved


def restore(world: dict[str, np.ndarray], saved: dict[str, np.ndarray], path: Path) -> None:
    """Put saved memories into a world's; ValueError where they are not the ones that its scenario has."""
    wrong = sorted(world.keys() ^ saved.keys())
    wrong += [n for n, m in world.items() if n in saved and (m.shape, m.dtype) != (saved[n].shape, saved[n].dtype)]
    if wrong:
        raise ValueError(f"{path}: not a checkpoint, or damaged (memory {wrong[0]} does not fit its scenario)")
    for name, memory in world.items():
        memory[:] = saved[name]


def _unpacked(file: BinaryIO) -> tuple[Checkpoint, int]:
    """The checkpoint in a file, and its version of the stream."""
    with np.load(file, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    about = json.loads(str(arrays["about"]))
    ties = {name: arrays.get(f"network_{name}") for name in _TIES}
    later = Later(*(arrays[f"later_{name}"] for name in Later._fields)) if "later_place" in arrays else None
    named = {"label": about["label"], "group_names": tuple(about["group_names"])}
    network = Network(**ties, **named, later=later)  # type: ignore[arg-type]
    columns = {name: arrays[f"column_{name}"] for name in COLUMNS}
    settings = ScenarioSettings.model_validate(about["scenario"])
    memories = {owner: _named(f"{owner}_", arrays) for owner in OWNERS}
    saved = Checkpoint(settings, network, columns, arrays["letters"], int(about["tick"]), memories)
    _check(saved)
    return saved, about["stream"]


def _named(prefix: str, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The arrays whose names begin so, by the rest of their names."""
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def _check(saved: Checkpoint) -> None:
    """ValueError for whatever the compiled loops take on trust."""
    network, people = saved.network, saved.network.people
    for name, column in saved.columns.items():
        if column.shape != (people,) or column.dtype != COLUMNS[name].dtype:
            raise ValueError(f"column {name} does not fit {people} people")
    names = people if network.label is None else len(network.label)
    if (len(network.key), len(network.group), names) != (people, people, people):
        raise ValueError(f"keys, groups or names do not fit {people} people")
    _check_campaign(saved, people)
    for name, array in saved.memories["intervention"].items():
        if array.shape != {"ledger": (4,), "fees": (1,)}.get(name.rpartition(".")[2], (people,)):
            raise ValueError(f"what is remembered as {name} does not fit {people} people")
    by_tie = [network.indices, *([] if network.weight is None else [network.weight])]
    if network.later is not None:
        places = network.later.place
        if (
            len({len(part) for part in network.later}) > 1
            or not ((places >= 0) & (places < len(network.indices))).all()
        ):
            raise ValueError("ties that appear later do not fit the network's ties")
    steps = np.diff(network.indptr)
    if network.indptr[0] != 0 or (steps < 0).any() or any(len(part) != network.indptr[-1] for part in by_tie):
        raise ValueError("the network's rows do not fit its ties")
    rows = [network.indices, saved.letters[:, 0] & np.uint64(0xFFFFFFFF), saved.letters[:, 0] >> np.uint64(32)]
    if any((part >= people).any() for part in rows):
        raise ValueError(f"a tie or letter leads beyond {people} people")


def _check_campaign(saved: Checkpoint, people: int) -> None:
    """The same for a campaign's columns and nominations."""
    if saved.settings.campaign is None or people == 0:
        return
    parts = saved.memories["campaign"]
    for name, column in CAMPAIGN_COLUMNS.items():
        if parts[name].shape != (people,) or parts[name].dtype != column.dtype:
            raise ValueError(f"campaign column {name} does not fit {people} people")
    post = Nominations(*(parts[name] for name in Nominations._fields))
    if len({part.shape for part in post}) > 1 or parts["clock"].shape != (2,):
        raise ValueError("the nominations under way do not fit each other")
    rows = [post.nominee, post.nominator, parts["cause"][parts["cause"] != NOBODY]]
    if any((row >= people).any() for row in rows):
        raise ValueError(f"a nomination or cause leads beyond {people} people")
